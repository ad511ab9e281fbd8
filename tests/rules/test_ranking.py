"""Ranking: scores, ties and lots, quotas, overbooking, reserve list and promotion."""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.admission import Places
from models.ranking import Candidate, PromotionReason, Quota, Ranking, RankingPolicy, RankingReason
from rules.ranking import approximate_percentile, promote, rank, ranking_policy

TWO = RankingPolicy(places=2)


def a_candidate(name: str, score: int, **more: object) -> Candidate:
    return Candidate.model_validate({"case": f"case000{name}", "score": score, **more})


def from_country(name: str, score: int, country: str) -> Candidate:
    return a_candidate(name, score, quota_keys={"country": country})


def names(entries: tuple[object, ...]) -> str:
    return "".join(str(getattr(entry, "case", entry))[-1] for entry in entries)


def lists(ranking: Ranking) -> tuple[str, str, str]:
    return names(ranking.main), names(ranking.reserve), names(ranking.out)


FOUR = (a_candidate("a", 70), a_candidate("b", 90), a_candidate("c", 80), a_candidate("d", 60))


def test_best_scores_get_places_and_the_others_wait_in_order() -> None:
    ranking = rank(TWO, FOUR)

    assert lists(ranking) == ("bc", "ad", "")
    assert [(entry.rank, entry.position, entry.reason) for entry in ranking.reserve] == [
        (3, 1, RankingReason.RESERVE),
        (4, 2, RankingReason.RESERVE),
    ]


def test_candidates_below_the_minimum_get_nothing_even_if_places_are_free() -> None:
    ranking = rank(RankingPolicy(places=9, minimum_score=Decimal(75)), FOUR)

    assert lists(ranking) == ("bc", "", "ad")
    assert ranking.out[0].reason is RankingReason.BELOW_MINIMUM


def test_reserve_list_may_be_short() -> None:
    ranking = rank(RankingPolicy(places=1, reserve_places=1), FOUR)

    assert lists(ranking) == ("b", "c", "ad")
    assert ranking.out[0].reason is RankingReason.RESERVE_FULL


@pytest.mark.parametrize(("percent", "offers"), [(0, 2), (49, 2), (50, 3), (100, 4)])
def test_overbooking_is_rounded_down(percent: int, offers: int) -> None:
    ranking = rank(RankingPolicy(places=2, overbooking_percent=Decimal(percent)), FOUR)

    assert len(ranking.main) == offers
    assert [entry.reason for entry in ranking.main[2:]] == [RankingReason.OVERBOOKED_PLACE] * (offers - 2)


def test_equal_candidates_must_draw_lots_before_there_are_lists() -> None:
    ranking = rank(TWO, (a_candidate("a", 70), a_candidate("b", 70), a_candidate("c", 80)))

    assert ranking.lots_needed == {"case000a", "case000b"}
    assert lists(ranking) == ("", "", "")
    assert ranking.model_dump(mode="json")["lots_needed"] == ["case000a", "case000b"]


def test_lower_lot_goes_first() -> None:
    candidates = (a_candidate("a", 70, lot=9), a_candidate("b", 70, lot=4), a_candidate("c", 70))

    assert lists(rank(TWO, candidates)) == ("ba", "c", "")


def test_criteria_settle_ties_before_the_lot() -> None:
    policy = RankingPolicy(places=2, tie_break=("score", "motivation", "lot"))
    candidates = (
        a_candidate("a", 70, criteria={"motivation": 3}, lot=1),
        a_candidate("b", 70, criteria={"motivation": 5}, lot=2),
        a_candidate("c", 70, lot=3),
    )

    assert lists(rank(policy, candidates)) == ("ba", "c", "")


def test_earlier_application_goes_first_only_where_the_agreement_says_so() -> None:
    policy = RankingPolicy(places=1, tie_break=("submitted_at",))
    candidates = (
        a_candidate("a", 70, submitted_at=datetime(2026, 3, 2, tzinfo=UTC)),
        a_candidate("b", 70, submitted_at=datetime(2026, 3, 1, tzinfo=UTC)),
        a_candidate("c", 70),
    )

    assert lists(rank(policy, candidates)) == ("b", "ac", "")
    assert len(rank(TWO, candidates).lots_needed) == 3


def test_equal_candidates_below_the_minimum_need_no_lots() -> None:
    policy = RankingPolicy(places=1, minimum_score=Decimal(75))

    assert lists(rank(policy, (a_candidate("b", 70), a_candidate("a", 70)))) == ("", "", "ab")


ABROAD = (
    from_country("a", 90, "FR"),
    from_country("b", 85, "FR"),
    from_country("c", 80, "MT"),
    a_candidate("d", 75),
    from_country("e", 70, "FR"),
)


@pytest.mark.parametrize(
    ("quota", "main"),
    [
        pytest.param(Quota(key="country", places=1), "acd", id="one of each country"),
        pytest.param(Quota(key="country", percent=Decimal(10)), "acd", id="a share is at least one place"),
        pytest.param(Quota(key="country", percent=Decimal(67)), "abc", id="a share is rounded down"),
        pytest.param(Quota(key="country", value="MT", places=1), "abc", id="only for one country"),
        pytest.param(Quota(key="partner", places=1), "abc", id="for a key that nobody has"),
    ],
)
def test_quota_limits_places_of_one_group(quota: Quota, main: str) -> None:
    ranking = rank(RankingPolicy(places=3, quotas=(quota,)), ABROAD)

    assert names(ranking.main) == main


def test_candidates_whom_the_quota_keeps_out_wait_on_the_reserve_list() -> None:
    ranking = rank(RankingPolicy(places=3, quotas=(Quota(key="country", places=1),)), ABROAD)

    assert lists(ranking) == ("acd", "be", "")
    assert ranking.reserve[0].reason is RankingReason.QUOTA_REACHED


def test_first_on_the_reserve_list_moves_up() -> None:
    promotion = promote(rank(TWO, FOUR), ["case000b"])

    assert promotion.promoted == ("case000a",)
    assert lists(promotion.ranking) == ("ca", "d", "")
    assert promotion.ranking.main[1].reason is RankingReason.PROMOTED
    assert promotion.ranking.reserve[0].position == 1


def test_quota_is_kept_when_places_become_free() -> None:
    ranking = rank(RankingPolicy(places=2, quotas=(Quota(key="country", places=1),)), ABROAD)

    assert promote(ranking, ["case000c"]).promoted == ("case000d",)
    assert promote(ranking, ["case000a"]).promoted == ("case000b",)


@pytest.mark.parametrize(
    ("policy", "freed", "code"),
    [
        pytest.param(TWO, "x", PromotionReason.NO_PLACE_FREE, id="an unknown case"),
        pytest.param(TWO, "a", PromotionReason.NO_PLACE_FREE, id="somebody on the reserve list"),
        pytest.param(TWO, "bad", PromotionReason.RESERVE_EMPTY, id="nobody is left"),
        pytest.param(TWO, "ba", PromotionReason.PROMOTED, id="the second moves up"),
        pytest.param(
            RankingPolicy(places=2, overbooking_percent=Decimal(50)),
            "b",
            PromotionReason.NO_PLACE_FREE,
            id="an overbooked offer is not replaced",
        ),
    ],
)
def test_promotion_says_what_happened(policy: RankingPolicy, freed: str, code: PromotionReason) -> None:
    promotion = promote(rank(policy, FOUR), [f"case000{name}" for name in freed])

    assert promotion.code is code
    assert promotion.sentence


def test_quota_may_keep_everybody_waiting() -> None:
    candidates = (from_country("a", 90, "FR"), from_country("b", 85, "FR"), from_country("c", 80, "MT"))
    ranking = rank(RankingPolicy(places=2, quotas=(Quota(key="country", places=1),)), candidates)

    assert promote(ranking, ["case000c"]).code is PromotionReason.QUOTA_REACHED


def test_rank_is_told_in_tenths_only() -> None:
    ranking = rank(TWO, FOUR)

    assert [approximate_percentile(ranking, f"case000{name}") for name in "bcadx"] == [30, 50, 80, 100, None]


def test_places_of_an_agreement_are_a_ranking_policy() -> None:
    policy = ranking_policy(
        Places(number=20, reserve_list=False, overbooking_percent=10, quota_per_country=2)
    )

    assert (policy.places, policy.reserve_places) == (20, 0)
    assert policy.overbooking_percent == Decimal(10)
    assert policy.quotas == (Quota(key="country", places=2),)
    assert ranking_policy(Places(number=20)).reserve_places is None


@st.composite
def fields(draw: st.DrawFn) -> tuple[RankingPolicy, tuple[Candidate, ...]]:
    policy = RankingPolicy(
        places=draw(st.integers(1, 6)),
        overbooking_percent=Decimal(draw(st.sampled_from([0, 20, 50]))),
        reserve_places=draw(st.sampled_from([None, 0, 3])),
        quotas=draw(st.sampled_from([(), (Quota(key="country", places=2),)])),
    )
    scores = draw(st.lists(st.integers(0, 9), max_size=12))
    candidates = tuple(
        a_candidate(f"{number:02}", score, lot=number, quota_keys={"country": draw(st.sampled_from("FMI"))})
        for number, score in enumerate(scores)
    )
    return policy, candidates


@given(fields(), st.randoms())
def test_order_of_candidates_is_without_effect(
    field: tuple[RankingPolicy, tuple[Candidate, ...]], random: Random
) -> None:
    policy, candidates = field
    shuffled = list(candidates)
    random.shuffle(shuffled)

    assert rank(policy, tuple(shuffled)) == rank(policy, candidates)


@given(fields(), st.data())
def test_everybody_is_on_one_list_and_no_limit_is_ever_passed(
    field: tuple[RankingPolicy, tuple[Candidate, ...]], data: st.DataObject
) -> None:
    policy, candidates = field
    ranking = rank(policy, candidates)
    listed = [entry.case for entry in (*ranking.main, *ranking.reserve, *ranking.out)]
    assert sorted(listed) == sorted(candidate.case for candidate in candidates)

    freed = data.draw(st.lists(st.sampled_from(listed), unique=True)) if listed else []
    after = promote(ranking, freed).ranking
    assert not set(freed) & {entry.case for entry in (*after.main, *after.reserve)}
    for state, limit in ((ranking, policy.places * 2), (after, max(policy.places, len(ranking.main)))):
        assert len(state.main) <= limit
        countries = [entry.quota_keys["country"] for entry in state.main]
        assert not policy.quotas or all(countries.count(country) <= 2 for country in countries)
