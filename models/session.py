"""A committee's meeting: agenda by reference, attendance, quorum, minutes. Source: V4, V6, R193, R229."""

from pydantic import AwareDatetime

from models.actor import Role
from models.ballot import BallotPolicy
from models.base import CaseId, Model, PartnerId, PersonRef
from models.case import CaseContext


class AgendaItem(Model):
    """A ballot that stands on the agenda; the decision itself belongs to the case."""

    message_id: str
    case: CaseId
    ballot_id: str
    opened_at: AwareDatetime
    outcome: str | None = None
    """Option that was decided; None while members still vote."""
    voters: tuple[PersonRef, ...] = ()
    partners: tuple[PartnerId, ...] = ()
    """Whose members voted: they were present."""


class SessionInput(Model):
    """A meeting of one body of one programme."""

    context: CaseContext
    """Clock, zone and calendars; its case is `NO_CASE`."""
    body: Role
    policy: BallotPolicy
    lead: PartnerId
    partners: tuple[PartnerId, ...]
    """Partners that must be present for the quorum (V2)."""


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
