"""The tables of the records, by subject; importing this package registers all of them."""

from records.tables import admission, award, case, decision, fee, study, trust
from records.tables.base import Base

APPEND_ONLY = (
    "case_events",
    "deadline_extensions",
    "agreement_versions",
    "agreement_signatures",
    "registration_events",
    "results",
    "credits",
    "decisions",
    "award_signatures",
    "disclosures",
    "audit",
)
"""Tables whose rows are added, never changed or removed; the database itself refuses it."""

__all__ = ["APPEND_ONLY", "Base", "admission", "award", "case", "decision", "fee", "study", "trust"]
