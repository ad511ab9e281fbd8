"""
The audit log: every effect once, each entry bound to the one before it by its hash.

Entries hold references, codes and digests under a secret salt per case, no personal data: when a
person is erased the salt goes too, and the chain still verifies. Entries are gathered during a
transaction and written at its end, under a lock that is then held for a few statements only: on
SQLite the writer's own lock, on PostgreSQL an advisory one (a row lock on the newest entry would
not do: whoever waited for it would not see the entry that came after it).
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, text
from sqlalchemy.orm import Session

from records.canonical import canonical_json, salted_digest, sha256_hex
from records.statements import all_of, column_values, insert_new, table_of
from records.tables.trust import AuditRow, SaltRow

GENESIS = "0" * 64
CHAIN_LOCK = 7_205_301_002
PENDING = "audit"
SERVICE = "service"
_AUDIT = table_of(AuditRow)


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """What happened, by reference; `content` is kept as a salted digest only."""

    effect_key: str
    at: datetime
    """Business time."""
    kind: str
    code: str = ""
    case: str | None = None
    actor: str | None = None
    partner: str | None = None
    content: Any = None


@dataclass(frozen=True)
class Head:
    """The newest entry; who knows it later sees whether the log was cut."""

    seq: int
    hash: str


def append(session: Session, entry: AuditEntry) -> None:
    """Add an entry to this transaction; an effect key that is already in the log is not added again."""
    session.info.setdefault(PENDING, []).append(entry)


def write_pending(session: Session) -> None:
    """Write the transaction's entries; the database calls this before it commits."""
    entries: list[AuditEntry] = session.info.pop(PENDING, [])
    if not entries:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    previous, known = _head_and_known(session, {entry.effect_key for entry in entries})
    salts = _salts(session, {_subject(entry.case) for entry in entries if entry.content is not None})
    rows: list[dict[str, Any]] = []
    for entry in entries:
        if entry.effect_key in known:
            continue
        known.add(entry.effect_key)
        rows.append(_bound(entry, previous, salts))
        previous = Head(rows[-1]["seq"], rows[-1]["hash"])
    if rows:
        connection.execute(insert(_AUDIT), rows)


def head(session: Session) -> Head:
    """Return the newest entry's number and hash; number 0 when the log is empty."""
    return _head_and_known(session, set())[0]


def entry_hash(prev_hash: str, values: dict[str, Any]) -> str:
    """Hash an entry's columns together with the hash before it."""
    bound = {name: value for name, value in values.items() if name not in ("hash", "prev_hash")}
    return sha256_hex(prev_hash.encode() + canonical_json(bound))


def list_entries(session: Session, case: str | None = None, limit: int = 100) -> list[AuditRow]:
    """Return the newest entries, oldest first."""
    query = select(AuditRow).order_by(AuditRow.seq.desc()).limit(limit)
    if case is not None:
        query = query.where(AuditRow.case == case)
    return list(reversed(all_of(session, query)))


def salts_of(session: Session, subjects: Iterable[str] | None = None) -> dict[str, bytes]:
    """Return the salts that have not been destroyed, by case (or `service`)."""
    query = select(SaltRow.subject, SaltRow.salt).where(SaltRow.salt.is_not(None))
    if subjects is not None:
        query = query.where(SaltRow.subject.in_(list(subjects)))
    return {subject: salt for subject, salt in session.execute(query) if salt is not None}


def destroy_salt(session: Session, case: str) -> None:
    """Make the digests of a case say nothing any more; the chain still verifies."""
    session.execute(
        table_of(SaltRow).update().where(SaltRow.subject == case).values(salt=None),
        execution_options={"synchronize_session": False},
    )


def row_values(row: AuditRow) -> dict[str, Any]:
    """Return an entry's columns as they were hashed."""
    return column_values(row)


def _subject(case: str | None) -> str:
    return case or SERVICE


def _bound(entry: AuditEntry, previous: Head, salts: dict[str, bytes]) -> dict[str, Any]:
    salt = salts.get(_subject(entry.case)) if entry.content is not None else None
    values: dict[str, Any] = {
        "seq": previous.seq + 1,
        "effect_key": entry.effect_key,
        "at": entry.at,
        "kind": entry.kind,
        "case": entry.case,
        "actor": entry.actor,
        "partner": entry.partner,
        "code": entry.code,
        "digest": None if salt is None else salted_digest(salt, entry.content),
    }
    return {**values, "prev_hash": previous.hash, "hash": entry_hash(previous.hash, values)}


def _head_and_known(session: Session, keys: set[str]) -> tuple[Head, set[str]]:
    """One query for the newest entry and for those of the keys that are already there."""
    newest = select(func.max(AuditRow.seq)).scalar_subquery()
    wanted: ColumnElement[bool] = AuditRow.seq == newest
    if keys:
        wanted = or_(wanted, AuditRow.effect_key.in_(sorted(keys)))
    found = session.execute(select(AuditRow.seq, AuditRow.hash, AuditRow.effect_key).where(wanted)).all()
    if not found:
        return Head(0, GENESIS), set()
    last = max(found, key=lambda row: row.seq)
    return Head(last.seq, last.hash), {row.effect_key for row in found} & keys


def _salts(session: Session, subjects: set[str]) -> dict[str, bytes]:
    if not subjects:
        return {}
    known = salts_of(session, sorted(subjects))
    for subject in sorted(subjects - known.keys()):
        salt = secrets.token_bytes(32)
        if insert_new(session, SaltRow, {"subject": subject, "salt": salt}):
            known[subject] = salt
    return known
