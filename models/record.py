"""What workflows hand to the activities that keep the lead's records."""

from pydantic import AwareDatetime

from models.admission import Recognised
from models.award import AwardRecord, Signature
from models.base import CaseId, CohortId, CourseId, Ects, Model, PartnerId, PersonRef, ProgrammeId
from models.decision import Decision
from models.fee import InstalmentDue, Money
from models.grading import Conversion
from models.registration import PartnerRegistration
from models.task import Task


class DecisionRecord(Model):
    """A decision that a workflow has accepted."""

    decision_id: str
    workflow_id: str
    case: CaseId | None
    decision: Decision
    recorded_at: AwareDatetime
    """Business time."""
    subject: str
    """What was decided, in plain words: the sentence of the task or of the standing right."""
    sentence: str
    """What was decided and by whom, for the timeline."""


class TaskNotice(Model):
    """Something that happened to a task while it waited."""

    task_id: str
    case: CaseId | None
    at: AwareDatetime
    level: int = 0
    due_at: AwareDatetime | None = None
    """The new deadline, where it moved."""


class TaskClosing(Model):
    """Tasks that need no answer any more."""

    task_ids: tuple[str, ...]
    at: AwareDatetime
    outcome: str


class TaskOpening(Model):
    """Tasks that open together."""

    tasks: tuple[Task, ...]


class ResultRecord(Model):
    """A course result as received and as converted; added, never changed."""

    case: CaseId
    course: CourseId
    partner: PartnerId
    attempt: int
    scale: str
    grade: str
    outcome: str
    conversion: Conversion | None
    joint_grade: str | None
    ects_awarded: Ects
    awarded_by: PartnerId | None
    """The university that awards the credits (R227)."""
    examiner: PersonRef
    decision_id: str
    at: AwareDatetime


class CreditRecord(Model):
    """ECTS credits that a university awards after the committee has compensated a course (V57)."""

    case: CaseId
    course: CourseId
    partner: PartnerId
    ects: Ects
    ballot_id: str
    """The committee's ruling that they rest on."""
    at: AwareDatetime


class Notice(Model):
    """A message to the learner or to staff, kept once under its key."""

    case: CaseId
    key: str
    """Unique in the case."""
    sentence: str
    at: AwareDatetime


class CandidateNotice(Model):
    """A case that the committee has decided, told to its cohort."""

    message_id: str
    case: CaseId
    programme: ProgrammeId
    cohort: CohortId
    admit: bool
    score: str = "0"
    country: str | None = None
    submitted_at: AwareDatetime
    lot: int = 0


class SeatFreed(Model):
    """A place that a learner gave up."""

    message_id: str
    case: CaseId
    programme: ProgrammeId
    cohort: CohortId


class SeatNotice(Model):
    """What the cohort tells a case when decisions are released or a place becomes free."""

    message_id: str
    seat: str
    """`place`, `reserve` or `none`."""
    sentence: str
    """For the learner; no rank, only whether there is a place (V18)."""


class RegistrationRecord(Model):
    """A registration as it stands now; its history is kept event by event."""

    case: CaseId
    registration: PartnerRegistration


class AwardOpening(Model):
    """An award to be entered in the register; the register gives the number."""

    prefix: str
    year: int
    record: AwardRecord
    at: AwareDatetime


class Conferral(Model):
    """The moment in which an award takes effect."""

    number: str
    at: AwareDatetime


class FeeCharge(Model):
    """The instalments of a learner's fee, when the place is accepted."""

    case: CaseId
    category: str
    currency: str
    parts: tuple[InstalmentDue, ...]


class FeePayment(Model):
    """An instalment that is paid."""

    case: CaseId
    number: int
    amount: Money
    at: AwareDatetime


class SignatureRecord(Model):
    """A signature on an award."""

    number: str
    case: CaseId
    signature: Signature


class SeatMessage(Model):
    """What a cohort tells a case."""

    case: CaseId
    notice: SeatNotice


class RecognitionRecord(Model):
    """Recognised prior learning."""

    case: CaseId
    recognised: Recognised
    at: AwareDatetime


class SupplementQuery(Model):
    """Of whom and when the records and the directory are asked for the supplement."""

    person: PersonRef
    programme: ProgrammeId
    agreement_version: str
    awarding: tuple[PartnerId, ...]
    at: AwareDatetime


class Reconciliation(Model):
    """When the task list is compared with the workflows, and which tasks are old enough."""

    at: AwareDatetime
    opened_before: AwareDatetime
    """Business time; younger tasks may still be on their way into history."""


class Reconciled(Model):
    """What the comparison found."""

    compared: int
    closed: tuple[str, ...]
