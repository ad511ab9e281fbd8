"""Verifying the audit log: the chain itself, the salts of its digests, and the rows that they stand for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.audit import (
    GENESIS,
    SALT_DESTROYED,
    Head,
    entry_hash,
    row_values,
    salts_of,
    subject_of,
)
from records.canonical import salted_digest
from records.effects import EFFECTS, STANDINGS, Effect, Standing
from records.statements import Values, table_of
from records.tables import Base
from records.tables.trust import AuditRow

PORTION = 1000
UNREADABLE = (ValueError, TypeError, ArithmeticError)
"""What a column's type raises over a value that only somebody else can have put there."""


@dataclass(frozen=True)
class Verification:
    """What came of verifying: the head, and the first row that is wrong, if any."""

    rows: int
    head: Head
    bad_seq: int | None = None
    bad_effect: str | None = None
    code: str = ""
    sentence: str = "The audit log is whole."

    @property
    def intact(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.code


@dataclass(frozen=True)
class _Fault:
    code: str
    sentence: str
    seq: int | None = None
    effect: str | None = None


@dataclass(frozen=True)
class _Logged:
    """What an entry says of the effect that it stands for."""

    seq: int
    subject: str
    digest: str | None


@dataclass
class _Chain:
    """What was read from the log so far."""

    head: Head
    effects: dict[str, dict[str, _Logged]] = field(
        default_factory=lambda: {effect.kind: {} for effect in EFFECTS}
    )
    """By kind and key."""
    erased: set[str] = field(default_factory=set)
    """Subjects whose salt was destroyed, as an act that the log keeps."""

    def add(self, row: AuditRow) -> None:
        self.head = Head(row.seq, row.hash)
        if row.kind == SALT_DESTROYED:
            self.erased.add(subject_of(row.case))
        elif row.kind in self.effects:
            logged = _Logged(row.seq, subject_of(row.case), row.digest)
            self.effects[row.kind][row.effect_key] = logged


def verify(session: Session, known_head: Head | None = None) -> Verification:
    """
    Check every link of the chain, a head that a partner was given, the salts, then every digested row.

    Where a salt was destroyed for an erasure, the links and the act itself are all there is to check.
    """
    chain = _Chain(Head(0, GENESIS))
    fault = _first_fault(session, chain, known_head)
    if fault is None:
        return Verification(chain.head.seq, chain.head)
    return Verification(chain.head.seq, chain.head, fault.seq, fault.effect, fault.code, fault.sentence)


def _first_fault(session: Session, chain: _Chain, known: Head | None) -> _Fault | None:
    if fault := _broken_chain(session, chain, known):
        return fault
    salts = {subject: salt for subject, salt in salts_of(session).items() if subject not in chain.erased}
    if fault := _missing_salt(chain, salts):
        return fault
    for effect in EFFECTS:
        if fault := _wrong_row(session, effect, chain.effects[effect.kind], salts):
            return fault
    return next(filter(None, (_wrong_standing(session, one, chain.erased) for one in STANDINGS)), None)


def _broken_chain(session: Session, chain: _Chain, known: Head | None) -> _Fault | None:
    found = known is None or known == chain.head
    try:
        for row in _entries(session):
            if fault := _broken_link(row, chain.head):
                return fault
            chain.add(row)
            found = found or chain.head == known
    except UNREADABLE:
        return _Fault("ENTRY_CHANGED", f"An entry after entry {chain.head.seq} cannot be read any more.")
    if not found and known is not None:
        return _Fault(
            "CUT_OFF", f"Entry {known.seq} was {known.hash[:12]}… once and is not in the log any more."
        )
    return None


def _broken_link(row: AuditRow, previous: Head) -> _Fault | None:
    if row.seq != previous.seq + 1:
        sentence = f"Entry {previous.seq + 1} is missing: after {previous.seq} comes {row.seq}."
        return _Fault("ENTRY_MISSING", sentence, previous.seq + 1)
    if row.prev_hash != previous.hash:
        return _Fault(
            "CHAIN_BROKEN",
            f"Entry {row.seq} does not follow from entry {previous.seq}.",
            row.seq,
            row.effect_key,
        )
    if row.hash != entry_hash(row.prev_hash, row_values(row)):
        return _Fault(
            "ENTRY_CHANGED", f"Entry {row.seq} was changed ({row.effect_key}).", row.seq, row.effect_key
        )
    return None


def _entries(session: Session) -> Iterator[AuditRow]:
    """Read the log in portions, so that a long one needs little memory."""
    last = 0
    while portion := session.scalars(
        select(AuditRow).where(AuditRow.seq > last).order_by(AuditRow.seq).limit(PORTION)
    ).all():
        yield from portion
        last = portion[-1].seq
        session.expunge_all()


def _missing_salt(chain: _Chain, salts: Mapping[str, bytes]) -> _Fault | None:
    """Without its salt a digest hides whatever was done to its row; only an erasure may take a salt away."""
    for logged in chain.effects.values():
        for key, entry in logged.items():
            if entry.subject not in salts and entry.subject not in chain.erased:
                sentence = (
                    f"The salt of {entry.subject} is gone and no erasure destroyed it: "
                    f"entry {entry.seq} cannot be compared with {key}. "
                    "Restore the table `salts` from a backup."
                )
                return _Fault("SALT_MISSING", sentence, entry.seq, key)
    return None


def _rows(session: Session, row: type[Base]) -> Iterator[Values]:
    """Read a table in portions, in the order of its key."""
    table = table_of(row)
    query = select(table).order_by(*table.primary_key.columns)
    found = session.connection().execute(query, execution_options={"yield_per": PORTION})
    yield from (one._asdict() for one in found)


def _wrong_row(
    session: Session, effect: Effect, logged: Mapping[str, _Logged], salts: Mapping[str, bytes]
) -> _Fault | None:
    """Compare a table's rows with their digests; what is left over in the log has lost its row."""
    unseen = {key for key, entry in logged.items() if entry.subject in salts}
    try:
        for values in _rows(session, effect.row):
            content = effect.content_of(values)
            if content is None:
                continue
            key = effect.key_of(values)
            unseen.discard(key)
            if fault := _unlike(key, content, logged.get(key), salts):
                return fault
    except UNREADABLE:
        return _unreadable(effect.row)
    if unseen:
        seq, key = min((logged[key].seq, key) for key in unseen)
        return _Fault("ROW_MISSING", f"What entry {seq} stands for was removed: {key}", seq, key)
    return None


def _unlike(
    key: str, content: dict[str, Any], entry: _Logged | None, salts: Mapping[str, bytes]
) -> _Fault | None:
    if entry is None:
        return _Fault("ROW_NOT_LOGGED", f"This is in the records and not in the log: {key}", None, key)
    salt = salts.get(entry.subject)
    if salt is not None and entry.digest != salted_digest(salt, content):
        return _Fault("ROW_CHANGED", f"What entry {entry.seq} stands for was changed: {key}", entry.seq, key)
    return None


def _unreadable(row: type[Base]) -> _Fault:
    return _Fault("ROW_CHANGED", f"A row of {row.__tablename__} was changed; it cannot be read any more.")


def _wrong_standing(session: Session, standing: Standing, erased: set[str]) -> _Fault | None:
    """Compare rows that are overwritten with the newest of their events; those are compared already."""
    columns = standing.columns
    left: dict[tuple[Any, ...], dict[str, Any]] = {}
    try:
        for event in _rows(session, standing.event):
            key = tuple(event[name] for name in standing.key)
            left[key] = {name: event[source] for name, source in columns.items()}
        for values in _rows(session, standing.row):
            key = tuple(values[name] for name in standing.key)
            newest = left.pop(key, None)
            fits = standing.before_events if newest is None else newest == {n: values[n] for n in columns}
            if not fits and values["case"] not in erased:
                return _stands_otherwise(standing, key)
    except UNREADABLE:
        return _unreadable(standing.row)
    gone = [key for key in left if key[0] not in erased]
    return _stands_otherwise(standing, gone[0]) if gone else None


def _stands_otherwise(standing: Standing, key: tuple[Any, ...]) -> _Fault:
    name = "/".join([standing.row.__tablename__, *map(str, key)])
    events = standing.event.__tablename__
    sentence = f"This was changed or removed: it is not what the newest of its {events} says: {name}"
    return _Fault("ROW_CHANGED", sentence, None, name)
