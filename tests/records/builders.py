"""Small builders of what the records keep."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from models.actor import Actor, Office, Role
from models.admission import Application, EvidenceKind
from models.agreement import AgreementRow, AgreementSignature, LearningAgreement, SignedAgreement
from models.award import AwardForm, AwardRecord, AwardType, Signature
from models.ballot import BallotPolicy, BallotRecord, Elector
from models.case import CaseContext, CaseProgress, CaseState, Intake, Phase
from models.clock import Clock
from models.decision import Decision, Receipt
from models.intent import Intent
from models.partner import AssociationState, DisclosureRequest, PartnerReceipt, RegistrationKind
from models.person import Person
from models.record import (
    AwardOpening,
    DecisionRecord,
    Notice,
    RegistrationRecord,
    ResultRecord,
    SignatureRecord,
)
from models.registration import PartnerRegistration, RegistrationState
from models.task import Task, TaskKind, TaskOption
from records.admission import Evidence
from records.case import CaseRepository
from records.consortium import DeadlineExtension
from records.course import Credit
from records.fee import Fee
from records.person import PersonRepository
from records.session import CommitteeSession

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CASE = "case0001"
DIGEST = "a" * 64


def later(hours: int = 1) -> datetime:
    return NOON + timedelta(hours=hours)


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


def a_learning_agreement(digest: str = DIGEST) -> LearningAgreement:
    row = AgreementRow(course="c1", offering_partner="jyu", credit_partner="jyu", ects=Decimal(5))
    return LearningAgreement(
        case=CASE, programme="dce", agreement_version="2026.1", rows=(row,), digest=digest
    )


def a_signed_agreement(digest: str = DIGEST) -> SignedAgreement:
    signature = AgreementSignature(
        role=Role.LEARNER, person="p-1", name="Ada", signed_at=later(), digest=digest
    )
    return SignedAgreement(case=CASE, version=1, signature=signature)


def a_registration(
    state: RegistrationState = RegistrationState.ACTIVE,
    partner: str = "jyu",
    number: str | None = "S-1",
    case: str = CASE,
    hours: int = 1,
) -> RegistrationRecord:
    receipt = PartnerReceipt(
        effect_key="k",
        partner=partner,
        state=AssociationState.ASSOCIATED,
        reference="r",
        student_number=number,
        answered_at=later(hours),
    )
    return RegistrationRecord(
        case=case,
        registration=PartnerRegistration(
            partner=partner,
            kind=RegistrationKind.MAIN,
            state=state,
            number=1,
            receipt=receipt if state is RegistrationState.ACTIVE else None,
            since=later(hours),
            sentence=f"Registration at {partner}: {state}.",
        ),
    )


def a_result(decision_id: str = "g1", grade: str = "4", attempt: int = 1, ects: str = "5") -> ResultRecord:
    return ResultRecord(
        case=CASE,
        course="c1",
        partner="jyu",
        attempt=attempt,
        scale="fi-5",
        grade=grade,
        outcome="pass",
        conversion=None,
        joint_grade="B",
        ects_awarded=Decimal(ects),
        awarded_by="jyu" if Decimal(ects) else None,
        examiner="eva",
        decision_id=decision_id,
        at=later(),
    )


def a_credit() -> Credit:
    return Credit(case=CASE, course="c2", partner="jyu", ects=Decimal("2.5"), decision_id="d9", at=later())


def an_award(case: str = CASE, ects: str = "15") -> AwardOpening:
    record = AwardRecord(
        number="",
        case=case,
        person="p-1",
        programme="dce",
        agreement_version="2026.1",
        form=AwardForm.JOINT,
        award_type=AwardType.MICRO_CREDENTIAL,
        ects=Decimal(ects),
        classification=None,
        average=None,
        awarding=("jyu", "uma"),
    )
    return AwardOpening(prefix="DCE", year=2026, record=record, at=NOON)


def a_signature(number: str, partner: str = "jyu") -> SignatureRecord:
    signature = Signature(partner=partner, person="rector", name="Rector", signed_at=later(), digest=DIGEST)
    return SignatureRecord(number=number, case=CASE, signature=signature)


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


def a_fee() -> Fee:
    return Fee(
        case=CASE, number=1, category="individual", amount=Decimal("450.00"), currency="EUR", due_at=later()
    )


def a_notice(key: str = "n1") -> Notice:
    return Notice(case=CASE, key=key, sentence="You are admitted.", at=later())


def a_disclosure_request() -> DisclosureRequest:
    return DisclosureRequest(partner="jyu", case=CASE, person="p-1", purpose="Registration", effect_key="k1")
