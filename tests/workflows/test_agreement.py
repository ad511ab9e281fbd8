"""The learning agreement: path and signatures, on a server that skips waiting."""

from datetime import timedelta
from typing import Any

import pytest

from models.actor import Role
from models.decision import PathChoice
from models.lifecycle import AgreementResult
from models.task import TaskKind
from tests.workflows.builders import COASTAL, DCE, PATH, an_agreement_input, shipped
from tests.workflows.people import decision_for
from tests.workflows.world import World, eventually


async def start(world: World, programme: str) -> tuple[str, Any]:
    agreement = shipped(programme)
    context = await world.enter(agreement)
    given = an_agreement_input(agreement, context)
    handle = await world.start("AgreementWorkflow", given, f"learner/{context.case}/agreement")
    return context.case, handle


async def test_both_parties_sign_the_same_text(skipping: World) -> None:
    case, handle = await start(skipping, DCE)

    await skipping.answer(await skipping.task(case, TaskKind.SIGN_AGREEMENT, role=Role.LEARNER))
    await skipping.answer(await skipping.task(case, TaskKind.SIGN_AGREEMENT, role=Role.PROGRAMME_LEADER))

    result = AgreementResult.model_validate(await handle.result())
    assert result.agreement is not None
    assert {one.digest for one in result.signatures} == {result.agreement.digest}
    assert [one.role for one in result.signatures] == [Role.LEARNER, Role.PROGRAMME_LEADER]


@pytest.mark.parametrize("option", ["decline", None], ids=["declined", "not in time"])
async def test_without_the_learners_signature_there_is_no_agreement(
    skipping: World, option: str | None
) -> None:
    case, handle = await start(skipping, DCE)
    task = await skipping.task(case, TaskKind.SIGN_AGREEMENT)

    if option:
        await skipping.answer(task, option, reason="I wait for next year.")
    result = AgreementResult.model_validate(await handle.result())

    assert result.agreement is None
    assert "not signed" in result.sentence


async def test_the_partnerships_signature_is_escalated_and_waits_on(skipping: World) -> None:
    case, handle = await start(skipping, DCE)
    await skipping.answer(await skipping.task(case, TaskKind.SIGN_AGREEMENT, role=Role.LEARNER))
    task = await skipping.task(case, TaskKind.SIGN_AGREEMENT, role=Role.PROGRAMME_LEADER)

    await skipping.skip(timedelta(days=40))
    await eventually(lambda: skipping.view(task).escalation_level >= 2, "a second escalation")
    await skipping.answer(task)

    assert AgreementResult.model_validate(await handle.result()).agreement is not None


@pytest.mark.parametrize(
    ("courses", "code"),
    [
        ((), "PathMissing"),
        (PATH[:3], "TOO_FEW_OPTIONS"),
        (("marine-data", "coastal-modelling", "remote-sensing", "flying", "project"), "UNKNOWN_COURSE"),
    ],
    ids=["none", "too few options", "unknown course"],
)
async def test_a_path_that_the_programme_does_not_allow_is_refused(
    skipping: World, courses: tuple[str, ...], code: str
) -> None:
    case, _ = await start(skipping, COASTAL)
    task = await skipping.task(case, TaskKind.CHOOSE_PATH)

    refused = await skipping.refusal(
        task.workflow_id, decision_for(COASTAL, task, "choose", content=PathChoice(courses=courses))
    )

    assert refused.code == code
    assert refused.sentence


async def test_an_admissible_path_is_drawn_up(skipping: World) -> None:
    case, handle = await start(skipping, COASTAL)

    await skipping.answer_next(case, TaskKind.CHOOSE_PATH)
    await skipping.answer(await skipping.task(case, TaskKind.SIGN_AGREEMENT, role=Role.LEARNER))
    await skipping.answer(await skipping.task(case, TaskKind.SIGN_AGREEMENT, role=Role.PROGRAMME_LEADER))

    result = AgreementResult.model_validate(await handle.result())
    assert result.agreement is not None
    assert set(result.agreement.path) == set(PATH)


async def test_no_path_in_time_is_no_agreement(skipping: World) -> None:
    _, handle = await start(skipping, COASTAL)

    result = AgreementResult.model_validate(await handle.result())

    assert result.agreement is None
