"""
Grading scales and the grades on them.

Source: R217, V54-V56; the scales themselves stand in `rules/scales.py`.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from models.base import Country, EqfLevel, Flag, Model, Slug

GradeText = Annotated[str, Field(min_length=1, max_length=24)]
"""A grade as people write it; always text, since the Danish 02 is not the number 2."""

Number = Annotated[Decimal, Field(allow_inf_nan=False, ge=-10000, le=10000, max_digits=9, decimal_places=4)]


class GradeOutcome(StrEnum):
    """What a grade means for the course, whatever the scale."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"
    WITHHELD = "withheld"
    """Kept back while a case of misconduct is open (V63)."""
    EXEMPT = "exempt"
    """Nothing to be examined: prior learning was recognised."""
    COMPENSABLE = "compensable"
    """A fail that the regulations may let other results make up for (V57)."""
    COMPENSATED = "compensated"
    """A fail that other results have made up for."""


class Confidence(StrEnum):
    """How well a scale of the catalogue is known."""

    INSTITUTION = "A"
    """Read on a page of an institution or authority."""
    SECONDARY = "B"
    """Read on a secondary page."""
    UNCONFIRMED = "U"
    """Common knowledge, not confirmed."""


class SpecialGrade(Model):
    """A grade that stands beside a scale's ordinary values, such as 30L, a credit, or a code for cheating."""

    code: GradeText
    outcome: GradeOutcome
    title: str = ""
    above: Flag = False
    """Better than the best ordinary grade, like 30L above 30."""
    counts_as: Number | None = None
    """Its number in averages and formulas; none means that it is left out."""
    misconduct: Flag = False


class Scale(Model):
    """
    A grading scale: an ordered set of `values`, or a range from `best` to `worst` in steps.

    Which direction is better follows from `best` and `worst`. Comma decimals are read.
    """

    id: Slug
    title: str
    country: Country | None = None
    values: tuple[GradeText, ...] = ()
    """Admissible grades, best first."""
    numbers: dict[str, Number] = Field(default_factory=dict)
    """What letters count as, where averages or formulas need numbers."""
    best: Number | None = None
    worst: Number | None = None
    """None: the lowest fail is not known; only formulas can use such a scale."""
    step: Annotated[Number, Field(gt=0)] | None = None
    pass_mark: GradeText
    """The lowest grade that passes."""
    pass_marks: dict[EqfLevel, GradeText] = Field(default_factory=dict)
    """Where the pass mark differs by EQF level."""
    special: tuple[SpecialGrade, ...] = ()
    literal: Flag = False
    """Grades are codes that must be written exactly: 2 is not 02."""
    confidence: Confidence | None = None
    """Of a scale in the catalogue."""
    source: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _is_a_set_or_a_range(self) -> "Scale":
        if bool(self.values) == (self.best is not None):
            raise ValueError("a scale has either values (best first) or best and worst with a step")
        if len(set(self.values)) != len(self.values):
            raise ValueError("a scale's values must differ from each other")
        if self.values and (self.worst is not None or self.step is not None):
            raise ValueError("a scale with values has no worst and no step")
        if self.best is not None and self.best == self.worst:
            raise ValueError("the best and the worst grade of a scale must differ")
        return self


class LocalGrade(Model):
    """A grade with the scale that it belongs to."""

    scale: str
    grade: GradeText


class GradeRefusal(StrEnum):
    """Why a grade is not accepted."""

    GRADE_OUTSIDE_SCALE = "GRADE_OUTSIDE_SCALE"
    PASS_MARK_OUTSIDE_SCALE = "PASS_MARK_OUTSIDE_SCALE"  # noqa: S105 a reason code, not a password
    SCALE_NOT_READABLE = "SCALE_NOT_READABLE"
    SCALE_UNKNOWN = "SCALE_UNKNOWN"


class Judgement(Model):
    """What a grade means on its scale, or why it is not a grade of that scale."""

    grade: LocalGrade | None = None
    """As the scale writes it; none when refused."""
    outcome: GradeOutcome | None = None
    code: GradeRefusal | None = None
    sentence: str

    @property
    def refused(self) -> bool:
        """Tell whether the grade is refused."""
        return self.code is not None


class ScaleReading(Model):
    """A scale found by name or read from a definition, or why there is none."""

    scale: Scale | None = None
    code: GradeRefusal | None = None
    sentence: str = ""
