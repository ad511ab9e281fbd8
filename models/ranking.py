"""Ranked places with a reserve list. Source: V12-V19."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field, field_serializer

from models.base import CaseId, Model, Slug


class TieBreaker(StrEnum):
    """What settles equal scores (V17)."""

    SCORE = "score"
    SUBMITTED_AT = "submitted_at"
    """The earlier application."""
    LOT = "lot"
    """The lower drawn lot."""


SCORE, SUBMITTED_AT, LOT = TieBreaker.SCORE, TieBreaker.SUBMITTED_AT, TieBreaker.LOT


class Quota(Model):
    """At most so many places for candidates who have the same value of a key (V15)."""

    key: Slug
    """As in `country` or `partner`; a candidate without this key is not limited by it."""
    value: str | None = None
    """One value only; None: each value for itself."""
    places: int | None = Field(default=None, ge=1)
    percent: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    """Of the places, rounded down, at least one place. The stricter of the two limits holds."""


class RankingPolicy(Model):
    """How places are given."""

    places: int = Field(ge=1)
    minimum_score: Decimal | None = None
    overbooking_percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(0)
    """Offers above the places, agreed in advance and rounded down (V16)."""
    reserve_places: int | None = Field(default=None, ge=0)
    """Length of the reserve list; None: everybody else who is eligible, 0: no reserve list."""
    quotas: tuple[Quota, ...] = ()
    tie_break: tuple[str, ...] = (SCORE, LOT)
    """Criteria in order; `submitted_at` is the earlier application, `lot` the lower lot (V17)."""


class Candidate(Model):
    """An eligible applicant with a score; eligibility is settled before (V12)."""

    case: CaseId
    score: Decimal
    criteria: dict[str, Decimal] = Field(default_factory=dict)
    """Part scores by criterion; a missing one counts as 0."""
    quota_keys: dict[Slug, str] = Field(default_factory=dict)
    submitted_at: AwareDatetime | None = None
    lot: int | None = None
    """A drawn number."""


class RankingReason(StrEnum):
    """Why a candidate stands where it does."""

    PLACE = "PLACE"
    OVERBOOKED_PLACE = "OVERBOOKED_PLACE"
    PROMOTED = "PROMOTED"
    RESERVE = "RESERVE"
    QUOTA_REACHED = "QUOTA_REACHED"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    RESERVE_FULL = "RESERVE_FULL"


class RankedCandidate(Model):
    """A candidate's position on its list; ranks are not disclosed to others (V18)."""

    case: CaseId
    rank: int = Field(ge=1)
    """Among all candidates."""
    position: int = Field(ge=1)
    """On its list."""
    reason: RankingReason
    sentence: str
    quota_keys: dict[Slug, str] = Field(default_factory=dict)


class Ranking(Model):
    """Who has a place, who waits, who is out; empty lists while lots are still to be drawn."""

    policy: RankingPolicy
    main: tuple[RankedCandidate, ...] = ()
    reserve: tuple[RankedCandidate, ...] = ()
    out: tuple[RankedCandidate, ...] = ()
    lots_needed: frozenset[CaseId] = frozenset()
    """Candidates equal in everything that the agreement compares: draw lots and rank again."""

    @field_serializer("lots_needed")
    def _in_order(self, cases: frozenset[str]) -> list[str]:
        return sorted(cases)


class PromotionReason(StrEnum):
    """What freed places led to."""

    PROMOTED = "PROMOTED"
    NO_PLACE_FREE = "NO_PLACE_FREE"
    RESERVE_EMPTY = "RESERVE_EMPTY"
    QUOTA_REACHED = "QUOTA_REACHED"


class Promotion(Model):
    """The lists after places became free, and who moved up."""

    ranking: Ranking
    promoted: tuple[CaseId, ...]
    code: PromotionReason
    sentence: str
