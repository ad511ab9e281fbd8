"""The guidelines' table of awards, with its own vectors."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from models.award_table import AwardProfile, AwardRow, Volume, VolumeAdvice, VolumeError
from rules.award_table import place_volume

FACTS = Path(__file__).parents[3] / "shared" / "domain" / "award_rules.yaml"

ROWS = "micro_learning_unit", "micro_credential_course", "cmf_programme", "microdegree_programme"
UNIT, COURSE, CMF, MICRODEGREE = ROWS

VECTORS: list[tuple[str, int, int | None, list[str], list[str], list[str]]] = [
    ("0.5", 0, None, [UNIT], [], []),
    ("2", 1, 6, [COURSE], [], []),
    ("3.5", 1, 6, [COURSE], ["advisory_ects"], []),
    ("4", 1, 6, [COURSE], ["advisory_ects"], []),
    ("4", 2, 7, [CMF], [], []),
    ("5", 3, 7, [CMF, "slp"], [], []),
    ("6", 2, 4, [], [], ["eqf_allowed"]),
    ("10", 5, 7, ["slp"], ["gap"], []),
    ("15", 3, 7, ["slp", "band_14_16"], ["gap"], []),
    ("20", 4, 7, [MICRODEGREE, "slp"], [], []),
    ("30", 6, 7, [MICRODEGREE, "slp"], [], []),
    ("40", 8, 7, [MICRODEGREE], [], []),
    ("45", 9, 7, [], ["gap"], []),
    ("60", 12, 7, ["certificate_60"], [], []),
]


@pytest.mark.parametrize(("ects", "courses", "eqf", "expect", "warn", "errors"), VECTORS)
def test_a_volume_stands_where_the_guidelines_put_it(
    ects: str, courses: int, eqf: int | None, expect: list[str], warn: list[str], errors: list[str]
) -> None:
    standing = place_volume(Volume(ects=Decimal(ects), courses=courses, eqf_level=eqf))

    assert [*standing.rows, *standing.profiles] == expect
    assert list(standing.advice) == warn
    assert list(standing.errors) == errors


def test_the_published_vectors_pass() -> None:
    if not FACTS.exists():
        pytest.skip(f"{FACTS} is not there")
    vectors: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(FACTS)["tests"]

    for vector in vectors:
        standing = place_volume(
            Volume(ects=Decimal(str(vector["ects"])), courses=vector["courses"], eqf_level=vector.get("eqf"))
        )
        assert {*standing.rows, *standing.profiles} == set(vector["expect"]), vector
        assert list(standing.advice) == vector.get("warn", []), vector
        assert list(standing.errors) == vector.get("error", []), vector


def test_hours_alone_make_a_cmf_programme() -> None:
    standing = place_volume(Volume(ects=Decimal("3.9"), courses=2, hours=Decimal(100)))

    assert standing.rows == (AwardRow.CMF_PROGRAMME,)


def test_a_real_micro_credential_of_156_hours_is_warned_of_only() -> None:
    standing = place_volume(Volume(ects=Decimal(6), courses=2, hours=Decimal(156)))

    assert standing.rows == (AwardRow.CMF_PROGRAMME,)
    assert standing.profiles == (AwardProfile.SLP,)
    assert standing.advice == (VolumeAdvice.HOURS,)


@pytest.mark.parametrize("hours", ["299", "321"])
def test_unusual_hours_for_each_credit_are_warned_of(hours: str) -> None:
    standing = place_volume(Volume(ects=Decimal(12), courses=2, hours=Decimal(hours)))

    assert VolumeAdvice.HOURS_PER_ECTS in standing.advice


def test_no_credits_have_no_hours_for_each() -> None:
    assert place_volume(Volume(ects=Decimal(0), courses=0, hours=Decimal(5))).advice == ()


@given(
    ects=st.decimals(min_value=0, max_value=60, places=1),
    courses=st.integers(0, 12),
    eqf=st.integers(1, 8),
)
def test_every_programme_below_a_degree_stands_somewhere_or_is_told_why_not(
    ects: Decimal, courses: int, eqf: int
) -> None:
    standing = place_volume(Volume(ects=ects, courses=courses, eqf_level=eqf))

    assert (VolumeError.EQF_ALLOWED in standing.errors) == (eqf < 5)
    assert not (standing.errors and standing.rows)
    if courses >= 2 and 4 <= ects < 60 and not standing.errors:
        assert standing.rows or VolumeAdvice.GAP in standing.advice
