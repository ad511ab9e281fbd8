"""The learning agreement: rows, versions, signatures, partners visited."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.actor import Role
from models.admission import Recognised
from models.award import CreditAwarding
from rules.agreement import (
    credit_partner,
    learning_agreement,
    required_signatures,
    revise,
    signatures_missing,
    visited_partners,
    wholly_recognised,
)
from tests.rules.regulations import (
    CASE,
    COURSES,
    PATH,
    TEN,
    a_learning_agreement,
    a_programme,
    a_signature,
    an_agreement,
    an_award,
    both_signatures,
)

AGREEMENT = an_agreement()
C1 = Recognised(course="c1", ects=TEN)
DELEGATED = an_agreement(award=an_award(credit_awarding=CreditAwarding.DELEGATED, delegated_to="it"))


def test_each_row_says_who_teaches_who_awards_and_whether_it_is_studied() -> None:
    learning = a_learning_agreement(AGREEMENT, ("practice", "c2", "c1"), (C1,))

    assert [(row.course, row.offering_partner, row.credit_partner, row.kind) for row in learning.rows] == [
        ("c1", "fr", "fr", "recognised"),
        ("c2", "mt", "mt", "studied"),
        ("practice", "firm", "mt", "studied"),
    ]
    assert learning.path == ("c1", "c2", "practice")
    assert learning.studied == ("c2", "practice")


@pytest.mark.parametrize(
    ("agreement", "course", "partner"),
    [
        pytest.param(AGREEMENT, "c1", "fr", id="the teaching university"),
        pytest.param(AGREEMENT, "practice", "mt", id="a university for a company"),
        pytest.param(DELEGATED, "c1", "it", id="the delegate"),
        pytest.param(
            an_agreement(award=an_award(credit_awarding=CreditAwarding.DELEGATED)),
            "c2",
            "fr",
            id="else the lead",
        ),
    ],
)
def test_who_awards_credits(agreement: Any, course: str, partner: str) -> None:
    assert credit_partner(agreement, agreement.programme.course(course)) == partner


@pytest.mark.parametrize(
    ("recognised", "whole"),
    [
        pytest.param((), set(), id="nothing"),
        pytest.param((C1,), {"c1"}, id="all credits"),
        pytest.param((Recognised(course="c1", ects=Decimal(9)),), set(), id="a part"),
        pytest.param((Recognised(course="c1", ects=Decimal(5)),) * 2, {"c1"}, id="two halves"),
    ],
)
def test_a_course_is_satisfied_when_all_its_credits_are_recognised(
    recognised: tuple[Recognised, ...], whole: set[str]
) -> None:
    assert wholly_recognised(a_programme(), recognised) == whole


def test_partners_visited_are_those_of_the_courses_studied() -> None:
    assert visited_partners(a_programme(), ("opt-fr", "c2", "c1")) == ("fr", "mt")


def test_the_same_content_keeps_its_version_and_another_gets_the_next() -> None:
    first = a_learning_agreement(AGREEMENT)
    same = learning_agreement(AGREEMENT, CASE, reversed(PATH), version=7)
    other = a_learning_agreement(AGREEMENT, ("c1", "c2", "opt-fr"))

    assert revise(first, same) is first
    assert (revise(first, other).version, revise(first, other).digest) == (2, other.digest)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(learning_agreement(AGREEMENT, "case0002", PATH), id="another learner"),
        pytest.param(a_learning_agreement(AGREEMENT, host="Third University"), id="a host"),
        pytest.param(a_learning_agreement(AGREEMENT, recognised=(C1,)), id="a course recognised"),
        pytest.param(a_learning_agreement(an_agreement(version="2027.1")), id="other regulations"),
        pytest.param(a_learning_agreement(DELEGATED), id="another university awards the credits"),
    ],
)
def test_other_content_has_another_digest(other: Any) -> None:
    assert other.digest != a_learning_agreement(AGREEMENT).digest


def test_the_way_a_number_is_written_is_no_content() -> None:
    courses = tuple(course.model_copy(update={"ects": Decimal("10.00")}) for course in COURSES)
    written = an_agreement(programme=a_programme(courses=courses))

    assert a_learning_agreement(written).digest == a_learning_agreement(AGREEMENT).digest


@pytest.mark.parametrize(
    ("host", "parties"),
    [
        pytest.param(None, ["learner", "partnership"], id="inside the partnership"),
        pytest.param("Third University", ["learner", "partnership", "host"], id="with a host"),
    ],
)
def test_who_signs(host: str | None, parties: list[str]) -> None:
    learning = a_learning_agreement(AGREEMENT, host=host)

    assert [needed.party for needed in required_signatures(learning, "fr")] == parties


def test_a_signature_counts_for_its_own_content_only() -> None:
    learning = a_learning_agreement(AGREEMENT)
    other = a_learning_agreement(AGREEMENT, ("c1", "c2", "opt-fr"))
    given = (a_signature(learning, Role.LEARNER), a_signature(other, Role.PROGRAMME_LEADER, "fr"))

    assert [needed.party for needed in signatures_missing(learning, "fr", given)] == ["partnership"]
    assert signatures_missing(learning, "fr", both_signatures(learning)) == ()


paths = st.sampled_from(
    [("c1", "c2", "opt-it"), ("c1", "c2", "opt-fr"), ("c2", "c1", "practice"), PATH[::-1]]
)
grants = st.sampled_from([(), (C1,), (Recognised(course="c1", ects=Decimal("10.0")),)])
hosts = st.sampled_from([None, "Third University"])


@given(paths, grants, hosts, paths, grants, hosts)
def test_the_digest_changes_exactly_with_the_content(
    path: Any, granted: Any, host: Any, other_path: Any, other_granted: Any, other_host: Any
) -> None:
    one = a_learning_agreement(AGREEMENT, path, granted, host)
    other = a_learning_agreement(AGREEMENT, other_path, other_granted, other_host)

    assert (one.digest == other.digest) is ((one.rows, one.host) == (other.rows, other.host))
