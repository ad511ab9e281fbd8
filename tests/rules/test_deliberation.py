"""The proposal to the examination committee: award, average, class, or every reason against it."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.actor import Role
from models.admission import Recognised
from models.award import AwardScope
from models.deliberation import CourseFact
from models.examination import ClassBand, Classification
from models.grading import CompensationPolicy, GradeOutcome, LocalGrade, Rounding
from models.registration import RegistrationState
from rules.deliberation import classify, propose_award
from rules.scales import CATALOGUE
from tests.rules.regulations import (
    PATH,
    TEN,
    TEXT,
    a_fact,
    a_learning_agreement,
    a_registration,
    a_signature,
    an_agreement,
    an_award,
    an_examination,
    facts_of,
)

AGREEMENT = an_agreement()
COMPENSATING = an_agreement(
    examination=an_examination(compensation=CompensationPolicy(allowed=True, floors={"fr-20": "8"}))
)


def results(*grades: str, **last: Any) -> tuple[CourseFact, ...]:
    """Give grades in the order of the path; fields change the last one."""
    facts = [a_fact(course, grade) for course, grade in zip(PATH, grades, strict=False)]
    return (*facts[:-1], facts[-1].model_copy(update=last))


def test_everything_there_is_an_award_with_average_and_class() -> None:
    proposal = propose_award(AGREEMENT, facts_of(AGREEMENT, results("12", "15", "16")))

    assert proposal.awardable
    assert (proposal.ects, proposal.value, proposal.classification) == (
        Decimal(30),
        Decimal("14.33"),
        "good",
    )
    assert [option.code for option in proposal.options] == ["award", "no_award"]
    assert proposal.sentence == (
        "All 30 ECTS credits are there; the qualification is proposed with an average of 14.33, good."
    )


FAILED = {"outcome": GradeOutcome.FAILED, "awarded_by": None}


@pytest.mark.parametrize(
    ("courses", "codes"),
    [
        pytest.param(results("12", "12"), "RESULT_MISSING CREDITS_SHORT", id="no result at all"),
        pytest.param(
            results("12", "12", "12", outcome=None), "RESULT_MISSING CREDITS_SHORT", id="no final result"
        ),
        pytest.param(
            results("12", "12", "12", outcome=GradeOutcome.WITHHELD),
            "RESULT_WITHHELD CREDITS_SHORT",
            id="withheld",
        ),
        pytest.param(results("12", "12", "9", **FAILED), "COURSE_FAILED CREDITS_SHORT", id="failed"),
        pytest.param(
            results("12", "12", "12", outcome=GradeOutcome.ABSENT), "COURSE_FAILED CREDITS_SHORT", id="absent"
        ),
        pytest.param(results("12", "12", "12", awarded_by=None), "CREDITS_SHORT", id="credits not awarded"),
        pytest.param(
            results("12", "12", "12", outcome=GradeOutcome.EXEMPT),
            "COURSE_FAILED CREDITS_SHORT",
            id="exempt, but not recognised",
        ),
        pytest.param(results("12", "12", "9", outcome=GradeOutcome.COMPENSATED), "", id="compensated before"),
        pytest.param(
            results("12", "12", "9", outcome=GradeOutcome.COMPENSATED, awarded_by=None),
            "COURSE_FAILED CREDITS_SHORT",
            id="compensated without credits",
        ),
        pytest.param(
            (*results("12", "12"), a_fact("opt-fr")), "RESULT_MISSING CREDITS_SHORT", id="a course not agreed"
        ),
    ],
)
def test_every_course_of_the_learning_agreement_counts(courses: tuple[CourseFact, ...], codes: str) -> None:
    proposal = propose_award(AGREEMENT, facts_of(AGREEMENT, courses))

    assert " ".join(reason.code for reason in proposal.reasons) == codes
    assert proposal.awardable is (codes == "")
    assert proposal.code == (codes.split(maxsplit=1)[0] if codes else None)


def test_a_narrow_fail_is_compensated_where_the_agreement_allows_it() -> None:
    facts = facts_of(COMPENSATING, results("12", "16", "9", **FAILED))

    assert propose_award(AGREEMENT, facts).code == "COURSE_FAILED"
    assert propose_award(COMPENSATING, facts).compensated == ("opt-it",)
    assert propose_award(COMPENSATING, facts).awardable


def test_recognised_learning_counts_without_a_grade() -> None:
    learning = a_learning_agreement(AGREEMENT, recognised=(Recognised(course="c1", ects=TEN),))
    courses = (a_fact("c1", "20"), a_fact("c2", "12"), a_fact("opt-it", "14"))

    proposal = propose_award(AGREEMENT, facts_of(AGREEMENT, courses, learning))

    assert (proposal.ects, proposal.value) == (Decimal(30), Decimal("13.00"))
    assert proposal.average is not None
    assert proposal.average.excluded == ("c1",)


def test_without_both_signatures_there_is_no_award() -> None:
    learning = a_learning_agreement(AGREEMENT)
    other = a_learning_agreement(AGREEMENT, ("c1", "c2", "opt-fr"))
    only_learner = (a_signature(learning, Role.LEARNER), a_signature(other, Role.PROGRAMME_LEADER, "fr"))

    proposal = propose_award(AGREEMENT, facts_of(AGREEMENT, signatures=only_learner))

    assert [(reason.code, reason.partner) for reason in proposal.reasons] == [("AGREEMENT_NOT_SIGNED", "fr")]
    assert [option.code for option in proposal.options] == ["no_award"]


def test_without_registration_at_every_signing_partner_there_is_no_award() -> None:
    registrations = (a_registration("fr"), a_registration("it", state=RegistrationState.HELD))

    proposal = propose_award(AGREEMENT, facts_of(AGREEMENT, registrations=registrations))

    assert [(reason.code, reason.partner) for reason in proposal.reasons] == [
        ("NOT_REGISTERED", "mt"),
        ("NOT_REGISTERED", "it"),
    ]


@pytest.mark.parametrize(
    ("least", "codes"),
    [pytest.param(2, [], id="enough"), pytest.param(3, ["TOO_FEW_PARTNERS"], id="too few")],
)
def test_enough_partners_have_to_be_visited(least: int, codes: list[str]) -> None:
    award = an_award(scope=AwardScope.VISITED_PARTNERS, minimum_awarding_partners=least)
    agreement = an_agreement(award=award)
    learning = a_learning_agreement(agreement, ("c1", "c2", "opt-fr"))

    proposal = propose_award(agreement, facts_of(agreement, learning=learning))

    assert [reason.code for reason in proposal.reasons] == codes


def test_a_programme_without_a_final_grade_awards_without_one() -> None:
    agreement = an_agreement(examination=an_examination(classification=Classification(graded=False)))

    proposal = propose_award(agreement, facts_of(agreement))

    assert (proposal.value, proposal.average, proposal.classification) == (None, None, None)
    assert proposal.sentence.endswith("is proposed without a final grade.")


def test_passed_without_grades_has_no_average() -> None:
    courses = tuple(a_fact(course, local=None, joint=None) for course in PATH)

    proposal = propose_award(AGREEMENT, facts_of(AGREEMENT, courses))

    assert proposal.awardable
    assert (proposal.value, proposal.classification) == (None, None)


def test_misconduct_leaves_no_class_of_merit() -> None:
    proposal = propose_award(AGREEMENT, facts_of(AGREEMENT, results("18", "18", "18"), misconduct=True))

    assert (proposal.awardable, proposal.value, proposal.classification) == (True, Decimal("18.00"), None)


def test_a_joint_scale_that_does_not_exist_is_an_error_of_the_agreement() -> None:
    agreement = an_agreement(examination=an_examination(joint_scale="nope"))

    with pytest.raises(KeyError, match="nope"):
        propose_award(agreement, facts_of(agreement))


def bands(*steps: str) -> Classification:
    """Write steps as `code:from`."""
    parts = (step.split(":") for step in steps)
    return Classification(
        bands=tuple(ClassBand(code=code, label=TEXT, from_average=Decimal(value)) for code, value in parts)
    )


FRENCH = bands("pass:10", "very_good:16", "good:14")
GERMAN = bands("good:2.5", "very_good:1.5", "pass:4.0")


@pytest.mark.parametrize(
    ("scale", "classification", "value", "code"),
    [
        pytest.param("fr-20", FRENCH, "16", "very_good", id="higher is better: on the mark"),
        pytest.param("fr-20", FRENCH, "15.99", "good", id="higher is better: just below"),
        pytest.param("fr-20", FRENCH, "9.5", None, id="higher is better: below all"),
        pytest.param("de-5", GERMAN, "1.5", "very_good", id="lower is better: on the mark"),
        pytest.param("de-5", GERMAN, "1.51", "good", id="lower is better: just below"),
        pytest.param("de-5", GERMAN, "4.1", None, id="lower is better: below all"),
        pytest.param("fr-20", Classification(), "18", None, id="no classes agreed"),
    ],
)
def test_classes_follow_the_direction_of_the_scale(
    scale: str, classification: Classification, value: str, code: str | None
) -> None:
    assert classify(Decimal(value), classification, CATALOGUE[scale]) == code


@pytest.mark.parametrize(
    ("rounding", "decimals", "average", "code"),
    [
        pytest.param(Rounding.HALF_UP, 0, "14", "good", id="rounded to whole grades"),
        pytest.param(Rounding.TRUNCATE, 0, "13", "pass", id="cut to whole grades"),
        pytest.param(Rounding.HALF_UP, 2, "13.67", "pass", id="two decimals"),
    ],
)
def test_the_class_follows_the_rounded_average(
    rounding: Rounding, decimals: int, average: str, code: str
) -> None:
    classification = FRENCH.model_copy(update={"rounding": rounding, "decimals": decimals})
    agreement = an_agreement(examination=an_examination(classification=classification))

    proposal = propose_award(agreement, facts_of(agreement, results("13", "14", "14")))

    assert (str(proposal.value), proposal.classification) == (average, code)


outcomes = st.sampled_from([None, *GradeOutcome])
grades = st.integers(0, 20).map(str)


@st.composite
def histories(draw: st.DrawFn) -> tuple[CourseFact, ...]:
    return tuple(
        a_fact(
            course,
            grade := draw(grades),
            outcome=draw(outcomes),
            local=LocalGrade(scale="fr-20", grade=grade),
            awarded_by=draw(st.sampled_from([None, "fr"])),
        )
        for course in draw(st.lists(st.sampled_from(PATH), unique=True))
    )


@given(histories(), st.sets(st.sampled_from(["fr", "mt", "it"])), st.booleans(), st.booleans())
def test_no_award_without_registration_signatures_and_credits(
    courses: tuple[CourseFact, ...], registered: set[str], signed: bool, compensating: bool
) -> None:
    agreement = COMPENSATING if compensating else AGREEMENT
    registrations = tuple(a_registration(partner) for partner in sorted(registered))
    changes: dict[str, Any] = {"registrations": registrations} | ({} if signed else {"signatures": ()})

    proposal = propose_award(agreement, facts_of(agreement, courses, **changes))

    complete = proposal.ects == agreement.programme.ects
    assert proposal.awardable <= (signed and registered == {"fr", "mt", "it"} and complete)
    assert proposal.awardable is ("award" in [option.code for option in proposal.options])
    assert all(reason.sentence for reason in proposal.reasons)


@given(st.lists(st.integers(10, 20), min_size=3, max_size=3))
def test_better_grades_never_make_a_worse_average(marks: list[int]) -> None:
    grades_ = [str(mark) for mark in marks]
    better = [str(min(mark + 1, 20)) for mark in marks]

    before = propose_award(AGREEMENT, facts_of(AGREEMENT, results(*grades_))).value
    after = propose_award(AGREEMENT, facts_of(AGREEMENT, results(*better))).value

    assert before is not None
    assert after is not None
    assert min(marks) <= before <= after
