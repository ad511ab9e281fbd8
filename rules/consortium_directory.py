"""Whether a directory is one for its agreement: people, offices, systems. Source: R58, R66-R73, R209, V29."""

from collections import Counter
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from datetime import date

from models.actor import Role
from models.base import CourseId, PartnerId
from models.consortium import ConsortiumAgreement
from models.directory import Directory, HeldOffice, OfficeHolder
from models.partner import AdapterKind, PartnerEndpoint
from models.problem import Finding, Path, ProblemCode
from rules.consortium_offices import (
    check_bodies,
    check_chairs,
    check_examiners,
    check_finance,
    check_leader,
    check_partners,
    offices,
)
from rules.findings import error
from rules.registration import required_registrations


@dataclass(frozen=True)
class _Check:
    """One check, with the sections of the agreement and of the directory that it looks at."""

    run: Callable[[ConsortiumAgreement, Directory, date], Iterator[Finding]]
    reads: frozenset[str]
    of_directory: frozenset[str]


def check_directory(
    agreement: ConsortiumAgreement,
    directory: Directory,
    on: date,
    unread: Set[str] = frozenset(),
    unread_of_directory: Set[str] = frozenset(),
) -> tuple[Finding, ...]:
    """
    List what a directory lacks for its agreement, with the place in the directory.

    Offices count that are held on the day `on`. Checks that look at sections which could not be
    read, in the agreement or in the directory, are left out.
    """
    return tuple(
        finding
        for check in _CHECKS
        if not check.reads & unread and not check.of_directory & unread_of_directory
        for finding in check.run(agreement, directory, on)
    )


def check_people(directory: Directory) -> tuple[Finding, ...]:
    """List what is wrong with the people themselves, whatever the agreement says."""
    return tuple(_check_people(directory))


def _check_people(directory: Directory) -> Iterator[Finding]:
    """People stand once; nobody is away, or in office, until a day before the first."""
    counted = Counter(person.person for person in directory.people)
    partner_of = {person.person: person.partner for person in directory.people}
    for index, person in enumerate(directory.people):
        if counted[person.person] > 1:
            yield error(
                ("people", index, "person"),
                ProblemCode.PERSON_TWICE,
                f"Two entries are called {person.person}; give all offices of a person in one entry.",
            )
        for number, absence in enumerate(person.absences):
            if absence.until < absence.since:
                yield error(
                    ("people", index, "absences", number),
                    ProblemCode.ABSENCE_DATES,
                    f"{person.person} is away from {absence.since} until {absence.until}, which is earlier; "
                    "exchange the days.",
                )
    for path, person, office in offices(directory):
        yield from _check_deputy(path, person, office, partner_of)
        if office.until is not None and office.until < office.since:
            yield error(
                (*path, "until"),
                ProblemCode.OFFICE_DATES,
                f"{person.person} leaves the office on {office.until}, before taking it on {office.since}.",
            )
        if office.role is Role.LEARNER:
            yield error(
                (*path, "role"),
                ProblemCode.OFFICE_NOT_POSSIBLE,
                "Being a learner is not an office; remove it.",
            )


def _check_deputy(
    path: Path, person: OfficeHolder, office: HeldOffice, partner_of: dict[str, str]
) -> Iterator[Finding]:
    if office.deputy is None:
        return
    if office.deputy not in partner_of or office.deputy == person.person:
        yield error(
            (*path, "deputy"),
            ProblemCode.DEPUTY_UNKNOWN,
            f"The deputy {office.deputy} of {person.person} is nobody else in this directory; "
            "correct the id or "
            "add the person.",
        )
    elif partner_of[office.deputy] != person.partner:
        yield error(
            (*path, "deputy"),
            ProblemCode.DEPUTY_ELSEWHERE,
            f"The deputy {office.deputy} is of {partner_of[office.deputy]}; a deputy is of the same partner, "
            f"{person.partner}.",
        )


def _check_programme(agreement: ConsortiumAgreement, directory: Directory, _: date) -> Iterator[Finding]:
    if directory.programme != agreement.id:
        yield error(
            ("programme",),
            ProblemCode.OTHER_PROGRAMME,
            f"This directory is of {directory.programme}, the agreement of {agreement.id}.",
        )


def _check_belonging(agreement: ConsortiumAgreement, directory: Directory, _: date) -> Iterator[Finding]:
    partners = {partner.id: partner for partner in agreement.partnership.partners}
    for index, person in enumerate(directory.people):
        if person.partner not in partners:
            yield error(
                ("people", index, "partner"),
                ProblemCode.PARTNER_UNKNOWN,
                f"{person.person} is of {person.partner}, which is not a partner of the agreement.",
            )
    for path, person, office in offices(directory):
        partner = partners.get(person.partner)
        if partner and not partner.degree_awarding and office.role is Role.SIGNATORY:
            yield error(
                (*path, "role"),
                ProblemCode.OFFICE_NOT_POSSIBLE,
                f"{person.person} cannot sign the award, since {partner.id} does not award.",
            )


def _check_people_of(_: ConsortiumAgreement, directory: Directory, __: date) -> Iterator[Finding]:
    return _check_people(directory)


def _check_endpoints(agreement: ConsortiumAgreement, directory: Directory, _: date) -> Iterator[Finding]:
    """The adapter of each partner finds a system to speak to."""
    partners = {partner.id: partner for partner in agreement.partnership.partners}
    counted = Counter(endpoint.partner for endpoint in directory.endpoints)
    for partner in partners.values():
        if partner.adapter is not AdapterKind.MANUAL and partner.id not in counted:
            yield error(
                ("endpoints",) if directory.endpoints else (),
                ProblemCode.ENDPOINT_MISSING,
                f"{partner.id} is reached by {partner.adapter}, but no endpoint says where; add one.",
            )
    for index, endpoint in enumerate(directory.endpoints):
        path: Path = ("endpoints", index)
        if counted[endpoint.partner] > 1:
            yield error(
                (*path, "partner"), ProblemCode.ENDPOINT_TWICE, f"{endpoint.partner} has two endpoints."
            )
        if endpoint.partner not in partners:
            yield error(
                (*path, "partner"),
                ProblemCode.PARTNER_UNKNOWN,
                f"{endpoint.partner} is not a partner of the agreement; correct the name or remove it.",
            )
        elif endpoint.adapter is not partners[endpoint.partner].adapter:
            yield error(
                (*path, "adapter"),
                ProblemCode.ENDPOINT_ADAPTER,
                f"The agreement reaches {endpoint.partner} by "
                f"{partners[endpoint.partner].adapter}, this endpoint "
                f"by {endpoint.adapter}.",
            )


def _check_offerings(agreement: ConsortiumAgreement, directory: Directory, _: date) -> Iterator[Finding]:
    """A partner's system knows each course that learners take or are registered for there."""
    for index, endpoint in enumerate(directory.endpoints):
        if endpoint.adapter is not AdapterKind.MANUAL:
            yield from _check_offered(agreement, endpoint, ("endpoints", index))


def _check_offered(
    agreement: ConsortiumAgreement, endpoint: PartnerEndpoint, path: Path
) -> Iterator[Finding]:
    offered = {
        course.id for course in agreement.programme.courses if course.offering_partner == endpoint.partner
    }
    needed = offered | _registered_at(agreement, endpoint.partner)
    for course in sorted(needed - set(endpoint.course_offerings)):
        yield error(
            path,
            ProblemCode.OFFERING_MISSING,
            f"{endpoint.partner} offers {course} or registers learners for it, but its endpoint has no "
            "offering for it; add it to course_offerings.",
        )
    for course in endpoint.course_offerings:
        if course not in needed:
            yield error(
                (*path, "course_offerings", course),
                ProblemCode.COURSE_UNKNOWN,
                f"{endpoint.partner} offers no course {course}; remove it.",
            )


def _registered_at(agreement: ConsortiumAgreement, partner: PartnerId) -> set[CourseId]:
    """List the courses for which learners are registered singly at a partner, whichever is main (R209)."""
    courses = [course.id for course in agreement.programme.courses]
    return {
        one.course
        for main in agreement.partnership.awarding
        for one in required_registrations(agreement, courses, main.id)
        if one.partner == partner and one.course is not None
    }


_PEOPLE = frozenset({"people"})
_ENDPOINTS = frozenset({"endpoints"})
_PARTNERSHIP = frozenset({"partnership"})
_COURSES = frozenset({"programme"})
_CHECKS = (
    _Check(_check_people_of, frozenset(), _PEOPLE),
    _Check(_check_programme, frozenset({"id"}), frozenset({"programme"})),
    _Check(_check_belonging, _PARTNERSHIP, _PEOPLE),
    _Check(check_partners, _PARTNERSHIP | _COURSES, _PEOPLE),
    _Check(check_bodies, _PARTNERSHIP | {"admission", "examination"}, _PEOPLE),
    _Check(check_chairs, _PARTNERSHIP, _PEOPLE),
    _Check(check_leader, _PARTNERSHIP, _PEOPLE),
    _Check(check_finance, _PARTNERSHIP | {"registration", "fees"}, _PEOPLE),
    _Check(check_examiners, _COURSES, _PEOPLE),
    _Check(_check_endpoints, _PARTNERSHIP, _ENDPOINTS),
    _Check(_check_offerings, _PARTNERSHIP | _COURSES | {"registration", "award"}, _ENDPOINTS),
)
