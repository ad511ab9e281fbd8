import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from records.database import Database
from records.decision import DecisionRepository
from records.errors import RecordsError
from records.migrations import HEAD
from records.migrations.run import configuration
from records.tables import APPEND_ONLY, Base
from tests.records.builders import a_decision_record


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


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_tables_that_only_grow_have_their_guards(database: Database, table: str) -> None:
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
