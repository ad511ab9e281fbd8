from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.award import AwardForm, AwardRegulations, AwardType, CreditAwarding
from models.base import Ects
from models.grading import (
    AbsenceRule,
    AttemptPolicy,
    CountingRule,
    CourseCode,
    CourseState,
    CreditCode,
    GradeOutcome,
)
from models.programme import Assessment, AssessmentKind, Course, DeliveryMode
from rules.course import award_credit, counting_attempt, next_attempt, record_attempt, standing
from rules.grading import judge
from tests.rules.grading_cases import SCALES, attempts

FR, IT = SCALES["fr-20"], SCALES["it-30"]
TWO = AttemptPolicy()


def state(*grades: str, policy: AttemptPolicy = TWO, excused: bool = False) -> tuple[CourseState, CourseCode]:
    now = standing(attempts(*grades, policy=policy, excused=excused), policy, FR)
    assert now.sentence
    return now.state, now.code


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ((), (CourseState.OPEN, CourseCode.ATTEMPT_OPEN)),
        (("12",), (CourseState.PASSED, CourseCode.COURSE_PASSED)),
        (("8",), (CourseState.OPEN, CourseCode.RESIT_OPEN)),
        (("absent",), (CourseState.OPEN, CourseCode.RESIT_OPEN)),
        (("8", "15"), (CourseState.PASSED, CourseCode.COURSE_PASSED)),
        (("8", "9"), (CourseState.FAILED, CourseCode.NO_ATTEMPT_LEFT)),
        (("absent", "absent"), (CourseState.FAILED, CourseCode.NO_ATTEMPT_LEFT)),
        (("withheld",), (CourseState.WITHHELD, CourseCode.RESULT_WITHHELD)),
        (("withheld", "12"), (CourseState.PASSED, CourseCode.COURSE_PASSED)),
    ],
)
def test_a_course_stands_where_its_attempts_put_it(
    grades: tuple[str, ...], expected: tuple[CourseState, CourseCode]
) -> None:
    assert state(*grades) == expected


@pytest.mark.parametrize("grade", ["exempt", "Exempt"])
def test_an_examiner_cannot_exempt_from_the_examination(grade: str) -> None:
    decision = record_attempt((), grade, TWO, FR)

    assert decision.attempt is None
    assert decision.code in {CourseCode.NOT_A_RESULT, CourseCode.GRADE_OUTSIDE_SCALE}
    assert record_attempt((), "exempt", TWO, FR).code is CourseCode.NOT_A_RESULT


def test_an_excused_absence_defers_the_attempt_and_keeps_it_uncapped() -> None:
    taken = attempts("absent", "17", excused=True)

    assert [(attempt.number, attempt.deferred) for attempt in taken] == [(1, True), (1, False)]
    assert taken[-1].counted.grade == "17"
    assert state("absent", excused=True) == (CourseState.OPEN, CourseCode.DEFERRED)
    assert counting_attempt(taken[:1], TWO, FR) is None


def test_a_deferred_resit_stays_capped() -> None:
    taken = attempts("8", "absent", "17", excused=True)

    assert [(attempt.number, attempt.capped) for attempt in taken] == [(1, False), (2, True), (2, True)]
    assert taken[-1].counted.grade == "10"


def test_deferral_is_free_only_as_often_as_the_agreement_says() -> None:
    assert state("absent", "absent", excused=True) == (CourseState.OPEN, CourseCode.RESIT_OPEN)
    strict = AttemptPolicy(absence=AbsenceRule.COUNTS_AS_FAIL)
    assert attempts("absent", policy=strict, excused=True)[0].deferred is False


@pytest.mark.parametrize(
    ("second", "capped", "counted"),
    [
        ("15", True, "10"),
        ("10", True, "10"),
        ("7", True, "7"),
        ("absent", True, "absent"),
        ("15", False, "15"),
    ],
)
def test_a_resit_counts_at_most_as_the_pass_mark(second: str, capped: bool, counted: str) -> None:
    taken = attempts("8", second, policy=AttemptPolicy(resit_capped=capped))[-1]

    assert (taken.grade.grade, taken.counted.grade) == (second, counted)
    assert taken.capped is capped


def test_the_cap_is_the_pass_mark_of_the_level_and_holds_for_honours() -> None:
    uk = SCALES["uk-100"]
    first = record_attempt((), "45", TWO, uk, 7).attempt
    assert first is not None
    second = record_attempt((first,), "80", TWO, uk, 7)

    assert second.attempt is not None
    assert second.attempt.counted.grade == "50"
    assert "80 counts as 50" in second.sentence
    assert attempts("10", "30L", scale="it-30")[-1].counted.grade == "18"


def test_what_is_said_of_an_attempt_is_what_happened() -> None:
    assert record_attempt((), "12", TWO, FR).sentence == "Attempt 1: 12, passed."
    assert "deferred" in record_attempt((), "absent", TWO, FR, excused=True).sentence


@pytest.mark.parametrize(
    ("earlier", "grade", "code"),
    [
        ((), "21", CourseCode.GRADE_OUTSIDE_SCALE),
        (("8", "9"), "12", CourseCode.NO_ATTEMPT_LEFT),
        (("12",), "14", CourseCode.COURSE_PASSED),
    ],
)
def test_a_result_that_cannot_be_taken_is_refused(
    earlier: tuple[str, ...], grade: str, code: CourseCode
) -> None:
    decision = record_attempt(attempts(*earlier), grade, TWO, FR)

    assert decision.attempt is None
    assert decision.code is code


@pytest.mark.parametrize(
    ("rule", "grades", "counting"),
    [
        (CountingRule.BEST, ("8", "5"), "8"),
        (CountingRule.LAST, ("8", "5"), "5"),
        (CountingRule.BEST, ("5", "8"), "8"),
        (CountingRule.BEST, ("8", "absent"), "8"),
        (CountingRule.BEST, ("absent", "absent"), "absent"),
        (CountingRule.BEST, ("8", "12"), "12"),
        (CountingRule.BEST, ("withheld", "3"), "3"),
    ],
)
def test_the_pass_counts_else_the_fail_that_the_agreement_chooses(
    rule: CountingRule, grades: tuple[str, ...], counting: str
) -> None:
    policy = AttemptPolicy(counts=rule)
    attempt = counting_attempt(attempts(*grades, policy=policy), policy, FR)

    assert attempt is not None
    assert attempt.grade.grade == counting


def test_nothing_is_tried_while_a_result_is_withheld() -> None:
    assert next_attempt(attempts("withheld"), TWO) is None


@given(st.lists(st.sampled_from(["3", "8", "12", "absent", "withheld"]), max_size=12), st.integers(1, 4))
def test_nobody_gets_more_attempts_than_allowed_nor_loses_a_pass(grades: list[str], allowed: int) -> None:
    policy = AttemptPolicy(attempts=allowed)
    taken = attempts(policy=policy)
    for grade in grades:
        attempt = record_attempt(taken, grade, policy, FR).attempt
        if attempt is not None:
            taken = (*taken, attempt)

    assert all(attempt.number <= allowed for attempt in taken)
    passed = any(attempt.outcome is GradeOutcome.PASSED for attempt in taken)
    assert (standing(taken, policy, FR).state is CourseState.PASSED) is passed
    assert all(
        judge(attempt.counted.grade, FR).outcome is attempt.outcome
        for attempt in taken
        if not attempt.deferred
    )


def a_course(kind: AssessmentKind = AssessmentKind.SUMMATIVE, credit_partner: str | None = None) -> Course:
    return Course(
        id="didactics",
        title={"en": "Didactics"},
        offering_partner="jyu",
        credit_partner=credit_partner,
        ects=Ects("5"),
        weeks=8,
        delivery=DeliveryMode.ONLINE,
        outcomes=("o1",),
        assessments=(Assessment(kind=kind, method="portfolio"),),
    )


def regulations(
    delegated_to: str | None = None, clause: str | None = None, *, delegated: bool
) -> AwardRegulations:
    return AwardRegulations(
        type=AwardType.MICRO_CREDENTIAL,
        name={"en": "Educators"},
        form=AwardForm.JOINT,
        credit_awarding=CreditAwarding.DELEGATED if delegated else CreditAwarding.TEACHING_UNIVERSITY,
        delegated_to=delegated_to,
        delegation_clause=clause,
        number_prefix="DCE",
    )


TEACHING = regulations(delegated=False)


@pytest.mark.parametrize("outcome", [GradeOutcome.PASSED, GradeOutcome.COMPENSATED])
def test_the_teaching_university_awards_the_credits(outcome: GradeOutcome) -> None:
    credit = award_credit(a_course(), outcome, TEACHING, ("jyu", "ulb"))

    assert (credit.awarded_by, credit.code) == ("jyu", CreditCode.CREDIT_AWARDED)
    assert credit.ects == 5


def test_another_partner_awards_the_credits_of_an_internship() -> None:
    credit = award_credit(a_course(credit_partner="ulb"), GradeOutcome.PASSED, TEACHING, ("ulb",))

    assert credit.awarded_by == "ulb"


def test_a_delegate_awards_the_credits_where_a_clause_says_so() -> None:
    rules = regulations("ulb", "7.3", delegated=True)

    assert award_credit(a_course(), GradeOutcome.PASSED, rules, ("jyu", "ulb")).awarded_by == "ulb"


@pytest.mark.parametrize(
    ("course", "outcome", "award", "code"),
    [
        (a_course(), GradeOutcome.EXEMPT, TEACHING, CreditCode.CREDIT_RECOGNISED),
        (a_course(), GradeOutcome.FAILED, TEACHING, CreditCode.NOT_PASSED),
        (a_course(), GradeOutcome.COMPENSABLE, TEACHING, CreditCode.NOT_PASSED),
        (
            a_course(AssessmentKind.FORMATIVE),
            GradeOutcome.PASSED,
            TEACHING,
            CreditCode.NO_SUMMATIVE_ASSESSMENT,
        ),
        (
            a_course(),
            GradeOutcome.PASSED,
            regulations("ulb", delegated=True),
            CreditCode.DELEGATION_WITHOUT_CLAUSE,
        ),
        (
            a_course(),
            GradeOutcome.PASSED,
            regulations(None, "7.3", delegated=True),
            CreditCode.DELEGATION_WITHOUT_CLAUSE,
        ),
        (
            a_course(credit_partner="acme"),
            GradeOutcome.PASSED,
            TEACHING,
            CreditCode.CANNOT_AWARD_CREDITS,
        ),
    ],
)
def test_credits_are_not_awarded_without_their_conditions(
    course: Course, outcome: GradeOutcome, award: AwardRegulations, code: CreditCode
) -> None:
    credit = award_credit(course, outcome, award, ("jyu", "ulb"))

    assert (credit.ects, credit.awarded_by, credit.code) == (Decimal(0), None, code)
