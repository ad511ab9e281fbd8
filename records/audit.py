"""
The audit log: every effect once, each entry bound to the one before it by its hash.

Entries hold references, codes and digests under a secret salt per case, no personal data: when a
person is erased the salt goes too, and the chain still verifies. Entries are gathered during a
transaction and written at its end, under a lock that is then held for a few statements only: on
SQLite the writer's own lock, on PostgreSQL an advisory one (a row lock on the newest entry would
not do: whoever waited for it would not see the entry that came after it).
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from records.canonical import canonical_json, salted_digest, sha256_hex
from records.errors import RecordsError
from records.statements import all_of, column_values, insert_new, table_of
from records.tables.trust import AuditRow, SaltRow

GENESIS = "0" * 64
CHAIN_LOCK = 7_205_301_002
PENDING = "audit"
SERVICE = "service"
SALT_DESTROYED = "salt_destroyed"
_AUDIT = table_of(AuditRow)
_NEWEST_AND_KNOWN = select(_AUDIT.c.seq, _AUDIT.c.hash, _AUDIT.c.effect_key).where(
    or_(
        _AUDIT.c.seq == select(func.max(_AUDIT.c.seq)).scalar_subquery(),
        _AUDIT.c.effect_key.in_(bindparam("keys", expanding=True)),
    )
)
_SALTS = select(SaltRow.subject, SaltRow.salt).where(SaltRow.salt.is_not(None))
_SALTS_OF = _SALTS.where(SaltRow.subject.in_(bindparam("subjects", expanding=True)))


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
    salts = _salts(session, entries)
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
    connection = session.connection()
    if subjects is None:
        found = connection.execute(_SALTS)
    else:
        found = connection.execute(_SALTS_OF, {"subjects": sorted(subjects)})
    return {row.subject: row.salt for row in found}


def destroy_salt(session: Session, case: str, at: datetime, actor: str) -> bool:
    """
    Make the digests of a case say nothing any more; False when they say nothing already.

    The log keeps the act: a salt that is gone without it hides something, and the verification says so.
    """
    unused = insert_new(session, SaltRow, {"subject": case, "salt": None})
    gone = update(SaltRow).where(SaltRow.subject == case, SaltRow.salt.is_not(None)).values(salt=None)
    if not unused and session.connection().execute(gone).rowcount == 0:
        return False
    entry = AuditEntry(effect_key=destruction_key(case), at=at, kind=SALT_DESTROYED, case=case, actor=actor)
    append(session, entry)
    return True


def destruction_key(subject: str) -> str:
    """Name the act by which a subject's salt was destroyed."""
    return f"salts/{subject}/destroyed"


def subject_of(case: str | None) -> str:
    """Return whose salt an entry's digest is made with."""
    return case or SERVICE


def row_values(row: AuditRow) -> dict[str, Any]:
    """Return an entry's columns as they were hashed."""
    return column_values(row)


def _bound(entry: AuditEntry, previous: Head, salts: dict[str, bytes]) -> dict[str, Any]:
    salt = salts.get(subject_of(entry.case)) if entry.content is not None else None
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
    found = session.connection().execute(_NEWEST_AND_KNOWN, {"keys": sorted(keys)}).all()
    if not found:
        return Head(0, GENESIS), set()
    last = max(found, key=lambda row: row.seq)
    return Head(last.seq, last.hash), {row.effect_key for row in found} & keys


def _salts(session: Session, entries: Sequence[AuditEntry]) -> dict[str, bytes]:
    """Return the salts for the entries' digests; a subject without one gets it with its first digest."""
    subjects = {subject_of(entry.case) for entry in entries if entry.content is not None}
    if not subjects:
        return {}
    known = salts_of(session, subjects)
    destroyed = {subject_of(entry.case) for entry in entries if entry.kind == SALT_DESTROYED}
    for subject in sorted(subjects - known.keys() - destroyed):
        salt = _new_salt(session, subject)
        if salt is not None:
            known[subject] = salt
    return known


def _new_salt(session: Session, subject: str) -> bytes | None:
    """
    Make a subject's salt, None when it was destroyed for an erasure.

    A subject has one salt ever: under a second one nobody would see that the first is gone.
    """
    of_subject = AuditRow.case.is_(None) if subject == SERVICE else AuditRow.case == subject
    digested = select(AuditRow.seq).where(of_subject, AuditRow.digest.is_not(None)).limit(1)
    salt = secrets.token_bytes(32)
    if session.scalar(digested) is None and insert_new(session, SaltRow, {"subject": subject, "salt": salt}):
        return salt
    if session.scalar(select(AuditRow.seq).where(AuditRow.effect_key == destruction_key(subject))) is None:
        raise RecordsError(
            f"The salt of the digests of {subject} is gone, so nothing more can be logged there. "
            "Restore the table `salts` from a backup."
        )
    return None
