"""Data keys, disclosures, the audit log and the salts of its digests."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, Json


class DataKeyRow(Base):
    """A wrapped data key; destroying it erases what it encrypted."""

    __tablename__ = "data_keys"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    destroyed_at: Mapped[datetime | None]


class DisclosureRow(Base):
    """Which fields of a person a partner was told, and why; added, never changed."""

    __tablename__ = "disclosures"

    seq: Mapped[int] = mapped_column(primary_key=True)
    effect_key: Mapped[str] = mapped_column(unique=True)
    partner: Mapped[str] = mapped_column(index=True)
    case: Mapped[str] = mapped_column(index=True)
    person: Mapped[str]
    fields: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    purpose: Mapped[str]
    at: Mapped[datetime]


class AuditRow(Base):
    """One entry of the audit log, bound to the entry before it."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    effect_key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    case: Mapped[str | None] = mapped_column(index=True)
    actor: Mapped[str | None]
    partner: Mapped[str | None]
    code: Mapped[str]
    digest: Mapped[str | None]
    prev_hash: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(unique=True)


class SaltRow(Base):
    """The secret salt of one subject's digests; without it they say nothing any more."""

    __tablename__ = "salts"

    subject: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
