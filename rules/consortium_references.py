"""Whether every partner that the agreement names is a partner of it. Source: R58, R103, R227."""

from collections.abc import Iterator

from models.consortium import ConsortiumAgreement
from models.partnership import Partner
from models.problem import Finding, Path, ProblemCode
from models.programme import Course, CourseKind
from rules.findings import error


def check_references(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    partners = {partner.id: partner for partner in agreement.partnership.partners}
    for path, partner in _references(agreement):
        if partner not in partners:
            yield error(
                path,
                ProblemCode.PARTNER_UNKNOWN,
                f"The partnership has no partner {partner}; correct the name or add it.",
            )
    for index, entry in enumerate(agreement.award.names):
        named = partners.get(entry.partner)
        if named and not named.degree_awarding:
            yield error(
                ("award", "names", index, "partner"),
                ProblemCode.PARTNER_DOES_NOT_AWARD,
                f"{entry.partner} does not award, so the award has no name there; remove it.",
            )
    for index, course in enumerate(agreement.programme.courses):
        yield from _check_course(course, partners, ("programme", "courses", index))
    yield from _check_assumptions(agreement)


def _references(agreement: ConsortiumAgreement) -> Iterator[tuple[Path, str]]:
    for index, course in enumerate(agreement.programme.courses):
        yield ("programme", "courses", index, "offering_partner"), course.offering_partner
        if course.credit_partner:
            yield ("programme", "courses", index, "credit_partner"), course.credit_partner
    lists: tuple[tuple[Path, tuple[str, ...]], ...] = (
        (("award", "names"), tuple(entry.partner for entry in agreement.award.names)),
        (("award", "stackability"), tuple(entry.partner for entry in agreement.award.stackability)),
        (
            ("registration", "cost_shares"),
            tuple(entry.partner for entry in agreement.registration.cost_shares),
        ),
        (("fees", "local_fees"), tuple(entry.partner for entry in agreement.fees.local_fees)),
        (("fees", "fixed_shares"), tuple(entry.partner for entry in agreement.fees.fixed_shares)),
        (
            ("data_protection", "partners"),
            tuple(entry.partner for entry in agreement.data_protection.partners),
        ),
    )
    for path, named in lists:
        for index, partner in enumerate(named):
            yield (*path, index, "partner"), partner
    yield ("quality_assurance", "responsible"), agreement.quality_assurance.responsible
    if agreement.award.delegated_to:
        yield ("award", "delegated_to"), agreement.award.delegated_to


def _check_course(course: Course, partners: dict[str, Partner], path: Path) -> Iterator[Finding]:
    """Who teaches awards the credits; whoever may not award offers internships only (R58, R103)."""
    offers = partners.get(course.offering_partner)
    if offers and not offers.degree_awarding:
        if course.kind is not CourseKind.INTERNSHIP:
            yield error(
                (*path, "offering_partner"),
                ProblemCode.TAUGHT_BY_NON_UNIVERSITY,
                f"{course.offering_partner} does not award, so it can offer internships but not {course.id}.",
            )
        if course.credit_partner is None:
            yield error(
                path,
                ProblemCode.CREDIT_PARTNER_MISSING,
                f"{course.offering_partner} cannot award the credits of {course.id}; name the "
                "university that "
                "does as credit_partner.",
            )
    credits_from = partners.get(course.credit_partner or "")
    if credits_from and not credits_from.degree_awarding:
        yield error(
            (*path, "credit_partner"),
            ProblemCode.CREDIT_PARTNER_DOES_NOT_AWARD,
            f"{credits_from.id} does not award, so it cannot award the credits of {course.id}.",
        )


def _check_assumptions(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """An assumption names a place that exists, so that a reader finds it."""
    document = agreement.model_dump(mode="json")
    for index, assumption in enumerate(agreement.assumptions):
        if not _exists(document, assumption.path):
            yield error(
                ("assumptions", index, "path"),
                ProblemCode.PATH_UNKNOWN,
                f"There is no {assumption.path} in this file; write the place as in programme.eqf_level.",
            )


def _exists(document: object, path: str) -> bool:
    place = document
    for key in path.split("."):
        if isinstance(place, list):
            place = next(
                (entry for entry in place if isinstance(entry, dict) and entry.get("id") == key), None
            )
        elif isinstance(place, dict):
            place = place.get(key)
        else:
            return False
    return place is not None
