"""Whether a directory fills the offices that its agreement needs. Source: R66-R73, R151, R184, R193, R225."""

from collections import Counter
from collections.abc import Iterator

from models.actor import Role
from models.base import CourseId, PartnerId
from models.consortium import ConsortiumAgreement
from models.directory import Directory, HeldOffice, OfficeHolder
from models.partner import AdapterKind, PartnerEndpoint
from models.partnership import Partner, PartnerRole
from models.problem import Finding, Path, ProblemCode
from rules.consortium_paths import credit_partner
from rules.findings import error, warning

EACH_AWARDING = (
    Role.ADMISSION_COMMITTEE,
    Role.EXAMINATION_COMMITTEE,
    Role.STUDENT_ADMINISTRATION,
    Role.SIGNATORY,
)
"""Offices that every awarding partner fills (R184, R71-R73, R88, R151)."""


def check_directory(agreement: ConsortiumAgreement, directory: Directory) -> tuple[Finding, ...]:
    """List what a directory lacks for its agreement, with the place in the directory."""
    return (
        *check_people(directory),
        *_check_belonging(agreement, directory),
        *_check_offices(agreement, directory),
        *_check_lead(agreement, directory),
        *_check_examiners(agreement, directory),
        *_check_endpoints(agreement, directory),
    )


def check_people(directory: Directory) -> tuple[Finding, ...]:
    """List what is wrong with the people themselves, whatever the agreement says."""
    return tuple(_check_people(directory))


def _offices(directory: Directory) -> Iterator[tuple[Path, OfficeHolder, HeldOffice]]:
    for index, person in enumerate(directory.people):
        for number, office in enumerate(person.offices):
            yield ("people", index, "offices", number), person, office


def _check_people(directory: Directory) -> Iterator[Finding]:
    counted = Counter(person.person for person in directory.people)
    partner_of = {person.person: person.partner for person in directory.people}
    for index, person in enumerate(directory.people):
        if counted[person.person] > 1:
            yield error(
                ("people", index, "person"),
                ProblemCode.PERSON_TWICE,
                f"Two entries are called {person.person}; give all offices of a person in one entry.",
            )
    for path, person, office in _offices(directory):
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


def _check_belonging(agreement: ConsortiumAgreement, directory: Directory) -> Iterator[Finding]:
    partners = {partner.id: partner for partner in agreement.partnership.partners}
    if directory.programme != agreement.id:
        yield error(
            ("programme",),
            ProblemCode.OTHER_PROGRAMME,
            f"This directory is of {directory.programme}, the agreement of {agreement.id}.",
        )
    for index, person in enumerate(directory.people):
        if person.partner not in partners:
            yield error(
                ("people", index, "partner"),
                ProblemCode.PARTNER_UNKNOWN,
                f"{person.person} is of {person.partner}, which is not a partner of the agreement.",
            )
    for path, person, office in _offices(directory):
        partner = partners.get(person.partner)
        if partner and not partner.degree_awarding and office.role is Role.SIGNATORY:
            yield error(
                (*path, "role"),
                ProblemCode.OFFICE_NOT_POSSIBLE,
                f"{person.person} cannot sign the award, since {partner.id} does not award.",
            )


def _check_offices(agreement: ConsortiumAgreement, directory: Directory) -> Iterator[Finding]:
    """Each partner whose decision is needed has somebody for it; the seats of a ballot are filled."""
    held = Counter((person.partner, office.role) for _, person, office in _offices(directory))
    for partner in agreement.partnership.partners:
        roles = EACH_AWARDING if partner.degree_awarding else _roles_of_others(agreement, partner)
        for role in roles:
            if not held[partner.id, role]:
                yield error(
                    ("people",),
                    ProblemCode.OFFICE_VACANT,
                    f"{partner.id} needs somebody with the office {role}.",
                )
    seats = {
        Role.ADMISSION_COMMITTEE: agreement.admission.ballot.members_per_partner,
        Role.EXAMINATION_COMMITTEE: agreement.examination.ballot.members_per_partner,
    }
    for (name, role), count in held.items():
        if count > seats.get(role, count):
            yield warning(
                ("people",),
                ProblemCode.OFFICE_CROWDED,
                f"{name} has {count} people for {seats[role]} seats as {role}; the first in the "
                "list are seated.",
            )


def _roles_of_others(agreement: ConsortiumAgreement, partner: Partner) -> tuple[Role, ...]:
    """A partner that does not award still registers learners who come to it."""
    teaches = any(course.offering_partner == partner.id for course in agreement.programme.courses)
    return (Role.STUDENT_ADMINISTRATION,) if teaches else ()


def _check_lead(agreement: ConsortiumAgreement, directory: Directory) -> Iterator[Finding]:
    """The lead chairs both bodies (R193) and has the programme's one leader (R66)."""
    leads = {one.id for one in agreement.partnership.partners if one.role is PartnerRole.LEAD}
    offices = [(person.partner, office) for _, person, office in _offices(directory)]
    for role in (Role.ADMISSION_COMMITTEE, Role.EXAMINATION_COMMITTEE):
        chairs = [partner for partner, office in offices if office.role is role and office.chair]
        if not chairs or not set(chairs) <= leads:
            yield error(
                ("people",),
                ProblemCode.OFFICE_VACANT,
                f"The lead chairs the {role}; set chair: true for one of its members and nobody else's.",
            )
    leaders = [partner for partner, office in offices if office.role is Role.PROGRAMME_LEADER]
    if not leaders:
        yield error(
            ("people",),
            ProblemCode.OFFICE_VACANT,
            "The programme needs somebody with the office programme_leader.",
        )
    if len(leaders) > 1 and all(office.until is None for _, office in offices):
        yield warning(
            ("people",),
            ProblemCode.OFFICE_CROWDED,
            f"{len(leaders)} people lead the programme; exactly one does at a time.",
        )


def _check_examiners(agreement: ConsortiumAgreement, directory: Directory) -> Iterator[Finding]:
    """Who offers a course and who awards its credits each have an examiner for it (R225-R227)."""
    answers = {
        course.id: {course.offering_partner, credit_partner(course)} for course in agreement.programme.courses
    }
    examined = set()
    for path, person, office in _offices(directory):
        for number, course in enumerate(office.courses):
            problem = _check_examined((*path, "courses", number), person, course, answers)
            if problem:
                yield problem
            elif office.role is Role.EXAMINER:
                examined.add((course, person.partner))
    for course, partners in answers.items():
        for partner in sorted(partners - {name for taught, name in examined if taught == course}):
            yield error(
                ("people",),
                ProblemCode.EXAMINER_MISSING,
                f"{course} has no examiner of {partner}; add the office examiner with this course.",
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


def _check_endpoints(agreement: ConsortiumAgreement, directory: Directory) -> Iterator[Finding]:
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
        yield from _check_offerings(agreement, endpoint, path)


def _check_offerings(
    agreement: ConsortiumAgreement, endpoint: PartnerEndpoint, path: Path
) -> Iterator[Finding]:
    if endpoint.adapter is AdapterKind.MANUAL:
        return
    offered = {
        course.id for course in agreement.programme.courses if course.offering_partner == endpoint.partner
    }
    for course in sorted(offered - set(endpoint.course_offerings)):
        yield error(
            path,
            ProblemCode.OFFERING_MISSING,
            f"{endpoint.partner} offers {course}, but its endpoint has no offering for it; add it to "
            "course_offerings.",
        )
    for course in endpoint.course_offerings:
        if course not in offered:
            yield error(
                (*path, "course_offerings", course),
                ProblemCode.COURSE_UNKNOWN,
                f"{endpoint.partner} offers no course {course}; remove it.",
            )
