"""Whether an application is complete, eligible, ready, open to appeal. Source: R185-R197, V12, V20-V27."""

from enum import StrEnum

from pydantic import AwareDatetime

from models.admission import EvidenceKind
from models.base import Model


class CompletenessCode(StrEnum):
    """Whether everything that the agreement asks for is there."""

    COMPLETE = "COMPLETE"
    EVIDENCE_MISSING = "EVIDENCE_MISSING"


class Completeness(Model):
    """What an application still lacks (R186)."""

    missing: tuple[EvidenceKind, ...] = ()
    code: CompletenessCode
    sentence: str


class EligibilityCode(StrEnum):
    """Why somebody may be admitted, or not."""

    ELIGIBLE = "ELIGIBLE"
    ELIGIBLE_ON_CONDITION = "ELIGIBLE_ON_CONDITION"
    NO_PRIOR_AWARD = "NO_PRIOR_AWARD"
    EQF_LEVEL_NOT_KNOWN = "EQF_LEVEL_NOT_KNOWN"
    EQF_LEVEL_TOO_LOW = "EQF_LEVEL_TOO_LOW"
    FIELD_NOT_ACCEPTED = "FIELD_NOT_ACCEPTED"
    DEGREE_NOT_ISSUED = "DEGREE_NOT_ISSUED"
    LANGUAGE_NOT_SHOWN = "LANGUAGE_NOT_SHOWN"
    LANGUAGE_LEVEL_TOO_LOW = "LANGUAGE_LEVEL_TOO_LOW"
    NOTICE_NOT_ACKNOWLEDGED = "NOTICE_NOT_ACKNOWLEDGED"


class ConditionCode(StrEnum):
    """What a conditional admission waits for (V22-V25, R189)."""

    DEGREE_TO_BE_ISSUED = "DEGREE_TO_BE_ISSUED"
    LANGUAGE_TO_BE_SHOWN = "LANGUAGE_TO_BE_SHOWN"
    PREPARATORY_UNIT = "PREPARATORY_UNIT"


class Condition(Model):
    """A condition of admission, told to the applicant."""

    code: ConditionCode
    sentence: str


class Objection(Model):
    """One reason why an applicant is not eligible, with what can be done about it."""

    code: EligibilityCode
    sentence: str


class Eligibility(Model):
    """Whether an applicant may be admitted at all; the ineligible are told all reasons at once (V12)."""

    objections: tuple[Objection, ...] = ()
    conditions: tuple[Condition, ...] = ()
    code: EligibilityCode
    """The first objection's, or that there is none."""
    sentence: str

    @property
    def eligible(self) -> bool:
        """Tell whether nothing stands against an admission."""
        return not self.objections

    @property
    def conditional(self) -> bool:
        """Tell whether an admission would have to be conditional."""
        return self.eligible and bool(self.conditions)


class ReadinessFinding(StrEnum):
    """What the person who evaluates readiness finds (R187)."""

    READY = "ready"
    PREPARATORY_UNIT = "preparatory_unit"
    NOT_READY = "not_ready"


class ReadinessCode(StrEnum):
    """What a finding leads to (R187-R189)."""

    READY = "READY"
    PREPARATORY_UNIT_ADVISED = "PREPARATORY_UNIT_ADVISED"
    PREPARATORY_UNIT_ASKED_FOR = "PREPARATORY_UNIT_ASKED_FOR"
    NO_PREPARATORY_UNIT = "NO_PREPARATORY_UNIT"
    NOT_READY_ADVISED = "NOT_READY_ADVISED"
    NOT_READY = "NOT_READY"


class AdmissionOption(StrEnum):
    """The options of the admission ballot."""

    ADMIT = "admit"
    ADMIT_CONDITIONALLY = "admit_conditionally"
    REFUSE = "refuse"


class Readiness(Model):
    """What the evaluation proposes to the committee; in open modes it advises and never bars (R188)."""

    finding: ReadinessFinding
    proposes: AdmissionOption
    condition: Condition | None = None
    code: ReadinessCode
    sentence: str


class AppealGround(StrEnum):
    """The grounds on which a decision on admission can be appealed against (V20)."""

    ELIGIBILITY_MISTAKE = "eligibility_mistake"
    INTERPRETATION_OF_EDUCATION = "interpretation_of_education"
    FORMAL_HANDLING = "formal_handling"
    UNFAIR_PROCEDURE = "unfair_procedure"


class Appeal(Model):
    """An appeal as it was made."""

    decided_at: AwareDatetime
    """When the applicant was told the decision."""
    due_at: AwareDatetime
    made_at: AwareDatetime
    grounds: tuple[AppealGround, ...] = ()
    reason: str = ""
    new_documents: bool = False
    appealed_before: bool = False


class AppealCode(StrEnum):
    """Whether an appeal is heard."""

    APPEAL_ALLOWED = "APPEAL_ALLOWED"
    NOT_DECIDED_YET = "NOT_DECIDED_YET"
    TOO_LATE = "TOO_LATE"
    APPEALED_BEFORE = "APPEALED_BEFORE"
    NO_GROUND = "NO_GROUND"
    NEW_DOCUMENTS = "NEW_DOCUMENTS"


class AppealDecision(Model):
    """Whether an appeal is heard, and why not."""

    allowed: bool
    code: AppealCode
    sentence: str
