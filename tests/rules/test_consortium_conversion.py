"""Agreements whose grades are converted by formula or by shares of grades instead of a table."""

from models.grading import LocalGrade, TieBreak
from models.problem import ProblemCode
from rules.conversion import conversion_policy, convert
from rules.grading import scales_with
from tests.rules.broken_examinations import BY_FORMULA, P, a_distribution
from tests.rules.consortium_cases import DCE, Edits, an_agreement, found

CODE = ProblemCode
SHARES = {
    "fi-5": {"5": 50, "1": 50},
    "de-5": {"1.0": 50, "4.0": 50},
    "pt-20": {"18": 50, "10": 50},
    "tr-letter": {"AA": 50, "CC": 50},
}
BY_SHARES: Edits = {
    ("examination", "tables"): [],
    ("examination", "method"): "distribution",
    ("examination", "distributions"): [a_distribution(scale, shares) for scale, shares in SHARES.items()],
}
"""Of one reference group, so that each pair can be compared."""


def _errors(edits: Edits) -> list[ProblemCode]:
    return [finding.code for finding in found(DCE, edits) if finding.severity == "error"]


def test_the_formula_to_the_german_scale_needs_no_table() -> None:
    assert _errors(BY_FORMULA) == []


def test_the_formula_leaves_pass_and_fail_alone() -> None:
    assert _errors({**BY_FORMULA, (*P, 3, "scale"): "pass-fail"}) == []


def test_distributions_of_both_scales_need_no_table() -> None:
    assert _errors(BY_SHARES) == []


def test_a_scale_without_a_distribution_is_not_converted() -> None:
    without = BY_SHARES[("examination", "distributions")][1:]

    assert CODE.CONVERSION_MISSING in _errors({**BY_SHARES, ("examination", "distributions"): without})


def test_where_distributions_have_two_groups_in_common_the_agreement_names_one() -> None:
    both = [
        *BY_SHARES[("examination", "distributions")],
        *(a_distribution(scale, shares, field="0421") for scale, shares in SHARES.items()),
    ]
    two_groups: Edits = {**BY_SHARES, ("examination", "distributions"): both}
    named: Edits = {**two_groups, ("examination", "group"): {"isced_f": "0421", "eqf_level": 6}}

    assert _errors(two_groups) == [CODE.DISTRIBUTIONS_NOT_COMPARABLE] * 3
    assert _errors(named) == []


def test_what_the_agreement_says_of_groups_and_ties_reaches_the_conversion() -> None:
    says: Edits = {
        ("examination", "group"): {"isced_f": "0111", "eqf_level": 6},
        ("examination", "tie_rule"): "midpoint",
        ("examination", "tie_break"): "worst",
    }
    policy = conversion_policy(an_agreement(DCE, {**BY_SHARES, **says}).examination)

    assert convert(LocalGrade(scale="pt-20", grade="18"), "fi-5", policy, scales_with()).result == "5"
    assert (policy.group, policy.tie_break) == (policy.distributions[0].group, TieBreak.WORST)
