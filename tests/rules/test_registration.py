"""Which registrations an award needs, in which order they go, and how their states follow each other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.award import AwardScope, CreditAwarding
from models.partner import RegistrationKind
from models.registration import (
    PartnerRefusalRule,
    PlannedRegistration,
    RegistrationModel,
    RegistrationRegulations,
    RegistrationState,
)
from rules.registration import (
    FOLLOWING,
    awarding_in_scope,
    cancellation_order,
    check_transition,
    choose_main_partner,
    may_be_registered,
    next_after_refusal,
    registrations_for_course,
    registrations_missing,
    required_registrations,
)
from tests.rules.regulations import PATH, a_registration, an_agreement, an_award

ALL = an_agreement()
VISITED = an_agreement(award=an_award(scope=AwardScope.VISITED_PARTNERS))
DELEGATED = an_agreement(
    award=an_award(
        scope=AwardScope.VISITED_PARTNERS, credit_awarding=CreditAwarding.DELEGATED, delegated_to="it"
    )
)
SINGLY = RegistrationRegulations(model=RegistrationModel.PER_COURSE)
PER_COURSE = an_agreement(registration=SINGLY)


@pytest.mark.parametrize(
    ("agreement", "studied", "partners"),
    [
        pytest.param(ALL, ("c1",), "fr mt it", id="all partners, never the company"),
        pytest.param(VISITED, ("c1", "c2"), "fr mt", id="visited partners"),
        pytest.param(VISITED, ("c1", "practice"), "fr mt", id="who awards the credits of an internship"),
        pytest.param(DELEGATED, ("c1",), "fr it", id="the delegate awards too"),
    ],
)
def test_the_scope_of_the_award(agreement: Any, studied: tuple[str, ...], partners: str) -> None:
    assert awarding_in_scope(agreement, studied) == tuple(partners.split())


@pytest.mark.parametrize(
    ("studied", "wished", "partner", "code"),
    [
        pytest.param(PATH, "it", "it", "CHOSEN", id="as the learner wishes"),
        pytest.param(("c1",), "mt", "mt", "CHOSEN", id="also where nothing is studied"),
        pytest.param(PATH, None, "fr", "DEFAULT", id="the lead"),
        pytest.param(("c2",), None, "mt", "DEFAULT", id="the first that awards where the lead does not"),
        pytest.param((), None, "fr", "DEFAULT", id="nothing studied"),
        pytest.param(PATH, "firm", None, "NOT_DEGREE_AWARDING", id="a company"),
        pytest.param(PATH, "nobody", None, "UNKNOWN_PARTNER", id="no partner"),
    ],
)
def test_where_the_main_registration_is(
    studied: tuple[str, ...], wished: str | None, partner: str | None, code: str
) -> None:
    decision = choose_main_partner(VISITED, studied, wished)

    assert (decision.partner, decision.code) == (partner, code)


def as_text(planned: tuple[PlannedRegistration, ...]) -> str:
    return " ".join(f"{one.partner}/{one.course}" if one.course else one.partner for one in planned)


@pytest.mark.parametrize(
    ("agreement", "studied", "main", "planned"),
    [
        pytest.param(ALL, PATH, None, "fr mt it", id="everywhere"),
        pytest.param(ALL, PATH, "it", "it fr mt", id="the chosen one first"),
        pytest.param(ALL, PATH, "firm", "fr mt it", id="a company cannot have the main one"),
        pytest.param(VISITED, ("c1", "c2"), None, "fr mt", id="only where the learner studies"),
        pytest.param(VISITED, ("c1", "c2"), "it", "it fr mt", id="main elsewhere"),
        pytest.param(PER_COURSE, PATH, None, "fr mt/c2 it/opt-it", id="course by course"),
        pytest.param(PER_COURSE, ("c2", "opt-it"), "mt", "mt it/opt-it fr", id="awards without teaching"),
        pytest.param(PER_COURSE, ("c1", "practice"), "it", "it fr/c1 mt/practice", id="an internship"),
    ],
)
def test_the_registrations_that_an_award_needs(
    agreement: Any, studied: tuple[str, ...], main: str | None, planned: str
) -> None:
    assert as_text(required_registrations(agreement, studied, main)) == planned


@pytest.mark.parametrize(
    ("course", "planned"),
    [
        pytest.param("c2", "mt fr", id="first course: main one, and who only awards"),
        pytest.param("opt-it", "it/opt-it", id="later course: its own"),
    ],
)
def test_the_registrations_that_come_with_a_course(course: str, planned: str) -> None:
    first = registrations_for_course(PER_COURSE, ("opt-it", "c2"), "c2", main_partner="mt")
    asked = {(one.partner, one.course) for one in first} if course != "c2" else set()

    found = registrations_for_course(PER_COURSE, ("opt-it", "c2"), course, asked, "mt")

    assert as_text(found) == planned


studied_paths = st.sets(st.sampled_from(["c1", "c2", "opt-it", "opt-fr", "practice"]), min_size=1).map(
    lambda courses: tuple(sorted(courses))
)
mains = st.sampled_from([None, "fr", "mt", "it", "firm", "nobody"])


@given(st.sampled_from(AwardScope), st.sampled_from(RegistrationModel), studied_paths, mains, st.booleans())
def test_one_main_registration_and_every_signing_partner_covered(
    scope: AwardScope, model: RegistrationModel, studied: tuple[str, ...], main: str | None, delegated: bool
) -> None:
    credit = CreditAwarding.DELEGATED if delegated else CreditAwarding.TEACHING_UNIVERSITY
    award = an_award(scope=scope, credit_awarding=credit, delegated_to="it")
    agreement = an_agreement(award=award, registration=RegistrationRegulations(model=model))

    planned = required_registrations(agreement, studied, main)

    assert [one.kind for one in planned].count(RegistrationKind.MAIN) == 1
    assert planned[0].kind is RegistrationKind.MAIN
    assert len({(one.partner, one.course) for one in planned}) == len(planned)
    assert {one.partner for one in planned} - {planned[0].partner} == (
        set(awarding_in_scope(agreement, studied)) - {planned[0].partner}
    )
    assert all(agreement.partnership.partner(one.partner).degree_awarding for one in planned)


@given(studied_paths, mains)
def test_over_all_courses_each_registration_comes_once(studied: tuple[str, ...], main: str | None) -> None:
    together: list[PlannedRegistration] = []
    for course in studied:
        asked = {(one.partner, one.course) for one in together}
        together += registrations_for_course(PER_COURSE, studied, course, asked, main)

    assert len(together) == len(set(together))
    assert set(together) == set(required_registrations(PER_COURSE, studied, main))


def test_a_course_that_a_change_puts_first_does_not_bring_the_main_registration_again() -> None:
    before = registrations_for_course(PER_COURSE, ("c2",), "c2", main_partner="mt")
    asked = {(one.partner, one.course) for one in before}

    now = registrations_for_course(PER_COURSE, ("c1", "c2"), "c1", asked, "mt")
    for_the_programme = registrations_for_course(PER_COURSE, ("c2", "opt-it"), None, asked, "mt")

    assert "mt" not in [one.partner for one in now]
    assert all(one.course is None and (one.partner, None) not in asked for one in for_the_programme)


def test_what_is_needed_and_not_active_is_missing() -> None:
    needed = required_registrations(PER_COURSE, PATH)
    present = (
        a_registration("fr"),
        a_registration("mt"),
        a_registration("it", state=RegistrationState.REFUSED),
    )

    assert as_text(registrations_missing(needed, present)) == "it/opt-it"
    assert registrations_missing(needed, (*present, a_registration("it", course="opt-it"))) == ()


def test_registrations_are_undone_in_reverse_order_the_main_one_last() -> None:
    states = RegistrationState
    present = (
        a_registration("mt", state=states.REQUESTED),
        a_registration("fr", kind=RegistrationKind.MAIN),
        a_registration("it", state=states.HELD),
        a_registration("pt", state=states.CANCELLED),
        a_registration("de", state=states.PLANNED),
    )

    assert [one.partner for one in cancellation_order(present)] == ["it", "mt", "fr"]


@pytest.mark.parametrize(
    ("state", "refusal", "may_be"),
    [
        ("active", "", True),
        ("requested", "", True),
        ("cancelled", "", False),
        ("refused", "PartnerDenied", False),
        ("refused", "RefusedByHand", False),
        ("refused", "PartnerCredentialsRefused", True),
    ],
)
def test_a_refusal_may_hide_a_registration(state: str, refusal: str, may_be: bool) -> None:
    registration = a_registration("mt", state=RegistrationState(state), refusal_code=refusal)

    assert may_be_registered(registration) is may_be


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        pytest.param(PartnerRefusalRule.HOLD, "REPAIR_AT_PARTNER", id="hold"),
        pytest.param(PartnerRefusalRule.WITHDRAW_EVERYWHERE, "CANCEL_EVERYWHERE", id="withdraw"),
    ],
)
def test_what_follows_a_refusal(rule: PartnerRefusalRule, code: str) -> None:
    assert next_after_refusal(rule).code == code


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        pytest.param("planned", "requested", "ALLOWED", id="asked for"),
        pytest.param("requested", "active", "ALLOWED", id="confirmed"),
        pytest.param("refused", "requested", "ALLOWED", id="asked again after repair"),
        pytest.param("active", "active", "UNCHANGED", id="told twice"),
        pytest.param("cancelled", "cancelled", "UNCHANGED", id="cancelled twice"),
        pytest.param("cancelled", "active", "FINAL", id="never revived"),
        pytest.param("planned", "active", "NOT_NEXT", id="not without asking"),
        pytest.param("active", "refused", "NOT_NEXT", id="not refused once active"),
    ],
)
def test_states_follow_each_other(before: str, after: str, code: str) -> None:
    decision = check_transition(RegistrationState(before), RegistrationState(after))

    assert decision.code == code
    assert decision.allowed is (code in ("ALLOWED", "UNCHANGED"))


@given(st.lists(st.sampled_from(RegistrationState), max_size=12))
def test_a_cancelled_registration_stays_cancelled(wanted: list[RegistrationState]) -> None:
    state = RegistrationState.PLANNED
    for following in wanted:
        was = state
        state = following if check_transition(state, following).allowed else state
        assert was is not RegistrationState.CANCELLED or state is RegistrationState.CANCELLED
    assert set(FOLLOWING) == set(RegistrationState)
