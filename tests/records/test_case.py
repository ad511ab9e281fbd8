import pytest

from models.case import CaseState, Phase
from models.registration import RegistrationState
from records.case import CaseFilter, CaseRepository
from records.database import Database
from records.errors import UnknownRecordError
from records.person import PersonRepository
from records.registration import RegistrationRepository
from records.task import TaskRepository
from tests.records import builders as b


@pytest.fixture
def two_cases(database: Database) -> Database:
    with database.transaction() as session:
        b.with_case(session)
        b.with_case(session, "case0002", "p-2", "autumn")
    return database


def test_a_case_stands_where_its_last_step_left_it(two_cases: Database) -> None:
    with two_cases.transaction() as session:
        cases = CaseRepository(session)
        cases.record_progress(b.a_progress(), actor="lea")
        cases.record_progress(b.a_progress("withdrawn", CaseState.WITHDRAWN))
        view = cases.get(b.CASE)

        assert (view.state, view.phase, view.path) == (CaseState.WITHDRAWN, Phase.AGREEMENT, ("c1",))
        assert [event.event for event in cases.events(b.CASE)] == ["admitted", "withdrawn"]
        assert cases.events(b.CASE)[0].actor == "lea"


def test_times_come_back_aware_and_equal(two_cases: Database) -> None:
    with two_cases.reading() as session:
        assert CaseRepository(session).get(b.CASE).opened_at == b.NOON


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(), {b.CASE, "case0002"}),
        (CaseFilter(cohort="autumn"), {"case0002"}),
        (CaseFilter(programme="other"), set()),
        (CaseFilter(phase=Phase.AGREEMENT), {b.CASE}),
        (CaseFilter(state=CaseState.ACTIVE, programme="dce"), {b.CASE, "case0002"}),
        (CaseFilter(person="p-2"), {"case0002"}),
        (CaseFilter(waits_for="jyu"), {b.CASE}),
        (CaseFilter(waits_for="uma"), {"case0002"}),
        (CaseFilter(waits_for="ege"), set()),
    ],
)
def test_cases_are_listed_by_what_they_are_and_wait_for(
    two_cases: Database, wanted: CaseFilter, found: set[str]
) -> None:
    with two_cases.transaction() as session:
        CaseRepository(session).record_progress(b.a_progress())
        TaskRepository(session).open(b.a_task())
        waiting = b.a_registration(RegistrationState.REQUESTED, "uma", case="case0002")
        RegistrationRepository(session).save(waiting)
        done = b.a_registration(RegistrationState.ACTIVE, "ege", case="case0002")
        RegistrationRepository(session).save(done)

    with two_cases.reading() as session:
        assert {view.case for view in CaseRepository(session).find(wanted)} == found


def test_an_unknown_case_is_named(database: Database) -> None:
    with database.reading() as session, pytest.raises(UnknownRecordError, match="case9999"):
        CaseRepository(session).get("case9999")


def test_a_person_is_found_by_mail_however_it_is_written(two_cases: Database) -> None:
    with two_cases.reading() as session:
        persons = PersonRepository(session)

        assert persons.find_by_mail(" P-2@Example.ORG ") == persons.get("p-2")
        assert persons.find_by_mail("nobody@example.org") is None
        assert persons.find_by_esi("urn:schac:personalUniqueCode:int:esi:none") is None


def test_after_a_merge_the_cases_are_those_of_the_person_who_remains(two_cases: Database) -> None:
    with two_cases.transaction() as session:
        PersonRepository(session).merge("p-2", "p-1", "lea", b.NOON)

    with two_cases.reading() as session:
        assert len(CaseRepository(session).find(CaseFilter(person="p-1"))) == 2
        assert PersonRepository(session).get("p-2").ref == "p-1"
        assert PersonRepository(session).find_by_mail("p-2@example.org") is None
