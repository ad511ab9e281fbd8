"""
Whether somebody is in office, on a day, for every task of the agreement.

A task is asked of a role at a partner. Where nobody holds that office there, nobody can ever answer it.
Source: R66-R73, R88, R151, R184, R193, R225-R227, V29.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import combinations

from models.actor import Role
from models.ballot import BallotPolicy
from models.base import CourseId, PartnerId
from models.case import Phase
from models.consortium import ConsortiumAgreement
from models.directory import Directory, HeldOffice, OfficeHolder
from models.partnership import Partner, PartnerRole
from models.problem import Finding, Path, ProblemCode
from rules.consortium_paths import credit_partner
from rules.findings import error, warning
from rules.office import is_held
from rules.phase_plan import phase_plan

PEOPLE: Path = ("people",)
BODIES = (Role.ADMISSION_COMMITTEE, Role.EXAMINATION_COMMITTEE)

_Office = tuple[Path, OfficeHolder, HeldOffice]


def offices(directory: Directory) -> Iterator[_Office]:
    """Go through all offices, with the place of each."""
    for index, person in enumerate(directory.people):
        for number, office in enumerate(person.offices):
            yield ("people", index, "offices", number), person, office


def _held(directory: Directory, on: date) -> Iterator[_Office]:
    return (found for found in offices(directory) if is_held(found[2], on))


def _lead(agreement: ConsortiumAgreement) -> PartnerId | None:
    """Name the lead; an agreement without one has an error of its own."""
    partners = agreement.partnership.partners
    return next((one.id for one in partners if one.role is PartnerRole.LEAD), None)


def _count(directory: Directory, role: Role, on: date) -> Counter[PartnerId]:
    """Count the people of each partner who hold an office on a day."""
    people = {
        (person.person, person.partner) for _, person, office in _held(directory, on) if office.role is role
    }
    return Counter(partner for _, partner in people)


def check_partners(agreement: ConsortiumAgreement, directory: Directory, on: date) -> Iterator[Finding]:
    """Who awards signs; where learners are registered, somebody confirms and repairs it (R88, R151)."""
    teaching = {course.offering_partner for course in agreement.programme.courses}
    lead = _lead(agreement)
    for partner in agreement.partnership.partners:
        if partner.degree_awarding:
            yield from _check_vacant(directory, Role.SIGNATORY, partner.id, on)
        if partner.degree_awarding or partner.id in teaching or partner.id == lead:
            yield from _check_vacant(directory, Role.STUDENT_ADMINISTRATION, partner.id, on)


def _check_vacant(directory: Directory, role: Role, partner: PartnerId, on: date) -> Iterator[Finding]:
    if not _count(directory, role, on)[partner]:
        yield error(
            PEOPLE,
            ProblemCode.OFFICE_VACANT,
            f"{partner} needs somebody who holds the office {role} on {on}.",
        )


def check_bodies(agreement: ConsortiumAgreement, directory: Directory, on: date) -> Iterator[Finding]:
    """Every partner that votes has somebody in each body (R184, R71-R73), one for each of its seats."""
    policies = (agreement.admission.ballot, agreement.examination.ballot)
    for role, policy in zip(BODIES, policies, strict=True):
        members = _count(directory, role, on)
        for partner in agreement.partnership.partners:
            if _votes(partner, policy) and not members[partner.id]:
                yield from _check_vacant(directory, role, partner.id, on)
            elif members[partner.id]:
                yield from _check_seats(partner.id, role, members[partner.id], policy.members_per_partner)


def _votes(partner: Partner, policy: BallotPolicy) -> bool:
    if partner.role is PartnerRole.ASSOCIATE:
        return policy.associates_vote
    return partner.degree_awarding


def _check_seats(partner: PartnerId, role: Role, members: int, seats: int) -> Iterator[Finding]:
    if members > seats:
        yield warning(
            PEOPLE,
            ProblemCode.OFFICE_CROWDED,
            f"{partner} has {members} people for {seats} seats as {role}; the first in the list are seated.",
        )
    if members < seats:
        yield warning(
            PEOPLE,
            ProblemCode.SEATS_EMPTY,
            f"{partner} fills {members} of its {seats} seats as {role}; name more people, or lower "
            "members_per_partner.",
        )


def check_chairs(agreement: ConsortiumAgreement, directory: Directory, on: date) -> Iterator[Finding]:
    """The lead chairs both bodies (R193)."""
    lead = _lead(agreement)
    held = [(person.partner, office) for _, person, office in _held(directory, on)]
    for role in BODIES:
        chairs = {partner for partner, office in held if office.role is role and office.chair}
        if lead and chairs != {lead}:
            yield error(
                PEOPLE,
                ProblemCode.OFFICE_VACANT,
                f"{lead} leads and chairs the {role}; set chair: true for one of its members who holds the "
                f"office on {on}, and for nobody else.",
            )


def check_leader(agreement: ConsortiumAgreement, directory: Directory, on: date) -> Iterator[Finding]:
    """The programme has one leader at a time (R66), of the lead: there the leader's tasks are asked."""
    lead = _lead(agreement)
    if lead is None:
        return
    yield from _check_vacant(directory, Role.PROGRAMME_LEADER, lead, on)
    leading = [found for found in offices(directory) if found[2].role is Role.PROGRAMME_LEADER]
    for path, person, office in leading:
        if person.partner != lead and (office.until is None or office.until >= on):
            yield error(
                (*path, "role"),
                ProblemCode.OFFICE_NOT_POSSIBLE,
                f"{person.person} of {person.partner} cannot lead the programme: its leader is "
                f"of the lead, {lead}.",
            )
    for (_, person, office), (path, other, later) in combinations(leading, 2):
        if _overlap(office, later):
            yield warning(
                path,
                ProblemCode.OFFICE_CROWDED,
                f"{person.person} and {other.person} lead the programme at the same time; exactly one does.",
            )


def _overlap(one: HeldOffice, other: HeldOffice) -> bool:
    """Tell whether there is a day on which both offices are held."""
    return is_held(one, max(one.since, other.since)) and is_held(other, max(one.since, other.since))


def check_finance(agreement: ConsortiumAgreement, directory: Directory, on: date) -> Iterator[Finding]:
    """Where something waits for a payment, the lead has somebody who confirms it (V29)."""
    lead = _lead(agreement)
    if lead and Phase.PAYMENT in phase_plan(agreement):
        yield from _check_vacant(directory, Role.FINANCE_OFFICER, lead, on)


def check_examiners(agreement: ConsortiumAgreement, directory: Directory, on: date) -> Iterator[Finding]:
    """Who offers a course and who awards its credits each have an examiner for it (R225-R227)."""
    answers = {
        course.id: {course.offering_partner, credit_partner(course)} for course in agreement.programme.courses
    }
    examined = set()
    for path, person, office in offices(directory):
        for number, course in enumerate(office.courses):
            problem = _check_examined((*path, "courses", number), person, course, answers)
            if problem:
                yield problem
            elif office.role is Role.EXAMINER and is_held(office, on):
                examined.add((course, person.partner))
    for course, partners in answers.items():
        for partner in sorted(partners - {name for taught, name in examined if taught == course}):
            yield error(
                PEOPLE,
                ProblemCode.EXAMINER_MISSING,
                f"{course} has no examiner of {partner} on {on}; add the office examiner with this course.",
            )


def _check_examined(
    path: Path, person: OfficeHolder, course: CourseId, answers: dict[CourseId, set[PartnerId]]
) -> Finding | None:
    if course not in answers:
        return error(path, ProblemCode.COURSE_UNKNOWN, f"The programme has no course {course}.")
    if person.partner not in answers[course]:
        return error(
            path,
            ProblemCode.EXAMINER_ELSEWHERE,
            f"{person.person} of {person.partner} cannot examine {course}, which another partner offers.",
        )
    return None
