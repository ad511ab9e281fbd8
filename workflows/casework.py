"""What every workflow of a case shares: questions to people, deadlines, business time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from temporalio import workflow

from activities.case import CaseActivities
from activities.task import TaskActivities
from models.calendar import Period
from models.record import Notice, TaskClosing, TaskNotice, TaskOpening
from models.task import Task
from rules.deadlines import due
from workflows.decisions import Deciding
from workflows.steps import write
from workflows.tasks import Answer, OpenTask, Question


class Casework(Deciding):
    """
    The base of the workflows of a case: it waits for people, and never without a deadline.

    A question is a task that somebody can see. Its person is reminded; at the deadline the
    question expires, or is escalated and waits on.
    """

    # Time

    def due_in(self, working_days: int, start: datetime | None = None) -> datetime:
        """Tell when a period of working days ends, in the programme's zone and calendars."""
        period = Period(working_days=working_days)
        return due(start or self.now(), period, self._context.calendars, self._context.zone)

    async def until(self, happens: Callable[[], bool], moment: datetime, summary: str) -> bool:
        """Wait for something until a business time; tell whether it happened."""
        if happens():
            return True
        wait = self._context.clock.wait(workflow.now(), moment)
        try:
            await workflow.wait_condition(happens, timeout=wait, timeout_summary=summary)
        except TimeoutError:
            return happens()
        return True

    async def reach(self, moment: datetime, summary: str) -> None:
        """Wait until a business time has come."""
        await self.until(lambda: False, moment, summary)

    # Questions to people

    async def ask(self, question: Question) -> Answer | None:
        """Ask one person; None when the question expired without an answer."""
        (opened,) = await self.open((question,))
        return await self.answer_to(opened)

    async def answer_to(self, opened: OpenTask) -> Answer | None:
        """Wait for the answer to an open task, escalating at each deadline that passes."""
        while not await self.settled((opened,), lambda: opened.settled):
            if not opened.question.expires:
                await self.escalate((opened,))
            elif await self._expired(opened):
                return None
        return opened.answer

    async def open(self, questions: Sequence[Question]) -> tuple[OpenTask, ...]:
        """Open tasks side by side, in one step."""
        opened = tuple(self._new_task(question) for question in questions)
        self.show_details()
        await write(TaskActivities.open_tasks, TaskOpening(tasks=tuple(one.task for one in opened)))
        return opened

    async def settled(self, opened: Sequence[OpenTask], happens: Callable[[], bool]) -> bool:
        """
        Wait until something holds, with a reminder before each deadline; False when it came first.

        Answers that are on their way to the records have no deadline any more.
        """
        while not happens():
            if not any(one.waiting for one in opened):
                await workflow.wait_condition(happens)
                break
            look_again = partial(_is_different, opened, _changes(opened), happens)
            reminder = min((one.reminder for one in opened if one.reminder), default=None)
            moment = reminder or max(one.task.due_at for one in opened)
            summary = "Reminder before the deadline" if reminder else "Deadline"
            if await self.until(look_again, moment, summary):
                continue
            if reminder is None:
                return False
            await self._remind(opened, reminder)
        return True

    async def _remind(self, opened: Sequence[OpenTask], moment: datetime) -> None:
        for one in opened:
            if one.reminder is not None and one.reminder <= moment:
                one.reminded = True
                await write(TaskActivities.remind, self._notice(one))

    async def escalate(self, opened: Sequence[OpenTask]) -> None:
        """Tell those who answer for the programme that a deadline passed, and wait once more."""
        for one in opened:
            if one.waiting:
                one.escalations += 1
                next_due = self.due_in(one.question.working_days)
                one.move(next_due, self._remind_at(next_due))
                self.show_details()
                await write(TaskActivities.escalate, self._notice(one))

    async def _expired(self, opened: OpenTask) -> bool:
        """
        Close a question at its deadline; False when it was extended or answered after all.

        A decision made in time may still be on its way while no worker was there: it gets a
        short grace in real time before the question closes.
        """
        look_again = partial(_is_different, (opened,), opened.changes, lambda: not opened.waiting)
        if not await self.within_grace(look_again):
            await self.close((opened,), "expired")
        if opened.waiting:
            return False
        await workflow.wait_condition(lambda: opened.settled)
        return opened.answer is None

    async def within_grace(self, happens: Callable[[], bool]) -> bool:
        """Wait a little, in real time, for what was decided in time and is still on its way."""
        grace = timedelta(seconds=self._context.grace_seconds)
        try:
            await workflow.wait_condition(
                happens, timeout=grace, timeout_summary="Decisions still on their way"
            )
        except TimeoutError:
            return happens()
        return True

    async def close(self, opened: Sequence[OpenTask], outcome: str) -> None:
        """Close tasks that need no answer any more."""
        unanswered = [one for one in opened if one.answer is None and not one.recorded]
        if not unanswered:
            return
        for one in unanswered:
            one.closed = True
        self.show_details()
        ids = tuple(one.task.task_id for one in unanswered)
        await write(TaskActivities.close_tasks, TaskClosing(task_ids=ids, at=self.now(), outcome=outcome))
        for one in unanswered:
            one.recorded = True

    async def finish(self) -> None:
        """Leave nothing behind: close what is open, and let accepted decisions reach the records."""
        await self.close(tuple(self._tasks.values()), "no longer needed")
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def close_all(self, outcome: str) -> None:
        """Close what is open, and let answers that were accepted reach the records."""
        tasks = tuple(self._tasks.values())
        await self.close(tasks, outcome)
        await workflow.wait_condition(lambda: all(one.settled for one in tasks))

    async def tell(self, key: str, sentence: str) -> None:
        """Leave the learner a message, once."""
        notice = Notice(case=self._context.case, key=key, sentence=sentence, at=self.now())
        await write(CaseActivities.send_notice, notice)

    def _notice(self, opened: OpenTask) -> TaskNotice:
        return TaskNotice(
            task_id=opened.task.task_id,
            case=self._case,
            at=self.now(),
            level=opened.escalations,
            due_at=opened.task.due_at,
        )

    def _new_task(self, question: Question) -> OpenTask:
        now = self.now()
        due_at = question.due_at or self.due_in(question.working_days)
        workflow_id = workflow.info().workflow_id
        task = Task(
            task_id=f"{workflow_id}#{self.tasks_so_far + 1}",
            workflow_id=workflow_id,
            case=self._case,
            kind=question.kind,
            role=question.role,
            partner=question.partner,
            course=question.course,
            assignee=question.assignee,
            subject=question.subject,
            regulation=question.regulation,
            options=question.options,
            opened_at=now,
            remind_at=self._remind_at(due_at),
            due_at=due_at,
        )
        opened = OpenTask(task=task, question=question)
        self._tasks[task.task_id] = opened
        return opened


def _changes(opened: Sequence[OpenTask]) -> int:
    return sum(one.changes for one in opened)


def _is_different(opened: Sequence[OpenTask], changes: int, happens: Callable[[], bool]) -> bool:
    return happens() or _changes(opened) != changes
