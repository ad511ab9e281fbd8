"""
Conversion tables: read as published, refused with holes and overlaps, or completed explicitly.

Real published tables have cells that were cut off ("10-11.") and holes (5.9, then 6); a table
is used only when every grade of a scale has exactly one value of the joint scale, and never
turns a fail into a pass or a pass into a fail (V59, V65).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from models.base import EqfLevel
from models.grading import (
    Band,
    ConversionRow,
    ConversionTable,
    Fill,
    GradeOutcome,
    PublishedRow,
    PublishedTable,
    Scale,
    TableImport,
    TableProblem,
)
from models.grading import TableProblemCode as Code
from rules.grading import higher_is_better, judge, read_grade
from rules.numbers import plain

Ordered = tuple[int, Band, Decimal, Decimal]
"""Index, band, place of its best and of its worst grade."""


def check_table(
    table: ConversionTable, scales: Mapping[str, Scale], eqf_level: EqfLevel | None = None
) -> tuple[TableProblem, ...]:
    """List all that keeps a table from being used."""
    problems: list[TableProblem] = []
    joint = scales.get(table.joint_scale)
    seen: set[str] = set()
    for row in table.rows:
        scale = scales.get(row.scale)
        if scale is None or joint is None:
            name = row.scale if scale is None else table.joint_scale
            problems.append(_problem(Code.SCALE_UNKNOWN, row.scale, None, f"There is no scale {name!r}."))
        elif row.scale in seen:
            problems.append(_problem(Code.SCALE_TWICE, row.scale, None, f"{scale.title} has two rows."))
        elif not scale.values and (scale.step is None or scale.worst is None):
            sentence = f"{scale.title} needs a worst grade and a step before a table can cover it."
            problems.append(_problem(Code.SCALE_WITHOUT_STEP, row.scale, None, sentence))
        else:
            problems.extend(_check_row(row, scale, joint, eqf_level))
        seen.add(row.scale)
    return tuple(problems)


def _problem(code: Code, scale: str, band: int | None, sentence: str) -> TableProblem:
    return TableProblem(code=code, scale=scale, band=band, sentence=sentence)


def _check_row(
    row: ConversionRow, scale: Scale, joint: Scale, eqf_level: EqfLevel | None
) -> Iterator[TableProblem]:
    unreadable = list(_check_grades(row, scale, joint))
    yield from unreadable
    if unreadable:
        return
    ordered = order_bands(row, scale)
    yield from _check_coverage(row, scale, ordered)
    yield from _check_order_of_joint_values(row, joint, ordered)
    for index, band in enumerate(row.bands):
        yield from _check_outcome(row, (index, band), scale, joint, eqf_level)


def _check_grades(row: ConversionRow, scale: Scale, joint: Scale) -> Iterator[TableProblem]:
    for index, band in enumerate(row.bands):
        if read_grade(band.joint, joint) is None:
            sentence = f"{band.joint!r} is not a value of the joint scale {joint.title}."
            yield _problem(Code.JOINT_VALUE_UNKNOWN, row.scale, index, sentence)
        for grade in (band.worst, band.best):
            if read_grade(grade, scale) is None:
                sentence = f"{grade!r} is not a grade of {scale.title}."
                yield _problem(Code.GRADE_OUTSIDE_SCALE, row.scale, index, sentence)
        if band.representative is not None and not holds(band, band.representative, scale):
            sentence = f"The representative {band.representative!r} lies outside {band.worst} to {band.best}."
            yield _problem(Code.REPRESENTATIVE_OUTSIDE_BAND, row.scale, index, sentence)


def holds(band: Band, grade: str, scale: Scale) -> bool:
    """Tell whether a grade lies in a band; grades beside the order are named in a band of their own."""
    best, worst, found = (read_grade(text, scale) for text in (band.best, band.worst, grade))
    if best is None or worst is None or found is None:
        return False
    if found.place is None or best.place is None or worst.place is None:
        return found.text == best.text == worst.text
    return best.place <= found.place <= worst.place


def order_bands(row: ConversionRow, scale: Scale) -> list[Ordered]:
    """Put the bands of a row in order, best first, without those of grades beside the order."""
    ordered = []
    for index, band in enumerate(row.bands):
        best, worst = read_grade(band.best, scale), read_grade(band.worst, scale)
        if best is not None and worst is not None and best.place is not None and worst.place is not None:
            ordered.append((index, band, best.place, worst.place))
    return sorted(ordered, key=lambda item: (item[2], item[3]))


def _check_coverage(row: ConversionRow, scale: Scale, ordered: list[Ordered]) -> Iterator[TableProblem]:
    for index, band, best, worst in ordered:
        if best > worst:
            sentence = f"{band.worst} is better than {band.best}: exchange worst and best."
            yield _problem(Code.BAND_UPSIDE_DOWN, row.scale, index, sentence)
    end = last_place(scale)
    edges = [(None, Decimal(-1)), *((index, worst) for index, _, _, worst in ordered)]
    starts = [
        *(
            (index, max(best, Decimal(0)) if number == 0 else best)
            for number, (index, _, best, _) in enumerate(ordered)
        ),
        (None, end + 1),
    ]
    for (before, left), (after, right) in zip(edges, starts, strict=True):
        band_index = after if after is not None else before
        if right > left + 1:
            missing = f"{grade_at(left + 1, scale)} to {grade_at(right - 1, scale)}"
            sentence = f"No band covers {missing} of {scale.title}: complete the table or state a fill."
            yield _problem(Code.GAP_BETWEEN_BANDS, row.scale, band_index, sentence)
        elif right <= left:
            sentence = f"{grade_at(right, scale)} of {scale.title} stands in two bands."
            yield _problem(Code.BANDS_OVERLAP, row.scale, band_index, sentence)


def last_place(scale: Scale) -> Decimal:
    """Tell the place of the worst grade."""
    if scale.best is None or scale.worst is None or scale.step is None:
        return Decimal(len(scale.values) - 1)
    return abs(scale.best - scale.worst) // scale.step


def grade_at(place: Decimal, scale: Scale) -> str:
    """Tell the grade at a place of the order; places above the best are those with honours."""
    if place < 0:
        above = [special.code for special in scale.special if special.above]
        return above[int(place)]
    if scale.best is None or scale.worst is None or scale.step is None:
        return scale.values[int(place)]
    step = scale.step if scale.worst > scale.best else -scale.step
    return plain(scale.best + place * step)


def _check_order_of_joint_values(
    row: ConversionRow, joint: Scale, ordered: list[Ordered]
) -> Iterator[TableProblem]:
    for (_, upper, _, _), (index, lower, _, _) in pairwise(ordered):
        above, below = read_grade(upper.joint, joint), read_grade(lower.joint, joint)
        places = (above.place if above else None, below.place if below else None)
        if places[0] is not None and places[1] is not None and places[0] > places[1]:
            sentence = (
                f"{lower.best} becomes {lower.joint}, which is better than {upper.joint} for {upper.worst}."
            )
            yield _problem(Code.NOT_MONOTONE, row.scale, index, sentence)


def _check_outcome(
    row: ConversionRow, numbered: tuple[int, Band], scale: Scale, joint: Scale, eqf_level: EqfLevel | None
) -> Iterator[TableProblem]:
    index, band = numbered
    fails = judge(band.worst, scale, eqf_level).outcome is GradeOutcome.FAILED
    passes = judge(band.best, scale, eqf_level).outcome is GradeOutcome.PASSED
    passes_jointly = judge(band.joint, joint, eqf_level).outcome is GradeOutcome.PASSED
    if passes_jointly and fails and (passes or not band.compensable):
        sentence = (
            f"{band.worst} fails on {scale.title} but {band.joint} passes: mark it compensable or move it."
        )
        yield _problem(Code.FAIL_BECOMES_PASS, row.scale, index, sentence)
    if passes and not passes_jointly:
        sentence = f"{band.best} passes on {scale.title} but {band.joint} fails."
        yield _problem(Code.PASS_BECOMES_FAIL, row.scale, index, sentence)


def import_table(
    published: PublishedTable, scales: Mapping[str, Scale], eqf_level: EqfLevel | None = None
) -> TableImport:
    """
    Read a published table; nothing is guessed.

    A cell that is cut off or leaves a hole is reported unless a fill says how the partners read
    it; the reason of the fill stays with the band.
    """
    problems = list(_check_fills(published))
    rows = []
    for row in published.rows:
        bands, defects = _read_row(row, published, scales.get(row.scale))
        problems.extend(defects)
        if bands and not defects:
            rows.append(ConversionRow(scale=row.scale, bands=tuple(bands)))
    if not rows:
        return TableImport(table=None, problems=tuple(problems))
    table = ConversionTable(
        id=published.id,
        version=published.version,
        source=published.source,
        joint_scale=published.joint_scale,
        rows=tuple(rows),
    )
    problems.extend(check_table(table, scales, eqf_level))
    return TableImport(table=None if problems else table, problems=tuple(problems))


def _check_fills(published: PublishedTable) -> Iterator[TableProblem]:
    rows = {row.scale for row in published.rows}
    for fill in published.fills:
        if fill.scale not in rows or fill.joint not in published.columns:
            sentence = f"The fill for {fill.joint} of {fill.scale} belongs to no cell of the table."
            yield _problem(Code.FILL_UNUSED, fill.scale, None, sentence)


def _read_row(
    row: PublishedRow, published: PublishedTable, scale: Scale | None
) -> tuple[list[Band], list[TableProblem]]:
    if scale is None:
        return [], [_problem(Code.SCALE_UNKNOWN, row.scale, None, f"There is no scale {row.scale!r}.")]
    if len(row.cells) != len(published.columns):
        sentence = f"{row.scale} has {len(row.cells)} cells for {len(published.columns)} columns."
        return [], [_problem(Code.CELLS_MISSING, row.scale, None, sentence)]
    fills = {fill.joint: fill for fill in published.fills if fill.scale == row.scale}
    bands, defects = [], []
    for index, (column, cell) in enumerate(zip(published.columns, row.cells, strict=True)):
        fill = fills.get(column)
        band = _read_cell(fill.reads if fill else cell, column, scale, fill)
        if band is not None:
            bands.append(band.model_copy(update={"compensable": column in row.compensable}))
        elif cell.strip() or fill:
            sentence = f"The cell {cell!r} under {column} cannot be read for {scale.title}: state a fill."
            defects.append(_problem(Code.CELL_NOT_READABLE, row.scale, index, sentence))
    return bands, defects


def _read_cell(cell: str, column: str, scale: Scale, fill: Fill | None) -> Band | None:
    ends = _read_ends(cell.strip().replace("\N{EN DASH}", "-"), scale)
    if ends is None:
        return None
    (_, best), (_, worst) = sorted(ends)
    return Band(worst=worst, best=best, joint=column, filled=fill.reason if fill else "")


def _read_ends(cell: str, scale: Scale) -> tuple[tuple[Decimal, str], tuple[Decimal, str]] | None:
    """Read `16`, `14-15.9`, or `<= 17` and `>= 70`, which go on to the end of the scale."""
    if cell[:2] in ("<=", ">="):
        end = _placed(cell[2:], scale)
        upwards = cell.startswith(">=")
        rises = higher_is_better(scale) is not False
        place = Decimal(0) if upwards is rises else last_place(scale)
        return None if end is None else (end, (place, grade_at(place, scale)))
    single = _placed(cell, scale)
    if single is not None:
        return single, single
    for at in (at for at, sign in enumerate(cell) if sign == "-" and at > 0):
        left, right = _placed(cell[:at], scale), _placed(cell[at + 1 :], scale)
        if left is not None and right is not None:
            return left, right
    return None


def _placed(text: str, scale: Scale) -> tuple[Decimal, str] | None:
    reading = read_grade(text, scale)
    return None if reading is None or reading.place is None else (reading.place, reading.text)
