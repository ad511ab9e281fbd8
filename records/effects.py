"""
Effects: rows that are added once under their key, and are then in the audit log with their digest.

`AUDITED` says which columns make the key of an effect; the verification walks the same list, so
that a row that was changed, removed or slipped in behind the database's back shows.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from records.audit import AuditEntry, append
from records.statements import Values, insert_new
from records.tables import Base
from records.tables.admission import AgreementVersionRow, DeadlineExtensionRow
from records.tables.award import AwardSignatureRow
from records.tables.decision import DecisionRow
from records.tables.study import AgreementSignatureRow, CreditRow, RegistrationEventRow, ResultRow
from records.tables.trust import DisclosureRow

AUDITED: dict[type[Base], tuple[str, ...]] = {
    DecisionRow: ("decision_id",),
    ResultRow: ("decision_id",),
    CreditRow: ("case", "course"),
    RegistrationEventRow: ("effect_key",),
    AgreementSignatureRow: ("case", "version", "role", "partner"),
    AwardSignatureRow: ("number", "partner"),
    AgreementVersionRow: ("programme", "version"),
    DeadlineExtensionRow: ("key",),
    DisclosureRow: ("effect_key",),
}


def effect_key(row: type[Base], values: Values) -> str:
    """Name the effect that a row stands for."""
    return "/".join([row.__tablename__, *(str(values[name]) for name in AUDITED[row])])


def effect_content(values: Values) -> dict[str, Any]:
    """Return what of a row is digested: everything but the number that the database gave it."""
    return {name: value for name, value in values.items() if name != "seq"}


def add_effect(  # noqa: PLR0913 - who, where, when and what are the entry
    session: Session,
    row: type[Base],
    values: Values,
    *,
    at: datetime,
    code: str = "",
    case: str | None = None,
    actor: str | None = None,
    partner: str | None = None,
) -> bool:
    """Add a row and its audit entry unless the effect is there already; tell whether it was added."""
    if not insert_new(session, row, values):
        return False
    append(
        session,
        AuditEntry(
            effect_key=effect_key(row, values),
            at=at,
            kind=row.__tablename__,
            code=code,
            case=case,
            actor=actor,
            partner=partner,
            content=effect_content(values),
        ),
    )
    return True
