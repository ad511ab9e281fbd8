import pytest

from models.grading import (
    Band,
    ConversionRow,
    ConversionTable,
    Fill,
    PublishedRow,
    PublishedTable,
    TableProblemCode,
)
from rules.conversion_table import check_table, import_table
from rules.grading import scales_with
from tests.rules.grading_cases import FILLS, LCT, SCALES, a_scale, a_table, lct_table

Code = TableProblemCode


def codes(table: ConversionTable) -> list[TableProblemCode]:
    return [problem.code for problem in check_table(table, SCALES)]


def test_the_published_lct_table_is_refused_for_its_holes() -> None:
    imported = import_table(LCT, SCALES)

    assert imported.table is None
    assert [(problem.code, problem.scale) for problem in imported.problems] == [
        (Code.CELL_NOT_READABLE, "fr-20"),
        (Code.CELL_NOT_READABLE, "it-30"),
    ]


def test_the_holes_show_once_the_cells_are_readable() -> None:
    readable = tuple(fill for fill in FILLS if fill.joint in ("D", "A"))
    imported = import_table(LCT.model_copy(update={"fills": readable}), SCALES)

    assert {problem.code for problem in imported.problems} == {Code.GAP_BETWEEN_BANDS}
    assert [problem.sentence for problem in imported.problems if "5.99 to 5.91" in problem.sentence]
    assert len(imported.problems) == 3


def test_explicit_fills_make_the_table_usable_and_stay_with_the_bands() -> None:
    row = lct_table().row("fr-20")

    assert row is not None
    filled = {band.joint: band.filled for band in row.bands}
    assert filled["D"] == "the published cell is cut off"
    assert filled["A"] == ""


def test_a_fill_for_no_cell_is_reported() -> None:
    stray = Fill(scale="fr-20", joint="G", reads="1", reason="x")
    other = Fill(scale="be-20", joint="A", reads="1", reason="x")
    problems = import_table(LCT.model_copy(update={"fills": (*FILLS, stray, other)}), SCALES).problems

    assert [problem.code for problem in problems] == [Code.FILL_UNUSED, Code.FILL_UNUSED]


def published(scale: str, *cells: str, columns: str = "A E F") -> PublishedTable:
    row = PublishedRow(scale=scale, cells=cells)
    return PublishedTable(
        id="p", version="1", source="s", joint_scale="ects", columns=tuple(columns.split()), rows=(row,)
    )


@pytest.mark.parametrize(
    ("scale", "cells"),
    [
        ("be-20", (">= 16", "10-15", "<= 9")),
        ("be-20", ("20-16", "10\N{EN DASH}15", "0-9")),
        ("at-5", ("<= 2", "3-4", ">= 5")),
        ("dk-7", ("10-12", "02-7", "-3-00")),
        ("dk-7", (">= 10", "02-7", "<= 00")),
        ("de-5", ("<=2.0", "2.3-4.0", ">=5.0")),
    ],
)
def test_cells_are_read_as_people_write_them(scale: str, cells: tuple[str, ...]) -> None:
    imported = import_table(published(scale, *cells), SCALES)

    assert imported.problems == ()
    assert imported.table is not None


@pytest.mark.parametrize(
    ("scale", "cells", "code"),
    [
        ("be-20", ("16-20", "10-15"), Code.CELLS_MISSING),
        ("xx-1", ("16-20", "10-15", "0-9"), Code.SCALE_UNKNOWN),
        ("be-20", ("16-20", "ten-15", "<= nine"), Code.CELL_NOT_READABLE),
        ("be-20", ("16-20", "completely", "0-9"), Code.CELL_NOT_READABLE),
        ("fi-5", ("pass", "1-5", "0"), Code.CELL_NOT_READABLE),
        ("be-20", ("16-20", "", "0-9"), Code.GAP_BETWEEN_BANDS),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(scale: str, cells: tuple[str, ...], code: Code) -> None:
    imported = import_table(published(scale, *cells), SCALES)

    assert imported.table is None
    assert imported.problems[0].code is code


def test_a_fill_that_cannot_be_read_is_refused_even_where_the_cell_is_empty() -> None:
    table = published("be-20", "16-20", "", "0-9").model_copy(
        update={"fills": (Fill(scale="be-20", joint="E", reads="?", reason="x"),)}
    )

    assert import_table(table, SCALES).problems[0].code is Code.CELL_NOT_READABLE


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        pytest.param(("10..20=A", "0..9=F"), [], id="sound"),
        pytest.param(("0..9=F", "10..20=A"), [], id="in any order"),
        pytest.param(("11..20=A", "0..9=F"), [Code.GAP_BETWEEN_BANDS], id="hole"),
        pytest.param(("10..19=A", "0..9=F"), [Code.GAP_BETWEEN_BANDS], id="hole at the top"),
        pytest.param(("10..20=A", "1..9=F"), [Code.GAP_BETWEEN_BANDS], id="hole at the bottom"),
        pytest.param(("10..20=A", "10..12=E", "0..9=F"), [Code.BANDS_OVERLAP], id="overlap"),
        pytest.param(("10..20=A", "0..9=G"), [Code.JOINT_VALUE_UNKNOWN], id="joint value"),
        pytest.param(("10..21=A", "0..9=F"), [Code.GRADE_OUTSIDE_SCALE], id="outside"),
        pytest.param(("15..20=E", "10..14=A", "0..9=F"), [Code.NOT_MONOTONE], id="not monotone"),
        pytest.param(("0..20=A",), [Code.FAIL_BECOMES_PASS], id="fail passes"),
        pytest.param(("10..20=A", "0..9=E"), [Code.FAIL_BECOMES_PASS], id="fail passes in its band"),
        pytest.param(("15..20=A", "0..14=F"), [Code.PASS_BECOMES_FAIL], id="pass fails"),
    ],
)
def test_the_defects_of_a_table_are_named(bands: tuple[str, ...], expected: list[Code]) -> None:
    assert codes(a_table("be-20", "ects", *bands)) == expected


def test_a_band_with_its_ends_exchanged_is_named() -> None:
    assert Code.BAND_UPSIDE_DOWN in codes(a_table("be-20", "ects", "20..10=A", "0..9=F"))


def test_a_fail_may_be_shown_as_compensable_but_a_pass_may_not() -> None:
    sound = a_table("be-20", "ects", "10..20=A", "8..9=E", "0..7=F", compensable="E")
    unsound = a_table("be-20", "ects", "11..20=A", "8..10=E", "0..7=F", compensable="E")

    assert codes(sound) == []
    assert codes(unsound) == [Code.FAIL_BECOMES_PASS]


def test_grades_beside_the_order_leave_no_hole() -> None:
    assert codes(a_table("fi-5", "ects", "1..5=A", "0=F", "pass=E", "fail=F")) == []


def test_honours_may_share_a_band_or_have_one() -> None:
    assert codes(a_table("it-30", "ects", "18..30L=A", "0..17=F")) == []
    assert codes(a_table("it-30", "ects", "30L=A", "18..30=B", "0..17=F")) == []
    assert codes(a_table("it-30", "ects", "18..30=B", "0..17=F")) == []


def test_joint_values_beside_the_order_are_left_to_the_partners() -> None:
    assert codes(a_table("be-20", "fi-5", "15..20=pass", "10..14=3", "0..9=0")) == []


@pytest.mark.parametrize("representative", ["9", "twelve", "absent"])
def test_a_representative_lies_in_its_band(representative: str) -> None:
    band = Band(worst="10", best="20", joint="A", representative=representative)
    row = ConversionRow(scale="be-20", bands=(band, Band(worst="0", best="9", joint="F", representative="5")))
    table = ConversionTable(id="t", version="1", source="s", joint_scale="ects", rows=(row,))

    assert codes(table) == [Code.REPRESENTATIVE_OUTSIDE_BAND]


def test_unknown_scales_double_rows_and_scales_without_steps_are_named() -> None:
    sound = a_table("be-20", "ects", "10..20=A", "0..9=F")
    twice = sound.model_copy(update={"rows": sound.rows * 2})
    vague = a_scale("best=6,pass=4")

    assert codes(a_table("xx-1", "ects", "1=A")) == [Code.SCALE_UNKNOWN]
    assert codes(a_table("be-20", "xx-1", "1=A")) == [Code.SCALE_UNKNOWN]
    assert codes(twice) == [Code.SCALE_TWICE]
    found = check_table(a_table(vague.id, "ects", "4..6=A"), scales_with((vague,)))
    assert [problem.code for problem in found] == [Code.SCALE_WITHOUT_STEP]


def test_the_pass_mark_of_the_level_decides_what_fails() -> None:
    table = a_table("uk-100", "ects", "40..100=A", "0..39=F")

    assert check_table(table, SCALES, 6) == ()
    assert [problem.code for problem in check_table(table, SCALES, 7)] == [Code.FAIL_BECOMES_PASS]
