"""Cohorts: places, those who left, release of embargoed decisions, and a new history when it is long."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowHandle

from models.admission import Places
from models.case import Intake
from models.lifecycle import NO_CASE, CohortInput
from models.record import CandidateNotice, SeatFreed
from models.task import Task, TaskKind
from tests.workflows.builders import COASTAL, a_context, an_admission, an_intake, changed, shipped
from tests.workflows.people import decision_for, staff
from tests.workflows.world import World, eventually


def a_cohort(world: World, intake: Intake, places: int, most_messages: int | None = None) -> CohortInput:
    return CohortInput(
        context=a_context(shipped(COASTAL), world.clock, NO_CASE, intake.cohort),
        intake=intake,
        places=Places(number=places),
        embargo=False,
        lead="armor",
        most_messages=most_messages,
    )


async def start(world: World, given: CohortInput) -> WorkflowHandle[Any, Any]:
    return await world.start("CohortWorkflow", given, f"cohort/{COASTAL}/{given.intake.cohort}")


async def join(handle: WorkflowHandle[Any, Any], *cases: str) -> None:
    """Tell a cohort of candidates; the first is the best."""
    for place, case in enumerate(cases):
        notice = CandidateNotice(
            message_id=f"{case}/candidate/1",
            case=case,
            programme=COASTAL,
            cohort="spring",
            admit=True,
            score=str(90 - place),
            submitted_at=datetime(2026, 3, 27, tzinfo=UTC),
            lot=place,
        )
        await handle.signal("candidate", notice)


async def leave(handle: WorkflowHandle[Any, Any], case: str) -> None:
    freed = SeatFreed(message_id=f"{case}/freed", case=case, programme=COASTAL, cohort="spring")
    await handle.signal("freed", freed)


async def test_as_many_places_are_given_as_there_are(skipping: World) -> None:
    intake = an_intake(shipped(COASTAL), await skipping.now())
    handle = await start(skipping, a_cohort(skipping, intake, places=2))

    await join(handle, "case000a", "case000b", "case000c")
    await join(handle, "case000a")

    assert await handle.result() == 2


@pytest.mark.parametrize("days", [0, 50], ids=["before places are given", "after places were given"])
async def test_who_left_before_being_a_candidate_takes_no_place(skipping: World, days: int) -> None:
    intake = an_intake(shipped(COASTAL), await skipping.now())
    handle = await start(skipping, a_cohort(skipping, intake, places=2))
    await skipping.skip(timedelta(days=days))

    await leave(handle, "case000a")
    await join(handle, "case000a", "case000b")

    assert await handle.result() == 1


@pytest.mark.real_engine
@pytest.mark.asyncio(loop_scope="session")
async def test_a_long_cohort_continues_as_new_with_all_it_has_heard(world: World, unique: str) -> None:
    still = world.in_real_time()
    now = await still.now()
    intake = changed(
        an_intake(shipped(COASTAL), now, cohort=unique),
        ranked_at=now + timedelta(seconds=4),
        study_starts_at=now + timedelta(seconds=9),
    )
    handle = await start(still, a_cohort(still, intake, places=3, most_messages=2))

    await join(handle, "case000a", "case000b", "case000c", "case000d")
    await join(handle, "case000d", "case000a")
    await asyncio.sleep(max((intake.ranked_at - await still.now()).total_seconds() + 1, 0))
    for case in ("case000a", "case000b", "case000a"):
        await leave(handle, case)
    latest = still.client.get_workflow_handle(handle.id)

    assert await asyncio.wait_for(latest.result(), 30) == 2
    assert (await latest.describe()).run_id != handle.first_execution_run_id


@pytest.mark.real_engine
@pytest.mark.asyncio(loop_scope="session")
async def test_operators_find_a_cohort_by_programme_and_cohort(world: World, unique: str) -> None:
    still = world.in_real_time()
    intake = an_intake(shipped(COASTAL), await still.now(), cohort=unique)
    handle = await start(still, a_cohort(still, intake, places=1))

    query = f"Programme = '{COASTAL}' AND Cohort = '{unique}'"
    found = list[str]()
    for _ in range(100):
        found = [one.id async for one in still.client.list_workflows(query)]
        if found:
            break
        await asyncio.sleep(0.1)

    assert found == [handle.id]


# Embargo


async def decided(world: World) -> tuple[str, Task]:
    """Have a committee admit a learner under embargo, and wait until decisions may be released."""
    agreement = changed(shipped(COASTAL), "admission.ballot", written_procedure=True)
    context = await world.enter(agreement)
    given = an_admission(agreement, context)
    await world.start("AdmissionWorkflow", given, f"learner/{context.case}/admission")
    world.started.append(f"cohort/{COASTAL}/{context.cohort}")
    await world.answer_next(context.case, TaskKind.VERIFY_DOCUMENTS)
    await world.vote(context.case, "admit")
    await world.skip(given.intake.ranked_at - await world.now() + timedelta(minutes=1))

    def release() -> Task | None:
        return next((one for one in world.waiting() if one.kind is TaskKind.RELEASE_DECISIONS), None)

    return context.case, await eventually(release, "the release of decisions")


async def test_the_programme_leader_releases_the_decisions(skipping: World) -> None:
    case, release = await decided(skipping)

    before = skipping.open_tasks(case)
    stranger = await skipping.refusal(
        release.workflow_id, decision_for(COASTAL, release, actor=staff(COASTAL, "kalkara-maria-zahra"))
    )
    await skipping.answer(release)

    assert before == []
    assert stranger.code == "WrongRole"
    assert await skipping.task(case, TaskKind.ANSWER_OFFER)


async def test_on_the_release_date_the_decisions_are_released_by_themselves(skipping: World) -> None:
    case, release = await decided(skipping)

    await skipping.skip(release.due_at - await skipping.now() - timedelta(minutes=1))
    before = skipping.open_tasks(case)
    await skipping.skip(timedelta(minutes=2))

    assert before == []
    assert await skipping.task(case, TaskKind.ANSWER_OFFER)
    assert skipping.view(release).outcome == "expired"
