"""Every test of the records runs on a SQLite file and, where there is one, on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from records.database import Database
from records.tables import Base
from tests.records.postgres import private_server


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server: the one that is given, or a private one."""
    if given := os.environ.get("COLLEGIUM_TEST_POSTGRES"):
        yield given
        return
    with private_server(tmp_path_factory.mktemp("postgres")) as (url, reason):
        if url is None:
            pytest.skip(reason)
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database that is migrated once and then copied."""
    path = tmp_path_factory.mktemp("template") / "records.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[tuple[str, Connection]]:
    """A migrated database on PostgreSQL, with a connection that may empty it past its guards."""
    server = make_url(postgres_server).set(drivername="postgresql+psycopg")
    made = server.set(database=f"test_{uuid4().hex[:12]}")
    admin, emptying = (create_engine(url, isolation_level="AUTOCOMMIT") for url in (server, made))
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {made.database}"))
    address = made.render_as_string(hide_password=False)
    _migrate(address)
    with emptying.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        yield address, connection
    emptying.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {made.database} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the newest version."""
    if request.param == "sqlite":
        path = tmp_path / "records.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    address, emptying = request.getfixturevalue("postgres_database")
    yield address
    emptying.exec_driver_sql(";".join(f"DELETE FROM {name}" for name in Base.metadata.tables))  # noqa: S608 - our tables


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = Database(url)
    yield made
    made.close()


def _migrate(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.close()
