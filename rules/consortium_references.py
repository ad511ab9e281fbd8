"""Whether every partner that the agreement names is a partner of it. Source: R58, R103, R227."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from models.base import PartnerId
from models.consortium import ConsortiumAgreement
from models.partnership import Partner
from models.problem import Finding, Path, ProblemCode
from models.programme import Course, CourseKind
from rules.findings import Check, error


class _OfPartner(Protocol):
    """An entry of a list that belongs to a partner."""

    @property
    def partner(self) -> PartnerId: ...


def _check_references(
    named: Callable[[ConsortiumAgreement], Iterator[tuple[Path, PartnerId]]], section: str
) -> Check:
    """Make the check of the partners that a section names."""

    def check(agreement: ConsortiumAgreement) -> Iterator[Finding]:
        partners = {partner.id for partner in agreement.partnership.partners}
        for path, partner in named(agreement):
            if partner not in partners:
                yield error(
                    path,
                    ProblemCode.PARTNER_UNKNOWN,
                    f"The partnership has no partner {partner}; correct the name or add it.",
                )

    return Check(check, {"partnership", section})


def _in_programme(agreement: ConsortiumAgreement) -> Iterator[tuple[Path, PartnerId]]:
    for index, course in enumerate(agreement.programme.courses):
        yield ("programme", "courses", index, "offering_partner"), course.offering_partner
        if course.credit_partner:
            yield ("programme", "courses", index, "credit_partner"), course.credit_partner


def _in_award(agreement: ConsortiumAgreement) -> Iterator[tuple[Path, PartnerId]]:
    award = agreement.award
    yield from _listed(("award", "names"), award.names)
    yield from _listed(("award", "stackability"), award.stackability)
    if award.delegated_to:
        yield ("award", "delegated_to"), award.delegated_to


def _in_registration(agreement: ConsortiumAgreement) -> Iterator[tuple[Path, PartnerId]]:
    yield from _listed(("registration", "cost_shares"), agreement.registration.cost_shares)


def _in_fees(agreement: ConsortiumAgreement) -> Iterator[tuple[Path, PartnerId]]:
    yield from _listed(("fees", "local_fees"), agreement.fees.local_fees)
    yield from _listed(("fees", "fixed_shares"), agreement.fees.fixed_shares)


def _in_data_protection(agreement: ConsortiumAgreement) -> Iterator[tuple[Path, PartnerId]]:
    yield from _listed(("data_protection", "partners"), agreement.data_protection.partners)


def _in_quality_assurance(agreement: ConsortiumAgreement) -> Iterator[tuple[Path, PartnerId]]:
    yield ("quality_assurance", "responsible"), agreement.quality_assurance.responsible


def _listed(path: Path, entries: Iterable[_OfPartner]) -> Iterator[tuple[Path, PartnerId]]:
    for index, entry in enumerate(entries):
        yield (*path, index, "partner"), entry.partner


def _check_names(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Only a university that awards has its own name for the award."""
    partners = {partner.id: partner for partner in agreement.partnership.partners}
    for index, entry in enumerate(agreement.award.names):
        named = partners.get(entry.partner)
        if named and not named.degree_awarding:
            yield error(
                ("award", "names", index, "partner"),
                ProblemCode.PARTNER_DOES_NOT_AWARD,
                f"{entry.partner} does not award, so the award has no name there; remove it.",
            )


def _check_courses(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    partners = {partner.id: partner for partner in agreement.partnership.partners}
    for index, course in enumerate(agreement.programme.courses):
        yield from _check_course(course, partners, ("programme", "courses", index))


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


REFERENCE_CHECKS = (
    _check_references(_in_programme, "programme"),
    _check_references(_in_award, "award"),
    _check_references(_in_registration, "registration"),
    _check_references(_in_fees, "fees"),
    _check_references(_in_data_protection, "data_protection"),
    _check_references(_in_quality_assurance, "quality_assurance"),
    Check(_check_names, {"partnership", "award"}),
    Check(_check_courses, {"partnership", "programme"}),
    Check(_check_assumptions, set(ConsortiumAgreement.model_fields)),
)
