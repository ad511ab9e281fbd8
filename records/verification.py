"""Verifying the audit log: the chain itself, and the rows that its digests stand for."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.audit import GENESIS, SERVICE, Head, entry_hash, row_values, salts_of
from records.canonical import salted_digest
from records.effects import AUDITED, effect_content, effect_key
from records.statements import column_values
from records.tables import Base
from records.tables.trust import AuditRow

PORTION = 1000
_Digest = tuple[int, str | None, str | None]


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


def verify(session: Session, known_head: Head | None = None) -> Verification:
    """
    Check every link of the chain, then every digested row, then a head that a partner was given.

    A digest whose salt was destroyed by an erasure is not checked; its link is.
    """
    current = Head(0, GENESIS)
    digests: dict[str, _Digest] = {}
    known_found = known_head is None or known_head == current
    for row in _entries(session):
        fault = _broken_link(row, current)
        if fault:
            return _bad(current, fault)
        current = Head(row.seq, row.hash)
        known_found = known_found or current == known_head
        digests[row.effect_key] = (row.seq, row.case, row.digest)
    if not known_found and known_head is not None:
        return _bad(current, _cut(known_head))
    for table in AUDITED:
        fault = _wrong_row(session, table, digests)
        if fault:
            return _bad(current, fault)
    return Verification(current.seq, current)


def _bad(current: Head, fault: _Fault) -> Verification:
    return Verification(current.seq, current, fault.seq, fault.effect, fault.code, fault.sentence)


def _cut(known: Head) -> _Fault:
    return _Fault("CUT_OFF", f"Entry {known.seq} was {known.hash[:12]}… once and is not in the log any more.")


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


def _wrong_row(session: Session, table: type[Base], digests: dict[str, _Digest]) -> _Fault | None:
    """Compare a table's rows with their digests; what is left over in the log has lost its row."""
    salts = salts_of(session)
    unseen = {
        key
        for key, (_, case, digest) in digests.items()
        if key.startswith(f"{table.__tablename__}/") and digest and (case or SERVICE) in salts
    }
    for row in session.scalars(select(table)).all():
        values = column_values(row)
        key = effect_key(table, values)
        if key not in digests:
            return _Fault(
                "ROW_NOT_LOGGED", f"A row of {table.__tablename__} is not in the log: {key}", None, key
            )
        unseen.discard(key)
        seq, case, digest = digests[key]
        salt = salts.get(case or SERVICE)
        if salt is not None and digest != salted_digest(salt, effect_content(values)):
            return _Fault("ROW_CHANGED", f"What entry {seq} stands for was changed: {key}", seq, key)
    if unseen:
        seq, key = min((digests[key][0], key) for key in unseen)
        return _Fault("ROW_MISSING", f"What entry {seq} stands for was removed: {key}", seq, key)
    return None
