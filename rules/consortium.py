"""
Whether a consortium agreement can be used: everything that is wrong with it, at once.

Source: A1-A13 of the guidelines' award table, G1-G15, R57-R65 and the chapters named in each module.
"""

from collections.abc import Set

from models.consortium import ConsortiumAgreement
from models.problem import Finding, Severity
from rules.consortium_award import check_award
from rules.consortium_curriculum import check_curriculum
from rules.consortium_grading import check_grading
from rules.consortium_partnership import check_partnership
from rules.consortium_policies import check_policies
from rules.consortium_references import check_references


def check_consortium(agreement: ConsortiumAgreement, zones: Set[str]) -> tuple[Finding, ...]:
    """List all that is wrong with an agreement, with its place in it; `zones` are the known time zones."""
    return (
        *check_partnership(agreement, zones),
        *check_references(agreement),
        *check_curriculum(agreement),
        *check_award(agreement),
        *check_policies(agreement),
        *check_grading(agreement),
    )


def is_usable(findings: tuple[Finding, ...]) -> bool:
    """Tell whether nothing found is an error; warnings do not keep an agreement from being used."""
    return all(finding.severity is not Severity.ERROR for finding in findings)
