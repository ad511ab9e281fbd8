"""Registration at every partner. Source: R203-R210, V29-V36, G6, G11."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from models.base import CourseId, Flag, Model, PartnerId, WorkingDays
from models.fee import CostShare
from models.partner import PartnerReceipt, RegistrationKind


class RegistrationModel(StrEnum):
    """Main and secondary registrations for the programme, or one per course (R209, G11)."""

    PER_PROGRAMME = "per_programme"
    PER_COURSE = "per_course"


class RegistrationTiming(StrEnum):
    """Before study, or afterwards to claim the credits (V35)."""

    BEFORE_STUDY = "before_study"
    AFTER_STUDY = "after_study"


class RegistrationTrigger(StrEnum):
    """Who starts it."""

    STUDENT_ADMINISTRATION = "student_administration"
    AUTOMATIC = "automatic"


class PartnerRefusalRule(StrEnum):
    """What happens when a partner refuses a registration."""

    HOLD = "hold"
    """The others stay; the partner's student administration repairs it."""
    WITHDRAW_EVERYWHERE = "withdraw_everywhere"


class RegistrationRegulations(Model):
    """How learners are registered."""

    model: RegistrationModel = RegistrationModel.PER_PROGRAMME
    timing: RegistrationTiming = RegistrationTiming.BEFORE_STUDY
    trigger: RegistrationTrigger = RegistrationTrigger.STUDENT_ADMINISTRATION
    waits_for_payment: Flag = False
    """No registration before the fee is paid (V29)."""
    on_refusal: PartnerRefusalRule = PartnerRefusalRule.HOLD
    days_to_trigger: WorkingDays = 5
    days_to_register: WorkingDays = 15
    """Working days until a partner that has not answered is escalated."""
    days_to_pay: WorkingDays = 20
    weeks_registration_opens: int = Field(default=4, ge=0, le=52)
    """How many weeks before a course its own registration opens, where registration is per course (R209)."""
    cost_shares: tuple[CostShare, ...] = ()


class RegistrationState(StrEnum):
    """Where one registration at one partner stands."""

    PLANNED = "planned"
    REQUESTED = "requested"
    ACTIVE = "active"
    HELD = "held"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class PlannedRegistration(Model):
    """A registration that the award needs."""

    partner: PartnerId
    kind: RegistrationKind
    course: CourseId | None = None
    """Only where each course has a registration of its own (R209)."""


class PartnerRegistration(Model):
    """One registration as it stands."""

    partner: PartnerId
    kind: RegistrationKind
    course: CourseId | None = None
    """Only where each course has a registration of its own (R209)."""
    state: RegistrationState
    number: int
    """Of the registration workflow: 1 for the first."""
    receipt: PartnerReceipt | None = None
    since: AwareDatetime
    refusal_code: str = ""
    sentence: str = ""


class MainPartnerCode(StrEnum):
    """Whether the main registration can be where the learner wants it."""

    CHOSEN = "CHOSEN"
    DEFAULT = "DEFAULT"
    UNKNOWN_PARTNER = "UNKNOWN_PARTNER"
    NOT_DEGREE_AWARDING = "NOT_DEGREE_AWARDING"


class MainPartnerDecision(Model):
    """Where the main registration is (R204)."""

    partner: PartnerId | None
    """None when the wish is refused."""
    code: MainPartnerCode
    sentence: str


class TransitionCode(StrEnum):
    """Whether a registration may go from one state to another."""

    ALLOWED = "ALLOWED"
    UNCHANGED = "UNCHANGED"
    FINAL = "FINAL"
    NOT_NEXT = "NOT_NEXT"


class TransitionDecision(Model):
    """Whether a change of state is taken."""

    allowed: bool
    code: TransitionCode
    sentence: str


class RefusalStep(StrEnum):
    """What follows when a partner refuses a registration."""

    REPAIR_AT_PARTNER = "REPAIR_AT_PARTNER"
    CANCEL_EVERYWHERE = "CANCEL_EVERYWHERE"


class RefusalConsequence(Model):
    """What follows, in plain words."""

    code: RefusalStep
    sentence: str
