"""Who acts in which office on which day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.actor import Role
from models.directory import Absence, Directory, HeldOffice, OfficeHolder
from rules.office import is_absent, offices_of

FIRST, LAST = date(2025, 9, 1), date(2026, 8, 31)
AWAY = Absence(since=date(2026, 3, 1), until=date(2026, 3, 14))
EXAMINER = HeldOffice(
    role=Role.EXAMINER, courses=("marine-data", "remote-sensing"), since=FIRST, until=LAST, deputy="yann"
)
CHAIR = HeldOffice(role=Role.ADMISSION_COMMITTEE, chair=True, since=FIRST)


def a_holder(person: str, *offices: HeldOffice, absent: bool = False) -> OfficeHolder:
    return OfficeHolder(
        person=person,
        name=person.title(),
        partner="armor",
        mail=f"{person}@armor.example",
        offices=offices,
        absences=(AWAY,) if absent else (),
    )


DIRECTORY = Directory(
    programme="coastal-data",
    people=(a_holder("maelle", EXAMINER, absent=True), a_holder("yann", CHAIR)),
)


def test_an_office_of_several_courses_is_one_office_for_each() -> None:
    held = offices_of(DIRECTORY, "maelle", FIRST)

    assert [(one.role, one.partner, one.course) for one in held] == [
        (Role.EXAMINER, "armor", "marine-data"),
        (Role.EXAMINER, "armor", "remote-sensing"),
    ]


def test_an_office_without_courses_stays_one() -> None:
    (office,) = offices_of(DIRECTORY, "yann", FIRST)

    assert (office.role, office.course, office.chair) == (Role.ADMISSION_COMMITTEE, None, True)


def test_a_deputy_acts_while_the_holder_is_away_and_on_no_other_day() -> None:
    assert Role.EXAMINER in {one.role for one in offices_of(DIRECTORY, "yann", AWAY.since)}
    assert Role.EXAMINER in {one.role for one in offices_of(DIRECTORY, "yann", AWAY.until)}
    assert Role.EXAMINER not in {one.role for one in offices_of(DIRECTORY, "yann", AWAY.until + timedelta(1))}


def test_a_deputy_is_marked_as_one_and_a_holder_is_not() -> None:
    held = offices_of(DIRECTORY, "yann", AWAY.since)

    assert {one.role: one.deputy_for for one in held} == {
        Role.ADMISSION_COMMITTEE: None,
        Role.EXAMINER: "maelle",
    }


def test_somebody_whom_the_directory_does_not_know_holds_nothing() -> None:
    assert offices_of(DIRECTORY, "stranger", FIRST) == ()


@given(on=st.dates(date(2024, 1, 1), date(2028, 1, 1)))
def test_nobody_acts_before_an_office_begins_or_after_it_ends(on: date) -> None:
    assert bool(offices_of(DIRECTORY, "maelle", on)) == (FIRST <= on <= LAST)
    assert is_absent(DIRECTORY.person("maelle"), on) == (AWAY.since <= on <= AWAY.until)
