"""Whether the partnership can run a joint programme. Source: R57-R65, A9, A12, G7."""

from collections.abc import Iterator, Set

from models.consortium import ConsortiumAgreement
from models.partnership import PartnerKind, PartnerRole
from models.problem import Finding, Path, ProblemCode
from rules.findings import Check, error, warning

PARTNERS = ("partnership", "partners")


def _check_ids(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    seen = set()
    for index, partner in enumerate(agreement.partnership.partners):
        if partner.id in seen:
            yield error(
                (*PARTNERS, index, "id"),
                ProblemCode.PARTNER_TWICE,
                f"Two partners are called {partner.id}; give each its own id.",
            )
        seen.add(partner.id)


def _check_lead(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    partners = agreement.partnership.partners
    leads = [index for index, partner in enumerate(partners) if partner.role is PartnerRole.LEAD]
    if len(leads) != 1:
        yield error(
            (*PARTNERS, leads[1], "role") if leads else PARTNERS,
            ProblemCode.LEAD_NOT_ONE,
            f"{len(leads)} partners have the role lead; exactly one partner leads.",
        )
    for index in leads:
        if not partners[index].degree_awarding:
            yield error(
                (*PARTNERS, index, "degree_awarding"),
                ProblemCode.LEAD_DOES_NOT_AWARD,
                f"{partners[index].id} leads, so it must be degree-awarding; choose another "
                "lead or change it.",
            )


def _check_awarding(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """At least two universities award; more than six are unusual (A12, R62)."""
    awarding = len(agreement.partnership.awarding)
    if awarding < 2:
        yield error(
            PARTNERS,
            ProblemCode.TOO_FEW_AWARDING,
            f"A joint programme has at least two degree-awarding partners; this one has {awarding}.",
        )
    if awarding > 6:
        yield warning(
            PARTNERS,
            ProblemCode.MANY_AWARDING,
            f"{awarding} partners award; partnerships of two to six are usual, so expect slow signing.",
        )


def _check_kinds(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Only universities award, and associates do not (R58, R63)."""
    for index, partner in enumerate(agreement.partnership.partners):
        awards_by_role = partner.role is not PartnerRole.ASSOCIATE and partner.kind is PartnerKind.UNIVERSITY
        if partner.degree_awarding and not awards_by_role:
            yield error(
                (*PARTNERS, index, "degree_awarding"),
                ProblemCode.NOT_A_UNIVERSITY,
                f"{partner.id} is an associate or not a university, so it cannot award; "
                "set degree_awarding to false.",
            )
        if partner.degree_awarding and not partner.higher_education_system:
            yield warning(
                (*PARTNERS, index),
                ProblemCode.SYSTEM_TEXT_MISSING,
                f"The supplement describes the national system of each awarding partner; "
                f"add higher_education_system for {partner.id}.",
            )


def check_zones(agreement: ConsortiumAgreement, zones: Set[str]) -> Iterator[Finding]:
    """List the time zones that are not known."""
    named: list[tuple[Path, str]] = [(("zone",), agreement.zone)]
    named += [
        ((*PARTNERS, index, "zone"), partner.zone)
        for index, partner in enumerate(agreement.partnership.partners)
    ]
    for path, zone in named:
        if zone not in zones:
            yield error(
                path,
                ProblemCode.ZONE_UNKNOWN,
                f"There is no time zone {zone!r}; use an IANA name such as Europe/Helsinki.",
            )


def _check_commitment(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Partners commit themselves for several years, at least five (R61, R45)."""
    until = agreement.commitment_until
    if until is None:
        yield warning(
            (),
            ProblemCode.COMMITMENT_MISSING,
            "Say in commitment_until until when the partners are committed; five years or more are usual.",
        )
        return
    start = agreement.valid_from
    if (until.year, until.month, until.day) < (start.year + 5, start.month, start.day):
        yield warning(
            ("commitment_until",),
            ProblemCode.COMMITMENT_SHORT,
            f"The partners are committed until {until}, less than five years after {start}; "
            "learners need a programme that lasts.",
        )


PARTNERSHIP_CHECKS = (
    Check(_check_ids, {"partnership"}),
    Check(_check_lead, {"partnership"}),
    Check(_check_awarding, {"partnership"}),
    Check(_check_kinds, {"partnership"}),
    Check(_check_commitment, {"valid_from", "commitment_until"}),
)
