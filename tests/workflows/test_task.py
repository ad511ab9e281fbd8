"""Questions to people: reminders, deadlines, extensions and escalations, on a server that skips waiting."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError

from engine.decisions import DecisionSender
from models.actor import Role
from models.admission import AdmissionOutcome, EvidenceKind
from models.decision import DateChange, Decision, DecisionKind, EvidenceSupply, Receipt
from models.lifecycle import AdmissionResult
from models.task import Task, TaskKind
from records.notice import STAFF
from records.task import TaskRepository, TaskView
from records.timeline import EntryKind
from tests.harness import DictIntentStore, a_sealer
from tests.workflows.builders import DAY, DCE, an_admission, an_application, an_attainment, shipped
from tests.workflows.people import decision_for, holder
from tests.workflows.world import World, details, eventually

SECOND = timedelta(seconds=1)


async def apply(world: World, **application: Any) -> tuple[Any, str]:
    """Start an admission; return its handle and case."""
    context = await world.enter(shipped())
    given = an_admission(
        shipped(), context, application=an_application(shipped(), context.clock.epoch, **application)
    )
    return await world.start("AdmissionWorkflow", given, f"learner/{context.case}/admission"), context.case


def extension(task: Task, until: datetime) -> Decision:
    leader = holder(DCE, Role.PROGRAMME_LEADER)
    date = DateChange(until=until)
    return Decision(
        kind=DecisionKind.EXTEND_DEADLINE, task=task.task_id, reason="Ill.", content=date, actor=leader
    )


async def extend(world: World, task: Task, until: datetime) -> Receipt:
    return await world.send(task.workflow_id, extension(task, until))


async def go_to(world: World, moment: datetime) -> None:
    """Let time pass until a little after a moment."""
    await world.skip(moment - await world.now() + 3 * SECOND)


async def until_seen(world: World, task: Task, what: str, holds: Any) -> TaskView:
    return await eventually(lambda: view if holds(view := world.view(task)) else None, what)


async def test_a_deadline_that_is_extended_in_the_last_moment_is_waited_for(skipping: World) -> None:
    handle, case = await apply(skipping, without=[EvidenceKind.CV])
    task = await skipping.task(case, TaskKind.SUPPLY_EVIDENCE)
    await go_to(skipping, task.due_at)

    await extend(skipping, task, task.due_at + 30 * DAY)
    await skipping.skip(29 * DAY)
    assert skipping.view(task).outcome is None
    await skipping.answer(task)

    assert await skipping.task(case, TaskKind.VERIFY_DOCUMENTS)
    assert (await handle.describe()).close_time is None


async def test_a_deadline_that_is_extended_in_the_last_moment_still_comes(skipping: World) -> None:
    handle, case = await apply(skipping, without=[EvidenceKind.CV])
    task = await skipping.task(case, TaskKind.SUPPLY_EVIDENCE)
    await go_to(skipping, task.due_at)

    await extend(skipping, task, task.due_at + 5 * DAY)
    result = AdmissionResult.model_validate(await handle.result())

    closed_at = skipping.view(task).closed_at
    assert closed_at is not None
    assert closed_at >= task.due_at + 5 * DAY
    assert result.outcome is AdmissionOutcome.INCOMPLETE


async def test_a_deadline_cannot_be_extended_to_a_date_that_has_passed(skipping: World) -> None:
    _, case = await apply(skipping, without=[EvidenceKind.CV])
    task = await skipping.task(case, TaskKind.SUPPLY_EVIDENCE)
    await go_to(skipping, task.due_at)

    refused = await skipping.refusal(task.workflow_id, extension(task, task.due_at + SECOND))

    assert refused.code == "DateMissing"


async def test_an_extended_deadline_has_a_reminder_of_its_own(skipping: World) -> None:
    _, case = await apply(skipping, without=[EvidenceKind.CV])
    task = await skipping.task(case, TaskKind.SUPPLY_EVIDENCE)
    assert task.remind_at is not None
    await go_to(skipping, task.remind_at)
    await until_seen(skipping, task, "a reminder", lambda view: view.reminded_at)

    later = task.due_at + 30 * DAY
    await extend(skipping, task, later)
    await go_to(skipping, later - DAY)

    view = await until_seen(skipping, task, "a second reminder", lambda view: view.reminded_at > task.due_at)
    assert view.outcome is None


async def test_each_deadline_that_passes_is_told_to_the_programme_leader_and_stays_seen(
    skipping: World,
) -> None:
    _, case = await apply(skipping)
    task = await skipping.task(case, TaskKind.VERIFY_DOCUMENTS)
    await go_to(skipping, task.due_at)
    first = await until_seen(skipping, task, "an escalation", lambda view: view.escalation_level == 1)
    await go_to(skipping, first.due_at)
    view = await until_seen(skipping, task, "a second one", lambda view: view.escalation_level == 2)

    now = await skipping.now()
    assert view.due_at > now
    assert view.late_since(now) == task.due_at
    told = [one for one in skipping.file(case).timeline if one.kind is EntryKind.ESCALATION]
    assert ["level 1" in told[0].sentence, "level 2" in told[1].sentence] == [True, True]
    assert {one.person for one in told} == {STAFF}
    with skipping.parts.database.reading() as session:
        (listed,) = TaskRepository(session).escalated((DCE,), ("jyu",))
    assert listed.task.task_id == task.task_id


async def test_after_an_escalation_there_is_a_reminder_before_the_next_deadline(skipping: World) -> None:
    _, case = await apply(skipping)
    task = await skipping.task(case, TaskKind.VERIFY_DOCUMENTS)
    await go_to(skipping, task.due_at)
    first = await until_seen(skipping, task, "an escalation", lambda view: view.escalation_level == 1)

    await go_to(skipping, first.due_at - SECOND)

    await until_seen(skipping, task, "a second reminder", lambda view: view.reminded_at > task.due_at)


async def test_an_escalated_task_that_is_extended_is_not_overdue_any_more(skipping: World) -> None:
    _, case = await apply(skipping)
    task = await skipping.task(case, TaskKind.VERIFY_DOCUMENTS)
    await go_to(skipping, task.due_at)
    first = await until_seen(skipping, task, "an escalation", lambda view: view.escalation_level == 1)

    later = first.due_at + 10 * DAY
    await extend(skipping, task, later)
    await skipping.skip(first.due_at - await skipping.now() + DAY)

    view = skipping.view(task)
    assert (view.late_since(await skipping.now()), view.due_at) == (None, later)


async def test_a_decision_on_its_way_to_the_records_is_waited_for_by_all(
    skipping: World, tmp_path: Path
) -> None:
    handle, case = await apply(skipping)
    task = await skipping.task(case, TaskKind.VERIFY_DOCUMENTS)
    sealer = a_sealer(skipping.clock, await skipping.real_now())
    sender = DecisionSender(skipping.client, sealer, DictIntentStore())

    with away(tmp_path / "records.db"):
        sent = [
            asyncio.create_task(sender.send(task.workflow_id, decision_for(DCE, task), "d1")) for _ in "12"
        ]
        done, _ = await asyncio.wait(sent, timeout=1.5)
        waited_for = await handle.query("open_tasks", result_type=list)

    assert not done, "nobody is answered before the decision is in the records"
    assert waited_for == [task.task_id], "the reconciliation must not close it for another reason"
    first, second = await asyncio.gather(*sent)
    assert first == second
    assert skipping.view(task).outcome == "verified"


@contextmanager
def away(file: Path) -> Iterator[None]:
    """Let nobody write to a database for a while."""
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


async def test_the_page_of_the_engine_says_whom_a_workflow_waits_for_now(skipping: World) -> None:
    handle, case = await apply(skipping)
    task = await skipping.task(case, TaskKind.VERIFY_DOCUMENTS)
    asked = await details(handle)
    await extend(skipping, task, task.due_at + 30 * DAY)
    extended = await details(handle)
    await skipping.answer(task)
    await skipping.task(case, TaskKind.EVALUATE_READINESS)
    answered = await details(handle)

    assert asked.startswith("Follow the joint admission framework for one application.")
    assert f"student administration of jyu, until {task.due_at:%-d %B %Y}" in asked
    assert f"until {task.due_at + 30 * DAY:%-d %B %Y}" in extended
    assert "student administration" not in answered
    assert "programme leader of jyu" in answered


async def test_who_comes_too_late_is_told_who_decided_also_when_that_ended_the_workflow(
    skipping: World,
) -> None:
    handle, case = await apply(skipping)
    task = await skipping.task(case, TaskKind.VERIFY_DOCUMENTS)
    taken = await skipping.answer(task)
    await handle.cancel()
    with pytest.raises(WorkflowFailureError):
        await handle.result()

    refused = await skipping.refusal(task.workflow_id, decision_for(DCE, task))

    assert refused.code == "AlreadyDecided"
    assert taken.sentence in refused.sentence


async def test_supplying_what_does_not_help_gives_no_more_time(skipping: World) -> None:
    handle, case = await apply(skipping, without=[EvidenceKind.CV])
    task = await skipping.task(case, TaskKind.SUPPLY_EVIDENCE)
    await skipping.skip(8 * DAY)

    useless = EvidenceSupply(attainments=(an_attainment(EvidenceKind.MOTIVATION),))
    await skipping.answer(task, content=useless)
    again = await skipping.task(case, TaskKind.SUPPLY_EVIDENCE)
    result = AdmissionResult.model_validate(await handle.result())

    assert again.task_id != task.task_id
    assert again.due_at == task.due_at
    assert result.outcome is AdmissionOutcome.INCOMPLETE
