"""The few statements that all repositories share; each is compiled once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Executable, Select, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from records.tables import Base

Row = TypeVar("Row", bound=Base)
Values = Mapping[str, Any]


def insert_new(session: Session, row: type[Base], values: Values) -> bool:
    """Add a row unless its key is taken; tell whether it was added."""
    statement = _insert_or_nothing(row, session.connection().dialect.name)
    counted = {"preserve_rowcount": True}
    return session.connection().execute(statement, dict(values), execution_options=counted).rowcount == 1


def upsert(session: Session, row: type[Base], values: Values) -> None:
    """Add a row, or give the row of that primary key these values."""
    statement = _insert_or_update(row, session.connection().dialect.name, tuple(values))
    session.connection().execute(statement, dict(values))


def in_turn(session: Session, case: str) -> None:
    """
    Let nobody else write the standing of this case before this transaction ends.

    The newest event then is the one that the case stands at. SQLite has one writer at a time anyway.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:case, 0))"), {"case": case})


def all_of(session: Session, query: Select[Row]) -> Sequence[Row]:
    """Read rows as they are in the database now, whatever the session has read before."""
    return session.scalars(query, execution_options={"populate_existing": True}).all()


def one_of(session: Session, query: Select[Row]) -> Row | None:
    """Read one row, or None."""
    return session.scalars(query, execution_options={"populate_existing": True}).one_or_none()


def table_of(row: type[Base]) -> Table:
    """Return the table behind a row class."""
    return cast(Table, row.__table__)


def column_values(row: Base, leave_out: Iterable[str] = ()) -> dict[str, Any]:
    """Return a row's values by column."""
    skipped = set(leave_out)
    return {
        column.name: getattr(row, column.name)
        for column in table_of(type(row)).columns
        if column.name not in skipped
    }


@cache
def _insert_or_nothing(row: type[Base], dialect: str) -> Executable:
    statement: Executable = _insert(row, dialect).on_conflict_do_nothing()
    return statement


@cache
def _insert_or_update(row: type[Base], dialect: str, names: tuple[str, ...]) -> Executable:
    statement = _insert(row, dialect)
    keys = [column.name for column in table_of(row).primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    updating: Executable = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return updating


def _insert(row: type[Base], dialect: str) -> Any:
    # Both dialects know ON CONFLICT; inline because nobody needs the generated key back.
    made = postgresql.insert(table_of(row)) if dialect == "postgresql" else sqlite.insert(table_of(row))
    return made.inline()
