"""Every write may run twice: the second time it changes nothing and answers as the first did."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

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
from records.errors import ConflictingRecordError
from records.fee import FeeRepository
from records.notice import NoticeRepository
from records.person import PersonRepository
from records.registration import RegistrationRepository
from records.session import SessionRepository
from records.tables import Base
from records.task import TaskRepository
from tests.records import builders as b

Write = Callable[[Session], Any]
FIELDS = (PersonField.MAIL, PersonField.GIVEN_NAME)
RECOGNISED = Recognised(course="c1", ects=Decimal(5), decided_by="d1")
NUMBER = "DCE-2026-00001"

ONCE: dict[str, Write] = {
    "case": lambda s: CaseRepository(s).open_case(b.a_context("case0002"), b.NOON, "Applied."),
    "progress": lambda s: CaseRepository(s).record_progress(b.a_progress()),
    "application": lambda s: AdmissionRepository(s).submit(b.CASE, b.an_application()),
    "evidence": lambda s: AdmissionRepository(s).add_evidence(b.evidence("e2")),
    "verification": lambda s: AdmissionRepository(s).verify_evidence("e1", "jyu", "lea", "d1", b.NOON),
    "recognition": lambda s: AdmissionRepository(s).recognise(b.CASE, RECOGNISED, b.NOON),
    "extension": lambda s: IntakeRepository(s).extend(b.an_extension()),
    "case extension": lambda s: IntakeRepository(s).extend(b.an_extension(b.CASE)),
    "learning agreement": lambda s: AgreementRepository(s).save(
        b.a_learning_agreement().model_copy(update={"version": 2})
    ),
    "agreement signature": lambda s: AgreementRepository(s).sign(b.a_signed_agreement()),
    "registration": lambda s: RegistrationRepository(s).save(b.a_registration()),
    "result": lambda s: CourseRepository(s).add_result(b.a_result()),
    "credit": lambda s: CourseRepository(s).award_credit(b.a_credit()),
    "decision": lambda s: DecisionRepository(s).add(b.a_decision_record()),
    "task": lambda s: TaskRepository(s).open(b.a_task(7)),
    "task closing": lambda s: bool(TaskRepository(s).close([b.a_task().task_id], "admit", b.later(), "lea")),
    "reminder": lambda s: TaskRepository(s).remind(b.a_task().task_id, b.later()),
    "escalation": lambda s: TaskRepository(s).escalate(b.a_task().task_id, 1),
    "ballot": lambda s: BallotRepository(s).save(b.a_ballot()),
    "ballot closing": lambda s: BallotRepository(s).save(b.a_ballot(closed=True)),
    "meeting": lambda s: SessionRepository(s).save(b.a_meeting()),
    "meeting closing": lambda s: SessionRepository(s).save(b.a_meeting("Minutes", closed=True)),
    "award signature": lambda s: AwardRepository(s).sign(b.a_signature(NUMBER)),
    "fee": lambda s: FeeRepository(s).charge(b.a_fee().__class__(**{**vars(b.a_fee()), "number": 2})),
    "payment": lambda s: FeeRepository(s).pay(b.CASE, 1, Decimal(450), b.later()),
    "notice": lambda s: NoticeRepository(s).send(b.a_notice()),
    "disclosure": lambda s: DisclosureRepository(s).log(b.a_disclosure_request(), FIELDS, b.NOON),
}
"""Writes that tell whether they were the first."""

SAME_ANSWER: dict[str, Write] = {
    "person": lambda s: PersonRepository(s).add(b.a_person("p-9")),
    "intake": lambda s: IntakeRepository(s).add(b.an_intake("autumn")),
    "award number": lambda s: AwardRepository(s).next_number("case0009", "DCE", 2026),
    "award": lambda s: AwardRepository(s).enter(b.an_award()),
    "conferral": lambda s: AwardRepository(s).confer(NUMBER, b.later()),
    "merge": lambda s: PersonRepository(s).merge("p-2", "p-1", "lea", b.NOON),
}

CONFLICTS: dict[str, Write] = {
    "person": lambda s: PersonRepository(s).add(b.a_person("p-1", "other@example.org")),
    "case": lambda s: CaseRepository(s).open_case(b.a_context(person="p-2"), b.NOON, "Applied."),
    "application": lambda s: (
        AdmissionRepository(s).submit(b.CASE, b.an_application()),
        AdmissionRepository(s).submit(b.CASE, b.an_application("FI")),
    ),
    "evidence": lambda s: AdmissionRepository(s).add_evidence(b.evidence(sha256="b" * 64)),
    "recognition": lambda s: (
        AdmissionRepository(s).recognise(b.CASE, RECOGNISED, b.NOON),
        AdmissionRepository(s).recognise(b.CASE, RECOGNISED.model_copy(update={"ects": Decimal(1)}), b.NOON),
    ),
    "intake": lambda s: IntakeRepository(s).add(b.an_intake().model_copy(update={"places": 3})),
    "learning agreement": lambda s: AgreementRepository(s).save(b.a_learning_agreement("b" * 64)),
    "agreement signature": lambda s: AgreementRepository(s).sign(b.a_signed_agreement("b" * 64)),
    "result": lambda s: (
        CourseRepository(s).add_result(b.a_result()),
        CourseRepository(s).add_result(b.a_result(grade="5")),
    ),
    "decision": lambda s: (
        DecisionRepository(s).add(b.a_decision_record()),
        DecisionRepository(s).add(b.a_decision_record(option="refuse")),
    ),
    "award": lambda s: AwardRepository(s).enter(b.an_award(ects="20")),
}


@pytest.fixture
def filled(database: Database) -> Database:
    """What the writes need to be there before."""
    with database.transaction() as session:
        b.with_case(session)
        PersonRepository(session).add(b.a_person("p-2", "p-2@example.org"))
        IntakeRepository(session).add(b.an_intake())
        AdmissionRepository(session).add_evidence(b.evidence())
        AgreementRepository(session).save(b.a_learning_agreement())
        TaskRepository(session).open(b.a_task())
        FeeRepository(session).charge(b.a_fee())
        AwardRepository(session).enter(b.an_award())
        PersonRepository(session).add(b.a_person("p-1", "p-1@example.org"))
    return database


def _counts(session: Session) -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def _twice(database: Database, write: Write) -> tuple[Any, Any]:
    with database.transaction() as session:
        first = write(session)
    with database.reading() as session:
        before, head = _counts(session), audit.head(session)
    with database.transaction() as session:
        second = write(session)
    with database.reading() as session:
        assert _counts(session) == before
        assert audit.head(session) == head
    return first, second


@pytest.mark.parametrize("write", ONCE.values(), ids=ONCE)
def test_the_second_time_a_write_tells_that_it_was_done(filled: Database, write: Write) -> None:
    assert _twice(filled, write) == (True, False)


@pytest.mark.parametrize("write", SAME_ANSWER.values(), ids=SAME_ANSWER)
def test_the_second_time_a_write_gives_the_first_answer(filled: Database, write: Write) -> None:
    first, second = _twice(filled, write)

    assert first == second


@pytest.mark.parametrize("write", CONFLICTS.values(), ids=CONFLICTS)
def test_a_key_that_stands_for_something_else_is_refused(filled: Database, write: Write) -> None:
    with pytest.raises(ConflictingRecordError), filled.transaction() as session:
        write(session)


def test_a_decision_that_was_sealed_again_is_the_same_decision(filled: Database) -> None:
    with filled.transaction() as session:
        decisions = DecisionRepository(session)

        assert decisions.add(b.a_decision_record(seal="first"))
        assert not decisions.add(b.a_decision_record(seal="second"))


def test_a_failed_transaction_leaves_neither_row_nor_entry(filled: Database) -> None:
    with filled.reading() as session:
        before, head = _counts(session), audit.head(session)

    with pytest.raises(ConflictingRecordError), filled.transaction() as session:
        CONFLICTS["decision"](session)

    with filled.reading() as session:
        assert (_counts(session), audit.head(session)) == (before, head)


def test_a_late_report_does_not_bring_back_an_earlier_state(filled: Database) -> None:
    requested = b.a_registration(RegistrationState.REQUESTED)
    active = b.a_registration(RegistrationState.ACTIVE, hours=2)
    with filled.transaction() as session:
        RegistrationRepository(session).save_all([requested, active, requested])

        (view,) = RegistrationRepository(session).of_case(b.CASE)

    assert view.registration == active.registration
