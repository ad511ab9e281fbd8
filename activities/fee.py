"""Fees of a case: what is due, and what is paid."""

from temporalio import activity

from models.record import FeeCharge, FeePayment
from records.database import Database
from records.fee import Fee, FeeRepository


class FeeActivities:
    """Keeps the fee of a place; each instalment is charged once and paid once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    def charge_fee(self, charge: FeeCharge) -> None:
        """Keep the instalments that are due."""
        with self._database.transaction() as session:
            fees = FeeRepository(session)
            for part in charge.parts:
                fees.charge(
                    Fee(
                        case=charge.case,
                        number=part.number,
                        category=charge.category,
                        amount=part.amount,
                        currency=charge.currency,
                        due_at=part.due_at,
                    )
                )

    @activity.defn
    def record_payment(self, payment: FeePayment) -> None:
        """Keep that an instalment is paid."""
        with self._database.transaction() as session:
            FeeRepository(session).pay(payment.case, payment.number, payment.amount, payment.at)
