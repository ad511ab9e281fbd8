"""What a directory lacks for its agreement: each case breaks a good one in one place."""

import pytest

from models.problem import Path, ProblemCode, Severity
from rules.consortium_directory import check_people
from tests.rules.consortium_cases import (
    COASTAL,
    DCE,
    REMOVED,
    Edits,
    a_directory,
    an_agreement,
    found_in_directory,
)

CODE = ProblemCode
OFFERINGS = ("endpoints", 0, "course_offerings")


def _office(role: str) -> dict[str, object]:
    return {"role": role, "since": "2024-01-01"}


def _lead(*rest: str | int) -> Path:
    return ("people", 0, "offices", *rest)


CASES: list[tuple[str, Edits, ProblemCode, Path]] = [
    (DCE, {("programme",): "other"}, CODE.OTHER_PROGRAMME, ("programme",)),
    (DCE, {("people", 1, "person"): "jyu-aino-lehto"}, CODE.PERSON_TWICE, ("people", 0, "person")),
    (DCE, {_lead(0, "deputy"): "nobody"}, CODE.DEPUTY_UNKNOWN, _lead(0, "deputy")),
    (DCE, {_lead(0, "deputy"): "jyu-aino-lehto"}, CODE.DEPUTY_UNKNOWN, _lead(0, "deputy")),
    (DCE, {_lead(0, "deputy"): "uab-rui-tavares"}, CODE.DEPUTY_ELSEWHERE, _lead(0, "deputy")),
    (DCE, {_lead(0, "until"): "2023-12-31"}, CODE.OFFICE_DATES, _lead(0, "until")),
    (
        DCE,
        {("people", 6, "absences"): [{"since": "2026-05-01", "until": "2026-04-01"}]},
        CODE.ABSENCE_DATES,
        ("people", 6, "absences", 0),
    ),
    (
        DCE,
        {("people", 3, "offices", 0, "role"): "learner"},
        CODE.OFFICE_NOT_POSSIBLE,
        ("people", 3, "offices", 0, "role"),
    ),
    (
        COASTAL,
        {("people", 13, "offices", 1): _office("signatory")},
        CODE.OFFICE_NOT_POSSIBLE,
        ("people", 13, "offices", 1, "role"),
    ),
    (DCE, {("people", 3, "partner"): "x"}, CODE.PARTNER_UNKNOWN, ("people", 3, "partner")),
    (DCE, {("people", 4): REMOVED}, CODE.OFFICE_VACANT, ("people",)),
    (DCE, {_lead(0): REMOVED}, CODE.OFFICE_VACANT, ("people",)),
    (DCE, {_lead(1, "chair"): False}, CODE.OFFICE_VACANT, ("people",)),
    (DCE, {("people", 5, "offices", 0, "chair"): True}, CODE.OFFICE_VACANT, ("people",)),
    (COASTAL, {("people", 13): REMOVED}, CODE.OFFICE_VACANT, ("people",)),
    (DCE, {("people", 3, "offices", 1): _office("admission_committee")}, CODE.OFFICE_CROWDED, ("people",)),
    (
        DCE,
        {("people", 3, "offices", 1): _office("programme_leader")},
        CODE.OFFICE_CROWDED,
        ("people", 3, "offices", 1),
    ),
    (DCE, {("people", 1, "offices", 0): REMOVED}, CODE.EXAMINER_MISSING, ("people",)),
    (COASTAL, {("people", 14): REMOVED}, CODE.EXAMINER_MISSING, ("people",)),
    (
        DCE,
        {("people", 1, "offices", 0, "courses", 1): "teaching"},
        CODE.EXAMINER_ELSEWHERE,
        ("people", 1, "offices", 0, "courses", 1),
    ),
    (
        DCE,
        {("people", 1, "offices", 0, "courses", 1): "x"},
        CODE.COURSE_UNKNOWN,
        ("people", 1, "offices", 0, "courses", 1),
    ),
    (DCE, {("endpoints", 0): REMOVED}, CODE.ENDPOINT_MISSING, ("endpoints",)),
    (DCE, {("endpoints",): []}, CODE.ENDPOINT_MISSING, ()),
    (DCE, {("endpoints", 1, "partner"): "jyu"}, CODE.ENDPOINT_TWICE, ("endpoints", 1, "partner")),
    (DCE, {("endpoints", 3, "partner"): "x"}, CODE.PARTNER_UNKNOWN, ("endpoints", 3, "partner")),
    (DCE, {("endpoints", 0, "adapter"): "ooapi"}, CODE.ENDPOINT_ADAPTER, ("endpoints", 0, "adapter")),
    (DCE, {OFFERINGS: {}}, CODE.OFFERING_MISSING, ("endpoints", 0)),
    (
        DCE,
        {(*OFFERINGS, "teaching"): "01d1d6a9-801c-5f1b-a184-321e143582d4"},
        CODE.COURSE_UNKNOWN,
        (*OFFERINGS, "teaching"),
    ),
]


@pytest.mark.parametrize(
    ("name", "edits", "code", "path"), CASES, ids=[f"{case[2]}-{number}" for number, case in enumerate(CASES)]
)
def test_a_broken_directory_is_told_what_is_wrong_and_where(
    name: str, edits: Edits, code: ProblemCode, path: Path
) -> None:
    findings = found_in_directory(name, edits)

    assert (code, path) in {(finding.code, finding.path) for finding in findings}
    assert all(finding.sentence.endswith(".") for finding in findings)


@pytest.mark.parametrize("name", [DCE, COASTAL])
def test_the_directories_that_are_part_of_the_product_lack_nothing(name: str) -> None:
    assert found_in_directory(name, {}) == ()


def test_a_successor_in_the_lead_of_the_programme_is_not_one_too_many() -> None:
    edits: Edits = {
        _lead(0, "until"): "2026-08-31",
        ("people", 3, "offices", 1): _office("programme_leader") | {"since": "2026-09-01"},
    }

    assert found_in_directory(DCE, edits) == ()


def test_a_person_with_courses_but_no_examiners_office_examines_nothing() -> None:
    findings = found_in_directory(DCE, {("people", 1, "offices", 0, "role"): "quality_officer"})

    assert [finding.code for finding in findings] == [CODE.EXAMINER_MISSING]


def test_a_partner_that_neither_awards_nor_teaches_needs_nobody() -> None:
    partner = {
        "id": "ministry",
        "name": {"en": "Ministry"},
        "role": "associate",
        "kind": "authority",
        "country": "FI",
        "zone": "Europe/Helsinki",
        "degree_awarding": False,
    }

    assert found_in_directory(DCE, {}, agreement={("partnership", "partners", 4): partner}) == ()


def test_who_registers_for_single_courses_has_an_offering_of_each() -> None:
    endpoints = a_directory(COASTAL).endpoints
    credits_only = [one.partner for one in endpoints].index("adriatico")
    per_course: Edits = {("registration", "model"): "per_course"}

    findings = found_in_directory(COASTAL, {}, agreement=per_course)

    assert [(one.code, one.path) for one in findings] == [
        (CODE.OFFERING_MISSING, ("endpoints", credits_only))
    ]
    assert "adriatico offers internship or registers learners for it" in findings[0].sentence


def test_people_are_checked_without_an_agreement() -> None:
    away: Edits = {("people", 6, "absences"): [{"since": "2026-05-01", "until": "2026-05-01"}]}
    back_before: Edits = {("people", 6, "absences"): [{"since": "2026-05-02", "until": "2026-05-01"}]}

    assert check_people(a_directory(DCE, away)) == ()
    assert [found.code for found in check_people(a_directory(DCE, back_before))] == [CODE.ABSENCE_DATES]


def test_warnings_are_for_what_still_works() -> None:
    findings = found_in_directory(DCE, {("people", 3, "offices", 1): _office("admission_committee")})

    assert {finding.severity for finding in findings} == {Severity.WARNING}


def test_every_code_of_a_directory_is_produced_by_some_case() -> None:
    codes = list(ProblemCode)
    of_directories = set(codes[codes.index(CODE.OTHER_PROGRAMME) :]) - {CODE.SEATS_EMPTY}

    assert of_directories <= {case[2] for case in CASES}


def test_every_person_of_a_directory_has_an_office() -> None:
    for name in (DCE, COASTAL):
        assert all(person.offices for person in a_directory(name).people)
        assert a_directory(name).programme == an_agreement(name).id
