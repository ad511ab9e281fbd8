"""What is wrong with an agreement: each case breaks a good one in one place."""

from typing import Any

import pytest

from models.award import AwardType
from models.problem import Path, ProblemCode, Severity
from rules.award_table import EQF_ALLOWED
from rules.consortium import check_consortium, is_usable
from rules.consortium_paths import admissible_ways
from tests.rules.consortium_cases import COASTAL, DCE, REMOVED, ZONES, Edits, an_agreement, found

P: Path = ("partnership", "partners")
C: Path = ("programme", "courses")
T: Path = ("examination", "tables", 0)
A_SCALE = {"id": "own", "title": "Own", "best": 10, "worst": 0, "step": 1, "pass_mark": "5"}
A_TABLE_ROW = {"scale": "fi-5", "bands": [{"best": "5", "worst": "0", "joint": "5"}]}
DISTRIBUTION = {
    "id": "d",
    "version": "1",
    "scale": "de-5",
    "group": {"isced_f": "0111", "eqf_level": 6},
    "years": "2022-2025",
    "shares": {"1.0": 100},
}
CODE = ProblemCode
Case = tuple[str, Edits, ProblemCode, Path]


def _university(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": {"en": name},
        "role": "core",
        "country": "FR",
        "zone": "Europe/Paris",
        "degree_awarding": True,
    }


PARTNERSHIP: list[Case] = [
    (DCE, {(*P, 3, "id"): "uab"}, CODE.PARTNER_TWICE, (*P, 3, "id")),
    (DCE, {(*P, 1, "role"): "lead"}, CODE.LEAD_NOT_ONE, (*P, 1, "role")),
    (DCE, {(*P, 0, "role"): "core"}, CODE.LEAD_NOT_ONE, P),
    (DCE, {(*P, 0, "degree_awarding"): False}, CODE.LEAD_DOES_NOT_AWARD, (*P, 0, "degree_awarding")),
    (DCE, {(*P, n, "degree_awarding"): False for n in (1, 2, 3)}, CODE.TOO_FEW_AWARDING, P),
    (DCE, {(*P, 4 + n): _university(f"u{n}") for n in range(3)}, CODE.MANY_AWARDING, P),
    (DCE, {(*P, 1, "kind"): "company"}, CODE.NOT_A_UNIVERSITY, (*P, 1, "degree_awarding")),
    (DCE, {(*P, 1, "role"): "associate"}, CODE.NOT_A_UNIVERSITY, (*P, 1, "degree_awarding")),
    (DCE, {(*P, 1, "higher_education_system"): REMOVED}, CODE.SYSTEM_TEXT_MISSING, (*P, 1)),
    (DCE, {("zone",): "Europe/Atlantis"}, CODE.ZONE_UNKNOWN, ("zone",)),
    (DCE, {(*P, 2, "zone"): "Lisbon"}, CODE.ZONE_UNKNOWN, (*P, 2, "zone")),
    (DCE, {("commitment_until",): "2030-12-31"}, CODE.COMMITMENT_SHORT, ("commitment_until",)),
    (DCE, {("commitment_until",): REMOVED}, CODE.COMMITMENT_MISSING, ()),
    (
        DCE,
        {("quality_assurance", "responsible"): "x"},
        CODE.PARTNER_UNKNOWN,
        ("quality_assurance", "responsible"),
    ),
    (
        DCE,
        {("fees", "local_fees"): [{"partner": "x", "amount": 5}]},
        CODE.PARTNER_UNKNOWN,
        ("fees", "local_fees", 0, "partner"),
    ),
    (COASTAL, {(*C, 5, "credit_partner"): "x"}, CODE.PARTNER_UNKNOWN, (*C, 5, "credit_partner")),
    (DCE, {("assumptions", 0, "path"): "programme.x"}, CODE.PATH_UNKNOWN, ("assumptions", 0, "path")),
    (DCE, {("assumptions", 0, "path"): "id.x"}, CODE.PATH_UNKNOWN, ("assumptions", 0, "path")),
]

PROGRAMME: list[Case] = [
    (DCE, {(*C, 1, "id"): "introduction"}, CODE.COURSE_TWICE, (*C, 1, "id")),
    (DCE, {("programme", "core", 3): "x"}, CODE.COURSE_UNKNOWN, ("programme", "core", 3)),
    (DCE, {(*C, 1, "prerequisites"): ["x"]}, CODE.COURSE_UNKNOWN, (*C, 1, "prerequisites", 0)),
    (
        COASTAL,
        {("programme", "options", 1, "courses", 0): "x"},
        CODE.COURSE_UNKNOWN,
        ("programme", "options", 1, "courses", 0),
    ),
    (DCE, {("programme", "core", 2): REMOVED}, CODE.COURSE_UNREACHABLE, (*C, 2, "id")),
    (COASTAL, {("programme", "core", 2): "project"}, CODE.COURSE_COUNTED_TWICE, (*C, 6, "id")),
    (DCE, {(*C, 0, "ects"): 0}, CODE.COURSE_WITHOUT_ECTS, (*C, 0, "ects")),
    (DCE, {(*C, 0, "eqf_level"): 7}, CODE.COURSE_LEVEL_DIFFERS, (*C, 0, "eqf_level")),
    (DCE, {(*C, 0, "languages", 0): "fi"}, CODE.COURSE_LANGUAGE, (*C, 0, "languages", 0)),
    (
        DCE,
        {("programme", "outcomes", 1, "id"): "design-teaching"},
        CODE.OUTCOME_TWICE,
        ("programme", "outcomes", 1, "id"),
    ),
    (DCE, {(*C, 0, "outcomes", 0): "x"}, CODE.OUTCOME_UNKNOWN, (*C, 0, "outcomes", 0)),
    (DCE, {(*C, 0, "outcomes", 0): REMOVED}, CODE.OUTCOME_UNUSED, ("programme", "outcomes", 0, "id")),
    (
        COASTAL,
        {("programme", "options", 1, "id"): "electives"},
        CODE.OPTION_GROUP_TWICE,
        ("programme", "options", 1, "id"),
    ),
    (
        COASTAL,
        {("programme", "options", 0, "max_courses"): 4},
        CODE.OPTION_GROUP_UNSATISFIABLE,
        ("programme", "options", 0),
    ),
    (
        COASTAL,
        {("programme", "options", 0, "max_courses"): 1},
        CODE.OPTION_GROUP_UNSATISFIABLE,
        ("programme", "options", 0),
    ),
    (
        DCE,
        {("programme", "structure"): "branched"},
        CODE.STRUCTURE_WITHOUT_CHOICE,
        ("programme", "structure"),
    ),
    (
        COASTAL,
        {("programme", "structure"): "linear"},
        CODE.STRUCTURE_WITH_CHOICE,
        ("programme", "options"),
    ),
    (
        COASTAL,
        {(*C, 0, "prerequisites"): ["coastal-modelling"]},
        CODE.PREREQUISITE_CYCLE,
        (*C, 0, "prerequisites"),
    ),
    (COASTAL, {(*C, 1, "starts_in_week"): 12}, CODE.PREREQUISITE_TOO_LATE, (*C, 1, "prerequisites", 0)),
    (
        COASTAL,
        {(*C, n, "prerequisites"): ["governance", "remote-sensing", "machine-learning"] for n in (5, 6)},
        CODE.NO_PATH,
        ("programme", "options"),
    ),
    (DCE, {("programme", "ects"): 16}, CODE.PATH_ECTS, ("programme", "ects")),
    (COASTAL, {(*C, 2, "ects"): 6}, CODE.PATH_ECTS, ("programme", "ects")),
    (DCE, {(*C, 0, "weeks"): 40}, CODE.WEEKLY_WORKLOAD, (*C, 0, "weeks")),
    (DCE, {("programme", "hours"): 300}, CODE.HOURS_PER_ECTS, ("programme", "hours")),
    (DCE, {(*C, 0, "assessments"): []}, CODE.SUMMATIVE_MISSING, (*C, 0)),
    (DCE, {(*C, 0, "assessments", 1, "weight_percent"): 90}, CODE.WEIGHTS_NOT_100, (*C, 0, "assessments")),
    (
        COASTAL,
        {(*C, 5, "kind"): "course"},
        CODE.TAUGHT_BY_NON_UNIVERSITY,
        (*C, 5, "offering_partner"),
    ),
    (COASTAL, {(*C, 5, "credit_partner"): REMOVED}, CODE.CREDIT_PARTNER_MISSING, (*C, 5)),
    (
        COASTAL,
        {(*C, 5, "credit_partner"): "vela"},
        CODE.CREDIT_PARTNER_DOES_NOT_AWARD,
        (*C, 5, "credit_partner"),
    ),
]

AWARD: list[Case] = [
    (DCE, {("programme", "eqf_level"): 4}, CODE.EQF_NOT_ALLOWED, ("programme", "eqf_level")),
    (DCE, {}, CODE.VOLUME_OUTSIDE_BANDS, ("programme", "ects")),
    (DCE, {("programme", "ects"): 4}, CODE.VOLUME_ADVICE, ("programme", "hours")),
    (DCE, {("programme", "ects"): 180}, CODE.VOLUME_LIKE_A_DEGREE, ("programme", "ects")),
    (DCE, {("award", "type"): "microdegree"}, CODE.AWARD_TYPE_OUTSIDE_BAND, ("award", "type")),
    (DCE, {("award", "type"): "postgraduate_certificate"}, CODE.AWARD_TYPE_LEVEL, ("award", "type")),
    (COASTAL, {("profiles",): ["band_14_16"]}, CODE.PROFILE_NOT_MET, ("profiles", 0)),
    (
        DCE,
        {("award", "names", 1, "name"): {"de": "Gradeo Lehre"}},
        CODE.GRADEO_ELSEWHERE,
        ("award", "names", 1),
    ),
    (
        DCE,
        {("award", "names"): [], ("award", "name"): {"en": "Gradeo of teaching"}},
        CODE.GRADEO_ELSEWHERE,
        ("award", "name"),
    ),
    (DCE, {("award", "supplement"): REMOVED}, CODE.SUPPLEMENT_MISSING, ("award",)),
    (
        DCE,
        {("award", "type"): "gradeo", ("award", "stackability"): []},
        CODE.STACKABILITY_MISSING,
        ("award",),
    ),
    (
        DCE,
        {("award", "stackability", 0, "ects_cap"): 16},
        CODE.STACKED_CREDITS_TOO_MANY,
        ("award", "stackability", 0, "ects_cap"),
    ),
    (DCE, {("award", "justification"): REMOVED}, CODE.JUSTIFICATION_MISSING, ("award",)),
    (DCE, {("award", "form"): "double"}, CODE.DOUBLE_NEEDS_TWO, ("award", "form")),
    (
        COASTAL,
        {("award", "minimum_awarding_partners"): 1},
        CODE.JOINT_NEEDS_TWO,
        ("award", "minimum_awarding_partners"),
    ),
    (
        COASTAL,
        {("award", "minimum_awarding_partners"): 3},
        CODE.PATH_VISITS_TOO_FEW,
        ("award", "minimum_awarding_partners"),
    ),
    (
        DCE,
        {("registration", "model"): "per_course"},
        CODE.REGISTRATION_IMPOSSIBLE,
        ("registration", "model"),
    ),
    (
        DCE,
        {("award", "credit_awarding"): "delegated"},
        CODE.DELEGATION_INCOMPLETE,
        ("award", "credit_awarding"),
    ),
    (
        DCE,
        {("award", "delegated_to"): "jyu"},
        CODE.DELEGATION_WITHOUT_NEED,
        ("award", "delegated_to"),
    ),
    (
        DCE,
        {("award", "delegation_clause"): "8.2"},
        CODE.DELEGATION_WITHOUT_NEED,
        ("award", "delegation_clause"),
    ),
    (
        COASTAL,
        {
            ("award", "credit_awarding"): "delegated",
            ("award", "delegated_to"): "vela",
            ("award", "delegation_clause"): "8.2",
        },
        CODE.PARTNER_DOES_NOT_AWARD,
        ("award", "delegated_to"),
    ),
    (
        COASTAL,
        {("award", "names", 0, "partner"): "vela"},
        CODE.PARTNER_DOES_NOT_AWARD,
        ("award", "names", 0, "partner"),
    ),
    (
        COASTAL,
        {("award", "intermediate", 0, "courses", 0): "x"},
        CODE.COURSE_UNKNOWN,
        ("award", "intermediate", 0, "courses", 0),
    ),
    (
        COASTAL,
        {("award", "intermediate", 0, "courses", 1): "marine-data"},
        CODE.INTERMEDIATE_TWICE,
        ("award", "intermediate", 0, "courses", 0),
    ),
    (
        COASTAL,
        {
            ("award", "intermediate", 0, "courses"): [
                "marine-data",
                "coastal-modelling",
                "internship",
                "project",
                "governance",
            ]
        },
        CODE.INTERMEDIATE_CREDITS_TOO_MANY,
        ("award", "intermediate"),
    ),
]

POLICIES: list[Case] = [
    (
        COASTAL,
        {("admission", "formal"): REMOVED},
        CODE.FORMAL_REQUIREMENT_MISSING,
        ("admission", "mode"),
    ),
    (
        COASTAL,
        {("admission", "mode"): "open"},
        CODE.FORMAL_REQUIREMENT_UNUSED,
        ("admission", "formal"),
    ),
    (
        COASTAL,
        {("admission", "evidence", 1, "required"): False},
        CODE.FORMAL_EVIDENCE_MISSING,
        ("admission",),
    ),
    (DCE, {("admission", "evidence"): []}, CODE.READINESS_EVIDENCE_MISSING, ("admission",)),
    (DCE, {("admission", "notice_degree_prerequisite"): REMOVED}, CODE.NOTICE_MISSING, ("admission",)),
    (
        COASTAL,
        {("admission", "places", "tie_break"): ["score"]},
        CODE.TIE_BREAK_OPEN,
        ("admission", "places", "tie_break"),
    ),
    (
        DCE,
        {("admission", "recognition", "ects_cap"): 20},
        CODE.RECOGNITION_CAP,
        ("admission", "recognition", "ects_cap"),
    ),
    (
        DCE,
        {("admission", "recognition", "ects_cap"): 4},
        CODE.RECOGNITION_CAP,
        ("admission", "recognition"),
    ),
    (
        DCE,
        {("registration", "waits_for_payment"): True},
        CODE.PAYMENT_WITHOUT_FEE,
        ("registration", "waits_for_payment"),
    ),
    (
        DCE,
        {("registration", "cost_shares", 0, "share"): 41},
        CODE.COST_SHARES_NOT_100,
        ("registration", "cost_shares"),
    ),
    (
        DCE,
        {("registration", "cost_shares", 3, "partner"): "jyu"},
        CODE.PARTNER_SHARE_TWICE,
        ("registration", "cost_shares", 0, "partner"),
    ),
    (
        DCE,
        {("data_protection", "partners", 3): REMOVED},
        CODE.PROTECTION_MISSING,
        ("data_protection",),
    ),
    (
        DCE,
        {("data_protection", "partners", 3, "partner"): "uab"},
        CODE.PROTECTION_TWICE,
        ("data_protection", "partners", 3, "partner"),
    ),
    (
        DCE,
        {("data_protection", "partners", 3, "fields"): ["mail"]},
        CODE.PROTECTION_FIELDS,
        ("data_protection", "partners", 3, "fields"),
    ),
]

EXAMINATION: list[Case] = [
    (DCE, {("examination", "joint_scale"): "x"}, CODE.SCALE_UNKNOWN, ("examination", "joint_scale")),
    (DCE, {(*P, 0, "scale"): "x"}, CODE.SCALE_UNKNOWN, (*P, 0, "scale")),
    (
        DCE,
        {("examination", "distributions"): [DISTRIBUTION | {"scale": "x"}]},
        CODE.SCALE_UNKNOWN,
        ("examination", "distributions", 0, "scale"),
    ),
    (
        COASTAL,
        {("examination", "compensation", "floors"): {"x": "6"}},
        CODE.SCALE_UNKNOWN,
        ("examination", "compensation", "floors", "x"),
    ),
    (DCE, {(*P, 0, "scale"): REMOVED}, CODE.SCALE_MISSING, (*P, 0)),
    (
        DCE,
        {("examination", "scales"): [A_SCALE, A_SCALE]},
        CODE.SCALE_TWICE,
        ("examination", "scales", 1, "id"),
    ),
    (
        DCE,
        {("examination", "scales"): [A_SCALE | {"pass_mark": "5.5"}]},
        CODE.SCALE_DEFECT,
        ("examination", "scales", 0),
    ),
    (
        DCE,
        {
            ("examination", "tables", 1): {
                "id": "dce-table",
                "version": "1",
                "source": "x",
                "joint_scale": "fi-5",
                "rows": [A_TABLE_ROW],
            }
        },
        CODE.TABLE_TWICE,
        ("examination", "tables", 1, "id"),
    ),
    (DCE, {(*T, "joint_scale"): "no-letter"}, CODE.TABLE_FOR_OTHER_SCALE, (*T, "joint_scale")),
    (DCE, {(*T, "rows", 2, "bands", 1, "best"): "17.3"}, CODE.TABLE_DEFECT, (*T, "rows", 2, "bands", 1)),
    (DCE, {(*T, "rows", 1, "scale"): "x"}, CODE.TABLE_DEFECT, (*T, "rows", 1)),
    (DCE, {(*T, "rows", 3): REMOVED}, CODE.CONVERSION_MISSING, (*P, 3, "scale")),
    (
        DCE,
        {(*T, "rows", 3): REMOVED, ("examination", "method"): "distribution"},
        CODE.CONVERSION_MISSING,
        (*P, 3, "scale"),
    ),
    (DCE, {("examination", "method"): "bavarian"}, CODE.FORMULA_NOT_GERMAN, ("examination", "method")),
    (
        DCE,
        {(*T, "rows", 2, "bands", 0, "representative"): REMOVED},
        CODE.REPRESENTATIVE_MISSING,
        (*T, "rows", 2, "bands", 0),
    ),
    (
        COASTAL,
        {("examination", "compensation", "floors", "fr-20"): "10"},
        CODE.COMPENSATION_FLOOR,
        ("examination", "compensation", "floors", "fr-20"),
    ),
    (
        COASTAL,
        {("examination", "compensation", "average_needed"): "X"},
        CODE.COMPENSATION_FLOOR,
        ("examination", "compensation", "average_needed"),
    ),
    (
        DCE,
        {("examination", "classification", "bands", 1, "code"): "excellent"},
        CODE.CLASS_TWICE,
        ("examination", "classification", "bands", 0, "code"),
    ),
    (
        DCE,
        {("examination", "classification", "bands", 1, "from_average"): 5},
        CODE.CLASS_ORDER,
        ("examination", "classification", "bands", 1, "from_average"),
    ),
    (
        DCE,
        {("examination", "joint_scale"): "de-5"},
        CODE.CLASS_ORDER,
        ("examination", "classification", "bands", 1, "from_average"),
    ),
    (
        DCE,
        {("examination", "classification", "graded"): False},
        CODE.CLASSES_WITHOUT_GRADE,
        ("examination", "classification", "bands"),
    ),
    (
        DCE,
        {("examination", "joint_scale"): "no-letter"},
        CODE.JOINT_SCALE_WITHOUT_NUMBERS,
        ("examination", "classification"),
    ),
]

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


def test_the_formula_to_the_german_scale_needs_no_table() -> None:
    edits: Edits = {
        ("examination", "joint_scale"): "de-5",
        ("examination", "tables"): [],
        ("examination", "method"): "bavarian",
        ("examination", "classification", "bands"): [],
    }

    assert all(finding.severity is Severity.WARNING for finding in found(DCE, edits))


def test_distributions_of_both_scales_need_no_table() -> None:
    scales = ("fi-5", "de-5", "pt-20", "tr-letter")
    edits: Edits = {
        ("examination", "tables"): [],
        ("examination", "method"): "distribution",
        ("examination", "distributions"): [DISTRIBUTION | {"scale": scale} for scale in scales],
    }

    assert CODE.CONVERSION_MISSING not in {finding.code for finding in found(DCE, edits)}


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


@pytest.mark.parametrize("level", EQF_ALLOWED)
@pytest.mark.parametrize("award_type", list(AwardType))
def test_no_level_or_type_of_award_stops_the_checker(level: int, award_type: AwardType) -> None:
    edits: Edits = {("programme", "eqf_level"): level, ("award", "type"): award_type.value}

    assert check_consortium(an_agreement(COASTAL, edits), ZONES) is not None
