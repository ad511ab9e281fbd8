"""Ballots: opened once with a frozen electorate, closed once with a tally."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.ballot import BallotRecord
from models.base import CaseId
from records.effects import BALLOT_CLOSED, change_once, log_effect
from records.errors import UnknownRecordError
from records.statements import all_of, insert_new, one_of
from records.tables.decision import BallotRow


class BallotRepository:
    """Keeps ballots."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, ballot: BallotRecord) -> bool:
        """
        Open a ballot, replace its electorate, or close it; False when nothing changes.

        A closed ballot stays as it was closed, whatever comes late.
        """
        values = {
            "ballot_id": ballot.ballot_id,
            "case": ballot.case,
            "content": ballot,
            "opened_at": ballot.opened_at,
            "closed_at": ballot.closed_at,
        }
        code = ballot.outcome or (ballot.tally.code if ballot.tally else "")
        at = ballot.closed_at or ballot.opened_at
        if insert_new(self._session, BallotRow, values):
            log_effect(self._session, BALLOT_CLOSED, values, at=at, code=code, case=ballot.case)
            return True
        change = (
            update(BallotRow)
            .where(
                BallotRow.ballot_id == ballot.ballot_id,
                BallotRow.closed_at.is_(None),
                BallotRow.content != ballot,
            )
            .values(content=ballot, closed_at=ballot.closed_at)
        )
        return change_once(self._session, BALLOT_CLOSED, change, at=at, code=code, case=ballot.case)

    def get(self, ballot_id: str) -> BallotRecord:
        """Return a ballot; `UnknownRecordError` when there is none."""
        row = one_of(self._session, select(BallotRow).where(BallotRow.ballot_id == ballot_id))
        if row is None:
            raise UnknownRecordError(f"There is no ballot {ballot_id} in the records.")
        return row.content

    def of_case(self, case: CaseId) -> tuple[BallotRecord, ...]:
        """Return the ballots of a case, oldest first."""
        query = select(BallotRow).where(BallotRow.case == case)
        rows = all_of(self._session, query.order_by(BallotRow.opened_at, BallotRow.ballot_id))
        return tuple(row.content for row in rows)
