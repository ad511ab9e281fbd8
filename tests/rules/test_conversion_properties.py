from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from models.grading import (
    GradeOutcome,
    LocalGrade,
    Scale,
)
from rules.conversion import convert
from rules.conversion_table import grade_at, last_place
from rules.grading import judge, read_grade
from tests.rules.grading_cases import (
    SCALES,
    by_formula,
    by_shares,
    by_table,
    lct_table,
)

NUMERIC = [scale for scale in SCALES.values() if scale.best is not None]
POLICIES = {"ects-6": by_table(lct_table()), "de-5": by_formula(), "bg-6": by_shares()}


@st.composite
def converted_pairs(draw: st.DrawFn) -> tuple[Scale, str, str, str]:
    """Two grades of one scale, the better one first, and where they go."""
    target = draw(st.sampled_from(sorted(POLICIES)))
    names = {"ects-6": ["fr-20", "mt-100", "it-30"], "bg-6": ["cz-letter"]}
    scales = [SCALES[name] for name in names.get(target, [])] or NUMERIC
    scale = draw(st.sampled_from(scales))
    places = sorted(draw(st.tuples(*[st.integers(0, int(last_place(scale)))] * 2)))
    first, second = (grade_at(Decimal(place), scale) for place in places)
    return scale, first, second, target


@given(converted_pairs())
def test_a_better_grade_never_becomes_a_worse_one(case: tuple[Scale, str, str, str]) -> None:
    scale, better, worse, target = case
    results = [
        convert(LocalGrade(scale=scale.id, grade=one), target, POLICIES[target], SCALES)
        for one in (better, worse)
    ]
    if all(result.result for result in results):
        places = [_merit(str(result.result), target) for result in results]
        assert places[0] <= places[1]


def _merit(grade: str, target: str) -> Decimal:
    """The smaller, the better; a formula's German grade may lie between two of the examination scale."""
    if target == "de-5":
        return Decimal(grade)
    reading = read_grade(grade, SCALES[target])
    return reading.place if reading is not None and reading.place is not None else Decimal(grade)


@given(converted_pairs())
def test_converting_never_turns_a_fail_into_a_pass_or_a_pass_into_a_fail(
    case: tuple[Scale, str, str, str],
) -> None:
    scale, grade, _, target = case
    before = judge(grade, scale).outcome
    conversion = convert(LocalGrade(scale=scale.id, grade=grade), target, POLICIES[target], SCALES)

    allowed = {before} if before is GradeOutcome.PASSED else {before, GradeOutcome.COMPENSABLE}
    assert conversion.outcome in allowed
    assert conversion.grade == LocalGrade(scale=scale.id, grade=grade)
