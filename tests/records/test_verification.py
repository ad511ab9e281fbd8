"""Every kind of effect is compared with the log: whoever changes, removes or adds one behind it is seen."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from models.admission import Recognised
from models.partner import PersonField
from models.registration import RegistrationState
from records import audit
from records.admission import AdmissionRepository
from records.agreement import AgreementRepository
from records.award import AwardRepository
from records.ballot import BallotRepository
from records.case import CaseRepository
from records.consortium import IntakeRepository
from records.course import CourseRepository
from records.database import Database
from records.decision import DecisionRepository
from records.disclosure import DisclosureRepository
from records.effects import EFFECTS
from records.fee import FeeRepository
from records.registration import RegistrationRepository
from records.session import SessionRepository
from records.verification import Verification, verify
from tests.records import builders as b
from tests.records.tampering import tamper

NUMBER = "DCE-2026-00001"


@pytest.fixture
def whole_way(database: Database) -> Database:
    """A case with one effect of every kind that a case has."""
    with database.transaction() as session:
        b.with_case(session)
        IntakeRepository(session).add(b.an_intake())
        IntakeRepository(session).extend(b.an_extension())
        admission = AdmissionRepository(session)
        admission.submit(b.CASE, b.an_application())
        admission.add_evidence(b.evidence())
        admission.verify_evidence("e1", "jyu", "lea", "d1", b.NOON)
        admission.recognise(b.CASE, Recognised(course="c9", ects=Decimal(5), decided_by="d1"), b.NOON)
        DecisionRepository(session).add(b.a_decision_record("d1"))
        BallotRepository(session).save(b.a_ballot())
        BallotRepository(session).save(b.a_ballot(closed=True))
        SessionRepository(session).save(b.a_meeting())
        SessionRepository(session).save(b.a_meeting("Minutes", closed=True))
        CaseRepository(session).record_progress(b.a_progress(), actor="lea")
        AgreementRepository(session).save(b.a_learning_agreement())
        AgreementRepository(session).sign(b.a_signed_agreement())
        for state in (RegistrationState.REQUESTED, RegistrationState.ACTIVE):
            RegistrationRepository(session).save(b.a_registration(state))
        DisclosureRepository(session).log(b.a_disclosure_request(), (PersonField.MAIL,), b.NOON)
        CourseRepository(session).add_result(b.a_result())
        FeeRepository(session).charge(b.a_fee())
        FeeRepository(session).pay(b.CASE, 1, Decimal(450), b.later())
        AwardRepository(session).enter(b.an_award())
        AwardRepository(session).sign(b.a_signature(NUMBER))
        AwardRepository(session).confer(NUMBER, b.later())
    return database


def _verified(database: Database, known: audit.Head | None = None) -> Verification:
    with database.reading() as session:
        return verify(session, known)


def test_every_kind_of_effect_is_in_the_log_and_matches_its_row(whole_way: Database) -> None:
    with whole_way.reading() as session:
        kinds = {row.kind for row in audit.list_entries(session)}

    assert kinds == {effect.kind for effect in EFFECTS} - {"agreement_versions"}
    assert _verified(whole_way).intact


def test_a_case_without_a_step_an_open_ballot_and_an_unpaid_fee_are_whole(database: Database) -> None:
    with database.transaction() as session:
        b.with_case(session)
        BallotRepository(session).save(b.a_ballot())
        SessionRepository(session).save(b.a_meeting())
        FeeRepository(session).charge(b.a_fee())
        AwardRepository(session).next_number(b.CASE, "DCE", 2026)

    assert _verified(database).intact


CHANGED = {
    "application": "UPDATE applications SET content = replace(content, 'null', '\"FI\"')",
    "evidence": "UPDATE evidence SET sha256 = 'b'",
    "checked original": "UPDATE evidence_verifications SET person = 'eve'",
    "recognised credits": "UPDATE recognitions SET ects = '30'",
    "deadline": "UPDATE deadline_extensions SET reason = 'none'",
    "ballot": "UPDATE ballots SET content = replace(content, 'admit', 'refuse')",
    "electorate": "UPDATE ballots SET content = replace(content, '\"lea\"', '\"eve\"')",
    "minutes": "UPDATE sessions SET minutes = 'something else'",
    "attendance": "UPDATE sessions SET attendance = '[\"eve\"]'",
    "step": "UPDATE case_events SET sentence = 'Refused.'",
    "learning agreement": "UPDATE learning_agreements SET content = replace(content, '\"c1\"', '\"c2\"')",
    "disclosure": "UPDATE disclosures SET purpose = 'none'",
    "payment": "UPDATE fees SET paid = '1'",
    "amount of a paid fee": "UPDATE fees SET amount = '1'",
    "credits of an award": 'UPDATE awards SET content = replace(content, \'"ects":"15\', \'"ects":"60\')',
    "case of an award": "UPDATE awards SET \"case\" = 'case0002'",
    "conferral": "UPDATE awards SET conferred_at = '2020-01-01 00:00:00'",
    "unreadable award": "UPDATE awards SET content = '{}'",
    "unreadable credits": "UPDATE recognitions SET ects = 'many'",
    "state of a case": "UPDATE cases SET state = 'withdrawn'",
    "sentence of a case": "UPDATE cases SET sentence = 'Withdrawn.'",
    "state of a registration": "UPDATE registrations SET state = 'cancelled'",
    "content of a registration": "UPDATE registrations SET content = replace(content, 'S-1', 'S-9')",
    "removed registration": "DELETE FROM registrations",
}

REMOVED = {
    "application": "DELETE FROM applications",
    "checked original": "DELETE FROM evidence_verifications",
    "recognised credits": "DELETE FROM recognitions",
    "ballot": "DELETE FROM ballots",
    "reopened ballot": "UPDATE ballots SET closed_at = NULL",
    "meeting": "DELETE FROM sessions",
    "step": "DELETE FROM case_events",
    "learning agreement": "DELETE FROM learning_agreements",
    "payment": "UPDATE fees SET paid_at = NULL",
    "conferral": "UPDATE awards SET conferred_at = NULL",
    "content of an award": "UPDATE awards SET content = NULL, conferred_at = NULL",
}


def _copy(table: str, columns: str) -> str:
    return f"INSERT INTO {table} SELECT {columns} FROM {table}"  # noqa: S608 - tables of ours


ADDED = {
    "recognised credits": _copy("recognitions", "\"case\", 'c8', ects, decided_by, at"),
    "learning agreement": _copy("learning_agreements", '"case", 2, content'),
    "checked original": _copy("evidence_verifications", "reference, 'uma', person, decision_id, at"),
    "award": _copy("awards", "'DCE-2026-00002', 'case0002', prefix, year, 2, content, NULL"),
    "ballot": _copy("ballots", "'b2', \"case\", content, opened_at, closed_at"),
}


@pytest.mark.parametrize("statement", CHANGED.values(), ids=CHANGED)
def test_what_was_changed_is_named(whole_way: Database, statement: str) -> None:
    known = _verified(whole_way).head
    tamper(whole_way, statement)

    found = _verified(whole_way, known)

    assert found.code == "ROW_CHANGED"
    assert found.sentence


@pytest.mark.parametrize("statement", REMOVED.values(), ids=REMOVED)
def test_what_was_removed_is_named(whole_way: Database, statement: str) -> None:
    tamper(whole_way, statement)

    found = _verified(whole_way)

    assert found.code == "ROW_MISSING"
    assert found.bad_seq is not None


@pytest.mark.parametrize("statement", ADDED.values(), ids=ADDED)
def test_what_was_slipped_in_is_named(whole_way: Database, statement: str) -> None:
    tamper(whole_way, statement)

    assert _verified(whole_way).code == "ROW_NOT_LOGGED"


def test_an_award_that_was_conferred_behind_the_log_is_named(database: Database) -> None:
    with database.transaction() as session:
        AwardRepository(session).enter(b.an_award())
    tamper(database, "UPDATE awards SET conferred_at = '2026-01-01 00:00:00'")

    assert (_verified(database).code, _verified(database).bad_effect) == (
        "ROW_NOT_LOGGED",
        f"award_conferred/{NUMBER}",
    )


def test_a_registration_without_any_event_is_named(whole_way: Database) -> None:
    columns = '"case", 2, partner, course, kind, state, content, since'
    tamper(whole_way, _copy("registrations", columns))

    assert "registrations/case0001/2" in _verified(whole_way).sentence


def test_an_entry_that_cannot_be_read_is_no_traceback(whole_way: Database) -> None:
    if not whole_way.is_sqlite:
        pytest.skip("PostgreSQL keeps no moment that is none")
    tamper(whole_way, "UPDATE audit SET at = 'never' WHERE seq = 2")

    assert _verified(whole_way).code == "ENTRY_CHANGED"


def test_many_who_report_on_one_registration_at_once_leave_it_at_the_newest(whole_way: Database) -> None:
    def report(hours: int) -> None:
        with whole_way.transaction() as session:
            RegistrationRepository(session).save(b.a_registration(hours=hours))
            CaseRepository(session).record_progress(b.a_progress(f"step {hours}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(report, range(10, 34)))

    assert _verified(whole_way).intact
