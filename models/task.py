"""A task: how a workflow waits for a person, visible to everybody who may do it."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from models.actor import Role
from models.base import CaseId, CourseId, Model, PartnerId, PersonRef


class TaskKind(StrEnum):
    """What a person is asked to do."""

    SUPPLY_EVIDENCE = "supply_evidence"
    VERIFY_DOCUMENTS = "verify_documents"
    EVALUATE_READINESS = "evaluate_readiness"
    ASSESS_PRIOR_LEARNING = "assess_prior_learning"
    VOTE = "vote"
    CASTING_VOTE = "casting_vote"
    RESOLVE_BALLOT = "resolve_ballot"
    MEET_CONDITION = "meet_condition"
    ANSWER_OFFER = "answer_offer"
    ANSWER_REFUSAL = "answer_refusal"
    """To appeal against a decision or let it stand (V20, V62)."""
    CHOOSE_PATH = "choose_path"
    SIGN_AGREEMENT = "sign_agreement"
    CONFIRM_PAYMENT = "confirm_payment"
    TRIGGER_REGISTRATION = "trigger_registration"
    CONFIRM_REGISTRATION = "confirm_registration"
    REPAIR_REGISTRATION = "repair_registration"
    CONFIRM_CANCELLATION = "confirm_cancellation"
    ENTER_RESULT = "enter_result"
    CONVERT_GRADE = "convert_grade"
    COMPLETE_SUPPLEMENT = "complete_supplement"
    SIGN_AWARD = "sign_award"
    RESUME_STUDY = "resume_study"
    RESTART_STEP = "restart_step"
    """A step was cut off in the engine; it is started again, or the learner withdraws."""
    HOLD_SESSION = "hold_session"
    RELEASE_DECISIONS = "release_decisions"


class TaskOption(Model):
    """One answer that the person can give."""

    code: str
    label: str
    needs_reason: bool = False


class Task(Model):
    """
    Something that one person of a role does for a case until a deadline.

    `task_id` is `{workflow id}#{number}`, the same on every replay and retry.
    """

    task_id: str
    workflow_id: str
    case: CaseId | None
    """None for tasks of a session or a cohort."""
    kind: TaskKind
    role: Role
    partner: PartnerId | None
    """Whose person is asked; None means any partner's."""
    course: CourseId | None = None
    assignee: PersonRef | None = None
    """One named person, where only that person may answer (a vote, the learner's own acts)."""
    subject: str
    """One sentence in plain words without personal data."""
    regulation: str = ""
    """Which article of the agreement or rule applies, for the person who decides."""
    options: tuple[TaskOption, ...] = Field(min_length=1)
    opened_at: AwareDatetime
    remind_at: AwareDatetime | None
    due_at: AwareDatetime
