"""Whether somebody is in office for every task, on the day for which a directory is checked."""

from datetime import date

import pytest

from models.problem import Finding, Path, ProblemCode, Severity
from tests.rules.consortium_cases import COASTAL, DCE, ON, REMOVED, Edits, found_in_directory

CODE = ProblemCode
LEAD: Path = ("people", 0, "offices")
FERNUNI: Path = ("people", 5, "offices")
SIGNATORY_OF_FERNUNI: Path = ("people", 8, "offices", 0)
PAYING: Edits = {
    ("registration", "waits_for_payment"): True,
    ("fees", "categories"): [{"code": "individual", "kind": "individual", "amount": 100}],
}


def _office(role: str, **more: object) -> dict[str, object]:
    return {"role": role, "since": "2024-01-01", **more}


def _sentences(findings: tuple[Finding, ...]) -> str:
    return " ".join(finding.sentence for finding in findings)


def _codes(findings: tuple[Finding, ...]) -> list[ProblemCode]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize("dates", [{"until": "2024-06-01"}, {"since": "2094-01-01"}, {"until": "2026-08-31"}])
def test_an_office_that_is_not_held_on_the_day_does_not_count(dates: dict[str, str]) -> None:
    edits: Edits = {(*SIGNATORY_OF_FERNUNI, key): day for key, day in dates.items()}

    (finding,) = found_in_directory(DCE, edits)

    assert finding.code is CODE.OFFICE_VACANT
    assert finding.sentence == f"fernuni needs somebody who holds the office signatory on {ON}."


def test_an_office_counts_on_its_first_and_its_last_day() -> None:
    edits: Edits = {(*SIGNATORY_OF_FERNUNI, "until"): "2026-08-31"}

    assert found_in_directory(DCE, edits, on=date(2026, 8, 31)) == ()
    assert found_in_directory(DCE, edits, on=date(2026, 9, 1)) != ()
    assert found_in_directory(DCE, {}, on=date(2024, 1, 1)) == ()
    assert CODE.EXAMINER_MISSING in _codes(found_in_directory(DCE, {}, on=date(2023, 12, 31)))


@pytest.mark.parametrize(
    ("name", "edits", "role"),
    [
        (DCE, {(*LEAD, 0): REMOVED}, "jyu needs somebody who holds the office programme_leader"),
        (DCE, {FERNUNI: []}, "fernuni needs somebody who holds the office admission_committee"),
        (DCE, {FERNUNI: []}, "fernuni needs somebody who holds the office examination_committee"),
        (DCE, {("people", 15): REMOVED}, "anadolu needs somebody who holds the office signatory"),
        (DCE, {("people", 7): REMOVED}, "fernuni needs somebody who holds the office student_administration"),
        (
            COASTAL,
            {("people", 2, "offices", 1): REMOVED},
            "armor needs somebody who holds the office finance",
        ),
        (
            COASTAL,
            {("people", 13): REMOVED},
            "vela needs somebody who holds the office student_administration",
        ),
    ],
)
def test_each_role_that_a_task_is_asked_of_is_held_where_it_is_asked(
    name: str, edits: Edits, role: str
) -> None:
    findings = found_in_directory(name, edits)

    assert role in _sentences(findings)
    assert CODE.OFFICE_VACANT in _codes(findings)


def test_a_finance_officer_of_the_lead_is_needed_only_where_a_payment_is_waited_for() -> None:
    without: Edits = {("people", 2, "offices", 1): REMOVED}
    elsewhere: Edits = {**without, ("people", 7, "offices", 1): _office("finance_officer")}

    assert found_in_directory(DCE, without) == ()
    assert "jyu needs somebody who holds the office finance_officer" in _sentences(
        found_in_directory(DCE, elsewhere, agreement=PAYING)
    )
    assert found_in_directory(DCE, {}, agreement=PAYING) == ()


def test_the_leader_of_the_programme_is_of_the_lead() -> None:
    edits: Edits = {(*LEAD, 0): REMOVED, (*FERNUNI, 2): _office("programme_leader")}

    findings = found_in_directory(DCE, edits)

    assert _codes(findings) == [CODE.OFFICE_VACANT, CODE.OFFICE_NOT_POSSIBLE]
    assert findings[1].path == (*FERNUNI, 2, "role")


def test_a_former_leader_of_another_university_is_history() -> None:
    edits: Edits = {
        (*LEAD, 0, "since"): "2025-01-01",
        (*FERNUNI, 2): _office("programme_leader", until="2024-12-31"),
    }

    assert found_in_directory(DCE, edits) == ()


def test_two_leaders_at_a_time_are_noticed_whatever_else_ends() -> None:
    edits: Edits = {
        ("people", 1, "offices", 1): _office("programme_leader"),
        ("people", 3, "offices", 0, "until"): "2027-01-01",
    }

    (finding,) = found_in_directory(DCE, edits)

    assert (finding.code, finding.severity) == (CODE.OFFICE_CROWDED, Severity.WARNING)
    assert "jyu-aino-lehto and jyu-mikko-salo" in finding.sentence


def test_a_chair_whose_office_has_ended_chairs_nothing() -> None:
    edits: Edits = {
        (*LEAD, 1, "until"): "2025-12-31",
        ("people", 3, "offices", 1): _office("admission_committee"),
    }

    assert "set chair: true" in _sentences(found_in_directory(DCE, edits))


def test_empty_seats_are_warned_of() -> None:
    findings = found_in_directory(DCE, {}, agreement={("admission", "ballot", "members_per_partner"): 3})

    assert _codes(findings) == [CODE.SEATS_EMPTY] * 4
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert "fills 1 of its 3 seats as admission_committee" in findings[0].sentence


def test_associates_need_members_where_they_vote() -> None:
    voting: Edits = {("admission", "ballot", "associates_vote"): True}

    (finding,) = found_in_directory(COASTAL, {}, agreement=voting)

    assert finding.sentence.startswith("vela needs somebody who holds the office admission_committee")


def test_an_agreement_without_a_lead_asks_nothing_of_it() -> None:
    edits: Edits = {("partnership", "partners", 0, "role"): "core"}

    assert found_in_directory(DCE, {(*LEAD, 0): REMOVED}, agreement=edits) == ()
