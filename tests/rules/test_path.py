"""Paths against the structure of the programme."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.admission import Recognised
from models.programme import Programme
from rules.path import check_path, default_path, order_of_study
from tests.rules.regulations import COURSES, OPTIONS, PATH, TEN, a_course, a_linear_programme, a_programme

C1_RECOGNISED = (Recognised(course="c1", ects=TEN),)


@pytest.mark.parametrize(
    ("programme", "path"),
    [
        pytest.param(a_linear_programme(), PATH, id="linear: all courses"),
        pytest.param(a_programme(), PATH, id="branched: the first admissible choice"),
        pytest.param(a_programme(ects=Decimal(40)), (), id="branched: none adds up"),
        pytest.param(
            a_programme(ects=Decimal(40), options=(OPTIONS.model_copy(update={"max_courses": 9}),)),
            ("c1", "c2", "opt-it", "opt-fr"),
            id="branched: as many options as it takes",
        ),
    ],
)
def test_the_default_path(programme: Programme, path: tuple[str, ...]) -> None:
    assert default_path(programme) == path


@pytest.mark.parametrize(
    ("programme", "courses", "codes"),
    [
        pytest.param({}, "c1 c2 opt-it", "", id="core and one option"),
        pytest.param({}, "opt-fr c2 c1", "", id="in any order"),
        pytest.param({}, "c1 c2 nope opt-it", "UNKNOWN_COURSE", id="unknown course"),
        pytest.param({}, "c1 c1 c2 opt-it", "COURSE_TWICE", id="a course twice"),
        pytest.param({}, "c1 c2", "TOO_FEW_OPTIONS", id="no option"),
        pytest.param({}, "c1 c2 opt-it opt-fr", "TOO_MANY_OPTIONS", id="two options"),
        pytest.param({}, "c1 opt-fr", "CORE_COURSE_MISSING", id="core course left out"),
        pytest.param({}, "c1 opt-it", "CORE_COURSE_MISSING PREREQUISITE_MISSING", id="prerequisite left out"),
        pytest.param(
            {"courses": (*COURSES, a_course("extra", "fr"))},
            "c1 c2 opt-it extra",
            "COURSE_NOT_ON_OFFER",
            id="neither core nor option",
        ),
        pytest.param({"ects": Decimal(31)}, "c1 c2 opt-it", "CREDITS_DO_NOT_ADD_UP", id="credits short"),
    ],
)
def test_a_branched_path(programme: dict[str, Any], courses: str, codes: str) -> None:
    decision = check_path(a_programme(**programme), tuple(courses.split()))

    assert " ".join(problem.code for problem in decision.problems) == codes
    assert decision.admissible is (codes == "")
    assert decision.code == (codes.split(maxsplit=1)[0] if codes else None)


@pytest.mark.parametrize(
    ("courses", "code"),
    [
        pytest.param(PATH, None, id="everything"),
        pytest.param(("c1", "c2"), "PATH_IS_GIVEN", id="a course left out"),
    ],
)
def test_a_linear_path_is_given(courses: tuple[str, ...], code: str | None) -> None:
    assert check_path(a_linear_programme(), courses).code == code


def test_a_recognised_prerequisite_need_not_be_in_the_path() -> None:
    programme = a_programme(
        core=(), ects=Decimal(20), options=(OPTIONS.model_copy(update={"max_courses": 2}),)
    )
    with_need = (*COURSES[:1], a_course("opt-fr", "fr", prerequisites=("c1",)), COURSES[4])
    programme = programme.model_copy(update={"courses": with_need})

    assert check_path(programme, ("opt-fr", "practice")).code == "PREREQUISITE_MISSING"
    assert check_path(programme, ("opt-fr", "practice"), C1_RECOGNISED).admissible


def test_a_course_that_has_begun_stays_in_the_path() -> None:
    decision = check_path(a_programme(), ("c1", "c2", "opt-fr"), begun=("c1", "opt-it"))

    assert [(problem.code, problem.course) for problem in decision.problems] == [
        ("COURSE_HAS_BEGUN", "opt-it")
    ]


def test_every_problem_is_told_at_once() -> None:
    decision = check_path(a_programme(), ("c2", "nope"))

    assert [problem.code for problem in decision.problems] == [
        "UNKNOWN_COURSE",
        "CORE_COURSE_MISSING",
        "TOO_FEW_OPTIONS",
        "PREREQUISITE_MISSING",
    ]
    assert "Choose at least 1 of the options: opt-it, opt-fr and practice." in decision.sentence


def test_study_follows_weeks_and_prerequisites() -> None:
    courses = (
        a_course("b", "fr", prerequisites=("a",)),
        a_course("a", "fr", starts_in_week=9),
        a_course("c", "fr"),
    )

    assert order_of_study(a_linear_programme(courses=courses), ("a", "b", "c")) == ("c", "a", "b")


def test_prerequisites_in_a_circle_do_not_hang() -> None:
    courses = (a_course("a", "fr", prerequisites=("b",)), a_course("b", "fr", prerequisites=("a",)))

    assert order_of_study(a_linear_programme(courses=courses), ("b", "a")) == ("a", "b")


choices = st.lists(st.sampled_from([course.id for course in COURSES]), max_size=7).map(tuple)


@given(choices)
def test_an_admissible_path_adds_up_and_keeps_prerequisites(courses: tuple[str, ...]) -> None:
    programme = a_programme()

    decision = check_path(programme, courses)

    assert sorted(decision.courses) == sorted(set(courses))
    if decision.admissible:
        assert decision.ects == programme.ects
        for place, course in enumerate(decision.courses):
            assert set(programme.course(course).prerequisites) <= set(decision.courses[:place])


@given(st.permutations(PATH))
def test_the_order_of_a_choice_is_without_effect(courses: list[str]) -> None:
    assert check_path(a_programme(), tuple(courses)) == check_path(a_programme(), PATH)
