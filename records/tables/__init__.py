"""The tables of the records, by subject; importing this package registers all of them."""

from records.tables import admission, award, case, decision, fee, study, trust
from records.tables.base import Base

APPEND_ONLY = (
    "case_events",
    "deadline_extensions",
    "agreement_versions",
    "learning_agreements",
    "agreement_signatures",
    "evidence_verifications",
    "recognitions",
    "registration_events",
    "results",
    "credits",
    "decisions",
    "award_signatures",
    "disclosures",
    "audit",
)
"""Tables whose rows are added, never changed or removed; the database itself refuses it."""

FINAL_SINCE = {"ballots": "closed_at", "sessions": "closed_at", "fees": "paid_at", "awards": "conferred_at"}
"""Tables whose rows the database refuses to change or remove as soon as this column is filled."""

__all__ = [
    "APPEND_ONLY",
    "FINAL_SINCE",
    "Base",
    "admission",
    "award",
    "case",
    "decision",
    "fee",
    "study",
    "trust",
]
