"""
The database: SQLite in a file by default, PostgreSQL by URL.

SQLite takes one writer at a time. A writing transaction therefore begins with BEGIN IMMEDIATE, so
that it never fails half-way for want of the lock; threads of one process queue at a lock of ours
(SQLite itself polls, which is slow and unfair), processes at SQLite's. Keep transactions short.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from records import audit
from records.errors import RecordsError
from records.migrations import HEAD

BUSY_SECONDS = 30
POOL_SIZE = 20
POOL_OVERFLOW = 40
MIGRATION_LOCK = 7_205_301_001
"""Advisory lock of PostgreSQL that one process holds while it migrates."""


class Database:
    """
    Opens transactions for repositories, which never commit by themselves.

    `url` is a path-like SQLite URL (`sqlite:///folder/records.db`) or `postgresql://...`.
    """

    def __init__(self, url: str) -> None:
        self.url = _checked(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        self._writers = self.engine.execution_options(writes=True)
        self._readers = self.engine if self.is_sqlite else _snapshot(self.engine)
        self._turn = threading.Lock()
        self._holder: int | None = None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a writing transaction; it commits at the end of the block, or undoes all on an error."""
        if not self.is_sqlite:
            with self._writing() as session:
                yield session
            return
        if self._holder == threading.get_ident():
            raise RuntimeError("A writing transaction inside another one would wait for itself.")
        with self._turn:
            self._holder = threading.get_ident()
            try:
                with self._writing() as session:
                    yield session
            finally:
                self._holder = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads; it sees one consistent state."""
        with Session(self._readers, autoflush=False) as session:
            yield session

    def migrate(self) -> None:
        """Bring the tables to the newest version; several processes may do so at once."""
        version = self.version()
        if version == HEAD:
            return
        self._refuse_newer(version)
        if self.is_sqlite:
            Path(self.url.database or "").parent.mkdir(parents=True, exist_ok=True)
        from records.migrations.run import upgrade  # noqa: PLC0415 - Alembic is slow to load and rarely needed

        with self._writers.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            upgrade(connection)

    def version(self) -> str | None:
        """Tell the version of the tables, None when there are none yet; never makes a file."""
        if self.is_sqlite and not Path(self.url.database or "").exists():
            return None
        try:
            with self.engine.connect() as connection:
                if not inspect(connection).has_table("alembic_version"):
                    return None
                found: str | None = connection.execute(
                    text("SELECT version_num FROM alembic_version")
                ).scalar()
                return found
        except DBAPIError as problem:
            # The driver's own text may hold the address with its password.
            raise RecordsError(
                f"The records at {_safe(str(self.url))} cannot be opened: {type(problem.orig).__name__}."
            ) from problem

    def require_current(self) -> None:
        """Refuse tables of another version than the code's: what is read or written there may be wrong."""
        version = self.version()
        if version == HEAD:
            return
        self._refuse_newer(version)
        where = _safe(str(self.url))
        if version is None:
            raise RecordsError(
                f"There are no records at {where}. Restore them from a backup, or start with new ones: "
                "`./collegium up` or a worker makes them."
            )
        raise RecordsError(
            f"The records at {where} are of an older version ({version}; Collegium's is {HEAD}). "
            "Start `./collegium up` or a worker, which brings them up to date."
        )

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _refuse_newer(self, version: str | None) -> None:
        # Versions have four digits, so that their order is that of their names.
        if version is not None and version > HEAD:
            raise RecordsError(
                f"The records at {_safe(str(self.url))} are of a newer version ({version}) than this "
                f"Collegium ({HEAD}). Update Collegium."
            )

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with Session(self._writers, autoflush=False, expire_on_commit=False) as session:
            yield session
            audit.write_pending(session)
            session.commit()


def _checked(url: str) -> URL:
    try:
        made = make_url(url)
        backend = made.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as problem:
        raise RecordsError(f"This is no address of a database: {_safe(url)}") from problem
    if backend == "postgresql":
        return made.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and made.database and made.database != ":memory:":
        return made
    raise RecordsError(
        f"The records are kept in a SQLite file (sqlite:///folder/records.db) or in PostgreSQL "
        f"(postgresql://host/name), not in {_safe(url)}"
    )


def _safe(url: str) -> str:
    """An address without what may be a password."""
    scheme, found, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if found else "the text that was given"


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Without this the driver begins transactions when it likes, and never with IMMEDIATE.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        # A decision that a person was told is kept must outlive a loss of power.
        "synchronous = FULL",
        "foreign_keys = ON",
        # Otherwise INSERT OR REPLACE removes a row without asking the triggers that forbid it.
        "recursive_triggers = ON",
        f"busy_timeout = {BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql_engine(url: URL) -> Engine:
    return create_engine(url, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW, pool_pre_ping=True)


def _snapshot(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
