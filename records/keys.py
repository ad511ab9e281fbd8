"""Wrapped data keys; each call is one transaction."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from records.audit import AuditEntry, append
from records.database import Database
from records.errors import ErasedRecordError
from records.statements import insert_new, one_of
from records.tables.trust import DataKeyRow


class KeyRecords:
    """Implements the engine's store of data keys over the records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, key_id: str) -> bytes | None:
        """Return the wrapped key, or None when there is none or it was destroyed."""
        with self._database.reading() as session:
            row = _row(session, key_id)
            return None if row is None else row.wrapped

    def add(self, key_id: str, wrapped: bytes) -> bytes:
        """Store a wrapped key unless there is one already; return the one that is stored."""
        with self._database.transaction() as session:
            if insert_new(session, DataKeyRow, {"key_id": key_id, "wrapped": wrapped, "destroyed_at": None}):
                return wrapped
            row = _row(session, key_id)
            if row is None or row.wrapped is None:
                raise ErasedRecordError(f"The data key {key_id} was destroyed; it is never made again.")
            return row.wrapped

    def is_destroyed(self, key_id: str) -> bool:
        """Tell whether this key existed and was destroyed by an erasure."""
        with self._database.reading() as session:
            row = _row(session, key_id)
            return row is not None and row.wrapped is None

    def destroy(self, key_id: str, actor: str, at: datetime) -> bool:
        """Destroy a key for good, as an audited act; False when it is destroyed already."""
        with self._database.transaction() as session:
            insert_new(session, DataKeyRow, {"key_id": key_id, "wrapped": b"", "destroyed_at": None})
            gone = update(DataKeyRow).where(DataKeyRow.key_id == key_id, DataKeyRow.wrapped.is_not(None))
            if session.connection().execute(gone.values(wrapped=None, destroyed_at=at)).rowcount == 0:
                return False
            entry = AuditEntry(
                effect_key=f"data_keys/{key_id}/destroyed",
                at=at,
                kind="key_destroyed",
                code=key_id,
                actor=actor,
            )
            append(session, entry)
            return True


def _row(session: Session, key_id: str) -> DataKeyRow | None:
    return one_of(session, select(DataKeyRow).where(DataKeyRow.key_id == key_id))
