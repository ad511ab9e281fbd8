"""Agreement versions and intakes; applications, evidence and recognised learning."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.admission import Application, EvidenceKind
from models.case import Intake
from records.tables.base import Base, Code, Json


class AgreementVersionRow(Base):
    """The regulations of a programme in one version, as published."""

    __tablename__ = "agreement_versions"

    programme: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    source: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]


class IntakeRow(Base):
    """A cohort with its dates as they are now."""

    __tablename__ = "intakes"

    programme: Mapped[str] = mapped_column(primary_key=True)
    cohort: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[Intake] = mapped_column(Json(Intake))
    opens_at: Mapped[datetime]


class DeadlineExtensionRow(Base):
    """A deadline that was moved, for a cohort or for one case; added, never changed."""

    __tablename__ = "deadline_extensions"
    __table_args__ = (Index(None, "programme", "cohort"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    programme: Mapped[str]
    cohort: Mapped[str]
    case: Mapped[str | None]
    deadline: Mapped[str]
    old: Mapped[datetime]
    new: Mapped[datetime]
    reason: Mapped[str]
    person: Mapped[str]
    at: Mapped[datetime]


class ApplicationRow(Base):
    """What a case applied with, as rules and workflows see it."""

    __tablename__ = "applications"

    case: Mapped[str] = mapped_column(ForeignKey("cases.case"), primary_key=True)
    content: Mapped[Application] = mapped_column(Json(Application))
    submitted_at: Mapped[datetime]


class EvidenceRow(Base):
    """A file that an applicant handed in; the file itself lies under its content hash."""

    __tablename__ = "evidence"

    reference: Mapped[str] = mapped_column(primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("cases.case"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(Code(EvidenceKind))
    sha256: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    added_at: Mapped[datetime]


class EvidenceVerificationRow(Base):
    """That a partner's student administration has checked the original."""

    __tablename__ = "evidence_verifications"

    reference: Mapped[str] = mapped_column(ForeignKey("evidence.reference"), primary_key=True)
    partner: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    decision_id: Mapped[str]
    at: Mapped[datetime]


class RecognitionRow(Base):
    """Credits recognised for a course: satisfied without a grade (V74)."""

    __tablename__ = "recognitions"

    case: Mapped[str] = mapped_column(ForeignKey("cases.case"), primary_key=True)
    course: Mapped[str] = mapped_column(primary_key=True)
    ects: Mapped[Decimal]
    decided_by: Mapped[str]
    at: Mapped[datetime]
