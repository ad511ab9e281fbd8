"""A case: one learner's way through one programme, its phases and where it stands."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from models.base import CaseId, CohortId, CourseId, Model, PartnerId, PersonRef, ProgrammeId
from models.calendar import HolidayCalendar
from models.clock import Clock


class Phase(StrEnum):
    """The learner's way; the order is derived from the agreement."""

    ADMISSION = "admission"
    AGREEMENT = "agreement"
    PAYMENT = "payment"
    REGISTRATION = "registration"
    STUDY = "study"
    DELIBERATION = "deliberation"
    AWARD = "award"


class CaseState(StrEnum):
    """What became of the case."""

    ACTIVE = "active"
    INTERRUPTED = "interrupted"
    AWARDED = "awarded"
    REFUSED = "refused"
    """Not admitted: refused, ineligible, incomplete or without a place."""
    DECLINED = "declined"
    """The learner declined the offer or let it expire."""
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    """The programme ended without the award; credits that were awarded stay."""


class Intake(Model):
    """A cohort: when people may apply, when study starts, how many places there are."""

    programme: ProgrammeId
    cohort: CohortId
    agreement_version: str
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    ranked_at: AwareDatetime
    """When places are given, where they are limited."""
    release_at: AwareDatetime | None = None
    """When decisions are told, where the agreement has an embargo."""
    study_starts_at: AwareDatetime
    places: int | None = Field(default=None, ge=1)
    """Instead of the agreement's number."""
    cloned_from: CohortId | None = None


class CaseContext(Model):
    """What every workflow of a case knows."""

    case: CaseId
    person: PersonRef
    programme: ProgrammeId
    cohort: CohortId
    agreement_version: str
    zone: str
    clock: Clock
    calendars: tuple[HolidayCalendar, ...] = ()
    """Public holidays of the partners' countries; a day off at any of them is no working day."""
    reminder_days: int = 3
    grace_seconds: int = Field(default=10, ge=0)
    """Real seconds in which a decision made before its deadline may still arrive."""


class CaseProgress(Model):
    """Where a case stands, as the records keep it for lists and timelines."""

    case: CaseId
    phase: Phase | None
    state: CaseState
    sentence: str
    """Where things stand, in plain words."""
    main_partner: PartnerId | None = None
    path: tuple[CourseId, ...] = ()
    at: AwareDatetime
    """Business time."""
    event: str
    """A constant name of what happened, unique in the case: it is the effect's key."""
