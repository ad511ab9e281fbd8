"""Conversion tables as they were published, and what may be wrong with them. Source: V65."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.base import Model, Slug
from models.conversion import ConversionTable
from models.scale import GradeText


class PublishedRow(Model):
    """One row of a table as it was published: a cell per column."""

    scale: str
    cells: tuple[str, ...]
    compensable: tuple[str, ...] = ()
    """Columns whose local grades fail at home and are shown as a compensated result."""


class Fill(Model):
    """How the partners read a cell that was published with a hole or cut off."""

    scale: str
    joint: GradeText
    reads: str
    reason: Annotated[str, Field(min_length=1)]


class PublishedTable(Model):
    """A conversion table as it was published, before it is checked and made usable."""

    id: Slug
    version: str
    source: str
    joint_scale: str
    columns: tuple[GradeText, ...]
    rows: tuple[PublishedRow, ...]
    fills: tuple[Fill, ...] = ()


class TableProblemCode(StrEnum):
    """What is wrong with a conversion table."""

    CELL_NOT_READABLE = "CELL_NOT_READABLE"
    CELLS_MISSING = "CELLS_MISSING"
    SCALE_UNKNOWN = "SCALE_UNKNOWN"
    SCALE_WITHOUT_STEP = "SCALE_WITHOUT_STEP"
    SCALE_TWICE = "SCALE_TWICE"
    FILL_UNUSED = "FILL_UNUSED"
    GRADE_OUTSIDE_SCALE = "GRADE_OUTSIDE_SCALE"
    JOINT_VALUE_UNKNOWN = "JOINT_VALUE_UNKNOWN"
    BAND_UPSIDE_DOWN = "BAND_UPSIDE_DOWN"
    BANDS_OVERLAP = "BANDS_OVERLAP"
    GAP_BETWEEN_BANDS = "GAP_BETWEEN_BANDS"
    NOT_MONOTONE = "NOT_MONOTONE"
    FAIL_BECOMES_PASS = "FAIL_BECOMES_PASS"  # noqa: S105 a reason code, not a password
    PASS_BECOMES_FAIL = "PASS_BECOMES_FAIL"  # noqa: S105 a reason code, not a password
    REPRESENTATIVE_OUTSIDE_BAND = "REPRESENTATIVE_OUTSIDE_BAND"


class TableProblem(Model):
    """One defect of a conversion table, with the place where it stands."""

    code: TableProblemCode
    scale: str
    band: int | None = None
    """Index in the row of the table."""
    sentence: str


class TableImport(Model):
    """A published table made usable, or all that stands in the way."""

    table: ConversionTable | None
    problems: tuple[TableProblem, ...]
