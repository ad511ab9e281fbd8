"""Notices to learners and staff, each kept once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import CaseId
from models.record import Notice
from records.statements import all_of, column_values, insert_new
from records.tables.case import NoticeRow

LEARNER = "learner"
STAFF = "staff"
ESCALATION = "escalation/"
"""How the keys of notices begin that tell the programme leader of a deadline that passed."""


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """A notice as it was sent."""

    case: CaseId
    key: str
    audience: str
    """`learner` or `staff`."""
    sentence: str
    at: datetime


class NoticeRepository:
    """Keeps notices."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def send(self, notice: Notice, audience: str = LEARNER) -> bool:
        """Keep a notice; False when it was sent before under its key."""
        return insert_new(self._session, NoticeRow, {**notice.model_dump(), "audience": audience})

    def of_case(self, case: CaseId, audience: str | None = None) -> tuple[NoticeView, ...]:
        """Return the notices of a case, oldest first."""
        query = select(NoticeRow).where(NoticeRow.case == case).order_by(NoticeRow.at, NoticeRow.key)
        if audience is not None:
            query = query.where(NoticeRow.audience == audience)
        return tuple(NoticeView(**column_values(row)) for row in all_of(self._session, query))
