"""How a grade of one scale becomes a grade of another. Source: R219, R224, G9, V59, V65."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from models.base import EqfLevel, Flag, Model, Slug
from models.scale import GradeOutcome, GradeText, LocalGrade, Number


class ConversionMethod(StrEnum):
    """How a grade is converted; an agreed table always goes first (G9)."""

    TABLE = "table"
    BAVARIAN = "bavarian"
    """The modified Bavarian formula; to the German scale only."""
    DISTRIBUTION = "distribution"
    """By the shares of grades in comparable groups; needs the committee's confirmation."""


class Rounding(StrEnum):
    """Sources differ on how the modified Bavarian formula rounds, so the agreement states it."""

    EXACT = "exact"
    """As computed; to four decimals where it does not end."""
    TRUNCATE = "truncate"
    HALF_UP = "half_up"


class TieRule(StrEnum):
    """Which grade of the target answers to a share of learners that touches several."""

    BEST_FOR_LEARNER = "best_for_learner"
    WORST = "worst"
    MIDPOINT = "midpoint"
    """The grade at the middle of the source grade's share."""
    MAX_OVERLAP = "max_overlap"
    """The grade that shares most with the source grade."""


class TieBreak(StrEnum):
    """What decides when `midpoint` or `max_overlap` leave two grades."""

    BEST_FOR_LEARNER = "best_for_learner"
    WORST = "worst"


class Band(Model):
    """A stretch of a local scale that answers to one value of the joint scale."""

    worst: GradeText
    best: GradeText
    joint: GradeText
    representative: GradeText | None = None
    """The local grade that the joint value becomes on the way back, where the partners agreed on one."""
    compensable: Flag = False
    """A local fail that the joint scale shows as a value which compensation may turn into a pass."""
    filled: str = ""
    """Why the band differs from the published table."""


class ConversionRow(Model):
    """One scale's bands."""

    scale: str
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]


class ConversionTable(Model):
    """A table that the partners agreed on, from their local scales to the joint scale (V65)."""

    id: Slug
    version: str
    source: str
    joint_scale: str
    rows: Annotated[tuple[ConversionRow, ...], Field(min_length=1)]

    def row(self, scale: str) -> ConversionRow | None:
        """Find the row of a scale."""
        return next((row for row in self.rows if row.scale == scale), None)


class ReferenceGroup(Model):
    """Whose grades a distribution counts."""

    isced_f: Annotated[str, Field(pattern=r"^[0-9]{2,4}$")]
    eqf_level: EqfLevel


class Distribution(Model):
    """
    How often each passing grade was given to a reference group, best grade first, in percent.

    Used between scales only, never to derive a learner's own grade (R222, G9).
    """

    id: Slug
    version: str
    scale: str
    group: ReferenceGroup
    years: Annotated[str, Field(min_length=4)]
    """As in `2022-2025`; two or three academic years (ECTS grading table)."""
    shares: Annotated[dict[str, Annotated[Number, Field(ge=0, le=100)]], Field(min_length=1)]
    source: str = ""

    @model_validator(mode="after")
    def _adds_up(self) -> "Distribution":
        total = sum(self.shares.values(), Decimal(0))
        if not Decimal(99) <= total <= Decimal(101):
            raise ValueError(f"the shares of a distribution add up to 100 percent, not {total}")
        return self


class ConversionPolicy(Model):
    """What the agreement says of conversion."""

    joint_scale: str
    method: ConversionMethod = ConversionMethod.TABLE
    """For scales that no table covers."""
    tables: tuple[ConversionTable, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    group: ReferenceGroup | None = None
    """Which reference group counts, where the distributions have several."""
    rounding: Rounding = Rounding.HALF_UP
    tie_rule: TieRule = TieRule.BEST_FOR_LEARNER
    tie_break: TieBreak | None = None
    """None: a tie is refused and a person decides."""


class ConversionCode(StrEnum):
    """How a conversion came out. Those after `failing_grade` are refusals."""

    CONVERTED_BY_TABLE = "CONVERTED_BY_TABLE"
    CONVERTED_BY_FORMULA = "CONVERTED_BY_FORMULA"
    CONVERTED_BY_DISTRIBUTION = "CONVERTED_BY_DISTRIBUTION"
    SAME_SCALE = "SAME_SCALE"
    NO_GRADE = "NO_GRADE"
    """Absent, withheld or exempt: there is nothing to convert."""
    PASS_WITHOUT_GRADE = "PASS_WITHOUT_GRADE"  # noqa: S105 a reason code, not a password
    FAILING_GRADE = "FAILING_GRADE"
    """A fail stays a fail; formulas and distributions hold for passing grades only."""
    GRADE_OUTSIDE_SCALE = "GRADE_OUTSIDE_SCALE"
    SCALE_UNKNOWN = "SCALE_UNKNOWN"
    NO_TABLE = "NO_TABLE"
    NOT_IN_TABLE = "NOT_IN_TABLE"
    CONVERSION_AMBIGUOUS = "CONVERSION_AMBIGUOUS"
    NO_EQUIVALENT = "NO_EQUIVALENT"
    OUTCOME_WOULD_CHANGE = "OUTCOME_WOULD_CHANGE"
    """The table would turn a fail into a pass or a pass into a fail (V59)."""
    TARGET_NOT_GERMAN = "TARGET_NOT_GERMAN"
    SCALE_HAS_NO_NUMBERS = "SCALE_HAS_NO_NUMBERS"
    SCALE_WITHOUT_WIDTH = "SCALE_WITHOUT_WIDTH"
    NO_DISTRIBUTION = "NO_DISTRIBUTION"
    DISTRIBUTIONS_NOT_COMPARABLE = "DISTRIBUTIONS_NOT_COMPARABLE"
    NOT_IN_DISTRIBUTION = "NOT_IN_DISTRIBUTION"


NO_RESULT_NEEDED = frozenset(
    {ConversionCode.NO_GRADE, ConversionCode.PASS_WITHOUT_GRADE, ConversionCode.FAILING_GRADE}
)
"""The outcome is carried over without a grade; nobody has to decide anything."""


class Conversion(Model):
    """A grade and what it became: both are kept, with how and by which table (V65, G9)."""

    grade: LocalGrade
    """As it was given, on its own scale."""
    target: str
    result: str | None = None
    """The grade on the target scale."""
    outcome: GradeOutcome | None = None
    """A pass abroad is a pass, a fail abroad is a fail (V59); none when the grade itself is refused."""
    method: ConversionMethod | None = None
    rounding: Rounding | None = None
    table: str | None = None
    """Id of the table or of the two distributions."""
    table_version: str | None = None
    code: ConversionCode
    sentence: str
    candidates: tuple[str, ...] = ()
    """Grades that a person may choose from, where no single one follows."""
    needs_confirmation: bool = False
    """The examination committee confirms it before it counts (G9)."""

    @property
    def converted(self) -> bool:
        """Tell whether there is a grade on the target scale."""
        return self.result is not None

    @property
    def refused(self) -> bool:
        """Tell whether a person has to decide or to repair something."""
        return self.result is None and self.code not in NO_RESULT_NEEDED
