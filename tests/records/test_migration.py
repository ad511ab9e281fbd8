from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from records.award import AwardRepository
from records.ballot import BallotRepository
from records.database import Database
from records.decision import DecisionRepository
from records.errors import RecordsError
from records.fee import FeeRepository
from records.migrations import HEAD
from records.migrations.run import configuration
from records.session import SessionRepository
from records.tables import APPEND_ONLY, FINAL_SINCE, Base
from tests.records.builders import (
    CASE,
    a_ballot,
    a_decision_record,
    a_fee,
    a_meeting,
    an_award,
    later,
    with_case,
)


def test_the_migrated_tables_are_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_version_is_the_one_that_the_code_names(database: Database) -> None:
    assert ScriptDirectory.from_config(configuration()).get_current_head() == HEAD
    assert database.version() == HEAD


def test_migrating_again_changes_nothing(database: Database) -> None:
    database.migrate()

    assert database.version() == HEAD


@pytest.mark.parametrize("table", [*APPEND_ONLY, *FINAL_SINCE, "salts"])
def test_the_tables_that_only_grow_or_become_final_have_their_guards(database: Database, table: str) -> None:
    catalogue = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
        if database.is_sqlite
        else "SELECT count(*) FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal"
    )
    with database.engine.connect() as connection:
        assert connection.execute(text(catalogue), {"table": table}).scalar_one() >= 1


@pytest.mark.parametrize("change", ["UPDATE decisions SET reason = 'other'", "DELETE FROM decisions"])
def test_a_decision_cannot_be_changed_or_removed(database: Database, change: str) -> None:
    with database.transaction() as session:
        DecisionRepository(session).add(a_decision_record())

    with pytest.raises(DatabaseError, match="added, never changed"), database.transaction() as session:
        session.execute(text(change))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ballots SET closed_at = NULL",
        "DELETE FROM ballots",
        "UPDATE sessions SET minutes = 'other'",
        "DELETE FROM sessions",
        "UPDATE fees SET amount = '1'",
        "UPDATE awards SET conferred_at = NULL",
        "UPDATE awards SET content = NULL",
    ],
)
def test_what_is_closed_paid_or_conferred_cannot_be_changed_or_removed(
    database: Database, change: str
) -> None:
    with database.transaction() as session:
        with_case(session)
        BallotRepository(session).save(a_ballot(closed=True))
        SessionRepository(session).save(a_meeting("Minutes", closed=True))
        FeeRepository(session).charge(a_fee())
        FeeRepository(session).pay(CASE, 1, Decimal(450), later())
        AwardRepository(session).confer(AwardRepository(session).enter(an_award()).number, later())

    with pytest.raises(DatabaseError, match="is final once"), database.transaction() as session:
        session.execute(text(change))


@pytest.mark.parametrize("change", ["UPDATE salts SET salt = subject", "DELETE FROM salts"])
def test_a_salt_is_destroyed_or_stays(database: Database, change: str) -> None:
    with database.transaction() as session:
        DecisionRepository(session).add(a_decision_record())
    if not database.is_sqlite:
        change = change.replace("= subject", "= '\\x00'")

    with pytest.raises(DatabaseError, match="salt"), database.transaction() as session:
        session.execute(text(change))


def test_a_decision_cannot_be_replaced_by_another_under_its_id(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL knows no INSERT OR REPLACE")
    with database.transaction() as session:
        DecisionRepository(session).add(a_decision_record())

    with pytest.raises(DatabaseError, match="added, never changed"), database.transaction() as session:
        session.execute(text("INSERT OR REPLACE INTO decisions SELECT * FROM decisions"))


def test_what_is_committed_is_on_the_disk(database: Database) -> None:
    question = "PRAGMA synchronous" if database.is_sqlite else "SHOW synchronous_commit"
    with database.engine.connect() as connection:
        assert connection.execute(text(question)).scalar_one() in (2, "on")


@pytest.mark.parametrize("address", ["mysql://u:secret@host/db", "nonsense", "sqlite://", "oracle://x", ""])
def test_an_address_that_is_no_database_of_ours_is_refused_without_showing_a_password(address: str) -> None:
    with pytest.raises(RecordsError) as refusal:
        Database(address)

    assert "secret" not in str(refusal.value)


def test_a_writing_transaction_inside_another_is_refused_at_once(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("only SQLite has a single writer")
    with pytest.raises(RuntimeError, match="wait for itself"), database.transaction(), database.transaction():
        pass
