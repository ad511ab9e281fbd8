"""Whole cohorts of both programmes on the real server: their own periods, a fast clock."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from models.case import CaseState
from models.consortium import ConsortiumAgreement
from models.task import Task, TaskKind
from records.timeline import CaseFile
from tests.workflows.builders import COASTAL, DCE, an_intake, changed, shipped
from tests.workflows.playing import Choice, Choose, Play
from tests.workflows.world import World

pytestmark = [
    pytest.mark.long,
    pytest.mark.real_engine,
    pytest.mark.timeout(290),
    pytest.mark.asyncio(loop_scope="session"),
]

LEARNERS, PLACES = 6, 4
MOST_EVENTS = 650


@dataclass(frozen=True)
class Cohort:
    """A cohort that has come to its end."""

    agreement: ConsortiumAgreement
    states: dict[str, CaseState]
    files: dict[str, CaseFile]
    events: dict[str, int]
    duplicates: int
    registered: dict[str, dict[str, int]]


async def play(world: World, agreement: ConsortiumAgreement, choose: Choose) -> Cohort:
    intake = an_intake(agreement, await world.now(), cohort=f"{agreement.id}-1")
    cases = [await world.apply(agreement, intake=intake) for _ in range(LEARNERS)]
    states = await Play(world, cases, choose).until_over(patience=250)
    return Cohort(
        agreement=agreement,
        states=states,
        files={case: world.file(case) for case in cases},
        events={case: await events_of(world, case) for case in cases},
        duplicates=sum(world.duplicates(case) for case in cases),
        registered={case: world.registered(case, "programme") for case in cases},
    )


async def events_of(world: World, case: str) -> int:
    """Count the events of all histories of a learner."""
    query = f"WorkflowId STARTS_WITH 'learner/{case}'"
    found = [one.id async for one in world.client.list_workflows(query)]
    return sum([(await world.events(workflow_id)).total() for workflow_id in found])


class OneDeclines:
    """The first who is offered a place declines it; all others go straight."""

    def __init__(self) -> None:
        self.case: str | None = None

    def __call__(self, task: Task) -> Choice:
        if task.kind is TaskKind.ANSWER_OFFER and self.case in {None, task.case}:
            self.case = task.case
            return {"option": "decline"}
        return {}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cohorts(realistic: World) -> AsyncIterator[dict[str, Cohort]]:
    """Both programmes side by side, as one installation has them."""
    scarce = changed(shipped(COASTAL), "admission.places", number=PLACES, overbooking_percent=0)
    dce, coastal = await asyncio.gather(
        play(realistic, shipped(DCE), lambda _: {}), play(realistic, scarce, OneDeclines())
    )
    yield {DCE: dce, COASTAL: coastal}


async def test_everybody_who_goes_the_straight_way_is_awarded(cohorts: dict[str, Cohort]) -> None:
    assert set(cohorts[DCE].states.values()) == {CaseState.AWARDED}


async def test_only_as_many_as_there_are_places_are_awarded_and_a_declined_place_is_filled(
    cohorts: dict[str, Cohort],
) -> None:
    states = sorted(state.value for state in cohorts[COASTAL].states.values())

    assert states == ["awarded"] * PLACES + ["declined", "refused"]


@pytest.mark.parametrize("programme", [DCE, COASTAL])
async def test_no_partner_has_a_duplicate_and_no_history_grows_too_long(
    cohorts: dict[str, Cohort], programme: str
) -> None:
    cohort = cohorts[programme]

    assert cohort.duplicates == 0
    assert max(cohort.events.values()) <= MOST_EVENTS


@pytest.mark.parametrize("programme", [DCE, COASTAL])
async def test_who_is_awarded_has_registrations_signatures_and_both_grades(
    cohorts: dict[str, Cohort], programme: str
) -> None:
    cohort = cohorts[programme]
    awarded = [case for case, state in cohort.states.items() if state is CaseState.AWARDED]
    for case in awarded:
        file = cohort.files[case]
        award = file.award
        assert award is not None
        assert award.conferred_at is not None
        assert {one.partner for one in award.signatures} == set(award.awarding)
        assert all(one.grade and one.joint_grade for one in file.results)
        assert sum(one.ects for one in file.credits) == cohort.agreement.programme.ects
        assert not file.waits_for
        assert all(number == 1 for number in cohort.registered[case].values())


async def test_who_declined_or_found_no_place_is_registered_nowhere(cohorts: dict[str, Cohort]) -> None:
    cohort = cohorts[COASTAL]
    others = [case for case, state in cohort.states.items() if state is not CaseState.AWARDED]

    assert [cohort.registered[case] for case in others] == [{}, {}]
