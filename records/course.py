"""Course results as received and as converted, and the credits that universities awarded."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import CaseId, CourseId, PartnerId
from models.record import ResultRecord
from records.effects import add_effect
from records.errors import ConflictingRecordError
from records.statements import all_of, column_values, one_of
from records.tables.study import CreditRow, ResultRow


@dataclass(frozen=True, kw_only=True)
class Credit:
    """ECTS credits of a course, and who awarded them (R227)."""

    case: CaseId
    course: CourseId
    partner: PartnerId
    ects: Decimal
    decision_id: str
    at: datetime


class CourseRepository:
    """Adds results and credits; neither is ever changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_result(self, result: ResultRecord) -> bool:
        """
        Add a result; the same decision again changes nothing.

        A later result of the same attempt (a correction) supersedes the earlier one; both stay.
        Credits that the result carries are awarded with it.
        """
        known = one_of(self._session, select(ResultRow).where(ResultRow.decision_id == result.decision_id))
        if known is not None:
            if _result(known) != result:
                raise ConflictingRecordError(f"The decision {result.decision_id} stands for another result.")
            return False
        values = {
            **{name: getattr(result, name) for name in ResultRecord.model_fields},
            "supersedes": self._current(result.case, result.course, result.attempt),
        }
        added = add_effect(
            self._session,
            ResultRow,
            values,
            at=result.at,
            code=result.outcome,
            case=result.case,
            actor=result.examiner,
            partner=result.partner,
        )
        if added and result.ects_awarded > 0 and result.awarded_by is not None:
            self.award_credit(
                Credit(
                    case=result.case,
                    course=result.course,
                    partner=result.awarded_by,
                    ects=result.ects_awarded,
                    decision_id=result.decision_id,
                    at=result.at,
                )
            )
        return added

    def award_credit(self, credit: Credit) -> bool:
        """Record that a university awards a course's credits; once for each course."""
        return add_effect(
            self._session,
            CreditRow,
            vars(credit),
            at=credit.at,
            case=credit.case,
            partner=credit.partner,
            code=credit.course,
        )

    def results(self, case: CaseId, *, superseded: bool = False) -> tuple[ResultRecord, ...]:
        """Return the results of a case, oldest first; with `superseded` also those that were corrected."""
        rows = all_of(self._session, select(ResultRow).where(ResultRow.case == case).order_by(ResultRow.seq))
        gone = set() if superseded else {row.supersedes for row in rows}
        return tuple(_result(row) for row in rows if row.decision_id not in gone)

    def credits(self, case: CaseId) -> tuple[Credit, ...]:
        """Return the credits of a case."""
        query = select(CreditRow).where(CreditRow.case == case).order_by(CreditRow.at, CreditRow.course)
        return tuple(
            Credit(
                case=row.case,
                course=row.course,
                partner=row.partner,
                ects=row.ects,
                decision_id=row.decision_id,
                at=row.at,
            )
            for row in all_of(self._session, query)
        )

    def _current(self, case: CaseId, course: CourseId, attempt: int) -> str | None:
        query = (
            select(ResultRow.decision_id)
            .where(ResultRow.case == case, ResultRow.course == course, ResultRow.attempt == attempt)
            .order_by(ResultRow.seq.desc())
            .limit(1)
        )
        return self._session.scalars(query).one_or_none()


def _result(row: ResultRow) -> ResultRecord:
    return ResultRecord.model_validate(column_values(row, ("seq", "supersedes")))
