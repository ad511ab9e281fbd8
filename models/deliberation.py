"""What the examination committee deliberates on, and what follows from it. Source: R228-R229, V67-V69."""

from decimal import Decimal

from models.agreement import AgreementSignature, LearningAgreement
from models.award import AwardRefusal
from models.base import CourseId, Ects, Model, PartnerId
from models.compensation import Average, CourseResult
from models.registration import PartnerRegistration
from models.task import TaskOption


class CourseFact(CourseResult):
    """The final result of one course, and who awarded its credits."""

    awarded_by: PartnerId | None = None


class DeliberationFacts(Model):
    """Everything that is known of a learner at the end of study."""

    learning_agreement: LearningAgreement
    signatures: tuple[AgreementSignature, ...] = ()
    """Over the learning agreement."""
    main_partner: PartnerId | None = None
    registrations: tuple[PartnerRegistration, ...] = ()
    courses: tuple[CourseFact, ...] = ()
    misconduct: bool = False
    """A case of misconduct was proven: no class of merit (V68)."""


class AwardReason(Model):
    """One thing that stands between a learner and the award."""

    code: AwardRefusal
    sentence: str
    course: CourseId | None = None
    partner: PartnerId | None = None


class AwardProposal(Model):
    """What follows from facts and regulations; the committee decides (R228)."""

    reasons: tuple[AwardReason, ...] = ()
    """Empty: everything for the award is there."""
    ects: Ects
    compensated: tuple[CourseId, ...] = ()
    value: Decimal | None = None
    """The average on the joint scale, rounded as the agreement says; none without a final grade."""
    average: Average | None = None
    """How it came about, and which courses are left out."""
    classification: str | None = None
    """Code of the class."""
    options: tuple[TaskOption, ...]
    code: AwardRefusal | None = None
    """The first reason's; none when the award is proposed."""
    sentence: str

    @property
    def awardable(self) -> bool:
        """Tell whether the award can be given."""
        return not self.reasons
