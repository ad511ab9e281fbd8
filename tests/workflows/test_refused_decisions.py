"""Decisions that are impossible, late or not this person's to make, on the real server."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from engine.errors import DecisionRefusedError
from engine.seal import Sealer
from models.decision import DateChange, Decision, DecisionKind, GradeEntry
from models.task import Task, TaskKind
from tests.harness import SEAL_KEY_ID, a_sealer
from tests.workflows.builders import DCE, a_course_input, an_admission, an_application, shipped
from tests.workflows.people import decision_for, learner, staff
from tests.workflows.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_engine]

Attempt = Callable[[Task], Decision]
LEADER = "jyu-aino-lehto"


async def documents(world: World) -> Task:
    """Bring an application to the check of its documents."""
    context = await world.enter(shipped())
    given = an_admission(shipped(), context)
    await world.start("AdmissionWorkflow", given, f"learner/{context.case}/admission")
    return await world.task(context.case, TaskKind.VERIFY_DOCUMENTS)


async def ballot(world: World) -> Task:
    """Bring an application before the committee."""
    task = await documents(world)
    await world.answer(task)
    await world.answer_next(task.case or "", TaskKind.EVALUATE_READINESS)
    return await world.task(task.case or "", TaskKind.VOTE, partner="fernuni")


async def voted(world: World, option: str = "admit") -> Task:
    task = await ballot(world)
    await world.answer(task, option, reason="We work together.")
    return task


async def recused(world: World) -> Task:
    return await voted(world, "recuse")


async def incomplete(world: World) -> Task:
    context = await world.enter(shipped())
    lacking = an_application(shipped(), context.clock.epoch).model_copy(update={"attainments": ()})
    given = an_admission(shipped(), context, application=lacking)
    await world.start("AdmissionWorkflow", given, f"learner/{context.case}/admission")
    return await world.task(context.case, TaskKind.SUPPLY_EVIDENCE)


async def examination(world: World) -> Task:
    context = await world.enter(shipped())
    given = a_course_input(shipped(), context, "introduction", ends_at=context.clock.epoch)
    await world.start("CourseWorkflow", given, f"learner/{context.case}/course/introduction")
    return await world.task(context.case, TaskKind.ENTER_RESULT)


async def closed(world: World) -> Task:
    task = await documents(world)
    handle = world.client.get_workflow_handle(task.workflow_id)
    await handle.cancel()
    with pytest.raises(WorkflowFailureError):
        await handle.result()
    return task


def answer(option: str = "", **fields: Any) -> Attempt:
    return lambda task: decision_for(DCE, task, option, **fields)


def act(kind: DecisionKind, person: str = LEADER, **fields: Any) -> Attempt:
    return lambda task: Decision(
        kind=kind, actor=staff(DCE, person), **({"task": task.task_id, "reason": "So decided."} | fields)
    )


def elsewhere(task: Task) -> Decision:
    return decision_for(DCE, task).model_copy(update={"task": "learner/somebody-else#1"})


def by(person: str, option: str = "") -> Attempt:
    return answer(option, actor=staff(DCE, person))


LATER = DateChange(until=datetime(2099, 1, 1, tzinfo=UTC))
EARLIER = DateChange(until=datetime(2020, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("situation", "attempt", "code"),
    [
        pytest.param(documents, act(DecisionKind.WITHDRAW), "NotPossibleNow", id="wrong workflow"),
        pytest.param(documents, act(DecisionKind.REPLACE_ELECTOR), "NotPossibleNow", id="no ballot is open"),
        pytest.param(documents, by("jyu-mikko-salo"), "WrongRole", id="wrong role"),
        pytest.param(documents, by("fernuni-ute-sommer"), "WrongPartner", id="wrong partner"),
        pytest.param(documents, elsewhere, "UnknownTask", id="unknown task"),
        pytest.param(documents, answer("maybe"), "UnknownOption", id="unknown option"),
        pytest.param(documents, answer("not_genuine", reason=" "), "ReasonMissing", id="missing reason"),
        pytest.param(ballot, by("uab-ines-carvalho"), "NotYourTask", id="another person's vote"),
        pytest.param(voted, answer("refuse"), "AlreadyDecided", id="second vote"),
        pytest.param(recused, answer("admit"), "AlreadyDecided", id="recused member"),
        pytest.param(incomplete, by(LEADER), "NotYourTask", id="the learner's own act"),
        pytest.param(incomplete, answer(content=None), "EvidenceMissing", id="no evidence"),
        pytest.param(examination, answer(content=GradeEntry(grade="11")), "GRADE_OUTSIDE_SCALE", id="grade"),
        pytest.param(examination, by("uab-rui-tavares", "enter"), "WrongPartner", id="wrong examiner"),
        pytest.param(
            documents,
            act(DecisionKind.EXTEND_DEADLINE, "jyu-mikko-salo", content=LATER),
            "WrongRole",
            id="extension by anybody",
        ),
        pytest.param(
            documents,
            act(DecisionKind.EXTEND_DEADLINE, reason="", content=LATER),
            "ReasonMissing",
            id="extension without a reason",
        ),
        pytest.param(
            documents,
            act(DecisionKind.EXTEND_DEADLINE, content=EARLIER),
            "DateMissing",
            id="extension backwards",
        ),
        pytest.param(
            documents,
            act(DecisionKind.EXTEND_DEADLINE, task=None, content=LATER),
            "UnknownTask",
            id="extension of nothing",
        ),
        pytest.param(closed, answer(), "CaseClosed", id="closed case"),
    ],
)
async def test_a_bad_decision_is_refused_and_leaves_no_event(
    world: World, situation: Callable[[World], Any], attempt: Attempt, code: str
) -> None:
    still = world.in_real_time()
    task = await situation(still)
    before = await quiet(still, task.workflow_id)

    refused = await still.refusal(task.workflow_id, attempt(task))

    assert refused.code == code
    assert refused.sentence.endswith(".")
    assert await still.events(task.workflow_id) == before


async def quiet(world: World, workflow_id: str) -> Any:
    """Wait until nothing more happens in a workflow."""
    events = await world.events(workflow_id)
    while True:
        await asyncio.sleep(0.1)
        again = await world.events(workflow_id)
        if again == events:
            return events
        events = again


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        pytest.param(lambda _, __, bare: bare, "UnknownActor", id="unsigned"),
        pytest.param(
            lambda world, task, bare: Sealer(
                Ed25519PrivateKey.generate(), SEAL_KEY_ID, world.clock, timedelta(minutes=5)
            ).seal(task.workflow_id, "d1", bare),
            "UnknownActor",
            id="signed by a stranger",
        ),
        pytest.param(
            lambda world, task, bare: a_sealer(world.clock).seal(task.workflow_id, "another", bare),
            "UnknownActor",
            id="signature of another decision",
        ),
        pytest.param(
            lambda world, task, bare: (
                a_sealer(world.clock)
                .seal(task.workflow_id, "d1", bare)
                .model_copy(update={"option": "not_genuine", "reason": "Changed on the way."})
            ),
            "UnknownActor",
            id="changed on the way",
        ),
        pytest.param(
            lambda world, task, bare: a_sealer(world.clock, world.clock.epoch - timedelta(hours=1)).seal(
                task.workflow_id, "d1", bare
            ),
            "SealExpired",
            id="signed long ago",
        ),
    ],
)
async def test_a_decision_that_is_not_signed_by_a_sign_in_is_refused(
    world: World, forge: Callable[[World, Task, Decision], Decision], code: str
) -> None:
    still = world.in_real_time()
    task = await documents(still)
    before = await quiet(still, task.workflow_id)

    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await still.client.get_workflow_handle(task.workflow_id).execute_update(
            "decide", forge(still, task, decision_for(DCE, task)), id="d1"
        )

    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == code
    assert await still.events(task.workflow_id) == before


async def test_of_two_people_at_once_one_decides_and_the_other_is_told_who_decided_what(
    world: World,
) -> None:
    still = world.in_real_time()
    task = await examination(still)
    first, second = staff(DCE, "jyu-mikko-salo"), staff(DCE, "jyu-mikko-salo")
    second = second.model_copy(update={"person": "jyu-aino-lehto", "name": "Aino Lehto"})
    answers = await asyncio.gather(
        *(
            still.send(
                task.workflow_id, decision_for(DCE, task, content=GradeEntry(grade=grade), actor=actor)
            )
            for actor, grade in ((first, "4"), (second, "2"))
        ),
        return_exceptions=True,
    )

    (taken,) = [one for one in answers if not isinstance(one, BaseException)]
    (refused,) = [one for one in answers if isinstance(one, BaseException)]
    assert isinstance(refused, DecisionRefusedError)
    assert refused.code == "AlreadyDecided"
    assert taken.name in refused.sentence
    assert "Enter the result" in refused.sentence


async def test_a_decision_sent_twice_gets_its_first_answer(world: World) -> None:
    still = world.in_real_time()
    task = await documents(still)
    decision_id = uuid4().hex

    first = await still.send(task.workflow_id, decision_for(DCE, task), decision_id)
    again = await still.send(task.workflow_id, decision_for(DCE, task), decision_id)

    assert again == first


async def test_only_the_learner_or_the_programme_leader_can_withdraw(world: World) -> None:
    still = world.in_real_time()
    case = await still.apply(shipped())
    await still.task(case, TaskKind.VERIFY_DOCUMENTS)
    workflow_id = f"learner/{case}"
    silent = Decision(kind=DecisionKind.WITHDRAW, actor=learner(case))
    stranger = silent.model_copy(update={"actor": learner("another00"), "reason": "I do not like it."})

    assert (await still.refusal(workflow_id, silent)).code == "ReasonMissing"
    assert (await still.refusal(workflow_id, stranger)).code == "NotYourCase"
