"""How money reaches the partners, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.fee import AllocationRule, Contribution, CostShare, FeeAllocation, FeePolicy, HostedLearners
from rules.fees import allocate_by_contribution, allocate_common_fee, allocate_fees, split_exactly


def a_host(partner: str, local: int, hosted: int, waived: int = 0) -> HostedLearners:
    return HostedLearners(partner=partner, local_fee=Decimal(local), hosted=hosted, waived=waived)


def shares(**parts: int | str) -> tuple[CostShare, ...]:
    return tuple(CostShare(partner=partner, share=Decimal(part)) for partner, part in parts.items())


def paid(allocation: FeeAllocation) -> dict[str, Decimal]:
    return {part.partner: part.amount for part in allocation.parts}


def test_published_vector_of_the_common_fee() -> None:
    hosts = (a_host("a", 300, 4), a_host("b", 450, 3), a_host("c", 700, 5))

    allocation = allocate_common_fee(Decimal(450), hosts)

    assert paid(allocation) == {"a": Decimal(1200), "b": Decimal(1350), "c": Decimal(2250)}
    assert allocation.collected == Decimal(5400)
    assert sum(paid(allocation).values()) == Decimal(4800)
    assert allocation.remains == Decimal(600)


@pytest.mark.parametrize(("local", "collected", "remains"), [(300, 1050, 450), (700, 900, 0)])
def test_learner_whose_local_fee_is_waived_pays_only_the_difference(
    local: int, collected: int, remains: int
) -> None:
    allocation = allocate_common_fee(Decimal(450), (a_host("a", local, 3, waived=1),))

    assert allocation.collected == Decimal(collected)
    assert allocation.remains == Decimal(remains)


def test_only_hosted_learners_can_be_waived() -> None:
    with pytest.raises(ValidationError, match="hosts"):
        a_host("a", 300, 1, waived=2)


@pytest.mark.parametrize(
    ("amount", "parts", "expected"),
    [
        pytest.param("100", {"a": 1, "b": 1, "c": 1}, ["33.34", "33.33", "33.33"], id="thirds"),
        pytest.param("0.05", {"a": 1, "b": 1, "c": 1}, ["0.02", "0.02", "0.01"], id="few cents"),
        pytest.param("100", {"a": 50, "b": 25, "c": 25}, ["50", "25", "25"], id="percentages"),
        pytest.param(
            "10", {"a": 1, "b": "66.67", "c": "32.33"}, ["0.10", "6.67", "3.23"], id="largest remainder"
        ),
        pytest.param("0", {"a": 1, "b": 2}, ["0", "0"], id="nothing"),
    ],
)
def test_parts_are_rounded_so_that_no_cent_is_lost(
    amount: str, parts: dict[str, int | str], expected: list[str]
) -> None:
    split = split_exactly(Decimal(amount), shares(**parts))

    assert [part.amount for part in split] == [Decimal(part) for part in expected]


def test_shares_of_one_partner_are_added_up() -> None:
    split = split_exactly(Decimal(9), (*shares(a=1, b=1), *shares(a=1)))

    assert {part.partner: part.amount for part in split} == {"a": Decimal(6), "b": Decimal(3)}


def test_amount_without_shares_is_not_lost_silently() -> None:
    with pytest.raises(ValueError, match="no share"):
        split_exactly(Decimal(1), ())


TAUGHT = (
    Contribution(partner="a", ects=Decimal(5), learners=10),
    Contribution(partner="b", ects=Decimal("7.5"), learners=10),
    Contribution(partner="a", ects=Decimal(5), learners=5),
    Contribution(partner="c", ects=Decimal(5), learners=0),
)


def test_fees_follow_the_credits_taught() -> None:
    allocation = allocate_by_contribution(Decimal(3000), TAUGHT)

    assert paid(allocation) == {"a": Decimal(1500), "b": Decimal(1500)}
    assert allocation.remains == 0


def test_fees_remain_when_nobody_was_taught() -> None:
    assert allocate_by_contribution(Decimal(3000), TAUGHT[3:]).remains == Decimal(3000)


@pytest.mark.parametrize(
    ("policy", "expected", "remains"),
    [
        pytest.param(FeePolicy(joint_percent=Decimal(10)), {"a": 1350, "b": 1350}, 300, id="credits taught"),
        pytest.param(
            FeePolicy(allocation=AllocationRule.FIXED_SHARES, fixed_shares=shares(a=2, b=1)),
            {"a": 2000, "b": 1000},
            0,
            id="fixed shares",
        ),
        pytest.param(FeePolicy(allocation=AllocationRule.HOSTED_LEARNERS), {}, 3000, id="hosted learners"),
    ],
)
def test_joint_part_stays_with_the_programme_board(
    policy: FeePolicy, expected: dict[str, int], remains: int
) -> None:
    allocation = allocate_fees(policy, Decimal(3000), TAUGHT)

    assert paid(allocation) == {partner: Decimal(amount) for partner, amount in expected.items()}
    assert allocation.remains == Decimal(remains)


WEIGHTS = st.lists(st.decimals("0.01", 1000, places=2), min_size=1, max_size=6)


@given(st.decimals(0, 100_000, places=2), WEIGHTS)
def test_parts_add_up_and_are_within_a_cent_of_fair(amount: Decimal, weights: list[Decimal]) -> None:
    split = split_exactly(amount, [CostShare(partner=f"p{n}", share=w) for n, w in enumerate(weights)])

    assert sum(part.amount for part in split) == amount
    for part, weight in zip(split, weights, strict=True):
        assert abs(part.amount - amount * weight / sum(weights)) < Decimal("0.01")


@given(
    st.integers(0, 2000),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 20), st.integers(0, 20)), max_size=5),
)
def test_common_fee_never_pays_out_more_than_was_collected(
    common: int, partners: list[tuple[int, int, int]]
) -> None:
    hosts = [
        a_host(f"p{n}", local, hosted + waived, waived) for n, (local, hosted, waived) in enumerate(partners)
    ]

    allocation = allocate_common_fee(Decimal(common), hosts)

    assert allocation.remains >= 0
    assert sum(paid(allocation).values()) + allocation.remains == allocation.collected
