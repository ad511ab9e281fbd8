"""Inputs and results of the workflows of the learner's way."""

from decimal import Decimal

from pydantic import AwareDatetime, Field

from models.admission import AdmissionOutcome, AdmissionRegulations, Application, Places, Recognised
from models.agreement import AgreementSignature, LearningAgreement
from models.award import AwardRecord
from models.awarding import FormDecision
from models.base import CourseId, Ects, Model, PartnerId
from models.case import CaseContext, CaseState, Intake, Phase
from models.cohort import CohortProgress
from models.consortium import ConsortiumAgreement
from models.decision import Receipt
from models.deliberation import DeliberationFacts
from models.fee import FeePlan
from models.partnership import Partner
from models.programme import Course
from models.record import CandidateNotice, SeatFreed
from models.registration import PartnerRegistration, PlannedRegistration, RegistrationRegulations


class CourseOutcome(Model):
    """How a course ended, on both scales."""

    course: CourseId
    partner: PartnerId
    scale: str
    grade: str
    joint_grade: str | None
    outcome: str
    """Of `models.grading.GradeOutcome`."""
    attempts: int
    ects_awarded: Ects
    awarded_by: PartnerId | None


class DeliberationResult(Model):
    """What the committee has decided (R228)."""

    awarded: bool
    sentence: str
    classification: str | None = None
    average: Decimal | None = None
    compensated: tuple[CourseId, ...] = ()


class LearnerProgress(Model):
    """What a learner's way has brought so far; carried when the workflow continues as new."""

    done: tuple[Phase, ...] = ()
    state: CaseState = CaseState.ACTIVE
    recognised: tuple[Recognised, ...] = ()
    main_partner: PartnerId | None = None
    agreement: LearningAgreement | None = None
    signatures: tuple[AgreementSignature, ...] = ()
    fee: FeePlan | None = None
    registrations: tuple[PartnerRegistration, ...] = ()
    registration_number: int = 0
    results: tuple[CourseOutcome, ...] = ()
    decided: DeliberationResult | None = None
    receipts: dict[str, Receipt] = Field(default_factory=dict)
    tasks: int = 0
    """How many tasks the learner's workflow has opened, so that the next has a number of its own."""


class LearnerInput(Model):
    """Everything with which a learner's way starts."""

    context: CaseContext
    agreement: ConsortiumAgreement
    """The version in force at application."""
    intake: Intake
    application: Application
    progress: LearnerProgress = LearnerProgress()


class LearnerResult(Model):
    """How the way ended."""

    state: CaseState
    sentence: str
    award_number: str | None = None


class AdmissionInput(Model):
    """What admission needs of the agreement and the application."""

    context: CaseContext
    regulations: AdmissionRegulations
    intake: Intake
    application: Application
    lead: PartnerId
    associates: tuple[PartnerId, ...] = ()
    courses: tuple[Course, ...]
    """For claims of prior learning."""
    main_partners: tuple[PartnerId, ...]
    """Where the main registration may be."""


class AdmissionResult(Model):
    """How admission ended."""

    outcome: AdmissionOutcome
    sentence: str
    recognised: tuple[Recognised, ...] = ()
    main_partner: PartnerId | None = None


class AgreementInput(Model):
    """What the learning agreement needs."""

    context: CaseContext
    agreement: ConsortiumAgreement
    recognised: tuple[Recognised, ...]
    sign_before: AwareDatetime
    """Start of study (R131)."""
    path: tuple[CourseId, ...] = ()
    """Of a change that the learner asked for; empty where the path is still to be chosen."""
    version: int = 1


class AgreementResult(Model):
    """The signed learning agreement, or none when it was not signed in time."""

    agreement: LearningAgreement | None
    signatures: tuple[AgreementSignature, ...] = ()
    sentence: str = ""


class RegistrationInput(Model):
    """Registrations to bring about, or to undo."""

    context: CaseContext
    regulations: RegistrationRegulations
    number: int
    """n of `registration/{n}`; part of the key of each effect."""
    planned: tuple[PlannedRegistration, ...]
    partners: tuple[Partner, ...]
    lead: PartnerId
    undo: tuple[PartnerRegistration, ...] = ()
    """Registrations to undo, in this order; then nothing is registered."""
    asked_for: bool = False
    """True when nobody needs to trigger it any more."""


class RegistrationResult(Model):
    """Every registration as it stands at the end."""

    registrations: tuple[PartnerRegistration, ...]
    complete: bool
    sentence: str


class CourseInput(Model):
    """One course of the learner's path."""

    context: CaseContext
    course: Course
    agreement: ConsortiumAgreement
    ends_at: AwareDatetime
    """When the course ends and its result is asked for."""
    registration_number: int


class DeliberationInput(Model):
    """The facts over which the examination committee deliberates."""

    context: CaseContext
    agreement: ConsortiumAgreement
    facts: DeliberationFacts
    number: int = 1


class AwardInput(Model):
    """What is awarded, and who signs."""

    context: CaseContext
    agreement: ConsortiumAgreement
    facts: DeliberationFacts
    deliberation: DeliberationResult
    signing: tuple[PartnerId, ...]
    form: FormDecision


class AwardResult(Model):
    """The award in force."""

    record: AwardRecord
    sentence: str


NO_CASE = "00000000"
"""Stands in the context of workflows that belong to no case."""


class CohortInput(Model):
    """A cohort: who has a place, who waits, when decisions are told."""

    context: CaseContext
    """Clock, zone and calendars; its case is `NO_CASE`."""
    intake: Intake
    places: Places | None
    embargo: bool
    lead: PartnerId
    progress: CohortProgress = CohortProgress()
    most_messages: int | None = Field(default=None, ge=1)
    """Continue as new after so many messages; None: when the engine advises it."""


class CohortMessage(Model):
    """What a case tells its cohort, with all that is needed to start the cohort's workflow."""

    cohort: CohortInput
    candidate: CandidateNotice | None = None
    freed: SeatFreed | None = None
