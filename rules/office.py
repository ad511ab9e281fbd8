"""Which offices a person holds on a day, in their own right or for somebody who is absent."""

from datetime import date

from models.actor import Office
from models.base import PersonRef
from models.directory import Directory, HeldOffice, OfficeHolder


def offices_of(directory: Directory, person: PersonRef, on: date) -> tuple[Office, ...]:
    """
    List the offices in which a person may act on this day.

    A deputy acts while the office-holder is absent, at the holder's partner, and is marked as one;
    nobody acts in an office before it begins or after it has ended.
    """
    own = [
        (holder, office, None)
        for holder in directory.people
        if holder.person == person
        for office in holder.offices
    ]
    deputised = [
        (holder, office, holder.person)
        for holder in directory.people
        if is_absent(holder, on)
        for office in holder.offices
        if office.deputy == person
    ]
    return tuple(
        one
        for holder, office, deputy_for in (*own, *deputised)
        if is_held(office, on)
        for one in _spread(holder, office, deputy_for)
    )


def is_absent(holder: OfficeHolder, on: date) -> bool:
    """Tell whether a person is away on a day."""
    return any(absence.since <= on <= absence.until for absence in holder.absences)


def is_held(office: HeldOffice, on: date) -> bool:
    """Tell whether an office has begun and not ended on a day."""
    return office.since <= on and (office.until is None or on <= office.until)


def _spread(holder: OfficeHolder, office: HeldOffice, deputy_for: PersonRef | None) -> list[Office]:
    """Make one office of each course; offices without courses stay one."""
    return [
        Office(
            role=office.role,
            partner=holder.partner,
            course=course,
            chair=office.chair,
            deputy_for=deputy_for,
        )
        for course in (office.courses or (None,))
    ]
