"""The consortium agreement: the regulations of a joint programme, in versions. Source: R44, R273-R285."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.admission import AdmissionRegulations
from models.award import AwardRegulations
from models.award_table import AwardProfile
from models.base import Day, Localised, Model, PartnerId, ProgrammeId, WorkingDays
from models.examination import ExaminationRegulations
from models.fee import FeePolicy
from models.partnership import Partnership
from models.programme import Programme
from models.protection import DataProtection
from models.registration import RegistrationRegulations


class QualityAssuranceKind(StrEnum):
    """The basis of quality assurance (R9-R10)."""

    INTERNAL_ESG = "internal_esg"
    """Internal, in line with the European Standards and Guidelines."""
    EUROPEAN_APPROACH = "european_approach"
    NATIONAL_ACCREDITATION = "national_accreditation"
    PROFESSIONAL = "professional"


class QualityAssurance(Model):
    """Printed on the credential (R9)."""

    basis: QualityAssuranceKind
    reference: str
    responsible: PartnerId
    evaluation_months: int = Field(default=12, ge=1, le=60)


class Assumption(Model):
    """A value that the published source does not state, and why it was chosen so."""

    path: str
    """The place in this file, as in `programme.eqf_level`."""
    reason: str


class ConsortiumAgreement(Model):
    """Everything that differs between consortia; a case keeps the version in force at its application."""

    id: ProgrammeId
    version: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,3}$")]
    """Year and number, as in `2026.1`; quote it in YAML."""
    valid_from: Day
    commitment_until: Day | None = None
    """Until when the partners are committed (R61)."""
    zone: str
    """IANA zone in which deadlines end."""
    summary: Localised
    sources: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    partnership: Partnership
    programme: Programme
    award: AwardRegulations
    admission: AdmissionRegulations
    registration: RegistrationRegulations
    examination: ExaminationRegulations
    fees: FeePolicy
    quality_assurance: QualityAssurance
    data_protection: DataProtection
    days_to_sign_agreement: WorkingDays = 10
    """Working days to sign the learning agreement."""
    days_to_choose_path: WorkingDays = 10
    reminder_days: int = Field(default=3, ge=1, le=30)
    """Working days before a deadline on which the person is reminded."""
    interruption_months: int = Field(default=12, ge=0, le=60)
    """How long an interruption may last (V45); 0 means none."""
    profiles: tuple[AwardProfile, ...] = ()
    """Announced profiles of the guidelines that it follows, as in `slp`."""
