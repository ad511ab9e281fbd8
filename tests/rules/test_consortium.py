"""What is wrong with an agreement: each case breaks a good one in one place."""

from collections.abc import Set
from functools import cache

import pytest

from models.award import AwardType
from models.consortium import ConsortiumAgreement
from models.problem import Path, ProblemCode
from rules.award_table import EQF_ALLOWED
from rules.consortium import CHECKS, check_consortium, is_usable
from rules.consortium_paths import admissible_ways
from rules.findings import Check
from tests.rules.broken_awards import AWARD, POLICIES
from tests.rules.broken_examinations import EXAMINATION
from tests.rules.broken_partnerships import PARTNERSHIP, PROGRAMME
from tests.rules.consortium_cases import COASTAL, DCE, ZONES, Case, Edits, an_agreement, found

P: Path = ("partnership", "partners")
C: Path = ("programme", "courses")
CODE = ProblemCode


CASES = [*PARTNERSHIP, *PROGRAMME, *AWARD, *POLICIES, *EXAMINATION]


@pytest.mark.parametrize(
    ("name", "edits", "code", "path"), CASES, ids=[f"{case[2]}-{number}" for number, case in enumerate(CASES)]
)
def test_a_broken_agreement_is_told_what_is_wrong_and_where(
    name: str, edits: Edits, code: ProblemCode, path: Path
) -> None:
    findings = found(name, edits)

    assert (code, path) in {(finding.code, finding.path) for finding in findings}


@pytest.mark.parametrize("case", [case for case in CASES if case[1]], ids=lambda case: case[2])
def test_a_good_agreement_has_none_of_these_problems(case: Case) -> None:
    name, _, code, path = case

    expected = {(CODE.WEEKLY_WORKLOAD, (*C, n, "weeks")) for n in range(3)}
    assert (code, path) not in {(finding.code, finding.path) for finding in found(name, {})} - expected


def test_every_sentence_ends_and_starts_like_one() -> None:
    for name, edits, _, _ in CASES:
        for finding in found(name, edits):
            assert finding.sentence.endswith("."), finding
            assert "\n" not in finding.sentence


def test_digitally_competent_educators_is_warned_of_the_gap_and_its_weekly_workload_only() -> None:
    findings = found(DCE, {})

    assert [finding.code for finding in findings] == [CODE.WEEKLY_WORKLOAD] * 3 + [CODE.VOLUME_OUTSIDE_BANDS]
    assert is_usable(findings)


def test_the_microdegree_has_no_problem_at_all() -> None:
    assert found(COASTAL, {}) == ()


def test_all_problems_come_at_once() -> None:
    findings = found(DCE, {("zone",): "x", ("programme", "ects"): 16, ("award", "form"): "double"})

    assert {CODE.ZONE_UNKNOWN, CODE.PATH_ECTS, CODE.DOUBLE_NEEDS_TWO} <= {
        finding.code for finding in findings
    }
    assert not is_usable(findings)


def test_a_commitment_of_exactly_five_years_is_enough() -> None:
    findings = found(DCE, {("commitment_until",): "2031-01-01"})

    assert CODE.COMMITMENT_SHORT not in {finding.code for finding in findings}


def test_delegated_credits_with_partner_and_clause_are_allowed() -> None:
    edits: Edits = {
        ("award", "credit_awarding"): "delegated",
        ("award", "delegated_to"): "jyu",
        ("award", "delegation_clause"): "8.2",
    }

    assert is_usable(found(DCE, edits))


def test_registration_per_course_suits_partners_that_all_teach() -> None:
    edits: Edits = {("registration", "model"): "per_course", (*P, 3, "degree_awarding"): False}

    assert CODE.REGISTRATION_IMPOSSIBLE not in {finding.code for finding in found(DCE, edits)}


def test_a_certificate_of_sixty_credits_suits_its_profile() -> None:
    edits: Edits = {("programme", "ects"): 60, ("award", "type"): "undergraduate_certificate"}

    assert CODE.AWARD_TYPE_OUTSIDE_BAND not in {finding.code for finding in found(DCE, edits)}


def test_a_course_level_that_is_the_programmes_is_no_difference() -> None:
    assert CODE.COURSE_LEVEL_DIFFERS not in {
        finding.code for finding in found(DCE, {(*C, 0, "eqf_level"): 6})
    }


def test_an_assumption_may_name_a_part_by_its_id() -> None:
    edits: Edits = {("assumptions", 0, "path"): "programme.courses.teaching.weeks"}

    assert CODE.PATH_UNKNOWN not in {finding.code for finding in found(DCE, edits)}


def test_a_level_that_is_not_allowed_is_told_once_and_no_profile_is_blamed() -> None:
    findings = found(DCE, {("programme", "eqf_level"): 3})

    codes = {finding.code for finding in findings}
    assert CODE.EQF_NOT_ALLOWED in codes
    assert CODE.PROFILE_NOT_MET not in codes


def test_a_programme_without_credits_is_told_so_without_dividing_by_them() -> None:
    findings = found(DCE, {("programme", "ects"): 0, ("award", "stackability"): []})

    assert CODE.PATH_ECTS in {finding.code for finding in findings}


def test_more_ways_than_can_be_checked_are_said_to_be_so() -> None:
    courses = [f"option-{number}" for number in range(30)]
    model = an_agreement(COASTAL).programme
    edits: Edits = {
        ("programme", "options", 0): {
            "id": "many",
            "title": {"en": "Many"},
            "courses": courses,
            "min_courses": 1,
            "max_courses": 30,
        },
        **{
            (*C, 7 + number): {
                "id": name,
                "title": {"en": name},
                "offering_partner": "armor",
                "ects": 5,
                "weeks": 12,
                "delivery": "online",
                "outcomes": ["model-coasts"],
                "assessments": [{"kind": "summative", "method": "exam"}],
            }
            for number, name in enumerate(courses)
        },
    }

    assert CODE.PATHS_NOT_ALL_CHECKED in {finding.code for finding in found(COASTAL, edits)}
    assert len(admissible_ways(model)) == 6


def test_every_code_of_an_agreement_is_produced_by_some_case() -> None:
    codes = list(ProblemCode)
    of_agreements = codes[codes.index(CODE.PARTNER_TWICE) : codes.index(CODE.OTHER_PROGRAMME)]
    elsewhere = {CODE.CALENDAR_UNKNOWN, CODE.PATHS_NOT_ALL_CHECKED}

    assert set(of_agreements) - {case[2] for case in CASES} == elsewhere


@cache
def _broken_agreements() -> tuple[ConsortiumAgreement, ...]:
    return tuple(an_agreement(name, edits) for name, edits, _, _ in CASES)


def _with_only(agreement: ConsortiumAgreement, sections: Set[str]) -> ConsortiumAgreement:
    return ConsortiumAgreement.model_construct(**{name: getattr(agreement, name) for name in sections})


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_looks_at_no_section_but_those_that_it_names(check: Check) -> None:
    for agreement in _broken_agreements():
        assert [*check.run(_with_only(agreement, check.reads))] == [*check.run(agreement)]


def test_what_looks_at_an_unread_section_is_left_out() -> None:
    edits: Edits = {("programme", "ects"): 16, ("zone",): "x", ("award", "form"): "double"}
    read = set(ConsortiumAgreement.model_fields) - {"partnership"}

    findings = check_consortium(_with_only(an_agreement(DCE, edits), read), ZONES, {"partnership"})

    assert CODE.PATH_ECTS in {finding.code for finding in findings}
    assert not {CODE.DOUBLE_NEEDS_TWO, CODE.ZONE_UNKNOWN} & {finding.code for finding in findings}


@pytest.mark.parametrize("level", EQF_ALLOWED)
@pytest.mark.parametrize("award_type", list(AwardType))
def test_no_level_or_type_of_award_stops_the_checker(level: int, award_type: AwardType) -> None:
    edits: Edits = {("programme", "eqf_level"): level, ("award", "type"): award_type.value}

    assert check_consortium(an_agreement(COASTAL, edits), ZONES) is not None
