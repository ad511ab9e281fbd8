"""One case as a person reads it: everything that happened in its order, and where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from models.admission import Recognised
from models.award import AwardRecord
from models.base import CaseId, CourseId, PartnerId
from models.person import Person
from models.record import ResultRecord
from records.admission import AdmissionRepository
from records.agreement import AgreementRepository
from records.award import AwardRepository
from records.ballot import BallotRepository
from records.case import CaseRepository, CaseView
from records.course import CourseRepository, Credit
from records.decision import DecisionRepository, DecisionView
from records.fee import Fee, FeeRepository
from records.notice import ESCALATION, NoticeRepository
from records.person import PersonRepository
from records.registration import RegistrationRepository, RegistrationView
from records.tables.decision import TaskState
from records.task import TaskRepository, TaskView


class EntryKind(StrEnum):
    """What an entry of the timeline tells of; in this order when two happen at the same moment."""

    STEP = "step"
    DECISION = "decision"
    BALLOT = "ballot"
    SIGNATURE = "signature"
    REGISTRATION = "registration"
    RESULT = "result"
    CREDIT = "credit"
    NOTICE = "notice"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    AWARD = "award"


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One thing that happened."""

    at: datetime
    kind: EntryKind
    sentence: str
    person: str | None = None
    """Name, or reference, of who did it."""
    partner: PartnerId | None = None
    course: CourseId | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """The whole case: what `learner show` prints."""

    case: CaseView
    person: Person
    timeline: tuple[TimelineEntry, ...]
    decisions: tuple[DecisionView, ...]
    recognised: tuple[Recognised, ...]
    registrations: tuple[RegistrationView, ...]
    student_numbers: dict[PartnerId, str]
    results: tuple[ResultRecord, ...]
    """Every result on the local and on the joint scale; corrected ones are left out."""
    credits: tuple[Credit, ...]
    fees: tuple[Fee, ...]
    waits_for: tuple[TaskView, ...]
    """Open tasks: on whom, until when."""
    award: AwardRecord | None


def case_file(session: Session, case: CaseId) -> CaseFile:
    """Collect a case; `UnknownRecordError` when there is none."""
    view = CaseRepository(session).get(case)
    tasks = TaskRepository(session).of_case(case)
    return CaseFile(
        case=view,
        person=PersonRepository(session).get(view.person),
        timeline=timeline(session, case),
        decisions=DecisionRepository(session).of_case(case),
        recognised=AdmissionRepository(session).recognised(case),
        registrations=RegistrationRepository(session).of_case(case),
        student_numbers=RegistrationRepository(session).student_numbers(view.person),
        results=CourseRepository(session).results(case),
        credits=CourseRepository(session).credits(case),
        fees=FeeRepository(session).of_case(case),
        waits_for=tuple(task for task in tasks if task.state is TaskState.OPEN),
        award=AwardRepository(session).of_case(case),
    )


def timeline(session: Session, case: CaseId) -> tuple[TimelineEntry, ...]:
    """Merge everything that happened to a case, oldest first."""
    entries = [
        *_steps(session, case),
        *_decisions(session, case),
        *_agreement_signatures(session, case),
        *_registrations(session, case),
        *_results(session, case),
        *_notices(session, case),
        *_reminders(session, case),
        *_award(session, case),
    ]
    order = list(EntryKind)
    return tuple(sorted(entries, key=lambda entry: (entry.at, order.index(entry.kind))))


def _steps(session: Session, case: CaseId) -> Iterator[TimelineEntry]:
    view = CaseRepository(session).get(case)
    opening = "The case was opened."
    yield TimelineEntry(at=view.opened_at, kind=EntryKind.STEP, sentence=opening)
    for event in CaseRepository(session).events(case):
        yield TimelineEntry(at=event.at, kind=EntryKind.STEP, sentence=event.sentence, person=event.actor)


def _decisions(session: Session, case: CaseId) -> Iterator[TimelineEntry]:
    for decision in DecisionRepository(session).of_case(case):
        yield TimelineEntry(
            at=decision.recorded_at,
            kind=EntryKind.DECISION,
            sentence=decision.sentence,
            person=decision.actor.name,
            partner=next((office.partner for office in decision.actor.offices if office.partner), None),
            reason=decision.reason,
        )
    for ballot in BallotRepository(session).of_case(case):
        if ballot.closed_at is not None:
            sentence = ballot.tally.sentence if ballot.tally else "The ballot was closed."
            yield TimelineEntry(at=ballot.closed_at, kind=EntryKind.BALLOT, sentence=sentence)


def _agreement_signatures(session: Session, case: CaseId) -> Iterator[TimelineEntry]:
    for signature in AgreementRepository(session).signatures(case):
        yield TimelineEntry(
            at=signature.signed_at,
            kind=EntryKind.SIGNATURE,
            sentence="The learning agreement was signed.",
            person=signature.name,
            partner=signature.partner,
        )


def _registrations(session: Session, case: CaseId) -> Iterator[TimelineEntry]:
    for event in RegistrationRepository(session).events(case):
        standing = event.registration
        number = standing.receipt.student_number if standing.receipt else None
        fallback = f"The {standing.kind} registration is {standing.state}."
        yield TimelineEntry(
            at=event.at,
            kind=EntryKind.REGISTRATION,
            sentence=(standing.sentence or fallback) + (f" Student number {number}." if number else ""),
            partner=standing.partner,
            course=event.course,
            reason=standing.refusal_code,
        )


def _results(session: Session, case: CaseId) -> Iterator[TimelineEntry]:
    courses = CourseRepository(session)
    for result in courses.results(case, superseded=True):
        joint = f", jointly {result.joint_grade}" if result.joint_grade else ""
        yield TimelineEntry(
            at=result.at,
            kind=EntryKind.RESULT,
            sentence=f"Attempt {result.attempt}: {result.grade} on {result.scale}{joint} ({result.outcome}).",
            person=result.examiner,
            partner=result.partner,
            course=result.course,
            reason=result.conversion.sentence if result.conversion else "",
        )
    for credit in courses.credits(case):
        yield TimelineEntry(
            at=credit.at,
            kind=EntryKind.CREDIT,
            sentence=f"{credit.ects} ECTS credits were awarded.",
            partner=credit.partner,
            course=credit.course,
        )


def _notices(session: Session, case: CaseId) -> Iterator[TimelineEntry]:
    for notice in NoticeRepository(session).of_case(case):
        kind = EntryKind.ESCALATION if notice.key.startswith(ESCALATION) else EntryKind.NOTICE
        yield TimelineEntry(at=notice.at, kind=kind, sentence=notice.sentence, person=notice.audience)


def _reminders(session: Session, case: CaseId) -> Iterator[TimelineEntry]:
    for view in TaskRepository(session).of_case(case):
        if view.reminded_at is not None:
            yield TimelineEntry(
                at=view.reminded_at,
                kind=EntryKind.REMINDER,
                sentence=f"Reminder: {view.task.subject}",
                person=view.task.assignee or view.task.role,
                partner=view.task.partner,
            )


def _award(session: Session, case: CaseId) -> Iterator[TimelineEntry]:
    award = AwardRepository(session).of_case(case)
    if award is None:
        return
    for signature in award.signatures:
        yield TimelineEntry(
            at=signature.signed_at,
            kind=EntryKind.SIGNATURE,
            sentence=f"The award {award.number} was signed.",
            person=signature.name,
            partner=signature.partner,
        )
    if award.conferred_at is not None:
        sentence = f"The award {award.number} took effect."
        yield TimelineEntry(at=award.conferred_at, kind=EntryKind.AWARD, sentence=sentence)
