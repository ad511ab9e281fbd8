"""One course: attempts, the result that counts, and its credits. Source: R139, R213, G8, V54-V56."""

from enum import StrEnum

from pydantic import Field

from models.base import Ects, Flag, Model, PartnerId
from models.scale import GradeOutcome, LocalGrade


class AbsenceRule(StrEnum):
    """What an absence costs (V56)."""

    COUNTS_AS_FAIL = "counts_as_fail"
    """With or without a reason."""
    FAIL_UNLESS_EXCUSED = "fail_unless_excused"
    """An accepted reason defers the attempt."""


class CountingRule(StrEnum):
    """Which of several failed attempts stands in the record."""

    BEST = "best"
    LAST = "last"


class AttemptPolicy(Model):
    """How often an examination may be tried, and what a further attempt is worth (V54-V56)."""

    attempts: int = Field(default=2, ge=1, le=10)
    """Including the first."""
    resit_capped: Flag = True
    """A further attempt after a fail counts at most as the pass mark (referral, V55)."""
    absence: AbsenceRule = AbsenceRule.FAIL_UNLESS_EXCUSED
    deferrals: int = Field(default=1, ge=0, le=10)
    """Excused absences that cost no attempt (V48)."""
    counts: CountingRule = CountingRule.BEST


class Attempt(Model):
    """One attempt at a course's examination, as it was recorded."""

    number: int = Field(ge=1)
    grade: LocalGrade
    """As it was given."""
    counted: LocalGrade
    """What it counts as: the pass mark for a better grade of a capped attempt."""
    outcome: GradeOutcome
    capped: bool = False
    deferred: bool = False
    """Excused: the next try has the same number and the same cap (V55)."""


class CourseState(StrEnum):
    """Where a course stands."""

    OPEN = "open"
    """An attempt may be made."""
    WITHHELD = "withheld"
    PASSED = "passed"
    FAILED = "failed"
    """Finally: no attempt is left."""


class CourseCode(StrEnum):
    """Reasons in the life of a course."""

    ATTEMPT_OPEN = "ATTEMPT_OPEN"
    RESIT_OPEN = "RESIT_OPEN"
    DEFERRED = "DEFERRED"
    RESULT_WITHHELD = "RESULT_WITHHELD"
    COURSE_PASSED = "COURSE_PASSED"
    NO_ATTEMPT_LEFT = "NO_ATTEMPT_LEFT"
    GRADE_OUTSIDE_SCALE = "GRADE_OUTSIDE_SCALE"
    NOT_A_RESULT = "NOT_A_RESULT"
    ATTEMPT_RECORDED = "ATTEMPT_RECORDED"


class NextAttempt(Model):
    """The attempt that a learner may make next."""

    number: int
    capped: bool


class AttemptDecision(Model):
    """A recorded attempt, or why the result is not taken."""

    attempt: Attempt | None
    code: CourseCode
    sentence: str


class CourseStanding(Model):
    """What the attempts so far mean for the course."""

    state: CourseState
    counting: Attempt | None = None
    """The result that stands."""
    next: NextAttempt | None = None
    code: CourseCode
    sentence: str


class CreditCode(StrEnum):
    """Why credits are awarded or not."""

    CREDIT_AWARDED = "CREDIT_AWARDED"
    CREDIT_RECOGNISED = "CREDIT_RECOGNISED"
    NO_SUMMATIVE_ASSESSMENT = "NO_SUMMATIVE_ASSESSMENT"
    NOT_PASSED = "NOT_PASSED"
    DELEGATION_WITHOUT_CLAUSE = "DELEGATION_WITHOUT_CLAUSE"
    CANNOT_AWARD_CREDITS = "CANNOT_AWARD_CREDITS"


class CreditDecision(Model):
    """How many credits a course brings and which university awards them (R139, R213, R227, G8)."""

    ects: Ects
    awarded_by: PartnerId | None
    code: CreditCode
    sentence: str
