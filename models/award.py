"""What is awarded, in which form and by whom. Source: agreement section 8, R134-R170, A1-A13, V69-V70."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from models.base import (
    CaseId,
    CourseId,
    Day,
    Ects,
    Flag,
    Localised,
    Model,
    PartnerId,
    PersonRef,
    Slug,
    WorkingDays,
)


class AwardType(StrEnum):
    """The vocabulary of the guidelines' award table; `other` needs a name and a justification (G4)."""

    BADGE = "badge"
    PROOF_OF_ATTENDANCE = "proof_of_attendance"
    ECTS_COURSE_CREDITS = "ects_course_credits"
    CMF_MICRO_CREDENTIAL = "cmf_micro_credential"
    GRADEO = "gradeo"
    MICRO_CREDENTIAL = "micro_credential"
    UNDERGRADUATE_CERTIFICATE = "undergraduate_certificate"
    POSTGRADUATE_CERTIFICATE = "postgraduate_certificate"
    MICRODEGREE = "microdegree"
    SPECIALISATION_CERTIFICATE = "specialisation_certificate"
    EXPERT_CERTIFICATE = "expert_certificate"
    CERTIFIED_PROFESSIONAL_PROGRAMME = "certified_professional_programme"
    FOCUS_DIPLOMA = "focus_diploma"
    MICROMASTER = "micromaster"
    NANODEGREE = "nanodegree"
    DIPLOMA = "diploma"
    OTHER = "other"


class AwardForm(StrEnum):
    """One certificate by all, or one of each awarding university (R155-R159)."""

    JOINT = "joint"
    DOUBLE = "double"
    MULTIPLE = "multiple"


class AwardScope(StrEnum):
    """Which universities award: all, or those the learner visited (G6)."""

    ALL_PARTNERS = "all_partners"
    VISITED_PARTNERS = "visited_partners"


class CreditAwarding(StrEnum):
    """Who awards course credits (G8)."""

    TEACHING_UNIVERSITY = "teaching_university"
    DELEGATED = "delegated"


class Stackability(Model):
    """A programme or degree into which the award counts (R36, R104)."""

    target: Localised
    partner: PartnerId
    ects_cap: Ects
    approved_on: Day | None = None
    valid_years: int | None = Field(default=None, ge=1, le=30)


class InstitutionAwardName(Model):
    """What the award is called at one institution (R17)."""

    partner: PartnerId
    name: Localised


class SupplementDescriptors(Model):
    """What the qualification supplement says of the programme (R232)."""

    access_requirements: Localised
    programme_requirements: Localised
    further_study: Localised
    professional_status: Localised | None = None
    mobility_scheme: Localised
    delivery_method: Localised
    further_information: Localised


class IntermediateAward(Model):
    """A smaller credential inside the programme, awarded when its courses are completed (R16, A11)."""

    id: Slug
    type: AwardType
    name: Localised
    courses: Annotated[tuple[CourseId, ...], Field(min_length=1)]


class AwardRegulations(Model):
    """The award that the programme leads to."""

    type: AwardType
    name: Localised
    names: tuple[InstitutionAwardName, ...] = ()
    form: AwardForm = AwardForm.JOINT
    scope: AwardScope = AwardScope.ALL_PARTNERS
    minimum_awarding_partners: int = Field(default=2, ge=1, le=12)
    """How many universities a learner must have visited where the scope is `visited_partners` (V69)."""
    credit_awarding: CreditAwarding = CreditAwarding.TEACHING_UNIVERSITY
    delegated_to: PartnerId | None = None
    delegation_clause: str | None = None
    """The clause of the agreement that delegates the award of credits (G8)."""
    stackability: tuple[Stackability, ...] = ()
    intermediate: tuple[IntermediateAward, ...] = ()
    """Credentials on the way; no course counts in two of them."""
    justification: Localised | None = None
    """Why the programme leads to this award (R134)."""
    supplement: SupplementDescriptors | None = None
    number_prefix: Annotated[str, Field(pattern=r"^[A-Z0-9-]{2,16}$")]
    """The lead's numbering of certificates: `{prefix}-{year}-{sequence}`."""
    days_to_sign: WorkingDays = 15
    """Working days until a missing signature is escalated."""
    delegate_may_sign: Flag = True
    """A named delegate signs when the signatory is absent."""


class SignatureRequest(Model):
    """A university whose signature the award needs."""

    partner: PartnerId
    order: int = 1


class Signature(Model):
    """A signatory's act: a statement over the digest of the award's record."""

    partner: PartnerId
    person: PersonRef
    name: str
    signed_at: AwareDatetime
    digest: str
    """SHA-256 of the canonical record that was signed, hexadecimal."""


class AwardRecord(Model):
    """The award as the register keeps it; it takes effect with the last signature."""

    number: str
    case: CaseId
    person: PersonRef
    programme: Slug
    agreement_version: str
    form: AwardForm
    award_type: AwardType
    ects: Ects
    classification: str | None
    average: str | None
    """On the joint scale, as it is printed."""
    awarding: tuple[PartnerId, ...]
    conferred_at: AwareDatetime | None = None
    signatures: tuple[Signature, ...] = ()


class AwardRefusal(StrEnum):
    """Why an award cannot be given yet."""

    CREDITS_SHORT = "CREDITS_SHORT"
    RESULT_MISSING = "RESULT_MISSING"
    COURSE_FAILED = "COURSE_FAILED"
    AGREEMENT_NOT_SIGNED = "AGREEMENT_NOT_SIGNED"
    NOT_REGISTERED = "NOT_REGISTERED"
    TOO_FEW_PARTNERS = "TOO_FEW_PARTNERS"
    RESULT_WITHHELD = "RESULT_WITHHELD"
