"""Records of another version than the code's are never worked on: one line says which of the two is older."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from cli.installation import Installation
from records.database import Database
from records.errors import RecordsError
from records.migrations import HEAD
from tests.cli.lines import refused

ROOT = Path(__file__).parents[2]


def _make_version(database: Database, version: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


@contextmanager
def _of_version(database: Database, version: str) -> Iterator[None]:
    _make_version(database, version)
    try:
        yield
    finally:
        _make_version(database, HEAD)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of an installation in which nothing runs."""
    installation = Installation.create(tmp_path / "home")
    installation.close()
    return installation.home


def _turn_into(home: Path, version: str) -> None:
    database = Database(f"sqlite:///{home}/records.db")
    _make_version(database, version)
    database.close()


@pytest.mark.parametrize("act", [Database.require_current, Database.migrate])
def test_records_of_a_newer_version_are_neither_used_nor_migrated(
    database: Database, act: Callable[[Database], None]
) -> None:
    act(database)
    with _of_version(database, "0099"):
        with pytest.raises(RecordsError, match=r"newer version \(0099\).*Update Collegium"):
            act(database)

        assert database.version() == "0099"


def test_records_of_an_older_version_are_not_used_before_they_are_up_to_date(database: Database) -> None:
    with (
        _of_version(database, "0001"),
        pytest.raises(RecordsError, match=r"older version \(0001.*collegium up"),
    ):
        database.require_current()


def test_no_records_are_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match="no records"):
        Database(f"sqlite:///{tmp_path}/none.db").require_current()


@pytest.mark.parametrize("arguments", [("learner", "list"), ("task", "list"), ("audit", "verify"), ("up",)])
def test_no_command_touches_records_of_a_newer_version(home: Path, arguments: tuple[str, ...]) -> None:
    _turn_into(home, "0099")

    assert "Update Collegium" in refused(home, *arguments)


@pytest.mark.parametrize("arguments", [("learner", "list"), ("audit", "list")])
def test_commands_say_how_older_records_are_brought_up_to_date(
    home: Path, arguments: tuple[str, ...]
) -> None:
    _turn_into(home, "0004")

    assert "./collegium up" in refused(home, *arguments)


def test_the_worker_says_in_one_line_that_the_records_are_newer(home: Path) -> None:
    _turn_into(home, "0099")

    worker = subprocess.run(  # noqa: S603 - our own worker
        [sys.executable, ROOT / "worker.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLLEGIUM_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert worker.returncode != 0
    assert worker.stderr.strip().splitlines()[-1].startswith("The worker cannot start: The records at")
    assert "Traceback" not in worker.stderr
