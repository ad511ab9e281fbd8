"""Decisions, the intents behind them, tasks, ballots and sessions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.actor import Actor, Role
from models.ballot import BallotRecord
from models.decision import Content, DecisionKind, Receipt
from models.intent import Intent
from models.task import Task, TaskKind
from records.tables.base import Base, Code, Json


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    CLOSED = "closed"


class IntentState(StrEnum):
    """Where a kept decision stands."""

    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"


class DecisionRow(Base):
    """A decision that a workflow has accepted; added, never changed."""

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "task_kind", "option"),)

    decision_id: Mapped[str] = mapped_column(primary_key=True)
    workflow_id: Mapped[str]
    case: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[DecisionKind] = mapped_column(Code(DecisionKind))
    task: Mapped[str | None]
    task_kind: Mapped[TaskKind | None] = mapped_column(Code(TaskKind))
    option: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    content: Mapped[Any | None] = mapped_column(Json(Content))
    actor: Mapped[Actor] = mapped_column(Json(Actor))
    person: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    sentence: Mapped[str]
    signed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class IntentRow(Base):
    """A decision that a person has made, kept until the engine has answered."""

    __tablename__ = "intents"
    __table_args__ = (Index(None, "state", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[str] = mapped_column(unique=True)
    content: Mapped[Intent] = mapped_column(Json(Intent))
    state: Mapped[IntentState] = mapped_column(Code(IntentState))
    receipt: Mapped[Receipt | None] = mapped_column(Json(Receipt))
    code: Mapped[str | None]
    sentence: Mapped[str | None]


class TaskRow(Base):
    """
    A task as people see it.

    A task that is closed before it was opened (a retry came late) has no content until then.
    """

    __tablename__ = "tasks"
    __table_args__ = (Index(None, "state", "role", "partner"), Index(None, "state", "assignee"))

    task_id: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[Task | None] = mapped_column(Json(Task))
    case: Mapped[str | None] = mapped_column(index=True)
    role: Mapped[Role | None] = mapped_column(Code(Role))
    partner: Mapped[str | None]
    course: Mapped[str | None]
    assignee: Mapped[str | None]
    due_at: Mapped[datetime | None]
    state: Mapped[TaskState] = mapped_column(Code(TaskState))
    outcome: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    progress: Mapped[str | None]
    reminded_at: Mapped[datetime | None]
    overdue_since: Mapped[datetime | None]
    escalation_level: Mapped[int]


class BallotRow(Base):
    """A ballot: its frozen electorate, and the tally once it is closed."""

    __tablename__ = "ballots"

    ballot_id: Mapped[str] = mapped_column(primary_key=True)
    case: Mapped[str] = mapped_column(index=True)
    content: Mapped[BallotRecord] = mapped_column(Json(BallotRecord))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SessionRow(Base):
    """A committee's meeting: agenda, attendance, minutes."""

    __tablename__ = "sessions"

    session_id: Mapped[str] = mapped_column(primary_key=True)
    programme: Mapped[str] = mapped_column(index=True)
    body: Mapped[Role] = mapped_column(Code(Role))
    agenda: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    attendance: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    minutes: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
