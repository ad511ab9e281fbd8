"""Small builders of what the records keep."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.actor import Actor, Office, Role
from models.admission import Application, EvidenceKind
from models.ballot import BallotPolicy, BallotRecord, Elector
from models.case import CaseContext, CaseProgress, CaseState, Intake, Phase
from models.clock import Clock
from models.decision import Decision, Receipt
from models.intent import Intent
from models.person import Person
from models.record import (
    DecisionRecord,
    Notice,
)
from models.task import Task, TaskKind, TaskOption
from records.admission import Evidence
from records.case import CaseRepository
from records.consortium import DeadlineExtension
from records.person import PersonRepository
from records.session import CommitteeSession
from tests.records.moments import CASE, DIGEST, NOON, later
from tests.records.study_builders import (
    a_credit,
    a_disclosure_request,
    a_fee,
    a_learning_agreement,
    a_registration,
    a_result,
    a_signature,
    a_signed_agreement,
    an_award,
)

__all__ = [
    "CASE",
    "DIGEST",
    "NOON",
    "a_ballot",
    "a_context",
    "a_credit",
    "a_decision",
    "a_decision_record",
    "a_disclosure_request",
    "a_fee",
    "a_learning_agreement",
    "a_meeting",
    "a_notice",
    "a_person",
    "a_progress",
    "a_receipt",
    "a_registration",
    "a_result",
    "a_signature",
    "a_signed_agreement",
    "a_task",
    "an_actor",
    "an_application",
    "an_award",
    "an_extension",
    "an_intake",
    "an_intent",
    "evidence",
    "later",
    "with_case",
]


def a_person(ref: str = "p-1", mail: str = "ada@example.org") -> Person:
    return Person(ref=ref, given_name="Ada", family_name="Example", mail=mail, created_at=NOON)


def a_context(case: str = CASE, person: str = "p-1", cohort: str = "spring") -> CaseContext:
    return CaseContext(
        case=case,
        person=person,
        programme="dce",
        cohort=cohort,
        agreement_version="2026.1",
        zone="Europe/Helsinki",
        clock=Clock(epoch=NOON),
    )


def with_case(session: Session, case: str = CASE, person: str = "p-1", cohort: str = "spring") -> None:
    """Put a person and their case in the records."""
    PersonRepository(session).add(a_person(person, f"{person}@example.org"))
    CaseRepository(session).open_case(a_context(case, person, cohort), NOON, "Applied.")


def an_actor(person: str = "lea", seal: str = "x") -> Actor:
    office = Office(role=Role.ADMISSION_COMMITTEE, partner="jyu")
    return Actor(
        person=person, name="Lea", offices=(office,), signed_at=later(), expires_at=later(2), seal=seal
    )


def a_decision(option: str = "admit", person: str = "lea", seal: str = "x") -> Decision:
    return Decision(
        task=f"learner/{CASE}#1", option=option, reason="Strong portfolio", actor=an_actor(person, seal)
    )


def a_decision_record(decision_id: str = "d1", option: str = "admit", seal: str = "x") -> DecisionRecord:
    return DecisionRecord(
        decision_id=decision_id,
        workflow_id=f"learner/{CASE}/admission",
        case=CASE,
        decision=a_decision(option, seal=seal),
        recorded_at=later(),
        subject="Decide on the application",
        sentence="Lea decided to admit.",
    )


def an_intent(option: str = "admit", seal: str = "x") -> Intent:
    return Intent(decision_id="d1", workflow_id="w", decision=a_decision(option, seal=seal))


def a_receipt(sentence: str = "Admitted.") -> Receipt:
    decision = a_decision()
    return Receipt(
        decision_id="d1",
        kind=decision.kind,
        task=decision.task,
        option="admit",
        person="lea",
        name="Lea",
        decided_at=later(),
        sentence=sentence,
    )


def a_task(
    number: int = 1,
    role: Role = Role.ADMISSION_COMMITTEE,
    partner: str | None = "jyu",
    assignee: str | None = None,
    course: str | None = None,
    due_at: datetime = NOON + timedelta(days=5),
) -> Task:
    return Task(
        task_id=f"learner/{CASE}#{number}",
        workflow_id=f"learner/{CASE}",
        case=CASE,
        kind=TaskKind.VOTE,
        role=role,
        partner=partner,
        course=course,
        assignee=assignee,
        subject="Vote on the application",
        options=(TaskOption(code="admit", label="Admit"),),
        opened_at=NOON,
        remind_at=None,
        due_at=due_at,
    )


def a_progress(event: str = "admitted", state: CaseState = CaseState.ACTIVE) -> CaseProgress:
    return CaseProgress(
        case=CASE,
        phase=Phase.AGREEMENT,
        state=state,
        sentence="Admitted.",
        main_partner="jyu",
        path=("c1",),
        at=later(),
        event=event,
    )


def an_intake(cohort: str = "spring") -> Intake:
    return Intake(
        programme="dce",
        cohort=cohort,
        agreement_version="2026.1",
        opens_at=NOON,
        closes_at=later(100),
        ranked_at=later(200),
        study_starts_at=later(900),
    )


def an_extension(case: str | None = None) -> DeadlineExtension:
    return DeadlineExtension(
        key=f"x-{case}",
        programme="dce",
        cohort="spring",
        case=case,
        deadline="closes_at",
        old=later(100),
        new=later(150),
        reason="The site was down",
        person="lea",
        at=later(),
    )


def evidence(reference: str = "e1", sha256: str = DIGEST) -> Evidence:
    return Evidence(
        reference=reference,
        case=CASE,
        kind=EvidenceKind.CV,
        sha256=sha256,
        file_name="cv.pdf",
        media_type="application/pdf",
        size=10,
        added_at=NOON,
    )


def an_application(country: str | None = None) -> Application:
    return Application(submitted_at=NOON, country=country)


def a_ballot(closed: bool = False) -> BallotRecord:
    return BallotRecord(
        ballot_id="b1",
        case=CASE,
        body=Role.ADMISSION_COMMITTEE,
        subject="Admission",
        options=("admit", "refuse"),
        policy=BallotPolicy(),
        electorate=(Elector(person="lea", name="Lea", partner="jyu"),),
        opened_at=NOON,
        outcome="admit" if closed else None,
        closed_at=later() if closed else None,
    )


def a_meeting(minutes: str = "", closed: bool = False) -> CommitteeSession:
    return CommitteeSession(
        session_id="session/admission/1",
        programme="dce",
        body=Role.ADMISSION_COMMITTEE,
        minutes=minutes,
        opened_at=NOON,
        closed_at=later() if closed else None,
    )


def a_notice(key: str = "n1") -> Notice:
    return Notice(case=CASE, key=key, sentence="You are admitted.", at=later())
