"""Fees of a case: what is due and what is paid."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import CaseId
from records.effects import FEE_PAID, change_once
from records.statements import all_of, column_values, insert_new
from records.tables.fee import FeeRow


@dataclass(frozen=True, kw_only=True)
class Fee:
    """One amount of a case's fee."""

    case: CaseId
    number: int
    """Of the instalment, from 1."""
    category: str
    amount: Decimal
    currency: str
    due_at: datetime | None
    paid: Decimal | None = None
    paid_at: datetime | None = None


class FeeRepository:
    """Keeps what is due and what is paid."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def charge(self, fee: Fee) -> bool:
        """Record an amount that is due; once for each instalment."""
        return insert_new(self._session, FeeRow, vars(fee))

    def pay(self, case: CaseId, number: int, amount: Decimal, at: datetime) -> bool:
        """Record a payment; an instalment is paid once."""
        paid = (
            update(FeeRow)
            .where(FeeRow.case == case, FeeRow.number == number, FeeRow.paid_at.is_(None))
            .values(paid=amount, paid_at=at)
        )
        return change_once(self._session, FEE_PAID, paid, at=at, case=case)

    def of_case(self, case: CaseId) -> tuple[Fee, ...]:
        """Return the fees of a case."""
        query = select(FeeRow).where(FeeRow.case == case).order_by(FeeRow.number)
        return tuple(Fee(**column_values(row)) for row in all_of(self._session, query))
