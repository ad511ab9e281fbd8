"""Decisions as updates: taken once by their id, refused before anything is recorded."""

from datetime import datetime

from temporalio import workflow

from activities.decision import DecisionActivities
from models.actor import Role
from models.base import CaseId
from models.case import CaseContext
from models.decision import Decision, DecisionKind, Receipt
from models.lifecycle import NO_CASE
from models.record import DecisionRecord
from models.task import Task
from rules.deadlines import reminder_before
from workflows.details import Details, purpose
from workflows.refusals import refuse, require
from workflows.steps import record
from workflows.tasks import Answer, OpenTask, Question

_MOST_YEARS = 150
"""By which a deadline moves; calendars end with the year 9999."""


class Deciding:
    """
    Takes people's decisions through the update `decide`; its id is the decision id.

    A known id gets its first answer again, whatever it carries. The validator refuses what is
    impossible, late or not this person's to decide, so that no event is left.
    """

    def __init__(
        self, context: CaseContext, receipts: dict[str, Receipt] | None = None, tasks_before: int = 0
    ) -> None:
        self._context = context
        self._tasks_before = tasks_before
        self._receipts: dict[str, Receipt] = dict(receipts or {})
        self._unrecorded: set[str] = set()
        self._tasks: dict[str, OpenTask] = {}
        self.details = Details(purpose(type(self)))
        self._case: CaseId | None = None if context.case == NO_CASE else context.case

    @property
    def tasks_so_far(self) -> int:
        """Count the tasks that this workflow has opened, those before it continued as new included."""
        return self._tasks_before + len(self._tasks)

    def without_case(self) -> CaseContext:
        """Give the context for a workflow that belongs to no case: a cohort, a meeting."""
        return self._context.model_copy(update={"case": NO_CASE, "person": NO_CASE})

    def now(self) -> datetime:
        """Tell the business time of this case."""
        return self._context.clock.business(workflow.now())

    @workflow.update
    async def decide(self, decision: Decision) -> Receipt:
        """Take a person's decision; answers when the records show it."""
        decision_id = _decision_id()
        known = self._receipts.get(decision_id)
        if known is not None:
            await workflow.wait_condition(lambda: decision_id not in self._unrecorded)
            return known
        receipt, subject = self._accept(decision_id, decision)
        self._receipts[decision_id] = receipt
        self._unrecorded.add(decision_id)
        self.show_details()
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
        self._unrecorded.discard(decision_id)
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
        """
        List the ids of the tasks that may still be on the list, for its reconciliation.

        One whose answer or closing is on its way to the records is among them: what was decided
        must be the first that closes it.
        """
        return [task_id for task_id, opened in self._tasks.items() if not opened.settled]

    def show_details(self) -> None:
        """Say on the engine's own page whom this workflow waits for."""
        self.details.show(tasks=(opened.task for opened in self._tasks.values() if opened.waiting))

    # What people may decide

    def _may_act(self, decision: Decision) -> None:
        """Refuse a decision that answers no task; a workflow that takes some overrides this."""
        raise refuse(
            "NotPossibleNow",
            f"“{decision.kind.value.replace('_', ' ')}” is not possible at this point of the case.",
        )

    def _act(self, decision_id: str, decision: Decision) -> str:
        """Apply a decision that answers no task; return what was decided, in plain words."""
        raise RuntimeError(f"{decision.kind.value} has no effect here; the validator refuses it.")

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
            content is not None
            and content.content == "date"
            and content.until > max(opened.task.due_at, self.now())
            and content.until.year <= self.now().year + _MOST_YEARS,
            "DateMissing",
            f"Give a later date than the present deadline, not past, and within {_MOST_YEARS} years.",
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

    def _extend(self, opened: OpenTask, decision: Decision) -> str:
        content = decision.content
        if content is None or content.content != "date":
            return opened.task.subject  # The validator refuses this; a replay never comes here.
        opened.move(content.until, self._remind_at(content.until))
        opened.changes += 1
        return f"Deadline extended to {content.until:%-d %B %Y}"

    def _remind_at(self, due_at: datetime) -> datetime | None:
        """Tell when a person is reminded of a deadline; never for one that is near."""
        context = self._context
        return reminder_before(due_at, context.reminder_days, self.now(), context.calendars, context.zone)


def _decision_id() -> str:
    info = workflow.current_update_info()
    return info.id if info is not None else ""


def _label(task: Task, code: str) -> str:
    return next((option.label for option in task.options if option.code == code), code)


def _words(role: Role) -> str:
    return role.value.replace("_", " ")
