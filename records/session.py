"""Meetings of a committee: agenda, attendance and minutes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actor import Role
from models.base import PersonRef, ProgrammeId
from records.effects import SESSION_CLOSED, log_effect
from records.errors import UnknownRecordError
from records.statements import all_of, column_values, one_of, upsert
from records.tables.decision import SessionRow


@dataclass(frozen=True, kw_only=True)
class CommitteeSession:
    """A meeting as it stands; its id is its workflow's."""

    session_id: str
    programme: ProgrammeId
    body: Role
    agenda: tuple[str, ...] = ()
    """Task ids of the cases that are dealt with."""
    attendance: tuple[PersonRef, ...] = ()
    minutes: str = ""
    opened_at: datetime
    closed_at: datetime | None = None


class SessionRepository:
    """Keeps meetings; a closed one is not changed any more."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, meeting: CommitteeSession) -> bool:
        """Open, change or close a meeting; False when nothing changes or it is closed already."""
        known = self._row(meeting.session_id)
        if known is not None and (known.closed_at is not None or _meeting(known) == meeting):
            return False
        upsert(self._session, SessionRow, vars(meeting))
        at = meeting.closed_at or meeting.opened_at
        log_effect(self._session, SESSION_CLOSED, vars(meeting), at=at, code=meeting.body)
        return True

    def get(self, session_id: str) -> CommitteeSession:
        """Return a meeting; `UnknownRecordError` when there is none."""
        row = self._row(session_id)
        if row is None:
            raise UnknownRecordError(f"There is no committee session {session_id} in the records.")
        return _meeting(row)

    def find(self, programme: ProgrammeId) -> tuple[CommitteeSession, ...]:
        """Return the meetings of a programme, oldest first."""
        query = select(SessionRow).where(SessionRow.programme == programme)
        rows = all_of(self._session, query.order_by(SessionRow.opened_at, SessionRow.session_id))
        return tuple(_meeting(row) for row in rows)

    def _row(self, session_id: str) -> SessionRow | None:
        return one_of(self._session, select(SessionRow).where(SessionRow.session_id == session_id))


def _meeting(row: SessionRow) -> CommitteeSession:
    return CommitteeSession(**column_values(row))
