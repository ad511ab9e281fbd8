"""Every activity on the lead's records may run twice; twice is once."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from temporalio.testing import ActivityEnvironment

from activities.admission import AdmissionActivities
from activities.agreement import AgreementActivities
from activities.award import AwardActivities
from activities.ballot import BallotActivities
from activities.case import CaseActivities
from activities.course import CourseActivities
from activities.decision import DecisionActivities
from activities.fee import FeeActivities
from activities.registration import RegistrationActivities
from activities.session import SessionActivities
from activities.task import TaskActivities
from models.actor import Role
from models.admission import Recognised
from models.ballot import BallotPolicy, ElectorateQuery
from models.fee import InstalmentDue
from models.record import (
    Conferral,
    CreditRecord,
    FeeCharge,
    FeePayment,
    RecognitionRecord,
    TaskClosing,
    TaskNotice,
    TaskOpening,
)
from models.session import AgendaItem, SessionRecord
from programmes.library import ProgrammeLibrary
from records.database import Database
from records.tables import Base
from tests.records.builders import (
    CASE,
    NOON,
    a_ballot,
    a_decision_record,
    a_notice,
    a_progress,
    a_task,
    later,
    with_case,
)
from tests.records.study_builders import (
    a_learning_agreement,
    a_registration,
    a_result,
    a_signature,
    a_signed_agreement,
    an_award,
)
from worker import Parts, lead_activities

Step = Callable[[Database], tuple[Callable[..., Any], Any]]
ELSEWHERE = {"tell_cohort", "tell_seat", "tell_session", "reconcile_tasks"}
"""These talk to the engine: their effect is a message with an id, tested with the workflows."""
READS = {"look_up_supplement", "freeze_electorate"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/records.db")
    made.migrate()
    with made.transaction() as session:
        with_case(session)
    yield made
    made.close()


def everything(database: Database) -> dict[str, list[Any]]:
    """Read all rows of all tables."""
    with database.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}"))))  # noqa: S608 - our own tables
            for name in Base.metadata.tables
        }


def numbered(database: Database) -> str:
    """Enter an award in the register and return its number."""
    return AwardActivities(database, ProgrammeLibrary()).open_award(an_award()).number


def opened(database: Database) -> str:
    task = a_task()
    TaskActivities(database).open_tasks(TaskOpening(tasks=(task,)))
    return task.task_id


def notice(task_id: str, level: int = 0) -> TaskNotice:
    return TaskNotice(
        task_id=task_id, case=CASE, at=later(), level=level, due_at=later(99) if level else None
    )


def signed(database: Database) -> Any:
    AgreementActivities(database).save_agreement(a_learning_agreement())
    return a_signed_agreement()


def a_recognition(database: Database) -> Any:
    DecisionActivities(database).record_decision(a_decision_record())
    recognised = Recognised(course="c1", ects=Decimal(5), decided_by="d1")
    return RecognitionRecord(case=CASE, recognised=recognised, at=later())


def a_charge() -> FeeCharge:
    part = InstalmentDue(number=1, amount=Decimal(600), due_at=later())
    return FeeCharge(case=CASE, category="individual", currency="EUR", parts=(part,))


def a_payment(database: Database) -> FeePayment:
    FeeActivities(database).charge_fee(a_charge())
    return FeePayment(case=CASE, number=1, amount=Decimal(600), at=later())


def a_meeting(database: Database) -> Any:
    BallotActivities(database, ProgrammeLibrary()).save_ballot(a_ballot(closed=True))
    item = AgendaItem(message_id="m1", case=CASE, ballot_id="b1", opened_at=NOON, outcome="admit")
    return SessionRecord(
        session_id="session/dce-admission-committee/1",
        programme="dce",
        body=Role.ADMISSION_COMMITTEE,
        agenda=(item,),
        attendance=("lea",),
        opened_at=NOON,
        closed_at=later(),
    )


STEPS: dict[str, Step] = {
    "save_recognition": lambda db: (AdmissionActivities(db).save_recognition, a_recognition(db)),
    "save_agreement": lambda db: (AgreementActivities(db).save_agreement, a_learning_agreement()),
    "sign_agreement": lambda db: (AgreementActivities(db).sign_agreement, signed(db)),
    "open_award": lambda db: (AwardActivities(db, ProgrammeLibrary()).open_award, an_award()),
    "sign_award": lambda db: (
        AwardActivities(db, ProgrammeLibrary()).sign_award,
        a_signature(numbered(db)),
    ),
    "confer_award": lambda db: (
        AwardActivities(db, ProgrammeLibrary()).confer_award,
        Conferral(number=numbered(db), at=later()),
    ),
    "save_ballot": lambda db: (BallotActivities(db, ProgrammeLibrary()).save_ballot, a_ballot(closed=True)),
    "record_progress": lambda db: (CaseActivities(db).record_progress, a_progress()),
    "send_notice": lambda db: (CaseActivities(db).send_notice, a_notice()),
    "record_result": lambda db: (CourseActivities(db).record_result, a_result()),
    "award_compensated": lambda db: (
        CourseActivities(db).award_compensated,
        CreditRecord(case=CASE, course="opt-it", partner="uab", ects=Decimal(5), ballot_id="b/1", at=NOON),
    ),
    "charge_fee": lambda db: (FeeActivities(db).charge_fee, a_charge()),
    "record_payment": lambda db: (FeeActivities(db).record_payment, a_payment(db)),
    "record_decision": lambda db: (DecisionActivities(db).record_decision, a_decision_record()),
    "save_registration": lambda db: (RegistrationActivities(db).save_registration, a_registration()),
    "save_session": lambda db: (SessionActivities(db, None, "q").save_session, a_meeting(db)),  # type: ignore[arg-type] # it is not used here
    "open_tasks": lambda db: (TaskActivities(db).open_tasks, TaskOpening(tasks=(a_task(),))),
    "close_tasks": lambda db: (
        TaskActivities(db).close_tasks,
        TaskClosing(task_ids=(opened(db),), at=later(), outcome="expired"),
    ),
    "remind": lambda db: (TaskActivities(db).remind, notice(opened(db))),
    "escalate": lambda db: (TaskActivities(db).escalate, notice(opened(db), level=1)),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_runs_twice_has_one_effect(database: Database, name: str) -> None:
    step, argument = STEPS[name](database)
    before = everything(database)

    first = ActivityEnvironment().run(step, argument)
    once = everything(database)
    second = ActivityEnvironment().run(step, argument)

    assert once != before
    assert everything(database) == once
    assert second == first


def test_no_activity_is_forgotten(database: Database) -> None:
    parts = Parts(database, ProgrammeLibrary(), lambda _: "", None, None)  # type: ignore[arg-type] # neither is used here
    names = {activity.__name__ for activity in lead_activities(parts, None)}  # type: ignore[arg-type] # nor is this

    assert names == set(STEPS) | ELSEWHERE | READS


def test_the_electorate_is_the_directorys_on_that_day(database: Database) -> None:
    query = ElectorateQuery(programme="dce", body=Role.ADMISSION_COMMITTEE, policy=BallotPolicy(), at=NOON)

    electorate = BallotActivities(database, ProgrammeLibrary()).freeze_electorate(query)

    assert {one.partner for one in electorate.electors} == {"jyu", "fernuni", "uab", "anadolu"}
    assert [one.person for one in electorate.electors if one.chair] == ["jyu-aino-lehto"]
