"""Persons, cases and what happened to them, notices."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.case import CaseState, Phase
from records.tables.base import Base, Code, Json

PATH = Json(tuple[str, ...])


class PersonRow(Base):
    """A learner; everything else refers to the random reference."""

    __tablename__ = "persons"

    ref: Mapped[str] = mapped_column(primary_key=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    display_name: Mapped[str]
    mail: Mapped[str]
    mail_key: Mapped[str] = mapped_column(index=True)
    birth_date: Mapped[date | None]
    nationality: Mapped[str | None]
    esi: Mapped[str | None] = mapped_column(index=True)
    schac_home: Mapped[str | None]
    gender: Mapped[str | None]
    created_at: Mapped[datetime]
    merged_into: Mapped[str | None]


class CaseRow(Base):
    """One learner's way through one programme, as it stands now."""

    __tablename__ = "cases"
    __table_args__ = (Index(None, "programme", "cohort", "state"),)

    case: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("persons.ref"), index=True)
    programme: Mapped[str]
    cohort: Mapped[str]
    agreement_version: Mapped[str]
    phase: Mapped[Phase | None] = mapped_column(Code(Phase))
    state: Mapped[CaseState] = mapped_column(Code(CaseState))
    sentence: Mapped[str]
    main_partner: Mapped[str | None]
    path: Mapped[tuple[str, ...]] = mapped_column(PATH)
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CaseEventRow(Base):
    """One step of a case; added, never changed."""

    __tablename__ = "case_events"
    __table_args__ = (UniqueConstraint("case", "event"),)

    seq: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("cases.case"))
    event: Mapped[str]
    at: Mapped[datetime]
    phase: Mapped[Phase | None] = mapped_column(Code(Phase))
    state: Mapped[CaseState] = mapped_column(Code(CaseState))
    sentence: Mapped[str]
    actor: Mapped[str | None]


class NoticeRow(Base):
    """A message to the learner or to staff, kept once under its key."""

    __tablename__ = "notices"

    case: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    audience: Mapped[str]
    sentence: Mapped[str]
    at: Mapped[datetime]
