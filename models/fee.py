"""Fees: what is due, when, what is paid back, and who gets the money. Source: R248-R257, V39-V44, R208."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from models.base import CohortId, Localised, Model, PartnerId, Slug
from models.calendar import Period

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217, as in `EUR`."""

Money = Annotated[Decimal, Field(ge=0, decimal_places=2, max_digits=12)]
"""An amount in the fee policy's currency; never a float."""

Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)]


class FeeKind(StrEnum):
    """Who pays in a category (R249, R253, R254, V40)."""

    INDIVIDUAL = "individual"
    """The learner."""
    COLLECTIVE = "collective"
    """An organisation that enrols several people is invoiced for each of them."""
    SPONSOR = "sponsor"
    """A sponsor or learning account pays what it has granted; the learner pays the rest."""
    WAIVER = "waiver"
    """Nobody pays what has been waived; other funds and the board's approval are needed (V40)."""


class FeeEvent(StrEnum):
    """What a payment or refund period is counted from."""

    ACCEPTANCE = "acceptance"
    """The day on which the learner accepts the offer."""
    START = "start"
    """The first day of study of the intake."""


class Instalment(Model):
    """One part of a fee and when it is due (V42)."""

    amount: Annotated[Decimal, Field(gt=0, decimal_places=2, max_digits=12)] | None = None
    """None for the last instalment: whatever is left."""
    counted_from: FeeEvent = FeeEvent.ACCEPTANCE
    due: Period = Period(months=1)


class FeeCategory(Model):
    """One price of the programme."""

    code: Slug
    kind: FeeKind
    label: Localised | None = None
    amount: Money
    """For one learner and the whole programme."""
    minimum_learners: int = Field(default=1, ge=1)
    """A collective category needs at least so many learners of one organisation."""
    instalments: tuple[Instalment, ...] = (Instalment(),)

    @model_validator(mode="after")
    def _instalments_add_up(self) -> Self:
        if not self.instalments or any(part.amount is None for part in self.instalments[:-1]):
            raise ValueError("Only the last instalment has no amount, and there is at least one.")
        if self.instalments[-1].amount is not None:
            raise ValueError("The last instalment has no amount: it is whatever is left.")
        fixed = sum((part.amount or Decimal(0) for part in self.instalments), Decimal(0))
        if self.amount and fixed >= self.amount:
            raise ValueError(f"The instalments before the last make {fixed}, the whole fee is {self.amount}.")
        return self


class RefundBand(Model):
    """Up to this day, so much of the fee is not charged (V43)."""

    until_day: int = Field(ge=-366, le=3660)
    """Counted from the first day of study, which is day 0; days before it are negative."""
    percent: Percent


class RefundPolicy(Model):
    """What a learner gets back."""

    withdrawal_days: int = Field(default=14, ge=0, le=90)
    """Days of statutory withdrawal with full refund; 0 where there is none."""
    withdrawal_counted_from: FeeEvent = FeeEvent.ACCEPTANCE
    bands: tuple[RefundBand, ...] = ()
    """In order of days, percentages falling; afterwards nothing is paid back."""
    administrative_fee: Money = Decimal(0)
    """Kept when a condition of the offer is not met (V27)."""

    @model_validator(mode="after")
    def _bands_fall(self) -> Self:
        for earlier, later in zip(self.bands, self.bands[1:], strict=False):
            if later.until_day <= earlier.until_day or later.percent > earlier.percent:
                raise ValueError("Refund bands are in order of days, and the percentage never rises.")
        return self


class LocalFee(Model):
    """A social or service fee of one partner, paid to that partner in addition (V44)."""

    partner: PartnerId
    amount: Money
    label: Localised | None = None


class CostShare(Model):
    """A partner's part of a common cost (R208); parts are weights, percentages where they add up to 100."""

    partner: PartnerId
    share: Annotated[Decimal, Field(gt=0, le=1_000_000)]


class AllocationRule(StrEnum):
    """How the fees collected reach the partners (R255, V39)."""

    HOSTED_LEARNERS = "hosted_learners"
    """For each hosted learner the lower of common and local fee; the rest stays with the consortium."""
    ECTS_TAUGHT = "ects_taught"
    """In proportion to ECTS credits taught times learners."""
    FIXED_SHARES = "fixed_shares"


class FeePolicy(Model):
    """The joint registration fee and everything about it, from the agreement (R248)."""

    currency: Currency = "EUR"
    categories: tuple[FeeCategory, ...] = ()
    """Empty where the programme is free of charge."""
    local_fees: tuple[LocalFee, ...] = ()
    refunds: RefundPolicy = RefundPolicy()
    allocation: AllocationRule = AllocationRule.ECTS_TAUGHT
    joint_percent: Percent = Decimal(0)
    """Of the fees collected, kept for the programme board before allocation (R257)."""
    fixed_shares: tuple[CostShare, ...] = ()
    public_funding_note: str = ""
    """Public funding stays outside the allocation (R256); what the partners say about it."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        codes = [category.code for category in self.categories]
        if len(set(codes)) != len(codes):
            raise ValueError("Each fee category has its own code.")
        if (self.allocation is AllocationRule.FIXED_SHARES) != bool(self.fixed_shares):
            raise ValueError("Fixed shares are given exactly where the allocation is `fixed_shares`.")
        return self


class FeeGrant(Model):
    """A scholarship, sponsorship or waiver decided for one learner in one intake (V40, V41, R254)."""

    kind: FeeKind
    amount: Money | None = None
    """None: the whole fee."""
    funded_by: str = ""
    approved: bool = False
    """By the programme board."""
    intake: CohortId


class FeeReason(StrEnum):
    """Why an amount is what it is."""

    FREE_OF_CHARGE = "FREE_OF_CHARGE"
    LEARNER_PAYS = "LEARNER_PAYS"
    ORGANISATION_PAYS = "ORGANISATION_PAYS"
    SPONSOR_PAYS = "SPONSOR_PAYS"
    WAIVED = "WAIVED"
    UNKNOWN_CATEGORY = "UNKNOWN_CATEGORY"
    TOO_FEW_LEARNERS = "TOO_FEW_LEARNERS"
    GRANT_OF_ANOTHER_INTAKE = "GRANT_OF_ANOTHER_INTAKE"
    GRANT_NOT_APPROVED = "GRANT_NOT_APPROVED"
    GRANT_NOT_FUNDED = "GRANT_NOT_FUNDED"
    GRANT_MISSING = "GRANT_MISSING"


class FeeDue(Model):
    """What one learner's place costs, and who pays which part."""

    total: Money
    learner_pays: Money
    others_pay: Money
    waived: Money
    currency: Currency
    refused: bool = False
    """No fee can be worked out: the amounts are 0 and mean nothing, the sentence says what to correct."""
    code: FeeReason
    sentence: str


class InstalmentDue(Model):
    """An amount and the moment until which it is to be paid."""

    number: int
    amount: Money
    due_at: AwareDatetime


class FeePlan(Model):
    """What one learner's place costs, and when which part of it is to be paid."""

    due: FeeDue
    parts: tuple[InstalmentDue, ...] = ()
    """Empty where nothing is to be paid, or nothing can be worked out."""


class RefundGround(StrEnum):
    """Why a learner leaves, as far as money is concerned (V43, V27, V53)."""

    WITHDRAWAL = "withdrawal"
    CONDITION_NOT_MET = "condition_not_met"
    NOT_OFFERED = "not_offered"
    """The consortium does not run the programme."""
    HARDSHIP = "hardship"
    """Death of the learner or a close relative; decided by the commission."""


class RefundReason(StrEnum):
    """Why so much is paid back."""

    STATUTORY_WITHDRAWAL = "STATUTORY_WITHDRAWAL"
    BAND = "BAND"
    TOO_LATE = "TOO_LATE"
    CONDITION_NOT_MET = "CONDITION_NOT_MET"
    NOT_OFFERED = "NOT_OFFERED"
    HARDSHIP = "HARDSHIP"


class Departure(Model):
    """A learner who leaves: what was due and paid, and when."""

    ground: RefundGround = RefundGround.WITHDRAWAL
    due: Money
    paid: Money
    accepted_on: date
    starts_on: date
    leaves_on: date


class Refund(Model):
    """What is paid back, or still owed."""

    refund: Money
    still_owed: Money
    charged: Money
    code: RefundReason
    sentence: str


class HostedLearners(Model):
    """A partner's side of the common fee (V39)."""

    partner: PartnerId
    local_fee: Money
    hosted: int = Field(ge=0)
    waived: int = Field(default=0, ge=0)
    """Of the hosted, those whose local fee the partner bears itself."""

    @model_validator(mode="after")
    def _waived_are_hosted(self) -> Self:
        if self.waived > self.hosted:
            raise ValueError("A partner can waive the fee only for learners whom it hosts.")
        return self


class Contribution(Model):
    """What a partner taught (R255)."""

    partner: PartnerId
    ects: Annotated[Decimal, Field(ge=0, le=400, decimal_places=2)]
    learners: int = Field(ge=0)


class PartnerAmount(Model):
    """An amount for one partner."""

    partner: PartnerId
    amount: Money


class FeeAllocation(Model):
    """Where the money collected goes; the parts and the remainder add up to what was collected."""

    collected: Money
    parts: tuple[PartnerAmount, ...]
    remains: Money
    """With the consortium."""
