"""Data protection: who is responsible, on which basis, for how long. Source: V37, GDPR Art. 6 and 30."""

from enum import StrEnum

from pydantic import Field

from models.base import Localised, Model, PartnerId
from models.partner import PersonField


class LegalBasis(StrEnum):
    """GDPR Article 6(1)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTERESTS = "legitimate_interests"


class PartnerProtection(Model):
    """What one partner may see, why, and how long it may keep it."""

    partner: PartnerId
    legal_basis: LegalBasis
    fields: tuple[PersonField, ...]
    """The only fields that are ever sent to it."""
    retention_months: int = Field(ge=1, le=1200)
    purpose: Localised


class DataProtection(Model):
    """The agreement's section on personal data."""

    partners: tuple[PartnerProtection, ...] = ()
    refused_retention_months: int = Field(default=3, ge=1, le=120)
    """How long an application that led nowhere is kept (V37)."""
    award_retention_years: int = Field(default=50, ge=1, le=200)
