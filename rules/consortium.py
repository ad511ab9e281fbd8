"""
Whether a consortium agreement can be used: everything that is wrong with it, at once.

Source: A1-A13 of the guidelines' award table, G1-G15, R57-R65 and the chapters named in each module.
"""

from collections.abc import Iterator, Set

from models.consortium import ConsortiumAgreement
from models.problem import Finding, Severity
from rules.consortium_award import AWARD_CHECKS
from rules.consortium_curriculum import CURRICULUM_CHECKS
from rules.consortium_grading import GRADING_CHECKS
from rules.consortium_partnership import PARTNERSHIP_CHECKS, check_zones
from rules.consortium_policies import POLICY_CHECKS
from rules.consortium_references import REFERENCE_CHECKS
from rules.findings import Check

CHECKS: tuple[Check, ...] = (
    *PARTNERSHIP_CHECKS,
    *REFERENCE_CHECKS,
    *CURRICULUM_CHECKS,
    *AWARD_CHECKS,
    *POLICY_CHECKS,
    *GRADING_CHECKS,
)


def check_consortium(
    agreement: ConsortiumAgreement, zones: Set[str], unread: Set[str] = frozenset()
) -> tuple[Finding, ...]:
    """
    List all that is wrong with an agreement, with its place in it; `zones` are the known time zones.

    `unread` are sections that the file has but that cannot be read; the agreement is without them,
    and whatever looks at them is left out.
    """

    def known_zones(agreement: ConsortiumAgreement) -> Iterator[Finding]:
        return check_zones(agreement, zones)

    checks = (Check(known_zones, {"zone", "partnership"}), *CHECKS)
    return tuple(finding for check in checks if not check.reads & unread for finding in check.run(agreement))


def is_usable(findings: tuple[Finding, ...]) -> bool:
    """Tell whether nothing found is an error; warnings do not keep an agreement from being used."""
    return all(finding.severity is not Severity.ERROR for finding in findings)
