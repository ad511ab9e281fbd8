from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.grading import (
    ConversionCode,
    GradeOutcome,
    LocalGrade,
    Rounding,
    Scale,
    SpecialGrade,
)
from rules.conversion import convert
from rules.conversion_table import grade_at, last_place
from rules.grading import judge, scales_with
from tests.rules.grading_cases import (
    SCALES,
    by_formula,
    change,
)

NUMERIC = [scale for scale in SCALES.values() if scale.best is not None]


@pytest.mark.parametrize(
    ("scale", "grade", "exact", "truncated", "half_up"),
    [
        pytest.param("best=100,pass=40", "75", "2.25", "2.2", "2.3", id="B1"),
        pytest.param("best=100,pass=50", "82", "2.08", "2.0", "2.1", id="B2"),
        pytest.param("best=1,pass=4", "2.5", "2.5", "2.5", "2.5", id="B3"),
        pytest.param("ch-6", "5.5", "1.75", "1.7", "1.8", id="B4"),
        pytest.param("best=4,pass=1", "3.71", "1.29", "1.2", "1.3", id="B5"),
        pytest.param("best=4,pass=1", "2.7", "2.3", "2.3", "2.3", id="B6"),
        pytest.param("best=1,pass=4", "2.3", "2.3", "2.3", "2.3", id="B7"),
        pytest.param("best=100,pass=55", "90", "1.6667", "1.6", "1.7", id="B8"),
        pytest.param("it-30", "30L", "1", "1.0", "1.0", id="honours count as the best grade"),
        pytest.param("dk-7", "02", "4", "4.0", "4.0", id="lowest pass"),
    ],
)
def test_the_bavarian_formula_rounds_as_stated(
    scale: str, grade: str, exact: str, truncated: str, half_up: str
) -> None:
    results = [change(grade, scale, "de-5", by_formula(rounding=rounding)).result for rounding in Rounding]

    assert results == [exact, truncated, half_up]


@pytest.mark.parametrize(
    ("scale", "grade", "target", "code"),
    [
        ("best=5,pass=5", "5", "de-5", ConversionCode.SCALE_WITHOUT_WIDTH),
        ("best=100,pass=55", "54", "de-5", ConversionCode.FAILING_GRADE),
        ("best=100,pass=55", "inf", "de-5", ConversionCode.GRADE_OUTSIDE_SCALE),
        ("best=100,pass=55", "101", "de-5", ConversionCode.GRADE_OUTSIDE_SCALE),
        ("se-letter", "A", "de-5", ConversionCode.SCALE_HAS_NO_NUMBERS),
        ("fr-20", "12", "it-30", ConversionCode.TARGET_NOT_GERMAN),
        ("fr-20", "12", "at-5", ConversionCode.TARGET_NOT_GERMAN),
        ("fi-5", "pass", "de-5", ConversionCode.PASS_WITHOUT_GRADE),
        ("fi-5", "fail", "de-5", ConversionCode.FAILING_GRADE),
        ("pass-fail", "pass", "de-5", ConversionCode.PASS_WITHOUT_GRADE),
        ("fi-5", "absent", "de-5", ConversionCode.NO_GRADE),
        ("de-5", "2.0", "de-5", ConversionCode.SAME_SCALE),
    ],
)
def test_the_formula_has_a_result_or_a_reason(
    scale: str, grade: str, target: str, code: ConversionCode
) -> None:
    conversion = change(grade, scale, target, by_formula())

    assert conversion.code is code
    assert conversion.sentence
    assert conversion.grade.grade == grade


def test_the_formula_takes_the_pass_mark_of_the_level() -> None:
    results = [change("75", "uk-100", "de-5", by_formula(), level).result for level in (6, 7)]

    assert results == ["2.3", "2.5"]


@given(st.sampled_from(NUMERIC), st.sampled_from(list(Rounding)), st.data())
def test_the_formula_stays_between_one_and_four(
    scale: Scale, rounding: Rounding, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, int(last_place(scale))))
    grade = LocalGrade(scale=scale.id, grade=grade_at(Decimal(place), scale))
    conversion = convert(grade, "de-5", by_formula(rounding=rounding), scales_with())

    assert conversion.converted is (judge(grade.grade, scale).outcome is GradeOutcome.PASSED)
    assert conversion.result is None or Decimal(1) <= Decimal(conversion.result) <= Decimal(4)
    assert "float" not in {type(value).__name__ for value in conversion.model_dump().values()}


def test_better_than_the_best_grade_is_the_best_german_grade() -> None:
    honours = SpecialGrade(code="31", outcome=GradeOutcome.PASSED, above=True, counts_as=Decimal(31))
    scale = SCALES["it-30"].model_copy(update={"special": (honours,)})
    conversion = convert(LocalGrade(scale="it-30", grade="31"), "de-5", by_formula(), scales_with((scale,)))

    assert conversion.result == "1.0"
