"""Learning agreements, registrations at the partners, results and credits."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.actor import Role
from models.agreement import LearningAgreement
from models.conversion import Conversion
from models.partner import RegistrationKind
from models.registration import PartnerRegistration, RegistrationState
from records.tables.base import Base, Code, Json


class LearningAgreementRow(Base):
    """A learning agreement in one version."""

    __tablename__ = "learning_agreements"

    case: Mapped[str] = mapped_column(ForeignKey("cases.case"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[LearningAgreement] = mapped_column(Json(LearningAgreement))


class AgreementSignatureRow(Base):
    """One party's signature on a learning agreement; added, never changed."""

    __tablename__ = "agreement_signatures"

    case: Mapped[str] = mapped_column(ForeignKey("cases.case"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[Role] = mapped_column(Code(Role), primary_key=True)
    partner: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    name: Mapped[str]
    digest: Mapped[str]
    signed_at: Mapped[datetime]


class RegistrationRow(Base):
    """One registration at one partner as it stands; `course` is empty for the programme."""

    __tablename__ = "registrations"
    __table_args__ = (Index(None, "partner", "state"),)

    case: Mapped[str] = mapped_column(ForeignKey("cases.case"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(primary_key=True)
    course: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[RegistrationKind] = mapped_column(Code(RegistrationKind))
    state: Mapped[RegistrationState] = mapped_column(Code(RegistrationState))
    content: Mapped[PartnerRegistration] = mapped_column(Json(PartnerRegistration))
    since: Mapped[datetime]


class RegistrationEventRow(Base):
    """A state that a registration came to; added, never changed."""

    __tablename__ = "registration_events"
    __table_args__ = (Index(None, "case", "number", "partner", "course"), Index(None, "partner"))

    seq: Mapped[int] = mapped_column(primary_key=True)
    effect_key: Mapped[str] = mapped_column(unique=True)
    case: Mapped[str]
    number: Mapped[int]
    partner: Mapped[str]
    course: Mapped[str]
    state: Mapped[RegistrationState] = mapped_column(Code(RegistrationState))
    content: Mapped[PartnerRegistration] = mapped_column(Json(PartnerRegistration))
    at: Mapped[datetime]


class StudentNumberRow(Base):
    """The number that a partner gave a learner (V33)."""

    __tablename__ = "student_numbers"
    __table_args__ = (UniqueConstraint("partner", "number"),)

    person: Mapped[str] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    at: Mapped[datetime]


class ResultRow(Base):
    """A course result as received and as converted; added, never changed."""

    __tablename__ = "results"
    __table_args__ = (Index(None, "case", "course"),)

    seq: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[str] = mapped_column(unique=True)
    case: Mapped[str] = mapped_column(ForeignKey("cases.case"))
    course: Mapped[str]
    partner: Mapped[str]
    attempt: Mapped[int]
    scale: Mapped[str]
    grade: Mapped[str]
    outcome: Mapped[str]
    conversion: Mapped[Conversion | None] = mapped_column(Json(Conversion))
    joint_grade: Mapped[str | None]
    examiner: Mapped[str]
    ects_awarded: Mapped[Decimal]
    awarded_by: Mapped[str | None]
    at: Mapped[datetime]
    supersedes: Mapped[str | None]


class CreditRow(Base):
    """ECTS credits that a university awarded for a course (R227); added, never changed."""

    __tablename__ = "credits"

    case: Mapped[str] = mapped_column(ForeignKey("cases.case"), primary_key=True)
    course: Mapped[str] = mapped_column(primary_key=True)
    partner: Mapped[str]
    ects: Mapped[Decimal]
    decision_id: Mapped[str]
    at: Mapped[datetime]
