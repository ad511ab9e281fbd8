"""Withdrawal at every phase, on the real server with a fast clock and real partner systems."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio

from engine.errors import DecisionRefusedError
from models.case import CaseState
from models.lifecycle import LearnerResult
from models.task import TaskKind
from records.registration import RegistrationRepository
from tests.workflows.builders import COASTAL, an_intake, changed, quick, shipped
from tests.workflows.playing import Choose, Play, holding
from tests.workflows.world import World

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_engine]

STUDY = "study"
PHASES = {
    "admission, before the committee": TaskKind.VERIFY_DOCUMENTS,
    "admission, ballot open": TaskKind.VOTE,
    "offer": TaskKind.ANSWER_OFFER,
    "learning agreement": TaskKind.SIGN_AGREEMENT,
    "payment": TaskKind.CONFIRM_PAYMENT,
    "registration, not triggered": TaskKind.TRIGGER_REGISTRATION,
    "registration, one partner under way": TaskKind.CONFIRM_REGISTRATION,
    "study, result awaited": TaskKind.ENTER_RESULT,
    "deliberation": TaskKind.VOTE,
    "award": TaskKind.SIGN_AWARD,
}


@dataclass(frozen=True)
class Left:
    """What became of a learner who wanted to leave."""

    result: LearnerResult
    refused: str
    registered_before: dict[str, int]
    registered: dict[str, int]
    enrolled: dict[str, int]
    events: tuple[tuple[str, str], ...]
    open_tasks: int


async def leave(world: World, phase: str) -> Left:
    """Go straight to a phase, withdraw there, and let the people finish what is theirs."""
    agreement = quick(shipped())
    if phase == "payment":
        agreement = changed(quick(shipped(COASTAL)), "admission", places=None, embargo=False)
        agreement = changed(agreement, "admission.ballot", written_procedure=True)
    case = await world.apply(agreement, intake=an_intake(agreement, await world.now(), days_to_study=250))
    kind, body = PHASES[phase], "examination" if phase == "deliberation" else "admission"
    stop = holding(kind) if kind is not TaskKind.VOTE else _holding_votes_of(body)

    def reached() -> bool:
        return any(task.kind is kind and stop(task) is None for task in world.open_tasks(case))

    await Play(world, [case], stop).until(reached, f"{phase} of {case}")
    before = world.registered(case)
    refused = ""
    try:
        await world.withdraw(case)
    except DecisionRefusedError as refusal:
        refused = refusal.code
    await Play(world, [case]).until_over()
    handle = world.client.get_workflow_handle(f"learner/{case}", result_type=LearnerResult)
    result = await asyncio.wait_for(handle.result(), 20)
    with world.parts.database.reading() as session:
        found = RegistrationRepository(session).events(case)
    events = tuple((one.registration.partner, one.registration.state.value) for one in found)
    return Left(
        result=result,
        refused=refused,
        registered_before=before,
        registered=world.registered(case, "programme"),
        enrolled=world.registered(case, "course"),
        events=events,
        open_tasks=len(world.open_tasks(case)),
    )


def _holding_votes_of(body: str) -> Choose:
    return lambda task: None if task.kind is TaskKind.VOTE and body in task.role.value else {}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def left(world: World) -> AsyncIterator[dict[str, Left]]:
    """All of them at once: time passes for everybody alike."""
    outcomes = await asyncio.gather(*(leave(world, phase) for phase in PHASES))
    yield dict(zip(PHASES, outcomes, strict=True))


@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase != "award"])
async def test_a_learner_who_withdraws_is_registered_nowhere(left: dict[str, Left], phase: str) -> None:
    outcome = left[phase]

    assert outcome.result.state is CaseState.WITHDRAWN
    assert "A new post leaves no time." in outcome.result.sentence
    assert outcome.registered == {}
    assert outcome.open_tasks == 0
    if phase != "deliberation":  # Courses that are passed by then stay in the partners' systems.
        assert outcome.enrolled == {}


@pytest.mark.parametrize("phase", list(PHASES))
async def test_every_registration_is_cancelled_once_in_reverse_order(
    left: dict[str, Left], phase: str
) -> None:
    events = left[phase].events
    asked = [partner for partner, state in events if state == "requested"]
    cancelled = [partner for partner, state in events if state == "cancelled"]

    assert cancelled == ([] if phase == "award" else asked[::-1])


async def test_an_award_that_is_being_signed_cannot_be_left(left: dict[str, Left]) -> None:
    outcome = left["award"]

    assert outcome.refused == "WrongPhase"
    assert outcome.result.state is CaseState.AWARDED
    assert outcome.registered_before.keys() == {"jyu", "fernuni", "uab"}


async def test_learners_who_left_late_had_been_registered_before(left: dict[str, Left]) -> None:
    assert {phase for phase, one in left.items() if one.registered_before} >= {
        "registration, one partner under way",
        "study, result awaited",
        "deliberation",
    }


async def test_a_place_is_freed_by_a_withdrawal_before_the_offer_is_accepted(world: World) -> None:
    agreement = changed(quick(shipped(COASTAL)), "admission.places", number=1, overbooking_percent=0)
    now = await world.now()
    intake = an_intake(agreement, now, cohort=f"c{now:%H%M%S%f}", days_to_rank=40, days_to_study=150)
    cases = [await world.apply(agreement, intake=intake) for _ in range(2)]
    play = Play(world, cases, holding(TaskKind.ANSWER_OFFER))

    def offered() -> list[str]:
        kind = TaskKind.ANSWER_OFFER
        return [case for case in cases if any(one.kind is kind for one in world.open_tasks(case))]

    await play.until(lambda: bool(offered()), "an offer")
    (first,) = offered()
    await world.withdraw(first)
    await play.until(lambda: bool(offered()) and offered() != [first], "the next offer")

    assert offered() == [case for case in cases if case != first]


async def test_a_silent_partner_becomes_somebodys_task_and_registers_in_the_end(world: World) -> None:
    agreement = changed(quick(shipped()), "registration", days_to_register=1)
    case = await world.apply(agreement, intake=an_intake(agreement, await world.now(), days_to_study=250))
    trigger = TaskKind.TRIGGER_REGISTRATION
    await Play(world, [case], holding(trigger)).until(
        lambda: any(one.kind is trigger for one in world.open_tasks(case)), "the trigger"
    )
    down = {"kind": "unavailable_503", "operation": "register", "times": 1000, "seconds": 0}
    world.sandboxes["jyu"].switch(down)
    try:
        await world.answer_next(case, trigger)
        task = await world.task(case, TaskKind.REPAIR_REGISTRATION, partner="jyu")
    finally:
        world.sandboxes["jyu"].switch()
    await Play(world, [case]).until(lambda: len(world.registered(case)) >= 3, "every registration")

    assert "has not answered" in task.subject
    assert world.duplicates(case) == 0
    assert (await world.now()) - task.opened_at > timedelta(0)
