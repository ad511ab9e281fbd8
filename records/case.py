"""Cases: where each learner stands, and every step on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from models.base import CaseId, CohortId, CourseId, PartnerId, PersonRef, ProgrammeId
from models.case import CaseContext, CaseProgress, CaseState, Phase
from models.registration import RegistrationState
from records.database import Database
from records.effects import add_effect
from records.errors import ConflictingRecordError, UnknownRecordError
from records.statements import all_of, in_turn, insert_new, one_of
from records.tables.case import CaseEventRow, CaseRow
from records.tables.decision import TaskRow, TaskState
from records.tables.study import RegistrationRow


@dataclass(frozen=True)
class CaseView:
    """A case as lists show it."""

    case: CaseId
    person: PersonRef
    programme: ProgrammeId
    cohort: CohortId
    agreement_version: str
    phase: Phase | None
    state: CaseState
    sentence: str
    main_partner: PartnerId | None
    path: tuple[CourseId, ...]
    opened_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class CaseEvent:
    """One step of a case."""

    event: str
    at: datetime
    phase: Phase | None
    state: CaseState
    sentence: str
    actor: PersonRef | None


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """Which cases to list; None means any."""

    programme: ProgrammeId | None = None
    cohort: CohortId | None = None
    phase: Phase | None = None
    state: CaseState | None = None
    person: PersonRef | None = None
    waits_for: PartnerId | None = None
    """Cases with an open task or an unfinished registration at this partner."""


class CaseOwners:
    """Tells whose case it is, each looked up once: the person of a case stays, also when references merge."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[CaseId, PersonRef] = {}

    def person_of(self, case: CaseId) -> PersonRef | None:
        """Return the person of a case, None while the case is not in the records."""
        if case not in self._known:
            with self._database.reading() as session:
                person = session.scalars(select(CaseRow.person).where(CaseRow.case == case)).one_or_none()
            if person is None:
                return None
            self._known[case] = person
        return self._known[case]


class CaseRepository:
    """Opens cases, keeps their progress, lists them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_case(self, context: CaseContext, at: datetime, sentence: str) -> bool:
        """Open a case; False when it is open already, an error when it is another person's."""
        values = {
            **context.model_dump(include={"case", "person", "programme", "cohort", "agreement_version"}),
            "phase": None,
            "state": CaseState.ACTIVE,
            "sentence": sentence,
            "main_partner": None,
            "path": (),
            "opened_at": at,
            "updated_at": at,
        }
        if insert_new(self._session, CaseRow, values):
            return True
        if self.get(context.case).person != context.person:
            raise ConflictingRecordError(f"The case {context.case} belongs to another person.")
        return False

    def record_progress(self, progress: CaseProgress, actor: PersonRef | None = None) -> bool:
        """Add a step and let the case stand there; False when the step is recorded already."""
        in_turn(self._session, progress.case)
        event = progress.model_dump(include={"case", "event", "at", "phase", "state", "sentence"})
        values = {**event, "actor": actor}
        added = add_effect(
            self._session,
            CaseEventRow,
            values,
            at=progress.at,
            code=progress.state,
            case=progress.case,
            actor=actor,
        )
        if not added:
            return False
        now: dict[str, object] = {
            "phase": progress.phase,
            "state": progress.state,
            "sentence": progress.sentence,
            "updated_at": progress.at,
        }
        if progress.main_partner is not None:
            now["main_partner"] = progress.main_partner
        if progress.path:
            now["path"] = progress.path
        self._session.connection().execute(update(CaseRow).where(CaseRow.case == progress.case).values(now))
        return True

    def get(self, case: CaseId) -> CaseView:
        """Return a case; `UnknownRecordError` when there is none."""
        row = one_of(self._session, select(CaseRow).where(CaseRow.case == case))
        if row is None:
            raise UnknownRecordError(f"There is no case {case} in the records.")
        return _view(row)

    def find(self, wanted: CaseFilter | None = None, limit: int | None = None) -> tuple[CaseView, ...]:
        """List cases, oldest first."""
        query = _filtered(wanted or CaseFilter()).order_by(CaseRow.opened_at, CaseRow.case)
        return tuple(_view(row) for row in all_of(self._session, query.limit(limit)))

    def events(self, case: CaseId) -> tuple[CaseEvent, ...]:
        """Return the steps of a case in the order in which they were recorded."""
        query = select(CaseEventRow).where(CaseEventRow.case == case).order_by(CaseEventRow.seq)
        return tuple(
            CaseEvent(row.event, row.at, row.phase, row.state, row.sentence, row.actor)
            for row in all_of(self._session, query)
        )


def _filtered(wanted: CaseFilter) -> Select[CaseRow]:
    query = select(CaseRow)
    for column, value in (
        (CaseRow.programme, wanted.programme),
        (CaseRow.cohort, wanted.cohort),
        (CaseRow.phase, wanted.phase),
        (CaseRow.state, wanted.state),
        (CaseRow.person, wanted.person),
    ):
        if value is not None:
            query = query.where(column == value)
    return query.where(_waits_for(wanted.waits_for)) if wanted.waits_for else query


def _waits_for(partner: PartnerId) -> ColumnElement[bool]:
    unfinished: Sequence[RegistrationState] = (RegistrationState.REQUESTED, RegistrationState.HELD)
    tasks = select(TaskRow.case).where(TaskRow.partner == partner, TaskRow.state == TaskState.OPEN)
    registrations = select(RegistrationRow.case).where(
        RegistrationRow.partner == partner, RegistrationRow.state.in_(unfinished)
    )
    return or_(CaseRow.case.in_(tasks), CaseRow.case.in_(registrations))


def _view(row: CaseRow) -> CaseView:
    return CaseView(
        case=row.case,
        person=row.person,
        programme=row.programme,
        cohort=row.cohort,
        agreement_version=row.agreement_version,
        phase=row.phase,
        state=row.state,
        sentence=row.sentence,
        main_partner=row.main_partner,
        path=tuple(row.path),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
    )
