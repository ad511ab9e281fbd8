"""Deliberation and the joint award, on a server that skips waiting."""

from datetime import timedelta
from typing import Any

import pytest

from models.actor import Office, Role
from models.consortium import ConsortiumAgreement
from models.lifecycle import AwardResult, DeliberationResult
from models.task import TaskKind
from records.award import AwardRepository
from tests.workflows.builders import DCE, changed, shipped
from tests.workflows.ends import a_deliberation, an_award
from tests.workflows.people import decision_for, staff, the
from tests.workflows.world import World, eventually

SIGNATORIES = {
    "jyu": "jyu-pekka-rautio",
    "fernuni": "fernuni-karl-hoffmann",
    "uab": "uab-helena-moura",
    "anadolu": "anadolu-murat-demir",
}


async def deliberate(world: World, **facts: Any) -> tuple[str, Any]:
    context = await world.enter(shipped())
    given = a_deliberation(shipped(), context, **facts)
    handle = await world.start("DeliberationWorkflow", given, f"learner/{context.case}/deliberation/1")
    return context.case, handle


async def award(world: World, agreement: ConsortiumAgreement | None = None) -> tuple[str, Any]:
    agreement = agreement or shipped()
    context = await world.enter(agreement)
    given = an_award(agreement, context)
    handle = await world.start("AwardWorkflow", given, f"learner/{context.case}/award")
    return context.case, handle


async def test_the_committee_awards_what_the_regulations_propose(skipping: World) -> None:
    case, handle = await deliberate(skipping)

    await skipping.vote(case, "award")

    result = DeliberationResult.model_validate(await handle.result())
    assert (result.awarded, result.classification) == (True, "good")


async def test_the_committee_cannot_award_while_something_is_missing(skipping: World) -> None:
    case, handle = await deliberate(skipping, registrations=())
    vote = await skipping.task(case, TaskKind.VOTE)

    refused = await skipping.refusal(vote.workflow_id, decision_for(DCE, vote, "award"))
    await skipping.vote(case, "no_award")
    await skipping.answer_next(case, TaskKind.ANSWER_REFUSAL, "accept")

    assert refused.code == "UnknownOption"
    assert not DeliberationResult.model_validate(await handle.result()).awarded


@pytest.mark.parametrize(
    ("second", "awarded"), [("award", True), ("no_award", False)], ids=["upheld", "rejected"]
)
async def test_the_learner_may_appeal_against_the_deliberation(
    skipping: World, second: str, awarded: bool
) -> None:
    case, handle = await deliberate(skipping)
    await skipping.vote(case, "no_award", reason="The portfolio is not the learner's own.")

    await skipping.answer_next(case, TaskKind.ANSWER_REFUSAL, "appeal", reason="It is.")
    await skipping.vote(case, second, reason="The appeal was heard.")

    assert DeliberationResult.model_validate(await handle.result()).awarded is awarded


async def test_an_award_is_in_force_with_the_last_signature_only(skipping: World) -> None:
    case, handle = await award(skipping)

    def conferred() -> bool:
        with skipping.parts.database.reading() as session:
            record = AwardRepository(session).of_case(case)
        return record is not None and record.conferred_at is not None

    for partner in ("anadolu", "uab", "jyu"):
        await skipping.answer(await skipping.task(case, TaskKind.SIGN_AWARD, partner=partner))
    assert not conferred()
    await skipping.answer(await skipping.task(case, TaskKind.SIGN_AWARD, partner="fernuni"))

    result = AwardResult.model_validate(await handle.result())
    assert conferred()
    assert {one.partner: one.person for one in result.record.signatures} == SIGNATORIES
    assert result.record.number.startswith("DCE-")


async def test_a_signatory_who_refuses_is_asked_again_when_it_is_settled(skipping: World) -> None:
    case, handle = await award(skipping)
    for partner in ("jyu", "fernuni", "uab"):
        await skipping.answer(await skipping.task(case, TaskKind.SIGN_AWARD, partner=partner))
    task = await skipping.task(case, TaskKind.SIGN_AWARD, partner="anadolu")
    foreign = await skipping.refusal(
        task.workflow_id, decision_for(DCE, task, actor=staff(DCE, "uab-helena-moura"))
    )

    await skipping.answer(task, "refuse", reason="The title is misspelt.")
    settle = await skipping.task(case, TaskKind.RESOLVE_BALLOT)
    await skipping.answer(settle, "ask_again", reason="The title was corrected.")
    await skipping.answer(await skipping.task(case, TaskKind.SIGN_AWARD, partner="anadolu"))

    assert foreign.code == "WrongPartner"
    assert "The title is misspelt." in settle.subject
    assert len(AwardResult.model_validate(await handle.result()).record.signatures) == 4


async def test_a_missing_signature_is_escalated(skipping: World) -> None:
    case, _ = await award(skipping)
    task = await skipping.task(case, TaskKind.SIGN_AWARD, partner="uab")

    await skipping.skip(timedelta(days=30))
    await eventually(lambda: skipping.view(task).escalation_level, "an escalation")

    assert skipping.view(task).reminded_at is not None


@pytest.mark.parametrize("allowed", [True, False], ids=["deputies may sign", "in person only"])
async def test_a_deputy_signs_only_where_the_agreement_allows_it(skipping: World, allowed: bool) -> None:
    case, _ = await award(skipping, changed(shipped(), "award", delegate_may_sign=allowed))
    task = await skipping.task(case, TaskKind.SIGN_AWARD, partner="uab")
    instead = Office(role=Role.SIGNATORY, partner="uab", deputy_for=SIGNATORIES["uab"])
    decision = decision_for(DCE, task, actor=the("uab-marta-pires", "Marta Pires", instead))

    if allowed:
        assert (await skipping.send(task.workflow_id, decision)).person == "uab-marta-pires"
    else:
        assert (await skipping.refusal(task.workflow_id, decision)).code == "DEPUTY_MAY_NOT_SIGN"
