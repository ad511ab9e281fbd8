"""Fees of a case, instalment by instalment."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base


class FeeRow(Base):
    """An amount that is due, and whether it is paid."""

    __tablename__ = "fees"

    case: Mapped[str] = mapped_column(ForeignKey("cases.case"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    due_at: Mapped[datetime | None]
    paid: Mapped[Decimal | None]
    paid_at: Mapped[datetime | None]
