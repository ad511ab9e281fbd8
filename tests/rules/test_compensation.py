from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.deliberation import DeliberationFacts
from models.grading import (
    Average,
    AverageCode,
    CompensationCode,
    CompensationDecision,
    CompensationPolicy,
    CourseResult,
    GradeOutcome,
    LocalGrade,
    Rounding,
)
from rules.compensation import allowance, compensate, is_at_least, weighted_average
from rules.deliberation import compensation_credits, propose_award, with_compensation
from tests.rules.grading_cases import SCALES, a_result
from tests.rules.regulations import PATH, TEN, a_fact, an_agreement, an_examination, facts_of

FR = SCALES["fr-20"]
PROGRAMME = Decimal(30)
FLOOR = CompensationPolicy(allowed=True, floors={"fr-20": "8"})
Code = CompensationCode


def decide(
    *results: CourseResult, policy: CompensationPolicy = FLOOR, programme_ects: Decimal = PROGRAMME
) -> CompensationDecision:
    return compensate(results, policy, SCALES, FR, programme_ects)


def test_a_narrow_fail_is_compensated() -> None:
    decision = decide(a_result("a", "14"), a_result("b", "8"))

    assert decision.compensated == ("b",)
    assert decision.code is Code.COMPENSATED


PASS_FAIL = LocalGrade(scale="fi-5", grade="fail")


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (a_result("b", "7.99"), Code.BELOW_FLOOR),
        (a_result("b", "8", compensable=False), Code.COURSE_NOT_COMPENSABLE),
        (a_result("b", None, outcome=GradeOutcome.ABSENT), Code.NO_GRADE),
        (a_result("b", "8", local=LocalGrade(scale="xx-1", grade="8")), Code.NO_GRADE),
        (a_result("b", None, outcome=GradeOutcome.FAILED, local=PASS_FAIL), Code.NO_GRADE),
        (a_result("b", "8", local=LocalGrade(scale="fr-20", grade="99")), Code.NO_GRADE),
        (a_result("b", "8", local=LocalGrade(scale="be-20", grade="9")), Code.BELOW_FLOOR),
    ],
)
def test_some_fails_are_never_compensated(result: CourseResult, code: CompensationCode) -> None:
    decision = decide(a_result("a", "18"), result)

    assert decision.compensated == ()
    assert [one.code for one in decision.courses] == [code]
    assert decision.code is code


def test_a_floor_beside_the_order_is_no_floor() -> None:
    policy = CompensationPolicy(allowed=True, floors={"fr-20": "absent"})

    assert decide(a_result("b", "9"), policy=policy).code is Code.BELOW_FLOOR


def test_one_course_is_compensated_although_another_cannot_be() -> None:
    decision = decide(a_result("a", "3"), a_result("b", "9"), a_result("c", "15"))

    assert decision.compensated == ("b",)
    assert [one.code for one in decision.courses] == [Code.BELOW_FLOOR, Code.COMPENSATED]


@pytest.mark.parametrize("outcome", [None, GradeOutcome.WITHHELD])
def test_nothing_is_compensated_before_all_results_are_there(outcome: GradeOutcome | None) -> None:
    decision = decide(a_result("a", "8"), a_result("b", None, outcome=outcome))

    assert decision.code is Code.RESULTS_MISSING
    assert [one.course for one in decision.courses] == ["a"]


def test_nothing_is_compensated_without_need_or_permission() -> None:
    assert decide(a_result("a", "12")).code is Code.NOTHING_TO_COMPENSATE
    assert decide(a_result("a", "9"), policy=CompensationPolicy()).code is Code.COMPENSATION_NOT_ALLOWED


def test_fails_beyond_the_allowance_are_refused_together() -> None:
    policy = FLOOR.model_copy(update={"max_ects": Decimal(6)})
    results = (a_result("a", "9"), a_result("b", "9"), a_result("c", "16"))

    assert {one.code for one in decide(*results, policy=policy).courses} == {Code.TOO_MANY_CREDITS}
    assert decide(*results[1:], policy=policy).compensated == ("b",)


@pytest.mark.parametrize(("programme", "credits"), [(62, 6), (39, 4), (45, 5)])
def test_ten_percent_is_rounded_half_up_to_whole_credits(programme: int, credits: int) -> None:
    assert allowance((), CompensationPolicy(max_percent=10), Decimal(programme)) == credits


def test_exempt_courses_lower_the_allowance_where_the_agreement_says_so() -> None:
    exempt = (a_result("a", None, outcome=GradeOutcome.EXEMPT, ects=Decimal(20)),)
    policy = CompensationPolicy(max_percent=10, max_ects=Decimal(9))

    assert allowance(exempt, policy, Decimal(60)) == 6
    assert allowance(exempt, policy.model_copy(update={"exemptions_reduce": True}), Decimal(60)) == 4
    assert allowance(exempt, CompensationPolicy(), Decimal(60)) is None


@pytest.mark.parametrize(
    ("average_needed", "other", "code"),
    [
        ("10", a_result("a", "11"), Code.COMPENSATED),
        ("10.01", a_result("a", "11"), Code.AVERAGE_TOO_LOW),
        ("10", a_result("a", "3", joint=None), Code.AVERAGE_NOT_KNOWN),
        ("top", a_result("a", "11"), Code.AVERAGE_NOT_KNOWN),
    ],
)
def test_the_average_must_make_up_for_the_fail(
    average_needed: str, other: CourseResult, code: CompensationCode
) -> None:
    policy = FLOOR.model_copy(update={"average_needed": average_needed})

    assert decide(other, a_result("b", "9"), policy=policy).courses[-1].code is code


def average(*results: CourseResult, scale: str = "fr-20") -> Average:
    return weighted_average(results, SCALES[scale])


def test_the_average_is_weighted_by_credits() -> None:
    found = average(a_result("a", "12", ects=Decimal(10)), a_result("b", "15"))

    assert (found.value, found.ects) == (Decimal(13), Decimal(15))


def test_exempt_and_ungraded_courses_count_in_no_average() -> None:
    results = (
        a_result("a", "12"),
        a_result("b", None, outcome=GradeOutcome.EXEMPT),
        a_result("c", None),
    )
    found = average(*results)

    assert found.value == 12
    assert found.excluded == ("b", "c")
    coded = (a_result("d", None, joint="pass"), a_result("e", None, joint="5"))
    assert average(*coded, scale="fi-5").excluded == ("d",)


def test_a_compensated_fail_counts_with_its_grade() -> None:
    assert average(a_result("a", "12"), a_result("b", "8", outcome=GradeOutcome.COMPENSATED)).value == 10


@pytest.mark.parametrize(
    ("results", "scale", "code"),
    [
        ((), "fr-20", AverageCode.NOTHING_GRADED),
        ((a_result("a", None),), "fr-20", AverageCode.NOTHING_GRADED),
        ((a_result("a", "8", joint=None),), "fr-20", AverageCode.GRADE_MISSING),
        ((a_result("a", "12", outcome=None),), "fr-20", AverageCode.GRADE_MISSING),
        ((a_result("a", "12", outcome=GradeOutcome.WITHHELD),), "fr-20", AverageCode.GRADE_MISSING),
        ((a_result("a", "12", joint="A"),), "ects", AverageCode.SCALE_HAS_NO_NUMBERS),
        ((a_result("a", "12", joint="unknown"),), "ects", AverageCode.SCALE_HAS_NO_NUMBERS),
    ],
)
def test_without_numbers_there_is_no_average(
    results: tuple[CourseResult, ...], scale: str, code: AverageCode
) -> None:
    found = average(*results, scale=scale)

    assert (found.value, found.code) == (None, code)
    assert found.sentence


def test_the_average_takes_grades_that_the_formula_computed() -> None:
    results = (a_result("a", "12", joint="2.2"), a_result("b", "12", joint="1.7"))
    found = weighted_average(results, SCALES["de-5"], 1, Rounding.TRUNCATE)

    assert found.value == Decimal("1.9")


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 120)), min_size=1, max_size=8))
def test_the_average_lies_between_the_worst_and_the_best_grade(pairs: list[tuple[int, int]]) -> None:
    results = [
        a_result(f"c{number}", str(Decimal(grade) / 100), ects=Decimal(half) / 2)
        for number, (grade, half) in enumerate(pairs)
    ]
    found = weighted_average(tuple(results), FR)
    grades = [Decimal(grade) / 100 for grade, _ in pairs]

    assert isinstance(found.value, Decimal)
    assert min(grades) <= found.value <= max(grades)


def test_a_mark_is_reached_in_the_direction_of_the_scale() -> None:
    marks = (Decimal("1.5"), Decimal("2.5"))

    assert [is_at_least(Decimal(2), mark, SCALES["de-5"]) for mark in marks] == [False, True]
    assert [is_at_least(Decimal(2), mark, FR) for mark in marks] == [True, False]


COMPENSATING = an_agreement(
    examination=an_examination(compensation=CompensationPolicy(allowed=True, floors={"fr-20": "8"}))
)


def narrowly_failed() -> DeliberationFacts:
    """Return two courses passed, and a last one failed by a point."""
    *passed, last = (a_fact(course, grade) for course, grade in zip(PATH, ("12", "16", "9"), strict=True))
    failed = last.model_copy(update={"outcome": GradeOutcome.FAILED, "awarded_by": None})
    return facts_of(COMPENSATING, (*passed, failed))


def test_a_compensated_course_gets_its_credits_from_the_teaching_university_and_keeps_its_grade() -> None:
    facts = narrowly_failed()

    found = compensation_credits(COMPENSATING, propose_award(COMPENSATING, facts).compensated)
    after = {fact.course: fact for fact in with_compensation(facts, found).courses}

    assert {course: (one.ects, one.awarded_by) for course, one in found.items()} == {"opt-it": (TEN, "it")}
    assert (after["opt-it"].outcome, after["opt-it"].awarded_by) == (GradeOutcome.COMPENSATED, "it")
    assert after["opt-it"].local == next(fact.local for fact in facts.courses if fact.course == "opt-it")
    assert after["c1"] == facts.courses[0]


def test_a_course_that_nobody_can_award_credits_for_is_not_compensated() -> None:
    courses = tuple(
        course.model_copy(update={"assessments": ()}) for course in COMPENSATING.programme.courses
    )
    without = COMPENSATING.model_copy(
        update={"programme": COMPENSATING.programme.model_copy(update={"courses": courses})}
    )

    assert propose_award(without, narrowly_failed()).compensated == ()
