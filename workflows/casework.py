"""What every workflow of a case shares: decisions as updates, questions to people, business time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from temporalio import workflow

from activities.case import CaseActivities
from activities.decision import DecisionActivities
from activities.task import TaskActivities
from models.actor import Role
from models.base import CaseId
from models.calendar import Period
from models.case import CaseContext
from models.decision import Decision, DecisionKind, Receipt
from models.lifecycle import NO_CASE
from models.record import DecisionRecord, Notice, TaskClosing, TaskNotice, TaskOpening
from models.task import Task
from rules.deadlines import due, reminder_before
from workflows.refusals import refuse, require
from workflows.steps import record, write
from workflows.tasks import Answer, OpenTask, Question


class Casework:
    """
    The base of the workflows of a case.

    People decide through the update `decide`; its id is the decision id. A known id gets its
    first answer again, whatever it carries. The validator refuses what is impossible, late or
    not this person's to decide, so that no event is left.
    """

    def __init__(self, context: CaseContext, receipts: dict[str, Receipt] | None = None) -> None:
        self._context = context
        self._receipts: dict[str, Receipt] = dict(receipts or {})
        self._tasks: dict[str, OpenTask] = {}
        self._case: CaseId | None = None if context.case == NO_CASE else context.case

    @workflow.update
    async def decide(self, decision: Decision) -> Receipt:
        """Take a person's decision; answers when the records show it."""
        decision_id = _decision_id()
        known = self._receipts.get(decision_id)
        if known is not None:
            return known
        receipt, subject = self._accept(decision_id, decision)
        self._receipts[decision_id] = receipt
        await record(
            DecisionActivities.record_decision,
            DecisionRecord(
                decision_id=decision_id,
                workflow_id=workflow.info().workflow_id,
                case=self._case,
                decision=decision,
                recorded_at=receipt.decided_at,
                subject=subject,
                sentence=receipt.sentence,
            ),
            "Keep the decision in the records",
        )
        if decision.kind is DecisionKind.ANSWER_TASK:
            self._tasks[decision.task or ""].recorded = True
        return receipt

    @decide.validator
    def _may_decide(self, decision: Decision) -> None:
        if _decision_id() in self._receipts:
            return
        if decision.kind is DecisionKind.ANSWER_TASK:
            self._may_answer(decision)
        elif decision.kind is DecisionKind.EXTEND_DEADLINE:
            self._may_extend(decision)
        else:
            self._may_act(decision)

    @workflow.query
    def open_tasks(self) -> list[str]:
        """List the ids of the tasks that wait for an answer, for the reconciliation of the task list."""
        return [task_id for task_id, opened in self._tasks.items() if opened.waiting]

    # What people may decide

    def _may_act(self, decision: Decision) -> None:
        """Refuse a decision that answers no task; a workflow that takes some overrides this."""
        raise refuse(
            "NotPossibleNow",
            f"“{decision.kind.value.replace('_', ' ')}” is not possible at this point of the case.",
        )

    def _act(self, decision_id: str, decision: Decision) -> str:
        """Apply a decision that answers no task; return what was decided, in plain words."""
        raise NotImplementedError

    def _may_answer(self, decision: Decision) -> None:
        opened = self._tasks.get(decision.task or "")
        if opened is None:
            raise refuse("UnknownTask", "This case has no such task. Look at the list of tasks again.")
        self._require_open(opened)
        self._require_entitled(opened.question, decision)
        self._require_option(opened, decision)
        if opened.question.check is not None:
            opened.question.check(decision)

    @staticmethod
    def _require_open(opened: OpenTask) -> None:
        if opened.answer is not None:
            receipt = opened.answer.receipt
            raise refuse("AlreadyDecided", f"This is decided already: {receipt.sentence}")
        require(not opened.closed, "TaskClosed", "This task is closed; no answer is needed any more.")

    @staticmethod
    def _require_entitled(question: Question, decision: Decision) -> None:
        actor = decision.actor
        if question.assignee is not None:
            require(
                actor.person == question.assignee,
                "NotYourTask",
                "This task is for another person; only that person can answer it.",
            )
            return
        require(
            actor.holds(question.role),
            "WrongRole",
            f"Only a person with the office “{_words(question.role)}” can do this.",
        )
        require(
            actor.holds(question.role, question.partner),
            "WrongPartner",
            "This task belongs to another university. Its own people must do it.",
        )
        require(
            actor.holds(question.role, question.partner, question.course),
            "WrongCourse",
            "You are not an examiner of this course.",
        )

    @staticmethod
    def _require_option(opened: OpenTask, decision: Decision) -> None:
        options = {candidate.code: candidate for candidate in opened.task.options}
        chosen = options.get(decision.option)
        if chosen is None:
            raise refuse("UnknownOption", f"Choose one of: {', '.join(options)}.")
        require(
            decision.reason.strip() or not chosen.needs_reason,
            "ReasonMissing",
            f"“{chosen.label}” needs a reason. Please write one or two sentences.",
        )
        require(
            not opened.question.expires or decision.actor.signed_at <= opened.task.due_at,
            "TooLate",
            f"The deadline was {opened.task.due_at:%-d %B %Y, %H:%M} (UTC).",
        )

    def _may_extend(self, decision: Decision) -> None:
        opened = self._tasks.get(decision.task or "")
        require(opened is not None, "UnknownTask", "Name the open task whose deadline is to move.")
        assert opened is not None  # noqa: S101 - `require` has just made sure; this tells the type checker
        self._require_open(opened)
        require(
            decision.actor.holds(Role.PROGRAMME_LEADER),
            "WrongRole",
            "Only the programme leader can extend a deadline.",
        )
        require(decision.reason.strip(), "ReasonMissing", "Say why the deadline moves.")
        content = decision.content
        require(
            content is not None and content.content == "date" and content.until > opened.task.due_at,
            "DateMissing",
            "Give a new date that is later than the present deadline.",
        )

    def _accept(self, decision_id: str, decision: Decision) -> tuple[Receipt, str]:
        """Let an allowed decision take effect in the workflow's state; return its receipt and subject."""
        opened = self._tasks.get(decision.task or "")
        if decision.kind is DecisionKind.EXTEND_DEADLINE and opened is not None:
            said, subject = self._extend(opened, decision), opened.task.subject
        elif decision.kind is DecisionKind.ANSWER_TASK and opened is not None:
            said, subject = _label(opened.task, decision.option), opened.task.subject
        else:
            said = subject = self._act(decision_id, decision)
        receipt = self._receipt(decision_id, decision, said)
        if decision.kind is DecisionKind.ANSWER_TASK and opened is not None:
            opened.answer = Answer(decision_id=decision_id, decision=decision, receipt=receipt)
        return receipt, subject

    def _receipt(self, decision_id: str, decision: Decision, said: str) -> Receipt:
        actor, now = decision.actor, self.now()
        return Receipt(
            decision_id=decision_id,
            kind=decision.kind,
            task=decision.task,
            option=decision.option,
            person=actor.person,
            name=actor.name,
            decided_at=now,
            sentence=f"{actor.name} decided “{said}” on {now:%-d %B %Y}.",
        )

    @staticmethod
    def _extend(opened: OpenTask, decision: Decision) -> str:
        content = decision.content
        if content is None or content.content != "date":
            return opened.task.subject  # The validator refuses this; a replay never comes here.
        opened.task = opened.task.model_copy(update={"due_at": content.until})
        opened.changes += 1
        return f"Deadline extended to {content.until:%-d %B %Y}"

    # Time

    def now(self) -> datetime:
        """Tell the business time of this case."""
        return self._context.clock.business(workflow.now())

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
        await write(TaskActivities.open_tasks, TaskOpening(tasks=tuple(one.task for one in opened)))
        return opened

    async def settled(self, opened: Sequence[OpenTask], happens: Callable[[], bool]) -> bool:
        """Wait until something holds, reminding once; False when the deadline came first."""
        first = opened[0]
        if first.task.remind_at is not None and not first.escalations and not first.changes:
            if await self.until(happens, first.task.remind_at, "Reminder before the deadline"):
                return True
            await self._remind(opened)
        changes = sum(one.changes for one in opened)
        deadline = max(one.task.due_at for one in opened)
        moved = await self.until(
            lambda: happens() or sum(one.changes for one in opened) != changes, deadline, "Deadline"
        )
        return happens() or (moved and await self.settled(opened, happens))

    async def _remind(self, opened: Sequence[OpenTask]) -> None:
        for one in opened:
            if one.waiting:
                await write(TaskActivities.remind, self._notice(one))

    async def escalate(self, opened: Sequence[OpenTask]) -> None:
        """Note that a deadline passed, for those who answer for the programme, and wait once more."""
        for one in opened:
            if one.waiting:
                one.escalations += 1
                next_due = self.due_in(one.question.working_days)
                one.task = one.task.model_copy(update={"due_at": next_due})
                await write(TaskActivities.escalate, self._notice(one))

    async def _expired(self, opened: OpenTask) -> bool:
        """
        Close a question at its deadline.

        A decision made in time may still be on its way while no worker was there: it gets a
        short grace in real time before the question closes.
        """
        grace = timedelta(seconds=self._context.grace_seconds)
        try:
            await workflow.wait_condition(
                lambda: not opened.waiting, timeout=grace, timeout_summary="Decisions still on their way"
            )
        except TimeoutError:
            await self.close((opened,), "expired")
        await workflow.wait_condition(lambda: opened.settled)
        return opened.answer is None

    async def close(self, opened: Sequence[OpenTask], outcome: str) -> None:
        """Close tasks that need no answer any more."""
        waiting = [one for one in opened if one.waiting]
        for one in waiting:
            one.closed = True
        if waiting:
            ids = tuple(one.task.task_id for one in waiting)
            await write(TaskActivities.close_tasks, TaskClosing(task_ids=ids, at=self.now(), outcome=outcome))

    async def finish(self) -> None:
        """Leave nothing behind: close what is open, and let accepted decisions reach the records."""
        await self.close(tuple(self._tasks.values()), "no longer needed")
        await workflow.wait_condition(workflow.all_handlers_finished)

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
        context = self._context
        remind_at = reminder_before(due_at, context.reminder_days, now, context.calendars, context.zone)
        workflow_id = workflow.info().workflow_id
        task = Task(
            task_id=f"{workflow_id}#{len(self._tasks) + 1}",
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
            remind_at=remind_at,
            due_at=due_at,
        )
        opened = OpenTask(task=task, question=question)
        self._tasks[task.task_id] = opened
        return opened


def _decision_id() -> str:
    info = workflow.current_update_info()
    return info.id if info is not None else ""


def _label(task: Task, code: str) -> str:
    return next((option.label for option in task.options if option.code == code), code)


def _words(role: Role) -> str:
    return role.value.replace("_", " ")
