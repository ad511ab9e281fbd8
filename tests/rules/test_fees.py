"""What a learner pays, when, and what is paid back."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.calendar import Period
from models.fee import (
    AllocationRule,
    CostShare,
    Departure,
    FeeCategory,
    FeeEvent,
    FeeGrant,
    FeeKind,
    FeePolicy,
    FeeReason,
    Instalment,
    LocalFee,
    RefundBand,
    RefundGround,
    RefundPolicy,
    RefundReason,
)
from rules.deadlines import end_of_day
from rules.fees import fee_due, fee_plan, instalments_due, local_fees_due, refund_due

POLICY = FeePolicy(
    categories=(
        FeeCategory(code="individual", kind=FeeKind.INDIVIDUAL, amount=Decimal(900)),
        FeeCategory(code="school", kind=FeeKind.COLLECTIVE, amount=Decimal(700), minimum_learners=5),
        FeeCategory(code="account", kind=FeeKind.SPONSOR, amount=Decimal(900)),
        FeeCategory(code="waiver", kind=FeeKind.WAIVER, amount=Decimal(900)),
    ),
    local_fees=(LocalFee(partner="fi", amount=Decimal(60)), LocalFee(partner="de", amount=Decimal(40))),
)


def a_grant(
    kind: FeeKind = FeeKind.SPONSOR, amount: int | None = 500, intake: str = "2026", **more: object
) -> FeeGrant:
    given_values = {"kind": kind, "amount": amount, "intake": intake, "approved": True, "funded_by": "Fund"}
    return FeeGrant.model_validate({**given_values, **more})


@pytest.mark.parametrize(
    ("category", "grants", "learners", "amounts", "code"),
    [
        pytest.param("individual", (), 1, (900, 0, 0), FeeReason.LEARNER_PAYS, id="learner"),
        pytest.param("school", (), 5, (0, 700, 0), FeeReason.ORGANISATION_PAYS, id="organisation"),
        pytest.param("school", (), 4, (0, 0, 0), FeeReason.TOO_FEW_LEARNERS, id="too few"),
        pytest.param("other", (), 1, (0, 0, 0), FeeReason.UNKNOWN_CATEGORY, id="unknown"),
        pytest.param("account", (), 1, (900, 0, 0), FeeReason.GRANT_MISSING, id="no grant yet"),
        pytest.param("account", (a_grant(),), 1, (400, 500, 0), FeeReason.SPONSOR_PAYS, id="sponsor"),
        pytest.param("individual", (a_grant(),), 1, (400, 500, 0), FeeReason.SPONSOR_PAYS, id="scholarship"),
        pytest.param(
            "account", (a_grant(amount=2000),), 1, (0, 900, 0), FeeReason.SPONSOR_PAYS, id="more than the fee"
        ),
        pytest.param(
            "waiver", (a_grant(FeeKind.WAIVER, None),), 1, (0, 0, 900), FeeReason.WAIVED, id="whole waiver"
        ),
        pytest.param(
            "waiver",
            (a_grant(), a_grant(FeeKind.WAIVER, None)),
            1,
            (0, 500, 400),
            FeeReason.SPONSOR_PAYS,
            id="sponsor and waiver",
        ),
        pytest.param(
            "waiver",
            (a_grant(intake="2025"),),
            1,
            (900, 0, 0),
            FeeReason.GRANT_OF_ANOTHER_INTAKE,
            id="deferred",
        ),
        pytest.param(
            "waiver",
            (a_grant(approved=False),),
            1,
            (900, 0, 0),
            FeeReason.GRANT_NOT_APPROVED,
            id="not approved",
        ),
        pytest.param(
            "waiver", (a_grant(funded_by=""),), 1, (900, 0, 0), FeeReason.GRANT_NOT_FUNDED, id="not funded"
        ),
    ],
)
def test_fee_and_who_pays_it(
    category: str, grants: tuple[FeeGrant, ...], learners: int, amounts: tuple[int, int, int], code: FeeReason
) -> None:
    fee = fee_due(POLICY, category, "2026", grants, learners)

    assert (fee.learner_pays, fee.others_pay, fee.waived) == tuple(map(Decimal, amounts))
    assert fee.total == sum(amounts)
    assert fee.code is code
    assert fee.refused == (code in {FeeReason.UNKNOWN_CATEGORY, FeeReason.TOO_FEW_LEARNERS})


def test_programme_without_categories_is_free_of_charge() -> None:
    assert fee_due(FeePolicy(), "individual", "2026").code is FeeReason.FREE_OF_CHARGE


def test_local_fees_are_those_of_the_partners_of_registration() -> None:
    assert [fee.partner for fee in local_fees_due(POLICY, ["fi", "pt"])] == ["fi"]


DEPOSIT = FeeCategory(
    code="individual",
    kind=FeeKind.INDIVIDUAL,
    amount=Decimal(4500),
    instalments=(
        Instalment(amount=Decimal(1000), due=Period(months=1)),
        Instalment(counted_from=FeeEvent.START, due=Period(days=0)),
    ),
)
EVENTS = {
    FeeEvent.ACCEPTANCE: datetime(2026, 5, 4, 12, tzinfo=UTC),
    FeeEvent.START: datetime(2026, 9, 7, 6, tzinfo=UTC),
}


@pytest.mark.parametrize(
    ("pays", "amounts"), [(4500, [1000, 3500]), (1200, [1000, 200]), (1000, [1000]), (600, [600]), (0, [])]
)
def test_deposit_is_paid_first_and_the_rest_later(pays: int, amounts: list[int]) -> None:
    parts = instalments_due(DEPOSIT, Decimal(pays), EVENTS, (), "Europe/Rome")

    days = [date(2026, 6, 4), date(2026, 9, 7)]
    assert [part.amount for part in parts] == [Decimal(amount) for amount in amounts]
    assert [part.due_at for part in parts] == [end_of_day(day, "Europe/Rome") for day in days[: len(parts)]]


@pytest.mark.parametrize(
    ("category", "amounts"),
    [("deposit", [1000, 3500]), ("school", [700]), ("other", [])],
    ids=["in two parts", "an organisation pays", "unknown category"],
)
def test_the_plan_of_a_place_names_its_parts_whoever_pays(category: str, amounts: list[int]) -> None:
    policy = POLICY.model_copy(
        update={"categories": (*POLICY.categories, DEPOSIT.model_copy(update={"code": "deposit"}))}
    )

    plan = fee_plan(policy, category, "2026", EVENTS, (), "Europe/Rome")

    assert [part.amount for part in plan.parts] == [Decimal(amount) for amount in amounts]
    assert plan.due.refused is not bool(amounts)
    assert plan.due.sentence


def test_the_plan_of_a_programme_that_is_free_of_charge_is_empty() -> None:
    plan = fee_plan(FeePolicy(), "individual", "2026", EVENTS, (), "Europe/Rome")

    assert plan.parts == ()
    assert plan.due.total == 0


@pytest.mark.parametrize(
    "amounts",
    [[], [100], [None, None], [900, None], [400, 500, None]],
    ids=["none", "no rest", "two", "all", "sum"],
)
def test_instalments_that_do_not_fit_the_fee_are_refused(amounts: list[int | None]) -> None:
    parts = [{"amount": amount} for amount in amounts]

    with pytest.raises(ValidationError, match="nstalment"):
        FeeCategory.model_validate({"code": "a", "kind": "individual", "amount": 900, "instalments": parts})


REFUNDS = RefundPolicy(
    bands=(
        RefundBand(until_day=-1, percent=Decimal(100)),
        RefundBand(until_day=28, percent=Decimal("66.5")),
        RefundBand(until_day=56, percent=Decimal(33)),
        RefundBand(until_day=70, percent=Decimal(0)),
    ),
    administrative_fee=Decimal(400),
)


def a_departure(leaves: str, paid: int = 900, ground: RefundGround = RefundGround.WITHDRAWAL) -> Departure:
    return Departure(
        ground=ground,
        due=Decimal(900),
        paid=Decimal(paid),
        accepted_on=date(2026, 5, 4),
        starts_on=date(2026, 9, 7),
        leaves_on=date.fromisoformat(leaves),
    )


@pytest.mark.parametrize(
    ("departure", "refund", "owed", "code"),
    [
        pytest.param(a_departure("2026-05-18"), "900", "0", RefundReason.STATUTORY_WITHDRAWAL, id="day 14"),
        pytest.param(a_departure("2026-05-19"), "900", "0", RefundReason.BAND, id="before the start"),
        pytest.param(a_departure("2026-09-07"), "598.50", "0", RefundReason.BAND, id="first band"),
        pytest.param(a_departure("2026-10-06"), "297", "0", RefundReason.BAND, id="second band"),
        pytest.param(a_departure("2026-11-03"), "0", "0", RefundReason.TOO_LATE, id="band of nothing"),
        pytest.param(a_departure("2027-01-01"), "0", "0", RefundReason.TOO_LATE, id="after the bands"),
        pytest.param(a_departure("2026-10-06", 300), "0", "303", RefundReason.BAND, id="one instalment paid"),
        pytest.param(
            a_departure("2026-08-01", 900, RefundGround.CONDITION_NOT_MET),
            "500",
            "0",
            RefundReason.CONDITION_NOT_MET,
            id="condition",
        ),
        pytest.param(
            a_departure("2026-08-01", 900, RefundGround.NOT_OFFERED),
            "900",
            "0",
            RefundReason.NOT_OFFERED,
            id="not run",
        ),
        pytest.param(
            a_departure("2027-01-01", 900, RefundGround.HARDSHIP),
            "900",
            "0",
            RefundReason.HARDSHIP,
            id="hardship",
        ),
    ],
)
def test_refund_follows_the_bands(departure: Departure, refund: str, owed: str, code: RefundReason) -> None:
    result = refund_due(REFUNDS, departure)

    assert (result.refund, result.still_owed, result.code) == (Decimal(refund), Decimal(owed), code)


def test_withdrawal_may_be_counted_from_the_start_of_study() -> None:
    policy = RefundPolicy(withdrawal_counted_from=FeeEvent.START)

    assert refund_due(policy, a_departure("2026-09-21")).code is RefundReason.STATUTORY_WITHDRAWAL
    assert refund_due(policy, a_departure("2026-09-22")).code is RefundReason.TOO_LATE


def test_statutory_withdrawal_may_not_exist() -> None:
    assert (
        refund_due(RefundPolicy(withdrawal_days=0), a_departure("2026-05-04")).code is RefundReason.TOO_LATE
    )


@pytest.mark.parametrize("bands", [[(10, 50), (5, 20)], [(5, 20), (10, 50)]])
def test_bands_out_of_order_are_refused(bands: list[tuple[int, int]]) -> None:
    with pytest.raises(ValidationError, match="Refund bands"):
        RefundPolicy(bands=tuple(RefundBand(until_day=day, percent=Decimal(part)) for day, part in bands))


def test_inconsistent_fee_policy_is_refused() -> None:
    with pytest.raises(ValidationError, match="own code"):
        FeePolicy(categories=(POLICY.categories[0], POLICY.categories[0]))
    with pytest.raises(ValidationError, match="Fixed shares"):
        FeePolicy(allocation=AllocationRule.FIXED_SHARES)
    with pytest.raises(ValidationError, match="Fixed shares"):
        FeePolicy(fixed_shares=(CostShare(partner="fi", share=Decimal(1)),))


MONEY = st.decimals(0, 5000, places=2)


@given(MONEY, MONEY, st.integers(-200, 400), st.sampled_from(RefundGround))
def test_what_is_kept_is_what_is_charged(fee: Decimal, paid: Decimal, day: int, ground: RefundGround) -> None:
    departure = Departure(
        ground=ground,
        due=fee,
        paid=paid,
        accepted_on=date(2026, 5, 4),
        starts_on=date(2026, 9, 7),
        leaves_on=date.fromordinal(date(2026, 9, 7).toordinal() + day),
    )
    result = refund_due(REFUNDS, departure)

    assert paid - result.refund + result.still_owed == result.charged
    assert 0 <= result.charged <= fee


@given(st.lists(st.tuples(st.sampled_from([FeeKind.SPONSOR, FeeKind.WAIVER]), st.none() | MONEY), max_size=4))
def test_parts_of_a_fee_make_the_whole(grants: list[tuple[FeeKind, Decimal | None]]) -> None:
    given_grants = tuple(
        FeeGrant(kind=kind, amount=amount, intake="2026", approved=True, funded_by="Fund")
        for kind, amount in grants
    )
    fee = fee_due(POLICY, "waiver", "2026", given_grants)

    assert fee.learner_pays + fee.others_pay + fee.waived == fee.total == Decimal(900)
    assert min(fee.learner_pays, fee.others_pay, fee.waived) >= 0
