"""One course: attempts, conversion and credits, on a server that skips waiting."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from models.consortium import ConsortiumAgreement
from models.conversion import ConversionTable
from models.decision import GradeEntry
from models.lifecycle import CourseOutcome
from models.record import ResultRecord
from models.scale import GradeOutcome
from models.task import Task, TaskKind
from records.course import CourseRepository
from tests.workflows.builders import DCE, a_course_input, changed, shipped
from tests.workflows.people import decision_for, staff
from tests.workflows.world import World, eventually


async def start(
    world: World, course: str = "introduction", agreement: ConsortiumAgreement | None = None
) -> tuple[str, Any]:
    agreement = agreement or shipped()
    context = await world.enter(agreement)
    given = a_course_input(agreement, context, course)
    handle = await world.start("CourseWorkflow", given, f"learner/{context.case}/course/{course}")
    return context.case, handle


async def result_task(world: World, case: str) -> Task:
    """Wait for the lecturer's task; the course or the time until the resit passes."""
    for _ in range(8):
        found = [task for task in world.open_tasks(case) if task.kind is TaskKind.ENTER_RESULT]
        if found:
            return found[0]
        await world.skip(timedelta(days=8))
        await eventually(lambda: world.tasks(case), "the first task") if world.tasks(case) else None
    return await world.task(case, TaskKind.ENTER_RESULT)


async def enter(world: World, case: str, grade: str, option: str = "enter", reason: str = "") -> None:
    task = await result_task(world, case)
    content = GradeEntry(grade=grade) if grade else None
    await world.answer(task, option, content=content, reason=reason)


def results(world: World, case: str) -> tuple[ResultRecord, ...]:
    with world.parts.database.reading() as session:
        return CourseRepository(session).results(case)


async def test_a_passed_course_brings_credits_and_both_grades(skipping: World) -> None:
    case, handle = await start(skipping, "assessing")

    await enter(skipping, case, "17")

    outcome = CourseOutcome.model_validate(await handle.result())
    assert (outcome.grade, outcome.joint_grade, outcome.ects_awarded) == ("17", "4", Decimal(5))
    assert outcome.awarded_by == "uab"
    assert [(one.grade, one.joint_grade) for one in results(skipping, case)] == [("17", "4")]
    assert skipping.registered(case) == {"uab": 1}


async def test_a_failed_examination_is_tried_again_after_weeks(skipping: World) -> None:
    case, handle = await start(skipping)

    await enter(skipping, case, "0")
    again = await result_task(skipping, case)
    await skipping.answer(again, "enter", content=GradeEntry(grade="3"))

    outcome = CourseOutcome.model_validate(await handle.result())
    assert (outcome.outcome, outcome.attempts, outcome.joint_grade) == (GradeOutcome.PASSED, 2, "3")
    assert again.opened_at - skipping.clock.epoch >= timedelta(weeks=7)
    assert [one.attempt for one in results(skipping, case)] == [1, 2]


async def test_a_capped_resit_counts_as_the_pass_mark(skipping: World) -> None:
    capped = changed(shipped(), "examination.attempts", resit_capped=True)
    case, handle = await start(skipping, agreement=capped)

    await enter(skipping, case, "0")
    await enter(skipping, case, "5")

    outcome = CourseOutcome.model_validate(await handle.result())
    assert outcome.grade == "1"
    assert results(skipping, case)[-1].grade == "5"


async def test_the_last_failed_attempt_ends_the_course(skipping: World) -> None:
    case, handle = await start(skipping)

    for _ in range(3):
        await enter(skipping, case, "0")

    outcome = CourseOutcome.model_validate(await handle.result())
    assert (outcome.outcome, outcome.attempts) == (GradeOutcome.FAILED, 3)
    assert outcome.ects_awarded == 0


async def test_an_excused_absence_costs_no_attempt(skipping: World) -> None:
    case, handle = await start(skipping)

    await enter(skipping, case, "", "excused_absence", "A doctor's certificate")
    again = await result_task(skipping, case)
    assert "attempt 1" in again.subject
    await skipping.answer(again, "enter", content=GradeEntry(grade="4"))

    outcome = CourseOutcome.model_validate(await handle.result())
    assert outcome.outcome == GradeOutcome.PASSED


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"content": GradeEntry(grade="6")}, "GRADE_OUTSIDE_SCALE"),
        ({"content": GradeEntry(grade="3.5")}, "GRADE_OUTSIDE_SCALE"),
        ({"content": None}, "GradeMissing"),
        ({"actor": staff(DCE, "fernuni-tobias-keller")}, "WrongPartner"),
        ({"actor": staff(DCE, "jyu-sari-niemi")}, "WrongRole"),
    ],
    ids=["above the scale", "between grades", "no grade", "another university's examiner", "no examiner"],
)
async def test_an_impossible_result_is_refused(skipping: World, fields: dict[str, Any], code: str) -> None:
    case, _ = await start(skipping)
    task = await result_task(skipping, case)

    refused = await skipping.refusal(task.workflow_id, decision_for(DCE, task, "enter", **fields))

    assert refused.code == code
    assert refused.sentence
    assert not results(skipping, case)


async def test_a_grade_that_no_table_converts_goes_to_the_committee(skipping: World) -> None:
    case, handle = await start(skipping, "assessing", without_band(shipped(), "pt-20", "4"))

    await enter(skipping, case, "16")
    task = await skipping.task(case, TaskKind.CONVERT_GRADE)
    refused = await skipping.refusal(
        task.workflow_id, decision_for(DCE, task, content=GradeEntry(grade="17"))
    )
    await skipping.answer(task, content=GradeEntry(grade="4"))

    outcome = CourseOutcome.model_validate(await handle.result())
    assert refused.code == "GRADE_OUTSIDE_SCALE"
    assert (outcome.grade, outcome.joint_grade) == ("16", "4")


async def test_a_missing_result_is_escalated(skipping: World) -> None:
    case, _ = await start(skipping)
    task = await result_task(skipping, case)

    await skipping.skip(timedelta(days=30))
    await eventually(lambda: skipping.view(task).escalation_level, "an escalation")

    assert skipping.view(task).reminded_at is not None


def without_band(agreement: ConsortiumAgreement, scale: str, joint: str) -> ConsortiumAgreement:
    """Leave a hole in the conversion table."""
    table: ConversionTable = agreement.examination.tables[0]
    rows = tuple(
        changed(row, bands=tuple(band for band in row.bands if band.joint != joint))
        if row.scale == scale
        else row
        for row in table.rows
    )
    return changed(agreement, "examination", tables=(changed(table, rows=rows),))
