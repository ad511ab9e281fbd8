"""Who may enter, and how that is decided. Source: agreement section 10, R184-R203, V1-V28, V74."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from models.ballot import BallotPolicy
from models.base import (
    Country,
    CourseId,
    Ects,
    EqfLevel,
    Flag,
    LanguageTag,
    Localised,
    Model,
    PartnerId,
    Slug,
    WorkingDays,
)
from models.ranking import TieBreaker


class AdmissionMode(StrEnum):
    """Open, open with advice on readiness, or with a formal requirement (R185)."""

    OPEN = "open"
    READINESS = "readiness"
    FORMAL = "formal"


class EvidenceKind(StrEnum):
    """What an applicant may show (R186, R35)."""

    IDENTITY = "identity"
    CV = "cv"
    PORTFOLIO = "portfolio"
    MOTIVATION = "motivation"
    DEGREE = "degree"
    TRANSCRIPT = "transcript"
    LANGUAGE = "language"
    WORK_EXPERIENCE = "work_experience"
    MICRO_CREDENTIAL = "micro_credential"
    OTHER = "other"


class EvidenceRequirement(Model):
    """A piece of evidence that an application needs."""

    kind: EvidenceKind
    required: Flag = True
    label: Localised
    verified: Flag = False
    """A student administrator checks the original."""


class FormalRequirement(Model):
    """The prior award without which nobody enters (R192)."""

    minimum_eqf_level: EqfLevel
    isced_f: tuple[str, ...] = ()
    """Accepted fields; empty means any."""
    in_progress_allowed: Flag = False
    """A degree that is not yet issued leads to a conditional offer (V22, V23)."""


class LanguageRequirement(Model):
    """A level of the Common European Framework of Reference."""

    language: LanguageTag
    level: Annotated[str, Field(pattern=r"^[ABC][12]$")]
    late_proof_allowed: Flag = False
    """A certificate that is still to come leads to a conditional offer (V24)."""


class Places(Model):
    """How many may enter (V13-V17)."""

    number: int = Field(ge=1, le=100_000)
    reserve_list: Flag = True
    overbooking_percent: int = Field(default=0, ge=0, le=50)
    quota_per_country: int | None = Field(default=None, ge=1, le=100_000)
    """At most so many of one nationality (V15)."""
    tie_break: tuple[TieBreaker, ...] = (TieBreaker.SCORE, TieBreaker.LOT)
    """What settles equal scores, in this order (V17)."""


class RecognitionPolicy(Model):
    """The limits of recognised prior learning (V74, R199-R202)."""

    allowed: Flag = True
    ects_cap: Ects = Decimal(0)
    """At most so many ECTS credits are recognised in all."""
    minimum_eqf_level: EqfLevel = 5
    whole_courses_only: Flag = True
    non_formal_allowed: Flag = True
    maximum_age_years: int | None = Field(default=None, ge=1, le=60)
    """Prior learning older than this is not recognised."""
    days_to_claim: int = Field(default=20, ge=0, le=250)
    """Working days after admission in which a claim may still be made."""


class AdmissionRegulations(Model):
    """The joint admission framework."""

    mode: AdmissionMode
    evidence: tuple[EvidenceRequirement, ...] = ()
    formal: FormalRequirement | None = None
    languages: tuple[LanguageRequirement, ...] = ()
    places: Places | None = None
    """None: nobody is turned away for want of a place."""
    ballot: BallotPolicy = BallotPolicy()
    embargo: Flag = False
    """Decisions are silent until the release date of the intake."""
    recognition: RecognitionPolicy = RecognitionPolicy()
    preparatory_unit: Localised | None = None
    """What a conditional admission may ask for (R189)."""
    days_to_complete: WorkingDays = 10
    """Working days to supply what an application lacks."""
    days_to_verify: WorkingDays = 5
    days_to_assess: WorkingDays = 10
    days_to_confirm: WorkingDays = 10
    """Working days to accept an offer (V14)."""
    days_to_appeal: WorkingDays = 10
    days_to_meet_condition: int = Field(default=40, ge=1, le=500)
    """A degree in progress may take longer than a year."""
    notice_degree_prerequisite: Localised | None = None
    """What learners must acknowledge who lack a degree's prerequisites (R191)."""


class Attainment(Model):
    """One piece of evidence as the rules see it: no text, no name."""

    reference: str
    kind: EvidenceKind
    eqf_level: EqfLevel | None = None
    isced_f: str | None = None
    language: LanguageTag | None = None
    cefr: str | None = None
    in_progress: bool = False
    verified: bool = False


class LearningKind(StrEnum):
    """Where prior learning was acquired (R35)."""

    FORMAL = "formal"
    NON_FORMAL = "non_formal"
    INFORMAL = "informal"


class PriorLearningClaim(Model):
    """Prior learning that the applicant wants recognised for a course."""

    claim: Slug
    course: CourseId
    kind: LearningKind
    eqf_level: EqfLevel
    ects_claimed: Ects
    years_ago: int = Field(default=0, ge=0, le=60)
    already_used: bool = False
    """Counted towards an earlier award: it counts once only (V74)."""
    evidence: tuple[str, ...] = ()


class Application(Model):
    """What was applied with, as far as rules and workflows need it; personal data are in the records."""

    submitted_at: AwareDatetime
    country: Country | None = None
    """Nationality, only where the places have a quota for it."""
    attainments: tuple[Attainment, ...] = ()
    claims: tuple[PriorLearningClaim, ...] = ()
    main_partner: PartnerId | None = None
    """Where the learner wants the main registration (R204)."""
    fee_category: str = "individual"
    acknowledged_notice: bool = False
    lot: int = 0
    """Drawn at submission; breaks ties of the ranking (V17)."""


class AdmissionOutcome(StrEnum):
    """How the way to admission ended."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    INCOMPLETE = "incomplete"
    INELIGIBLE = "ineligible"
    DECLINED = "declined"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    NO_PLACE = "no_place"
    WITHDRAWN = "withdrawn"


class Recognised(Model):
    """Credits recognised for a course: satisfied without a grade (V74)."""

    course: CourseId
    ects: Ects
    decided_by: str = ""
    """Decision id."""
