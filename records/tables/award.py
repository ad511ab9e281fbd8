"""The award register: it outlives the case and the person's other data."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.award import AwardRecord
from records.tables.base import Base, Json


class AwardRow(Base):
    """An award and its number; the numbers of a year have no gaps."""

    __tablename__ = "awards"
    __table_args__ = (UniqueConstraint("prefix", "year", "sequence"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    case: Mapped[str] = mapped_column(unique=True)
    prefix: Mapped[str]
    year: Mapped[int]
    sequence: Mapped[int]
    content: Mapped[AwardRecord | None] = mapped_column(Json(AwardRecord))
    conferred_at: Mapped[datetime | None]


class AwardSignatureRow(Base):
    """A university's signature on an award; added, never changed."""

    __tablename__ = "award_signatures"

    number: Mapped[str] = mapped_column(ForeignKey("awards.number"), primary_key=True)
    partner: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    name: Mapped[str]
    digest: Mapped[str]
    signed_at: Mapped[datetime]
