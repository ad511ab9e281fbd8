"""
Places by score, with quotas, overbooking and a reserve list. Source: V12-V18.

Equal scores are settled by the criteria that the agreement lists and then by a drawn lot,
which is given as input; never by name and never by the order of arrival, unless the agreement
lists `submitted_at`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby

from models.admission import Places
from models.base import CaseId
from models.ranking import (
    LOT,
    SCORE,
    SUBMITTED_AT,
    Candidate,
    Promotion,
    PromotionReason,
    Quota,
    RankedCandidate,
    Ranking,
    RankingPolicy,
    RankingReason,
)

COUNTRY = "country"
"""The quota key of nationality."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ON_MAIN = (RankingReason.PLACE, RankingReason.OVERBOOKED_PLACE)
_ON_RESERVE = (RankingReason.RESERVE, RankingReason.QUOTA_REACHED)

_SENTENCES = {
    RankingReason.PLACE: "A place is offered.",
    RankingReason.OVERBOOKED_PLACE: "A place is offered; more places are offered than there are, as agreed.",
    RankingReason.PROMOTED: "A place became free and is offered.",
    RankingReason.RESERVE: "On the reserve list: a place is offered when one becomes free.",
    RankingReason.QUOTA_REACHED: "On the reserve list: the places for this group are taken.",
    RankingReason.BELOW_MINIMUM: "The score is below the minimum of the agreement.",
    RankingReason.RESERVE_FULL: "There is no place, and no room on the reserve list.",
}


def ranking_policy(places: Places) -> RankingPolicy:
    """Read the places of an agreement as a ranking policy."""
    quota = places.quota_per_country
    return RankingPolicy(
        places=places.number,
        overbooking_percent=Decimal(places.overbooking_percent),
        reserve_places=None if places.reserve_list else 0,
        quotas=() if quota is None else (Quota(key=COUNTRY, places=quota),),
        tie_break=places.tie_break,
    )


def rank(policy: RankingPolicy, candidates: tuple[Candidate, ...]) -> Ranking:
    """
    Put candidates on the main list, the reserve list, or neither.

    If candidates are equal in everything that the agreement compares, no list is made:
    `lots_needed` names those who must draw lots (again). The order of `candidates` is without effect.
    """
    ordered = sorted(candidates, key=lambda candidate: (_merit(policy, candidate), candidate.case))
    lots_needed = _undecided(policy, ordered)
    if lots_needed:
        return Ranking(policy=policy, lots_needed=lots_needed)
    main: list[RankedCandidate] = []
    reserve: list[RankedCandidate] = []
    out: list[RankedCandidate] = []
    for number, candidate in enumerate(ordered, start=1):
        reason = _place(policy, candidate, main, len(reserve))
        target = main if reason in _ON_MAIN else reserve if reason in _ON_RESERVE else out
        target.append(_ranked(candidate, number, len(target) + 1, reason))
    return Ranking(policy=policy, main=tuple(main), reserve=tuple(reserve), out=tuple(out))


def promote(ranking: Ranking, freed: Iterable[CaseId]) -> Promotion:
    """
    Take these cases off the lists and offer the places that are free then.

    `freed` may name candidates of either list; unknown ones are without effect. Only places are
    filled again: an offer above the places, made by overbooking, is not replaced.
    """
    gone = frozenset(freed)
    main = [entry for entry in ranking.main if entry.case not in gone]
    waiting = [entry for entry in ranking.reserve if entry.case not in gone]
    promoted: list[CaseId] = []
    reserve: list[RankedCandidate] = []
    for entry in waiting:
        if len(main) < ranking.policy.places and not _quota_reached(ranking.policy, entry.quota_keys, main):
            main.append(_with_reason(entry, RankingReason.PROMOTED))
            promoted.append(entry.case)
        else:
            reserve.append(entry)
    after = ranking.model_copy(update={"main": _numbered(main), "reserve": _numbered(reserve)})
    code = _promotion_reason(ranking.policy, bool(promoted), len(main), len(reserve))
    return Promotion(
        ranking=after, promoted=tuple(promoted), code=code, sentence=_promotion_sentence(code, promoted)
    )


def approximate_percentile(ranking: Ranking, case: CaseId) -> int | None:
    """
    Tell in which tenth of all ranked candidates a case stands: 10 for the best tenth, 100 for the last.

    The exact rank is not disclosed (V18). None when the case is not ranked.
    """
    entries = (*ranking.main, *ranking.reserve, *ranking.out)
    found = next((entry.rank for entry in entries if entry.case == case), None)
    if found is None:
        return None
    last = max(entry.rank for entry in entries)
    return -(-found * 10 // last) * 10


def _merit(policy: RankingPolicy, candidate: Candidate) -> tuple[Decimal, ...]:
    """Make a sort key: the smaller, the better. The score comes first and the lot settles what is left."""
    names = [name for name in policy.tie_break if name != SCORE]
    return (-candidate.score, *(_criterion(candidate, name) for name in (*names, LOT)))


def _criterion(candidate: Candidate, name: str) -> Decimal:
    """Read one criterion, smaller is better. A missing lot or date comes last, a missing score is 0."""
    if name == LOT:
        return Decimal("Infinity") if candidate.lot is None else Decimal(candidate.lot)
    if name == SUBMITTED_AT:
        moment = candidate.submitted_at
        return (
            Decimal("Infinity") if moment is None else Decimal((moment - _EPOCH) // timedelta(microseconds=1))
        )
    return -candidate.criteria.get(name, Decimal(0))


def _undecided(policy: RankingPolicy, ordered: Sequence[Candidate]) -> frozenset[CaseId]:
    contenders = [candidate for candidate in ordered if not _is_below_minimum(policy, candidate)]
    groups = (
        list(group) for _, group in groupby(contenders, key=lambda candidate: _merit(policy, candidate))
    )
    return frozenset(candidate.case for group in groups if len(group) > 1 for candidate in group)


def _place(
    policy: RankingPolicy, candidate: Candidate, main: Sequence[RankedCandidate], waiting: int
) -> RankingReason:
    if _is_below_minimum(policy, candidate):
        return RankingReason.BELOW_MINIMUM
    blocked = _quota_reached(policy, candidate.quota_keys, main)
    if len(main) < _offers(policy) and not blocked:
        return RankingReason.PLACE if len(main) < policy.places else RankingReason.OVERBOOKED_PLACE
    if policy.reserve_places is not None and waiting >= policy.reserve_places:
        return RankingReason.RESERVE_FULL
    return RankingReason.QUOTA_REACHED if blocked else RankingReason.RESERVE


def _is_below_minimum(policy: RankingPolicy, candidate: Candidate) -> bool:
    return policy.minimum_score is not None and candidate.score < policy.minimum_score


def _offers(policy: RankingPolicy) -> int:
    return policy.places + int(policy.places * policy.overbooking_percent / 100)


def _quota_reached(policy: RankingPolicy, keys: dict[str, str], main: Sequence[RankedCandidate]) -> bool:
    for quota in policy.quotas:
        value = keys.get(quota.key)
        if value is None or quota.value not in (None, value):
            continue
        taken = Counter(entry.quota_keys.get(quota.key) for entry in main)[value]
        if taken >= _limit(quota, policy.places):
            return True
    return False


def _limit(quota: Quota, places: int) -> int:
    """Work out the cap in places; a percentage is of the places, never of the overbooked number."""
    limits = [places]
    if quota.places is not None:
        limits.append(quota.places)
    if quota.percent is not None:
        limits.append(max(1, int(places * quota.percent / 100)))
    return min(limits)


def _ranked(candidate: Candidate, number: int, position: int, reason: RankingReason) -> RankedCandidate:
    return RankedCandidate(
        case=candidate.case,
        rank=number,
        position=position,
        reason=reason,
        sentence=_SENTENCES[reason],
        quota_keys=candidate.quota_keys,
    )


def _with_reason(entry: RankedCandidate, reason: RankingReason) -> RankedCandidate:
    return entry.model_copy(update={"reason": reason, "sentence": _SENTENCES[reason]})


def _numbered(entries: Iterable[RankedCandidate]) -> tuple[RankedCandidate, ...]:
    return tuple(
        entry.model_copy(update={"position": position}) for position, entry in enumerate(entries, start=1)
    )


def _promotion_reason(policy: RankingPolicy, promoted: bool, main: int, reserve: int) -> PromotionReason:
    if promoted:
        return PromotionReason.PROMOTED
    if main >= policy.places:
        return PromotionReason.NO_PLACE_FREE
    return PromotionReason.QUOTA_REACHED if reserve else PromotionReason.RESERVE_EMPTY


def _promotion_sentence(code: PromotionReason, promoted: Sequence[CaseId]) -> str:
    return {
        PromotionReason.PROMOTED: f"{len(promoted)} moved up from the reserve list.",
        PromotionReason.NO_PLACE_FREE: "No place is free: all places are still offered or taken.",
        PromotionReason.RESERVE_EMPTY: "Places are free, but nobody is on the reserve list.",
        PromotionReason.QUOTA_REACHED: "Places are free, but quotas keep the reserve list waiting.",
    }[code]
