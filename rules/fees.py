"""
What a learner pays, when, and what is paid back. Source: R248-R254, V27, V39-V44, V53.

Who gets the money stands in `rules/fee_allocation.py`; its functions are offered here, too.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from models.base import CohortId, PartnerId
from models.calendar import HolidayCalendar
from models.fee import (
    Departure,
    FeeCategory,
    FeeDue,
    FeeEvent,
    FeeGrant,
    FeeKind,
    FeePlan,
    FeePolicy,
    FeeReason,
    InstalmentDue,
    LocalFee,
    Refund,
    RefundGround,
    RefundPolicy,
    RefundReason,
)
from rules.deadlines import due
from rules.fee_allocation import allocate_by_contribution, allocate_common_fee, allocate_fees, split_exactly

__all__ = [
    "allocate_by_contribution",
    "allocate_common_fee",
    "allocate_fees",
    "fee_due",
    "fee_plan",
    "instalments_due",
    "local_fees_due",
    "refund_due",
    "split_exactly",
]

_CENT = Decimal("0.01")
_NOTHING = Decimal(0)

_FULL_REFUNDS = {
    RefundGround.NOT_OFFERED: (
        RefundReason.NOT_OFFERED,
        "The programme is not run: everything is paid back.",
    ),
    RefundGround.HARDSHIP: (
        RefundReason.HARDSHIP,
        "Hardship, as the commission decided: everything is paid back.",
    ),
}


def fee_due(
    policy: FeePolicy,
    category: str,
    intake: CohortId,
    grants: tuple[FeeGrant, ...] = (),
    learners: int = 1,
) -> FeeDue:
    """
    Work out the fee of one learner's place and who pays which part.

    A grant counts only in its own intake (V41) and when the board has approved it; a waiver
    also needs other funds (V40). A grant that does not count is named by the code, and the
    learner pays. `learners` is how many the same organisation enrols together.
    """
    if not policy.categories:
        return _due(policy, _NOTHING, FeeReason.FREE_OF_CHARGE, "The programme is free of charge.")
    found = next((candidate for candidate in policy.categories if candidate.code == category), None)
    if found is None:
        known = ", ".join(candidate.code for candidate in policy.categories)
        sentence = f"There is no fee category {category!r}; choose one of: {known}."
        return _refused(policy, FeeReason.UNKNOWN_CATEGORY, sentence)
    if found.kind is FeeKind.COLLECTIVE:
        return _collective(policy, found, learners)
    if found.kind is FeeKind.INDIVIDUAL and not grants:
        return _due(policy, found.amount, FeeReason.LEARNER_PAYS, "The learner pays the fee.")
    return _granted(policy, found, intake, grants)


def fee_plan(
    policy: FeePolicy,
    category: str,
    intake: CohortId,
    events: dict[FeeEvent, datetime],
    calendars: tuple[HolidayCalendar, ...],
    zone: str,
) -> FeePlan:
    """
    Say what one place costs and when its parts are due, whoever pays them.

    An organisation that enrols its people is taken at its word that they are enough.
    """
    found = next((candidate for candidate in policy.categories if candidate.code == category), None)
    learners = 1 if found is None else found.minimum_learners
    fee = fee_due(policy, category, intake, learners=learners)
    if found is None or fee.refused:
        return FeePlan(due=fee)
    return FeePlan(due=fee, parts=instalments_due(found, fee.total - fee.waived, events, calendars, zone))


def local_fees_due(policy: FeePolicy, partners: Iterable[PartnerId]) -> tuple[LocalFee, ...]:
    """List the local fees of the partners where a learner is registered, payable there (V44)."""
    registered = frozenset(partners)
    return tuple(fee for fee in policy.local_fees if fee.partner in registered)


def instalments_due(
    category: FeeCategory,
    learner_pays: Decimal,
    events: dict[FeeEvent, datetime],
    calendars: tuple[HolidayCalendar, ...],
    zone: str,
) -> tuple[InstalmentDue, ...]:
    """
    Say what the learner pays until when; the parts make exactly `learner_pays`.

    A grant shortens the last instalments first, so that a deposit stays a deposit (V42).
    """
    parts: list[InstalmentDue] = []
    left = learner_pays
    for part in category.instalments:
        amount = left if part.amount is None else min(part.amount, left)
        if amount:
            due_at = due(events[part.counted_from], part.due, calendars, zone)
            parts.append(InstalmentDue(number=len(parts) + 1, amount=amount, due_at=due_at))
            left -= amount
    return tuple(parts)


def refund_due(policy: RefundPolicy, departure: Departure) -> Refund:
    """
    Say what is paid back to a learner who leaves, or what is still owed.

    The statutory right comes first, then the bands of the agreement; percentages are of the
    fee due, so that whoever has paid one instalment only may still owe (V43).
    """
    if departure.ground in _FULL_REFUNDS:
        code, sentence = _FULL_REFUNDS[departure.ground]
        return _refund(departure, _NOTHING, code, sentence)
    if departure.ground is RefundGround.CONDITION_NOT_MET:
        kept = min(policy.administrative_fee, departure.due)
        sentence = (
            f"A condition of the offer is not met: all but the administrative fee of {kept} is paid back."
        )
        return _refund(departure, kept, RefundReason.CONDITION_NOT_MET, sentence)
    if _in_statutory_period(policy, departure):
        sentence = f"Withdrawn within {policy.withdrawal_days} days: everything is paid back."
        return _refund(departure, _NOTHING, RefundReason.STATUTORY_WITHDRAWAL, sentence)
    return _banded(policy, departure)


def _due(policy: FeePolicy, amount: Decimal, code: FeeReason, sentence: str) -> FeeDue:
    """Let the learner pay everything."""
    return FeeDue(
        total=amount,
        learner_pays=amount,
        others_pay=_NOTHING,
        waived=_NOTHING,
        currency=policy.currency,
        code=code,
        sentence=sentence,
    )


def _refused(policy: FeePolicy, code: FeeReason, sentence: str) -> FeeDue:
    return _due(policy, _NOTHING, code, sentence).model_copy(update={"refused": True})


def _collective(policy: FeePolicy, category: FeeCategory, learners: int) -> FeeDue:
    if learners < category.minimum_learners:
        sentence = (
            f"{category.code} is for at least {category.minimum_learners} learners of one organisation, "
            f"these are {learners}; choose another fee category."
        )
        return _refused(policy, FeeReason.TOO_FEW_LEARNERS, sentence)
    everything = _due(policy, category.amount, FeeReason.ORGANISATION_PAYS, "The organisation is invoiced.")
    return everything.model_copy(update={"learner_pays": _NOTHING, "others_pay": category.amount})


def _granted(
    policy: FeePolicy, category: FeeCategory, intake: CohortId, grants: tuple[FeeGrant, ...]
) -> FeeDue:
    refusals = [_grant_refusal(grant, intake) for grant in grants]
    sponsored = waived = _NOTHING
    for grant, refused in zip(grants, refusals, strict=True):
        room = category.amount - sponsored - waived
        amount = _NOTHING if refused else room if grant.amount is None else min(grant.amount, room)
        if grant.kind is FeeKind.WAIVER:
            waived += amount
        else:
            sponsored += amount
    code, sentence = _grant_reason(sponsored, waived, refusals)
    whole = _due(policy, category.amount, code, sentence)
    learner = category.amount - sponsored - waived
    return whole.model_copy(update={"learner_pays": learner, "others_pay": sponsored, "waived": waived})


def _grant_reason(
    sponsored: Decimal, waived: Decimal, refusals: list[tuple[FeeReason, str] | None]
) -> tuple[FeeReason, str]:
    if sponsored:
        return FeeReason.SPONSOR_PAYS, "A sponsor pays what it has granted; the learner pays the rest."
    if waived:
        return FeeReason.WAIVED, "The fee is waived as the board approved; the learner pays the rest."
    refused = next((refusal for refusal in refusals if refusal), None)
    return refused or (FeeReason.GRANT_MISSING, "Nobody has granted anything yet: the learner pays the fee.")


def _grant_refusal(grant: FeeGrant, intake: CohortId) -> tuple[FeeReason, str] | None:
    if grant.intake != intake:
        return (
            FeeReason.GRANT_OF_ANOTHER_INTAKE,
            f"The grant was made for intake {grant.intake} and stays with it.",
        )
    if not grant.approved:
        return FeeReason.GRANT_NOT_APPROVED, "The programme board has not approved the grant yet."
    if not grant.funded_by:
        return FeeReason.GRANT_NOT_FUNDED, "Say from which funds the grant is paid."
    return None


def _in_statutory_period(policy: RefundPolicy, departure: Departure) -> bool:
    starts = (
        departure.accepted_on
        if policy.withdrawal_counted_from is FeeEvent.ACCEPTANCE
        else departure.starts_on
    )
    return policy.withdrawal_days > 0 and (departure.leaves_on - starts).days <= policy.withdrawal_days


def _banded(policy: RefundPolicy, departure: Departure) -> Refund:
    day = (departure.leaves_on - departure.starts_on).days
    band = next((candidate for candidate in policy.bands if day <= candidate.until_day), None)
    if band is None or not band.percent:
        sentence = "It is too late for a refund: the whole fee is charged."
        return _refund(departure, departure.due, RefundReason.TOO_LATE, sentence)
    charged = (departure.due * (100 - band.percent) / 100).quantize(_CENT, ROUND_HALF_UP)
    percent = f"{band.percent.normalize():f}"
    sentence = f"Left on day {day} of study: {percent} % of the fee is not charged."
    return _refund(departure, charged, RefundReason.BAND, sentence)


def _refund(departure: Departure, charged: Decimal, code: RefundReason, sentence: str) -> Refund:
    return Refund(
        refund=max(_NOTHING, departure.paid - charged),
        still_owed=max(_NOTHING, charged - departure.paid),
        charged=charged,
        code=code,
        sentence=sentence,
    )
