"""Results of all courses together: their average, and what they make up for. Source: V57, V67."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.base import CourseId, Ects, Flag, Model, PartnerId
from models.scale import GradeOutcome, GradeText, LocalGrade


class CompensationPolicy(Model):
    """When other results make up for a narrow fail (V57); nothing is compensated unless it is allowed."""

    allowed: Flag = False
    floors: dict[str, GradeText] = Field(default_factory=dict)
    """Scale to the lowest failing grade that may be compensated; a scale without a floor has none."""
    max_ects: Ects | None = None
    max_percent: Annotated[int, Field(ge=1, le=50)] | None = None
    """Of the programme's ECTS, rounded half up to whole credits."""
    average_needed: GradeText | None = None
    """On the joint scale, over all graded courses, weighted by ECTS."""
    exemptions_reduce: Flag = False
    """Exempt courses lower the credits that `max_percent` is taken of."""


class CourseResult(Model):
    """The result of one course at the end, with both grades."""

    course: CourseId
    partner: PartnerId
    ects: Ects
    outcome: GradeOutcome | None = None
    """None: there is no final result yet."""
    local: LocalGrade | None = None
    joint: GradeText | None = None
    """On the joint scale; none for pass/fail courses and exemptions."""
    compensable: bool = True
    """The course may be compensated at all."""


class CompensationCode(StrEnum):
    """Why a failed course is compensated or not."""

    COMPENSATED = "COMPENSATED"
    NOTHING_TO_COMPENSATE = "NOTHING_TO_COMPENSATE"
    COMPENSATION_NOT_ALLOWED = "COMPENSATION_NOT_ALLOWED"
    RESULTS_MISSING = "RESULTS_MISSING"
    COURSE_NOT_COMPENSABLE = "COURSE_NOT_COMPENSABLE"
    NO_GRADE = "NO_GRADE"
    BELOW_FLOOR = "BELOW_FLOOR"
    TOO_MANY_CREDITS = "TOO_MANY_CREDITS"
    AVERAGE_TOO_LOW = "AVERAGE_TOO_LOW"
    AVERAGE_NOT_KNOWN = "AVERAGE_NOT_KNOWN"


class CourseCompensation(Model):
    """What is decided for one failed course."""

    course: CourseId
    code: CompensationCode
    sentence: str


class CompensationDecision(Model):
    """Which failed courses the other results make up for."""

    compensated: tuple[CourseId, ...] = ()
    courses: tuple[CourseCompensation, ...] = ()
    """One entry per failed course."""
    code: CompensationCode
    sentence: str


class AverageCode(StrEnum):
    """Whether there is an average."""

    AVERAGE = "AVERAGE"
    NOTHING_GRADED = "NOTHING_GRADED"
    GRADE_MISSING = "GRADE_MISSING"
    SCALE_HAS_NO_NUMBERS = "SCALE_HAS_NO_NUMBERS"


class Average(Model):
    """The ECTS-weighted average on the joint scale (V67)."""

    value: Decimal | None
    ects: Ects
    """Credits of the courses that count in it."""
    excluded: tuple[CourseId, ...] = ()
    """Exempt and pass/fail courses."""
    code: AverageCode
    sentence: str
