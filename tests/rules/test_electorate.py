"""The electorate: office-holders on a day, deputies, seats per partner, replacement."""

from datetime import date

import pytest

from models.actor import Role
from models.ballot import RECUSE, BallotPolicy, BallotRefusal, Elector, Vote, VoteRefusal
from models.directory import Absence, HeldOffice, OfficeHolder
from rules.electorate import entitled_partners, freeze_electorate, replace_elector, vacant_seats

DAY = date(2026, 3, 27)
COMMITTEE = Role.ADMISSION_COMMITTEE
ONE = BallotPolicy()
TWO = BallotPolicy(members_per_partner=2)


def a_holder(person: str, office: HeldOffice | None = None, absent: bool = False) -> OfficeHolder:
    return OfficeHolder(
        person=person,
        name=person.upper(),
        partner=person.split("-", maxsplit=1)[0],
        offices=(office or an_office(),),
        absences=(Absence(since=DAY, until=DAY),) if absent else (),
    )


def an_office(
    role: Role = COMMITTEE,
    chair: bool = False,
    deputy: str | None = None,
    since: date = date(2025, 1, 1),
    until: date | None = None,
) -> HeldOffice:
    return HeldOffice(role=role, chair=chair, deputy=deputy, since=since, until=until)


def persons(policy: BallotPolicy, *people: OfficeHolder) -> list[str]:
    return [elector.person for elector in freeze_electorate(policy, people, COMMITTEE, DAY)]


def test_each_partner_gets_its_seats_the_chair_first() -> None:
    people = (a_holder("fi-1"), a_holder("fi-2"), a_holder("fi-3", an_office(chair=True)), a_holder("de-1"))

    assert persons(TWO, *people) == ["fi-3", "fi-1", "de-1"]
    assert persons(ONE, *people) == ["fi-3", "de-1"]


@pytest.mark.parametrize(
    ("office", "sits"),
    [
        pytest.param(an_office(since=DAY), True, id="first day"),
        pytest.param(an_office(until=DAY), True, id="last day"),
        pytest.param(an_office(since=date(2026, 3, 28)), False, id="not yet"),
        pytest.param(an_office(until=date(2026, 3, 26)), False, id="no longer"),
        pytest.param(an_office(role=Role.EXAMINER), False, id="another role"),
    ],
)
def test_only_those_in_office_on_the_day_sit(office: HeldOffice, sits: bool) -> None:
    assert persons(ONE, a_holder("fi-1", office)) == (["fi-1"] if sits else [])


def test_deputy_of_an_absent_chair_takes_the_chair() -> None:
    people = (a_holder("fi-1", an_office(chair=True, deputy="fi-2"), absent=True), a_holder("fi-2"))

    assert freeze_electorate(ONE, people, COMMITTEE, DAY) == (
        Elector(person="fi-2", name="FI-2", partner="fi", chair=True, deputy_for="fi-1"),
    )


@pytest.mark.parametrize(
    ("deputy", "others"),
    [
        pytest.param(None, (), id="no deputy"),
        pytest.param("fi-9", (), id="deputy unknown"),
        pytest.param(
            "fi-2", (a_holder("fi-2", an_office(role=Role.EXAMINER), absent=True),), id="deputy away"
        ),
        pytest.param(
            "de-1", (a_holder("de-1", an_office(role=Role.EXAMINER)),), id="deputy of another partner"
        ),
    ],
)
def test_seat_stays_free_without_a_deputy_who_can_come(
    deputy: str | None, others: tuple[OfficeHolder, ...]
) -> None:
    assert persons(ONE, a_holder("fi-1", an_office(deputy=deputy), absent=True), *others) == []


def test_deputy_who_is_a_member_too_sits_once() -> None:
    people = (a_holder("fi-1", an_office(deputy="fi-2"), absent=True), a_holder("fi-2"), a_holder("fi-3"))

    assert persons(TWO, *people) == ["fi-2", "fi-3"]


def test_associates_sit_only_where_the_agreement_gives_them_a_vote() -> None:
    people = (a_holder("fi-1"), a_holder("acme-1"))
    with_vote = BallotPolicy(associates_vote=True)

    assert len(freeze_electorate(ONE, people, COMMITTEE, DAY, frozenset({"acme"}))) == 1
    assert len(freeze_electorate(with_vote, people, COMMITTEE, DAY, frozenset({"acme"}))) == 2


BODY = (
    Elector(person="fi-1", name="FI-1", partner="fi", chair=True),
    Elector(person="de-1", name="DE-1", partner="de"),
)


def a_vote(person: str, option: str) -> Vote:
    return Vote(person=person, partner=person.split("-", maxsplit=1)[0], option=option)


@pytest.mark.parametrize("votes", [(), (a_vote("fi-1", RECUSE),)])
def test_member_who_has_not_voted_is_replaced_and_the_chair_goes_along(votes: tuple[Vote, ...]) -> None:
    result = replace_elector(BODY, votes, "fi-1", a_holder("fi-2"))

    assert result == (
        Elector(person="fi-2", name="FI-2", partner="fi", chair=True, deputy_for="fi-1"),
        BODY[1],
    )


@pytest.mark.parametrize(
    ("leaves", "joins", "code"),
    [
        ("xx-1", "fi-2", VoteRefusal.NOT_AN_ELECTOR),
        ("de-1", "de-2", VoteRefusal.ALREADY_VOTED),
        ("fi-1", "de-1", VoteRefusal.ALREADY_AN_ELECTOR),
        ("fi-1", "fi-3", VoteRefusal.RECUSED),
        ("fi-1", "pt-1", VoteRefusal.OTHER_PARTNER),
    ],
)
def test_replacement_that_would_change_the_vote_is_refused(
    leaves: str, joins: str, code: VoteRefusal
) -> None:
    votes = (a_vote("de-1", "admit"), a_vote("fi-3", RECUSE))

    result = replace_elector(BODY, votes, leaves, a_holder(joins))

    assert isinstance(result, BallotRefusal)
    assert result.code is code
    assert result.sentence


@pytest.mark.parametrize(
    ("associates_vote", "entitled"),
    [(False, ("fi", "de")), (True, ("fi", "de", "acme", "lab"))],
    ids=["associates have no vote", "associates vote"],
)
def test_partners_that_award_have_a_vote_and_associates_where_the_agreement_says_so(
    associates_vote: bool, entitled: tuple[str, ...]
) -> None:
    policy = BallotPolicy(associates_vote=associates_vote)

    assert entitled_partners(policy, ("fi", "lab", "de"), ("acme", "lab")) == entitled


def test_a_partner_with_a_vote_and_without_a_member_is_vacant() -> None:
    body = (Elector(person="fi-1", name="A", partner="fi"), Elector(person="de-1", name="B", partner="de"))

    assert vacant_seats(body, ("fi", "tr", "de", "pt")) == ("tr", "pt")
    assert vacant_seats(body, ("de",)) == ()
