"""A committee's meeting: agenda by reference, attendance, quorum, minutes. Source: V4, V6, R193, R229."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from models.actor import Role
from models.ballot import BallotPolicy
from models.base import CaseId, Model, PartnerId, PersonRef
from models.case import CaseContext
from models.message import Heard
from models.task import Task

WITHDRAWN = "withdrawn"
"""Stands as outcome of a ballot that ended without a decision: its case left while members voted."""


class AgendaItem(Model):
    """A ballot that stands on the agenda; the decision itself belongs to the case."""

    message_id: str
    case: CaseId
    ballot_id: str
    opened_at: AwareDatetime
    outcome: str | None = None
    """Option that was decided, or `withdrawn`; None while members still vote."""
    members: tuple[PersonRef, ...] = ()
    """Who has a vote on it."""
    voters: tuple[PersonRef, ...] = ()
    partners: tuple[PartnerId, ...] = ()
    """Whose members voted: they were present."""


class HeldTask(Model):
    """The chair's open task, as it stood when the meeting continued as new."""

    task: Task
    escalations: int
    reminded: bool


class SessionProgress(Model):
    """What a meeting has brought so far; carried when it continues as new."""

    opened_at: AwareDatetime | None = None
    agenda: tuple[AgendaItem, ...] = ()
    present: dict[PersonRef, PartnerId | None] = Field(default_factory=dict)
    hold: HeldTask | None = None
    heard: Heard = Heard()


class SessionInput(Model):
    """A meeting of one body of one programme."""

    context: CaseContext
    """Clock, zone and calendars; its case is `NO_CASE`."""
    body: Role
    policy: BallotPolicy
    lead: PartnerId
    partners: tuple[PartnerId, ...]
    """Partners that have a vote, of which the quorum is taken (V2)."""
    progress: SessionProgress = SessionProgress()
    most_messages: int | None = Field(default=None, ge=1)
    """Continue as new after so many messages; None: when the engine advises it."""


class SessionMessage(Model):
    """What a case tells the meeting of its committee, with all that is needed to open one."""

    session: SessionInput
    item: AgendaItem
    session_id: str | None = None
    """The meeting on whose agenda it stands already."""


class SessionRecord(Model):
    """A meeting as the records keep it."""

    session_id: str
    programme: str
    body: Role
    agenda: tuple[AgendaItem, ...]
    attendance: tuple[PersonRef, ...]
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None = None


class ClosingRefusal(StrEnum):
    """Why a meeting cannot be closed yet."""

    AGENDA_OPEN = "AgendaOpen"
    NO_QUORUM = "NoQuorum"


class SessionRefusal(Model):
    """A refusal with a sentence that the chair can act on."""

    code: ClosingRefusal
    sentence: str
