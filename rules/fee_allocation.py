"""
How money reaches the partners, to the cent. Source: R208, R255-R257, V39; vector of the EMCL formula.

Whatever is split is split by largest remainder: every part is rounded down to the cent, and the
cents that are left go one by one to the largest fractions, equal ones in the order given.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from models.base import PartnerId
from models.fee import (
    AllocationRule,
    Contribution,
    CostShare,
    FeeAllocation,
    FeePolicy,
    HostedLearners,
    PartnerAmount,
)


def split_exactly(amount: Decimal, shares: Sequence[CostShare]) -> tuple[PartnerAmount, ...]:
    """
    Split an amount in proportion to the shares; the parts add up to the amount exactly.

    `amount` has whole cents. Raises `ValueError` without any share, since the money would be lost.
    """
    if not shares:
        message = "Say who shares the amount: there is no share."
        raise ValueError(message)
    weights: dict[PartnerId, Fraction] = {}
    for share in shares:
        weights[share.partner] = weights.get(share.partner, Fraction(0)) + Fraction(share.share)
    return _split(amount, weights)


def allocate_common_fee(common: Decimal, partners: Sequence[HostedLearners]) -> FeeAllocation:
    """
    Pay each partner the lower of common and local fee for each learner it hosts (V39).

    A partner that waives bears its local fee itself: it gets nothing for that learner, who pays
    only by how much the common fee exceeds the local one.
    """
    collected = sum(
        (
            common * (host.hosted - host.waived) + max(Decimal(0), common - host.local_fee) * host.waived
            for host in partners
        ),
        Decimal(0),
    )
    parts = tuple(
        PartnerAmount(partner=host.partner, amount=min(common, host.local_fee) * (host.hosted - host.waived))
        for host in partners
    )
    return _allocation(collected, parts)


def allocate_by_contribution(collected: Decimal, contributions: Sequence[Contribution]) -> FeeAllocation:
    """
    Split fees in proportion to ECTS credits taught times learners (R255).

    A partner's contributions are added up; when nobody taught anybody, all remains.
    """
    taught: dict[PartnerId, Decimal] = {}
    for contribution in contributions:
        weight = contribution.ects * contribution.learners
        taught[contribution.partner] = taught.get(contribution.partner, Decimal(0)) + weight
    weights = {partner: Fraction(weight) for partner, weight in taught.items() if weight}
    return _allocation(collected, _split(collected, weights) if weights else ())


def allocate_fees(
    policy: FeePolicy, collected: Decimal, contributions: Sequence[Contribution]
) -> FeeAllocation:
    """
    Keep the joint part for the programme board (R257) and split the rest as the agreement says.

    For `hosted_learners` use `allocate_common_fee`, which needs local fees instead of an amount;
    here all of it remains. Public funding is never part of `collected` (R256).
    """
    joint = _percent_of(collected, policy.joint_percent)
    if policy.allocation is AllocationRule.FIXED_SHARES:
        parts = split_exactly(collected - joint, policy.fixed_shares)
    elif policy.allocation is AllocationRule.ECTS_TAUGHT:
        parts = allocate_by_contribution(collected - joint, contributions).parts
    else:
        parts = ()
    return _allocation(collected, parts)


def _split(amount: Decimal, weights: dict[PartnerId, Fraction]) -> tuple[PartnerAmount, ...]:
    cents = int(amount * 100)
    total = sum(weights.values())
    exact = {partner: cents * weight / total for partner, weight in weights.items()}
    whole = {partner: int(part) for partner, part in exact.items()}
    by_fraction = sorted(exact, key=lambda partner: whole[partner] - exact[partner])
    for partner in by_fraction[: cents - sum(whole.values())]:
        whole[partner] += 1
    return tuple(
        PartnerAmount(partner=partner, amount=Decimal(part) / 100) for partner, part in whole.items()
    )


def _percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """Take a percentage of an amount, rounded down to the cent."""
    return Decimal(int(amount * percent)) / 100


def _allocation(collected: Decimal, parts: tuple[PartnerAmount, ...]) -> FeeAllocation:
    paid = sum((part.amount for part in parts), Decimal(0))
    return FeeAllocation(collected=collected, parts=parts, remains=collected - paid)
