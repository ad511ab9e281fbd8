"""How a workflow waits for a person: it opens a task, reminds, escalates or lets it expire."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models.actor import Role
from models.base import CourseId, PartnerId, PersonRef
from models.decision import Decision, Receipt
from models.task import Task, TaskKind, TaskOption

Check = Callable[[Decision], None]
"""Refuses (raises) a decision whose value is impossible."""


@dataclass(frozen=True)
class Question:
    """What a workflow asks of a person, before deadlines are worked out."""

    kind: TaskKind
    role: Role
    subject: str
    options: tuple[TaskOption, ...]
    working_days: int
    partner: PartnerId | None = None
    course: CourseId | None = None
    assignee: PersonRef | None = None
    regulation: str = ""
    check: Check | None = None
    expires: bool = False
    """True: at the deadline the question closes without an answer. False: it is escalated and waits on."""
    due_at: datetime | None = None
    """Instead of working days, where the agreement names a date."""


@dataclass(frozen=True)
class Answer:
    """A decision that answers a question, with its receipt."""

    decision_id: str
    decision: Decision
    receipt: Receipt

    @property
    def option(self) -> str:
        """The option that was chosen."""
        return self.decision.option


@dataclass
class OpenTask:
    """A question that waits for its answer."""

    task: Task
    question: Question
    answer: Answer | None = None
    recorded: bool = False
    """The answer, or the closing, is in history and in the records; only then does the workflow go on."""
    closed: bool = False
    """Closed without an answer; none is taken any more."""
    escalations: int = 0
    reminded: bool = False
    """The person was reminded of the deadline as it is now."""
    changes: int = 0
    """Grows when the deadline is extended, so that whoever waits looks again."""

    def move(self, due_at: datetime, remind_at: datetime | None) -> None:
        """Give the question another deadline, with a reminder of its own."""
        self.task = self.task.model_copy(update={"due_at": due_at, "remind_at": remind_at})
        self.reminded = False

    @property
    def reminder(self) -> datetime | None:
        """Tell when its person is to be reminded; None when that is done, or nothing is asked any more."""
        return self.task.remind_at if self.waiting and not self.reminded else None

    @property
    def waiting(self) -> bool:
        """Tell whether an answer may still come."""
        return self.answer is None and not self.closed

    @property
    def settled(self) -> bool:
        """Tell whether the workflow may go on: answered or closed, and the records say so."""
        return self.recorded


def option(code: str, label: str, *, needs_reason: bool = False) -> TaskOption:
    """Make one option of a question."""
    return TaskOption(code=code, label=label, needs_reason=needs_reason)
