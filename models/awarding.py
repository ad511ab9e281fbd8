"""An award's form, its signatures and what its supplement lacks. Source: R151-R167, A8-A10, V33, V70."""

from enum import StrEnum

from models.award import AwardForm
from models.base import CourseId, Model, PartnerId


class FormDeviation(Model):
    """A decision to give the award in another form than the agreement's (R155)."""

    form: AwardForm
    reason: str
    decided_by: str
    """Decision id."""


class FormCode(StrEnum):
    """Why an award has its form, or has none."""

    AS_AGREED = "AS_AGREED"
    DEVIATION = "DEVIATION"
    REASON_MISSING = "REASON_MISSING"
    DECISION_MISSING = "DECISION_MISSING"
    NOT_FORESEEN = "NOT_FORESEEN"
    TOO_FEW_PARTNERS = "TOO_FEW_PARTNERS"
    DOUBLE_NEEDS_TWO = "DOUBLE_NEEDS_TWO"


class FormDecision(Model):
    """In which form, on how many certificates the award is given."""

    form: AwardForm | None
    """None when it is refused."""
    certificates: int = 0
    reason: str = ""
    """Why it differs from the agreement; printed in the supplement."""
    code: FormCode
    sentence: str


class SigningCode(StrEnum):
    """Whether a person may sign an award."""

    MAY_SIGN = "MAY_SIGN"
    NOT_A_SIGNING_PARTNER = "NOT_A_SIGNING_PARTNER"
    NOT_A_SIGNATORY = "NOT_A_SIGNATORY"
    DEPUTY_MAY_NOT_SIGN = "DEPUTY_MAY_NOT_SIGN"
    ALREADY_SIGNED = "ALREADY_SIGNED"
    RECORD_CHANGED = "RECORD_CHANGED"


class SigningDecision(Model):
    """Whether a signature is taken."""

    allowed: bool
    code: SigningCode
    sentence: str


class SupplementSection(StrEnum):
    """The sections of the qualification supplement (R160-R167)."""

    HOLDER = "1_holder"
    QUALIFICATION = "2_qualification"
    LEVEL = "3_level_and_duration"
    PROGRAMME = "4_programme_and_results"
    FUNCTION = "5_function"
    ADDITIONAL = "6_additional_information"
    CERTIFICATION = "7_certification"
    SYSTEM = "8_higher_education_system"
    MOBILITY = "a_mobility"
    DELIVERY = "b_delivery"


class SupplementResult(Model):
    """What is known of one course for the supplement."""

    course: CourseId
    recognised: bool = False
    local_grade: bool = False
    """The grade on the local scale, or that it was passed without one."""
    joint_grade: bool = False
    """The grade on the joint scale, or that the course has none."""
    awarded_by: PartnerId | None = None


class SupplementFacts(Model):
    """What is at hand for the supplement; tells whether, never what, so that it names nobody."""

    holder_name: bool = False
    birth_date: bool = False
    student_numbers: tuple[PartnerId, ...] = ()
    """Universities whose student number is known (V33)."""
    awarding: tuple[PartnerId, ...] = ()
    path: tuple[CourseId, ...] = ()
    """The courses of the learning agreement."""
    results: tuple[SupplementResult, ...] = ()
    form: AwardForm | None = None
    numbers: tuple[str, ...] = ()
    """Of the certificates; each supplement names its siblings (R157)."""
    signatories: tuple[PartnerId, ...] = ()
    """Universities whose signatory is known by name and capacity."""


class SupplementGap(Model):
    """Something that the supplement lacks, and who can supply it."""

    section: SupplementSection
    item: str
    """A constant name."""
    partner: PartnerId | None = None
    course: CourseId | None = None
    sentence: str
