"""Agreements broken in the partnership or the programme: what is changed, what is found, and where."""

from typing import Any

from models.problem import Path, ProblemCode
from tests.rules.consortium_cases import COASTAL, DCE, REMOVED, Case

P: Path = ("partnership", "partners")
C: Path = ("programme", "courses")
CODE = ProblemCode


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
