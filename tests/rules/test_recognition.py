"""Prior learning: what counts, how much, and why not."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.admission import LearningKind, PriorLearningClaim, RecognitionPolicy
from models.recognition import RecognitionCode
from rules.recognition import decide_recognition, refuse_late_claim
from tests.rules.regulations import NOON, a_course

COURSE = a_course("c1", "fr")
TEN, FOUR, NONE = Decimal(10), Decimal(4), Decimal(0)


def a_policy(**fields: Any) -> RecognitionPolicy:
    return RecognitionPolicy(**{"ects_cap": Decimal(15), "minimum_eqf_level": 6, **fields})


def a_claim(**fields: Any) -> PriorLearningClaim:
    given = {"claim": "a", "course": "c1", "kind": LearningKind.FORMAL, "eqf_level": 7, "ects_claimed": TEN}
    return PriorLearningClaim(**{**given, **fields})


PARTS = {"whole_courses_only": False}


@pytest.mark.parametrize(
    ("claim", "policy", "ruling", "already", "code"),
    [
        pytest.param({}, {}, TEN, NONE, "RECOGNISED", id="a whole course"),
        pytest.param({}, {"allowed": False}, TEN, NONE, "RECOGNITION_NOT_ALLOWED", id="not allowed"),
        pytest.param({"course": "c2"}, {}, TEN, NONE, "OTHER_COURSE", id="another course"),
        pytest.param({"already_used": True}, {}, TEN, NONE, "ALREADY_USED", id="used once"),
        pytest.param(
            {"kind": LearningKind.INFORMAL},
            {"non_formal_allowed": False},
            TEN,
            NONE,
            "NON_FORMAL_NOT_ALLOWED",
            id="informal where only formal counts",
        ),
        pytest.param(
            {"kind": LearningKind.INFORMAL}, {}, TEN, NONE, "RECOGNISED", id="informal where it counts"
        ),
        pytest.param({"eqf_level": 5}, {}, TEN, NONE, "EQF_LEVEL_TOO_LOW", id="level too low"),
        pytest.param({"years_ago": 6}, {"maximum_age_years": 5}, TEN, NONE, "TOO_OLD", id="too old"),
        pytest.param(
            {"years_ago": 5}, {"maximum_age_years": 5}, TEN, NONE, "RECOGNISED", id="just young enough"
        ),
        pytest.param({}, {}, NONE, NONE, "NOT_CONFIRMED", id="assessor finds nothing"),
        pytest.param({}, {}, FOUR, NONE, "NOT_THE_WHOLE_COURSE", id="a part where only the whole counts"),
        pytest.param({"ects_claimed": FOUR}, {}, TEN, NONE, "NOT_THE_WHOLE_COURSE", id="a part claimed"),
        pytest.param({}, {}, TEN, TEN, "CREDIT_CAP_REACHED", id="whole course above the cap"),
        pytest.param({}, PARTS, TEN, Decimal(15), "CREDIT_CAP_REACHED", id="no room left"),
        pytest.param({}, PARTS, TEN, TEN, "CAPPED", id="room for a part"),
        pytest.param({}, PARTS, FOUR, NONE, "RECOGNISED", id="a part where parts count"),
    ],
)
def test_a_claim_is_decided(
    claim: dict[str, Any], policy: dict[str, Any], ruling: Decimal, already: Decimal, code: str
) -> None:
    decision = decide_recognition(a_claim(**claim), ruling, a_policy(**policy), COURSE, already)

    assert decision.code == code
    assert (decision.recognised is None) is (code not in ("RECOGNISED", "CAPPED"))


def test_a_course_is_recognised_once() -> None:
    decision = decide_recognition(a_claim(), TEN, a_policy(ects_cap=Decimal(30)), COURSE, TEN, TEN)

    assert decision.code is RecognitionCode.ALREADY_RECOGNISED
    assert decision.ects_granted == 0


def test_two_claims_together_give_at_most_the_course() -> None:
    decision = decide_recognition(a_claim(), TEN, a_policy(**PARTS), COURSE, FOUR, FOUR)

    assert decision.ects_granted == 6
    assert decision.sentence == (
        "6 ECTS credits of prior learning are recognised for c1, without a grade. More cannot be recognised."
    )


def test_a_late_claim_is_refused() -> None:
    late = refuse_late_claim(NOON + timedelta(seconds=1), NOON)

    assert refuse_late_claim(NOON, NOON) is None
    assert late is not None
    assert late.code is RecognitionCode.CLAIMED_TOO_LATE


credits_ = st.decimals(min_value=0, max_value=30, places=1)


@given(credits_, credits_, credits_, credits_, st.booleans())
def test_what_is_granted_stays_within_every_limit(
    claimed: Decimal, ruling: Decimal, already: Decimal, for_course: Decimal, whole: bool
) -> None:
    policy = a_policy(whole_courses_only=whole)

    granted = decide_recognition(
        a_claim(ects_claimed=claimed), ruling, policy, COURSE, already, for_course
    ).ects_granted

    assert granted == 0 or already + granted <= policy.ects_cap
    assert granted <= min(claimed, ruling)
    assert granted in (0, COURSE.ects) if whole else granted == 0 or granted + for_course <= COURSE.ects
