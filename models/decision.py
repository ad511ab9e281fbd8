"""A person's decision, sent to a workflow as an update, and the receipt that answers it."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from models.actor import Actor
from models.admission import Attainment
from models.base import CourseId, Ects, Model, PartnerId, PersonRef


class DecisionKind(StrEnum):
    """Which decision it is; each workflow lists those that it takes."""

    ANSWER_TASK = "answer_task"
    """An answer to an open task; the task says what is asked."""
    WITHDRAW = "withdraw"
    INTERRUPT = "interrupt"
    EXTEND_DEADLINE = "extend_deadline"
    REPLACE_ELECTOR = "replace_elector"
    CHANGE_PATH = "change_path"
    RELEASE_DECISIONS = "release_decisions"
    ATTEND = "attend"
    CLOSE_SESSION = "close_session"


class PathChoice(Model):
    """The learner's courses and the partner of the main registration (R102, R204)."""

    content: Literal["path"] = "path"
    courses: tuple[CourseId, ...] = ()
    """Empty in a linear programme, where the path is given."""
    main_partner: PartnerId | None = None


class RegistrationConfirmation(Model):
    """What a student administration confirms by hand: the partner's own number (V33)."""

    content: Literal["registration"] = "registration"
    student_number: str = Field(min_length=1, max_length=64)
    evidence: str = Field(min_length=1, max_length=500)
    """Where it can be seen: a register extract, a message, a screen of their system."""


class GradeEntry(Model):
    """A result on the local scale of the offering partner (R217)."""

    content: Literal["grade"] = "grade"
    grade: str = Field(min_length=1, max_length=16)


class EvidenceSupply(Model):
    """Evidence that the learner adds; the files themselves are in the records."""

    content: Literal["evidence"] = "evidence"
    attainments: tuple[Attainment, ...] = Field(min_length=1)
    """What the stored pieces of evidence show, as far as rules need it."""


class RecognitionRuling(Model):
    """How many ECTS credits an assessor recognises for one claim (R200)."""

    content: Literal["recognition"] = "recognition"
    course: CourseId
    ects: Ects


class Scoring(Model):
    """A committee member's score where places are limited (V8)."""

    content: Literal["score"] = "score"
    score: Decimal = Field(ge=0, le=100)


class DateChange(Model):
    """A new deadline, or the date of return after an interruption."""

    content: Literal["date"] = "date"
    until: AwareDatetime


class ElectorChange(Model):
    """Who takes whose place in a frozen electorate."""

    content: Literal["elector"] = "elector"
    leaves: PersonRef
    joins: PersonRef
    name: str
    """Of the person who joins, from the directory."""


Content = Annotated[
    PathChoice
    | RegistrationConfirmation
    | GradeEntry
    | EvidenceSupply
    | RecognitionRuling
    | Scoring
    | DateChange
    | ElectorChange,
    Field(discriminator="content"),
]


class Decision(Model):
    """
    What a person decides. Its id is the update's id, made by the sender before the first try.

    `option` is a code of the task's options; for a decision without a task it is empty.
    """

    kind: DecisionKind = DecisionKind.ANSWER_TASK
    task: str | None = None
    option: str = ""
    reason: str = Field(default="", max_length=4000)
    content: Content | None = None
    actor: Actor


class Receipt(Model):
    """That a decision is taken, by whom and when; sent again unchanged to a repeated id."""

    decision_id: str
    kind: DecisionKind
    task: str | None
    option: str
    person: PersonRef
    name: str
    decided_at: AwareDatetime
    """Business time."""
    sentence: str
    """What was decided and what comes next, in plain words."""
