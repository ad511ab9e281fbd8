"""
Effects: what the audit log holds a digest of, and how the digest's content is read from its row again.

Most effects are rows that are added once under their key (`ADDED`). The others are changes that happen
once to a row: an award is entered and conferred, a ballot is closed, a fee is paid. The verification
walks `EFFECTS`, so that a row that was changed, removed or slipped in behind the database's back shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import Update
from sqlalchemy.orm import Session

from records.audit import AuditEntry, append
from records.statements import Values, insert_new, table_of
from records.tables import Base
from records.tables.admission import (
    AgreementVersionRow,
    ApplicationRow,
    DeadlineExtensionRow,
    EvidenceRow,
    EvidenceVerificationRow,
    RecognitionRow,
)
from records.tables.award import AwardRow, AwardSignatureRow
from records.tables.case import CaseEventRow, CaseRow
from records.tables.decision import BallotRow, DecisionRow, SessionRow
from records.tables.fee import FeeRow
from records.tables.study import (
    AgreementSignatureRow,
    CreditRow,
    LearningAgreementRow,
    RegistrationEventRow,
    RegistrationRow,
    ResultRow,
)
from records.tables.trust import DisclosureRow


class Facts(TypedDict, total=False):
    """What else the log tells of an effect, by reference."""

    code: str
    case: str | None
    actor: str | None
    partner: str | None


@dataclass(frozen=True)
class Effect:
    """A kind of entry in the log, and the row that its digest stands for."""

    kind: str
    row: type[Base]
    key: tuple[str, ...]
    """Columns that name the effect."""
    since: str | None = None
    """The column that is empty until it happens; None where the row itself is what happens."""
    leaves_out: frozenset[str] = frozenset({"seq"})
    """Columns that are not digested: the number that the database gives, and what is filled in later."""

    def key_of(self, values: Values) -> str:
        """Name the effect that a row stands for."""
        return "/".join([self.kind, *(str(values[name]) for name in self.key)])

    def content_of(self, values: Values) -> dict[str, Any] | None:
        """Return what of a row is digested, None while it has not happened."""
        if self.since is not None and values[self.since] is None:
            return None
        return {name: value for name, value in values.items() if name not in self.leaves_out}


@dataclass(frozen=True)
class Standing:
    """A row that is overwritten: it stands as the newest of its events, which are effects, has left it."""

    row: type[Base]
    event: type[Base]
    key: tuple[str, ...]
    columns: Mapping[str, str]
    """Columns of the row, and the event's columns that they must equal."""
    before_events: bool = False
    """Whether the row is there before its first event."""


ADDED: dict[type[Base], Effect] = {
    row: Effect(row.__tablename__, row, key)
    for row, key in (
        (ApplicationRow, ("case",)),
        (EvidenceRow, ("reference",)),
        (EvidenceVerificationRow, ("reference", "partner")),
        (RecognitionRow, ("case", "course")),
        (AgreementVersionRow, ("programme", "version")),
        (DeadlineExtensionRow, ("key",)),
        (CaseEventRow, ("case", "event")),
        (DecisionRow, ("decision_id",)),
        (LearningAgreementRow, ("case", "version")),
        (AgreementSignatureRow, ("case", "version", "role", "partner")),
        (RegistrationEventRow, ("effect_key",)),
        (ResultRow, ("decision_id",)),
        (CreditRow, ("case", "course")),
        (AwardSignatureRow, ("number", "partner")),
        (DisclosureRow, ("effect_key",)),
    )
}
"""Rows that are effects by being added."""

BALLOT_CLOSED = Effect("ballot_closed", BallotRow, ("ballot_id",), since="closed_at")
SESSION_CLOSED = Effect("session_closed", SessionRow, ("session_id",), since="closed_at")
FEE_PAID = Effect("fee_paid", FeeRow, ("case", "number"), since="paid_at")
AWARD_ENTERED = Effect("award_entered", AwardRow, ("number",), "content", frozenset({"conferred_at"}))
AWARD_CONFERRED = Effect("award_conferred", AwardRow, ("number",), since="conferred_at")

EFFECTS = (*ADDED.values(), BALLOT_CLOSED, SESSION_CLOSED, FEE_PAID, AWARD_ENTERED, AWARD_CONFERRED)

STANDINGS = (
    Standing(
        CaseRow,
        CaseEventRow,
        ("case",),
        {"phase": "phase", "state": "state", "sentence": "sentence", "updated_at": "at"},
        before_events=True,
    ),
    Standing(
        RegistrationRow,
        RegistrationEventRow,
        ("case", "number", "partner", "course"),
        {"state": "state", "content": "content", "since": "at"},
    ),
)


def add_effect(
    session: Session, row: type[Base], values: Values, *, at: datetime, **facts: Unpack[Facts]
) -> bool:
    """Add a row and its audit entry unless the effect is there already; tell whether it was added."""
    if not insert_new(session, row, values):
        return False
    log_effect(session, ADDED[row], values, at=at, **facts)
    return True


def change_once(
    session: Session, effect: Effect, change: Update, *, at: datetime, **facts: Unpack[Facts]
) -> bool:
    """Make a change that its own condition allows once, with its audit entry; tell whether it was made."""
    returning = change.returning(*table_of(effect.row).columns)
    changed = session.connection().execute(returning).one_or_none()
    if changed is None:
        return False
    log_effect(session, effect, changed._asdict(), at=at, **facts)
    return True


def log_effect(
    session: Session, effect: Effect, values: Values, *, at: datetime, **facts: Unpack[Facts]
) -> None:
    """Let the log hold an effect; nothing while it has not happened."""
    content = effect.content_of(values)
    if content is None:
        return
    append(
        session,
        AuditEntry(effect_key=effect.key_of(values), at=at, kind=effect.kind, content=content, **facts),
    )
