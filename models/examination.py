"""The examination rules of the programme. Source: agreement section 11, R211-R230, V54-V68, G9-G10."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from models.ballot import BallotPolicy
from models.base import Flag, Localised, Model, WorkingDays
from models.grading import (
    AttemptPolicy,
    CompensationPolicy,
    ConversionMethod,
    ConversionTable,
    Distribution,
    ReferenceGroup,
    Rounding,
    Scale,
    TieBreak,
    TieRule,
)


class ClassBand(Model):
    """A class of the award, from a value of the joint scale's average upwards in merit (V68)."""

    code: Annotated[str, Field(pattern=r"^[a-z_]{2,32}$")]
    label: Localised
    from_average: Decimal
    """The worst average that still earns it, on the joint scale."""


class Classification(Model):
    """How the final grade comes about (V67)."""

    graded: Flag = True
    """False: the award carries no final grade (G10)."""
    decimals: int = Field(default=2, ge=0, le=4)
    rounding: Rounding = Rounding.HALF_UP
    bands: tuple[ClassBand, ...] = ()


class ExaminationRegulations(Model):
    """How results come about, are converted, and lead to the award."""

    joint_scale: str
    method: ConversionMethod = ConversionMethod.TABLE
    scales: tuple[Scale, ...] = ()
    """Scales of partners that differ from the catalogue's."""
    tables: tuple[ConversionTable, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    rounding: Rounding = Rounding.HALF_UP
    group: ReferenceGroup | None = None
    """Which reference group counts, where the distributions have several in common."""
    tie_rule: TieRule = TieRule.BEST_FOR_LEARNER
    tie_break: TieBreak | None = None
    """What decides where `midpoint` or `max_overlap` leave two grades; without it a person does."""
    attempts: AttemptPolicy = AttemptPolicy()
    compensation: CompensationPolicy = CompensationPolicy()
    classification: Classification = Classification()
    ballot: BallotPolicy = BallotPolicy()
    """Of the examination committee."""
    weeks_to_resit: int = Field(default=6, ge=1, le=104)
    days_to_result: WorkingDays = 15
    """Working days after the end of a course until a missing result is escalated."""
    days_to_transfer: WorkingDays = 25
    """Working days for the record to reach the lead (V38)."""
    days_to_appeal: WorkingDays = 10
    days_to_convert: WorkingDays = 10
