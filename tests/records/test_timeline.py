import pytest
from sqlalchemy.orm import Session

from models.case import CaseState
from models.partner import PersonField
from models.registration import RegistrationState
from records.agreement import AgreementRepository
from records.award import AwardRepository
from records.ballot import BallotRepository
from records.case import CaseRepository
from records.course import CourseRepository
from records.database import Database
from records.decision import DecisionRepository
from records.disclosure import DisclosureRepository
from records.errors import UnknownRecordError
from records.notice import ESCALATION, STAFF, NoticeRepository
from records.registration import RegistrationCount, RegistrationRepository
from records.summary import summarise
from records.task import TaskRepository
from records.timeline import EntryKind, case_file, timeline
from tests.records import builders as b


def _whole_way(session: Session) -> None:
    b.with_case(session)
    TaskRepository(session).open(b.a_task())
    TaskRepository(session).remind(b.a_task().task_id, b.later(1))
    DecisionRepository(session).add(b.a_decision_record())
    BallotRepository(session).save(b.a_ballot(closed=True))
    CaseRepository(session).record_progress(b.a_progress(state=CaseState.AWARDED))
    AgreementRepository(session).save(b.a_learning_agreement())
    AgreementRepository(session).sign(b.a_signed_agreement())
    RegistrationRepository(session).save_all(
        [
            b.a_registration(RegistrationState.REQUESTED),
            b.a_registration(hours=2),
            b.a_registration(RegistrationState.REFUSED, "uma"),
        ]
    )
    CourseRepository(session).add_result(b.a_result())
    NoticeRepository(session).send(b.a_notice())
    escalated = b.a_notice().model_copy(update={"key": f"{ESCALATION}{b.a_task().task_id}/1"})
    NoticeRepository(session).send(escalated, STAFF)
    number = AwardRepository(session).enter(b.an_award()).number
    AwardRepository(session).sign(b.a_signature(number))
    AwardRepository(session).confer(number, b.later(3))


@pytest.fixture
def filled(database: Database) -> Database:
    with database.transaction() as session:
        _whole_way(session)
    return database


def test_a_timeline_tells_everything_in_its_order(filled: Database) -> None:
    with filled.reading() as session:
        entries = timeline(session, b.CASE)

    assert {entry.kind for entry in entries} == set(EntryKind)
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert entries[0].sentence == "The case was opened."
    assert entries[-1].sentence == "The award DCE-2026-00001 took effect."


def test_a_case_file_has_who_decided_what_and_why(filled: Database) -> None:
    with filled.reading() as session:
        (decision,) = case_file(session, b.CASE).decisions

    assert (decision.actor.name, decision.option, decision.reason) == ("Lea", "admit", "Strong portfolio")


def test_a_case_file_has_registrations_numbers_and_both_grades(filled: Database) -> None:
    with filled.reading() as session:
        found = case_file(session, b.CASE)

    assert [view.registration.state for view in found.registrations] == ["active", "refused"]
    assert found.student_numbers == {"jyu": "S-1"}
    assert [(result.grade, result.joint_grade) for result in found.results] == [("4", "B")]
    assert found.award is not None
    assert found.person.called == "Ada Example"


def test_a_case_file_tells_on_whom_it_waits_and_until_when(filled: Database) -> None:
    with filled.reading() as session:
        (task,) = case_file(session, b.CASE).waits_for

    assert (task.task.role, task.task.partner, task.due_at) == (
        "admission_committee",
        "jyu",
        b.a_task().due_at,
    )


def test_a_case_that_is_not_there_has_no_file(database: Database) -> None:
    with database.reading() as session, pytest.raises(UnknownRecordError):
        case_file(session, "case9999")


@pytest.mark.parametrize(("cohort", "learners"), [(None, 1), ("spring", 1), ("autumn", 0)])
def test_a_summary_counts_a_cohort(filled: Database, cohort: str | None, learners: int) -> None:
    with filled.reading() as session:
        summary = summarise(session, "dce", cohort)

    assert summary.learners == summary.count(CaseState.AWARDED) == summary.awards == learners
    assert summary.count(CaseState.FAILED) == 0
    assert summary.decisions == summary.open_tasks == learners
    counts = (RegistrationCount("jyu", 1, 1), RegistrationCount("uma", 1, 0))
    assert summary.registrations == (counts if learners else ())


def test_stuck_registrations_are_listed_by_partner(filled: Database) -> None:
    with filled.reading() as session:
        registrations = RegistrationRepository(session)

        assert [view.registration.partner for view in registrations.stuck()] == ["uma"]
        assert registrations.stuck("jyu") == ()


def test_a_student_number_of_another_learner_stays_theirs(filled: Database) -> None:
    with filled.transaction() as session:
        b.with_case(session, "case0002", "p-2")
        registrations = RegistrationRepository(session)
        registrations.save(b.a_registration(number="S-1", case="case0002"))

        assert registrations.holder_of("jyu", "S-1") == "p-1"
        assert registrations.student_numbers("p-2") == {}
        registrations.save(b.a_registration(number="S-2", case="case0002", hours=5))
        assert registrations.student_numbers("p-2") == {"jyu": "S-2"}


def test_disclosures_name_fields_never_values(filled: Database) -> None:
    with filled.transaction() as session:
        disclosures = DisclosureRepository(session)
        disclosures.log(b.a_disclosure_request(), (PersonField.MAIL, PersonField.ESI), b.NOON)

        (told,) = disclosures.of_case(b.CASE)
        assert disclosures.to_partner("jyu") == (told,)
        assert told.fields == (PersonField.ESI, PersonField.MAIL)
