"""Registrations at the partners: how each stands, how it came to that, and student numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import CaseId, CourseId, PartnerId, PersonRef
from models.record import RegistrationRecord
from models.registration import PartnerRegistration, RegistrationState
from records.canonical import canonical_json, sha256_hex
from records.effects import add_effect
from records.statements import all_of, in_turn, insert_new, upsert
from records.tables.case import CaseRow
from records.tables.study import RegistrationEventRow, RegistrationRow, StudentNumberRow

STUCK = (RegistrationState.REQUESTED, RegistrationState.HELD, RegistrationState.REFUSED)


@dataclass(frozen=True)
class RegistrationView:
    """A registration with the case and course it belongs to."""

    case: CaseId
    course: CourseId | None
    registration: PartnerRegistration
    at: datetime


@dataclass(frozen=True)
class RegistrationCount:
    """How many registrations a partner was asked for, and how many are in force."""

    partner: PartnerId
    asked: int
    effective: int


class RegistrationRepository:
    """Keeps registrations and every state that they came to."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, record: RegistrationRecord) -> bool:
        """Let a registration stand as it is reported; False when this report was recorded already."""
        in_turn(self._session, record.case)
        registration = record.registration
        key = {
            "case": record.case,
            "number": registration.number,
            "partner": registration.partner,
            "course": registration.course or "",
        }
        event = {
            "effect_key": _event_key(record),
            **key,
            "state": registration.state,
            "content": registration,
            "at": registration.since,
        }
        added = add_effect(
            self._session,
            RegistrationEventRow,
            event,
            at=registration.since,
            code=registration.state,
            case=record.case,
            partner=registration.partner,
        )
        if not added:
            return False
        upsert(
            self._session,
            RegistrationRow,
            {
                **key,
                "kind": registration.kind,
                "state": registration.state,
                "content": registration,
                "since": registration.since,
            },
        )
        if registration.receipt is not None and registration.receipt.student_number:
            self._keep_number(
                record.case, registration.partner, registration.receipt.student_number, registration.since
            )
        return True

    def save_all(self, records: Iterable[RegistrationRecord]) -> int:
        """Save several; tell how many were new."""
        return sum(self.save(record) for record in records)

    def of_case(self, case: CaseId) -> tuple[RegistrationView, ...]:
        """Return the registrations of a case as they stand."""
        row = RegistrationRow
        query = select(row).where(row.case == case).order_by(row.number, row.kind, row.partner, row.course)
        return tuple(_view(found.case, found.course, found.content) for found in all_of(self._session, query))

    def events(self, case: CaseId) -> tuple[RegistrationView, ...]:
        """Return every state that the case's registrations came to, oldest first."""
        query = select(RegistrationEventRow).where(RegistrationEventRow.case == case)
        found = all_of(self._session, query.order_by(RegistrationEventRow.seq))
        return tuple(_view(row.case, row.course, row.content) for row in found)

    def stuck(self, partner: PartnerId | None = None) -> tuple[RegistrationView, ...]:
        """List registrations that wait for a partner or a person, longest first."""
        query = select(RegistrationRow).where(RegistrationRow.state.in_(STUCK))
        if partner is not None:
            query = query.where(RegistrationRow.partner == partner)
        found = all_of(self._session, query.order_by(RegistrationRow.since, RegistrationRow.case))
        return tuple(_view(row.case, row.course, row.content) for row in found)

    def counts(
        self, programme: str | None = None, cohort: str | None = None
    ) -> tuple[RegistrationCount, ...]:
        """Count registrations asked for and in force, by partner."""
        row = RegistrationRow
        effective = func.count().filter(row.state == RegistrationState.ACTIVE)
        asked = func.count().filter(row.state != RegistrationState.PLANNED)
        query = select(row.partner, asked, effective).join(CaseRow, CaseRow.case == row.case)
        if programme is not None:
            query = query.where(CaseRow.programme == programme)
        if cohort is not None:
            query = query.where(CaseRow.cohort == cohort)
        found = self._session.execute(query.group_by(row.partner).order_by(row.partner))
        return tuple(RegistrationCount(*values) for values in found)

    def student_numbers(self, person: PersonRef) -> dict[PartnerId, str]:
        """Return the number that each partner gave a learner."""
        query = select(StudentNumberRow).where(StudentNumberRow.person == person)
        return {
            row.partner: row.number for row in all_of(self._session, query.order_by(StudentNumberRow.partner))
        }

    def holder_of(self, partner: PartnerId, number: str) -> PersonRef | None:
        """Tell whose student number it is, before a person confirms it for somebody else."""
        row = StudentNumberRow
        query = select(row.person).where(row.partner == partner, row.number == number)
        return self._session.scalars(query).one_or_none()

    def _keep_number(self, case: CaseId, partner: PartnerId, number: str, at: datetime) -> None:
        person = self._session.scalars(select(CaseRow.person).where(CaseRow.case == case)).one()
        values = {"person": person, "partner": partner, "number": number, "at": at}
        if insert_new(self._session, StudentNumberRow, values):
            return
        # A number that is another learner's stays theirs: the registration holds what was confirmed.
        # A partner that gives a learner a new number: the new one counts.
        if self.holder_of(partner, number) is None:
            upsert(self._session, StudentNumberRow, values)


def _event_key(record: RegistrationRecord) -> str:
    """One report of one state of one registration; the same report again has the same key."""
    registration = record.registration
    report = sha256_hex(canonical_json(registration.model_dump(mode="json")))[:16]
    course = registration.course or "programme"
    return (
        f"{record.case}/{registration.number}/{registration.partner}/{course}/{registration.state}/{report}"
    )


def _view(case: CaseId, course: str, registration: PartnerRegistration) -> RegistrationView:
    return RegistrationView(case, course or None, registration, registration.since)
