from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.grading import GradeOutcome, GradeRefusal, Rounding, Scale, SpecialGrade
from rules.conversion_table import grade_at, last_place
from rules.grading import (
    check_scale,
    describe,
    find_scale,
    higher_is_better,
    judge,
    number_of,
    parse_scale,
    read_grade,
    scales_with,
)
from rules.numbers import plain, read_number, round_to
from rules.scales import CATALOGUE

COUNTRIES = {
    *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT"),
    *("LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO", "CH", "GB", "TR"),
}
PASSED, FAILED = GradeOutcome.PASSED, GradeOutcome.FAILED


def test_every_country_of_the_catalogue_has_a_scale() -> None:
    assert {scale.country for scale in CATALOGUE.values() if scale.country} == COUNTRIES


@pytest.mark.parametrize("scale", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_a_scale_of_the_catalogue_is_sound_and_says_how_well_it_is_known(scale: Scale) -> None:
    assert check_scale(scale) == ()
    assert scale.confidence is not None


@pytest.mark.parametrize(
    ("scale", "grade", "written", "outcome"),
    [
        ("dk-7", "02", "02", PASSED),
        ("dk-7", "00", "00", FAILED),
        ("dk-7", "-3", "-3", FAILED),
        ("fr-20", " 14,5 ", "14.5", PASSED),
        ("fr-20", "9.99", "9.99", FAILED),
        ("it-30", "30l", "30L", PASSED),
        ("it-30", "17", "17", FAILED),
        ("de-5", "4", "4.0", PASSED),
        ("de-5", "5,0", "5.0", FAILED),
        ("at-5", "4", "4", PASSED),
        ("at-5", "not completed", "not completed", FAILED),
        ("pt-20", "9.5", "9.5", PASSED),
        ("pt-20", "9.4", "9.4", FAILED),
        ("nl-10", "5.5", "5.5", PASSED),
        ("ch-6", "0", "0", FAILED),
        ("ch-6", "3.75", "3.75", FAILED),
        ("tr-letter", "cc", "CC", PASSED),
        ("tr-letter", "DC", "DC", FAILED),
        ("pl-5", "5.5", "5.5", PASSED),
        ("se-3", "vg", "VG", PASSED),
        ("fi-5", "pass", "pass", PASSED),
        ("ro-10", "1", "1", FAILED),
        ("fr-20", "absent", "absent", GradeOutcome.ABSENT),
        ("dk-7", "WITHHELD", "withheld", GradeOutcome.WITHHELD),
        ("ects", "exempt", "exempt", GradeOutcome.EXEMPT),
    ],
)
def test_a_grade_is_judged_on_its_scale(scale: str, grade: str, written: str, outcome: GradeOutcome) -> None:
    judgement = judge(grade, CATALOGUE[scale])

    assert judgement.grade is not None
    assert (judgement.grade.grade, judgement.outcome) == (written, outcome)
    assert not judgement.refused


@pytest.mark.parametrize(
    ("scale", "grade"),
    [
        ("dk-7", "2"),
        ("dk-7", "0"),
        ("fr-20", "20.01"),
        ("fr-20", "-1"),
        ("fr-20", "14.555"),
        ("fr-20", ""),
        ("fr-20", "NaN"),
        ("fr-20", "Infinity"),
        ("fr-20", "1e1"),
        ("fr-20", "30L"),
        ("it-30", "29.5"),
        ("de-5", "2.2"),
        ("de-5", "4.3"),
        ("pl-5", "2.5"),
        ("ects", "G"),
    ],
)
def test_a_grade_outside_the_scale_is_refused_with_a_sentence(scale: str, grade: str) -> None:
    judgement = judge(grade, CATALOGUE[scale])

    assert judgement.code is GradeRefusal.GRADE_OUTSIDE_SCALE
    assert CATALOGUE[scale].title in judgement.sentence


def test_the_pass_mark_may_depend_on_the_level() -> None:
    uk = CATALOGUE["uk-100"]

    assert [judge("45", uk, level).outcome for level in (None, 6, 7)] == [PASSED, PASSED, FAILED]


def test_a_scale_whose_pass_mark_is_not_on_it_judges_nothing() -> None:
    scale = Scale(id="odd", title="odd", values=("A", "B"), pass_mark="C")

    assert judge("A", scale).code is GradeRefusal.PASS_MARK_OUTSIDE_SCALE


@st.composite
def admissible(draw: st.DrawFn) -> tuple[Scale, str]:
    scale = draw(st.sampled_from(list(CATALOGUE.values())))
    place = draw(st.integers(0, int(last_place(scale))))
    return scale, grade_at(Decimal(place), scale)


@given(admissible())
def test_every_admissible_grade_passes_or_fails(case: tuple[Scale, str]) -> None:
    scale, grade = case
    assert judge(grade, scale).outcome in (PASSED, FAILED)


@given(admissible(), st.integers(0, 2000))
def test_no_grade_better_than_a_pass_fails(case: tuple[Scale, str], better: int) -> None:
    scale, grade = case
    here = read_grade(grade, scale)
    assert here is not None
    assert here.place is not None
    other = grade_at(max(here.place - better, Decimal(0)), scale)

    assert not (judge(grade, scale).outcome is PASSED and judge(other, scale).outcome is FAILED)


@given(st.sampled_from(list(CATALOGUE.values())), st.text(max_size=10))
def test_any_text_is_judged_or_refused_but_never_breaks(scale: Scale, text: str) -> None:
    assert judge(text, scale).sentence


def test_honours_stand_above_the_best_grade_in_their_order() -> None:
    honours = [SpecialGrade(code=code, outcome=PASSED, above=True) for code in ("S", "L")]
    scale = CATALOGUE["it-30"].model_copy(update={"special": tuple(honours)})

    places = [reading.place for code in ("S", "L", "30") if (reading := read_grade(code, scale))]
    assert places == [-2, -1, 0]
    assert [grade_at(Decimal(place), scale) for place in (-2, -1, 0)] == ["S", "L", "30"]


@pytest.mark.parametrize(
    ("scale", "grade", "number"),
    [
        ("dk-7", "02", "2"),
        ("it-30", "30L", "30"),
        ("tr-letter", "BB", "3.0"),
        ("de-5", "2.2", "2.2"),
        ("de-5", "4.5", "4.5"),
        ("de-5", "6", None),
        ("de-5", "good", None),
        ("dk-7", "3", None),
        ("fr-20", "21", None),
        ("ects", "A", None),
        ("ects", "3", None),
        ("fi-5", "pass", None),
    ],
)
def test_a_grade_has_a_number_where_its_scale_has_numbers(scale: str, grade: str, number: str | None) -> None:
    assert number_of(grade, CATALOGUE[scale]) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("scale", "expected"),
    [("fr-20", True), ("at-5", False), ("de-5", False), ("dk-7", True), ("ects", None), ("tr-letter", True)],
)
def test_the_direction_of_a_scale_is_known(scale: str, expected: bool | None) -> None:
    assert higher_is_better(CATALOGUE[scale]) is expected


def test_a_range_without_a_worst_grade_takes_its_direction_from_the_pass_mark() -> None:
    assert higher_is_better(Scale(id="x", title="x", best=Decimal(6), pass_mark="4")) is True
    assert higher_is_better(Scale(id="x", title="x", best=Decimal(6), pass_mark="four")) is None


def test_the_defects_of_a_partners_scale_are_all_listed() -> None:
    scale = Scale(
        id="odd",
        title="odd",
        values=("A", "B"),
        pass_mark="absent",
        pass_marks={7: "C"},
        numbers={"A": Decimal(2), "D": Decimal(1)},
        special=(SpecialGrade(code="Z", outcome=PASSED), SpecialGrade(code="z", outcome=PASSED)),
    )

    assert len(check_scale(scale)) == 4


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"values": ("A", "B"), "best": 1},
        {"values": ("A", "A")},
        {"values": ("A", "B"), "step": 1},
        {"best": 5, "worst": 5},
    ],
    ids=["nothing", "both", "twice", "set with step", "no width"],
)
def test_a_scale_is_either_a_set_or_a_range(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Scale.model_validate({"id": "x", "title": "x", "pass_mark": "A", **fields})


def test_a_definition_gives_a_scale() -> None:
    scale = parse_scale(" best=6, pass=4, worst=1, step=0.5").scale

    assert scale is not None
    assert describe(scale) == "it goes from 6 (best) to 1 in steps of 0.5"
    assert [judge(grade, scale).outcome for grade in ("4", "3.5", "4.2")] == [PASSED, FAILED, None]


def test_a_definition_without_a_worst_grade_takes_any_fail() -> None:
    scale = parse_scale("best=-3,pass=4").scale

    assert scale is not None
    assert [judge(grade, scale).outcome for grade in ("-3", "4", "5.5", "-4")] == [
        PASSED,
        PASSED,
        FAILED,
        None,
    ]


@pytest.mark.parametrize(
    "definition",
    [
        "best=6",
        "best=inf,pass=4",
        "best=6,pass=4,best=5",
        "best=6,pass=4,other=1",
        "best=6,pass=4,step=0",
        "best=6,pass=4,worst=6",
        "best=6,pass=4,worst=5",
        "best=6,pass=",
        "=",
    ],
)
def test_a_definition_that_makes_no_scale_is_refused(definition: str) -> None:
    reading = parse_scale(definition)

    assert reading.scale is None
    assert reading.code is GradeRefusal.SCALE_NOT_READABLE


def test_a_scale_is_found_by_name_or_definition_and_the_agreements_own_comes_first() -> None:
    own = CATALOGUE["lv-10"].model_copy(update={"pass_mark": "5"})

    assert find_scale("FR-20").scale == CATALOGUE["fr-20"]
    assert find_scale("best=1,pass=4").scale is not None
    assert find_scale("lv-10", (own,)).scale == own
    assert find_scale("xx-9").code is GradeRefusal.SCALE_UNKNOWN
    assert scales_with((own,))["lv-10"] == own


@pytest.mark.parametrize(
    ("value", "rounding", "expected"),
    [
        (Fraction(5, 3), Rounding.EXACT, "1.6667"),
        (Fraction(9, 4), Rounding.EXACT, "2.25"),
        (Fraction(5, 3), Rounding.TRUNCATE, "1.6"),
        (Fraction(9, 4), Rounding.HALF_UP, "2.3"),
        (Fraction(-9, 4), Rounding.HALF_UP, "-2.3"),
        (Fraction(-9, 4), Rounding.TRUNCATE, "-2.2"),
    ],
)
def test_a_fraction_is_rounded_as_stated(value: Fraction, rounding: Rounding, expected: str) -> None:
    assert str(round_to(value, 1, rounding)) == expected


@given(st.integers(-99999, 99999), st.integers(0, 4))
def test_rounding_keeps_a_number_that_needs_none(digits: int, decimals: int) -> None:
    value = Decimal(digits).scaleb(-decimals)

    assert {round_to(Fraction(value), decimals, rounding) for rounding in Rounding} == {value}


def test_numbers_are_read_and_written_plainly() -> None:
    assert [read_number(text) for text in ("1,5", "1.50", "x")] == [Decimal("1.5"), Decimal("1.5"), None]
    assert [plain(Decimal(text)) for text in ("1.50", "20", "0.0", "1E+1")] == ["1.5", "20", "0", "10"]
