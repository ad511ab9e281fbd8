import json
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from typer.testing import CliRunner

from cli.audit import app
from records import audit
from records.audit import AuditEntry
from records.course import CourseRepository
from records.database import Database
from records.decision import DecisionRepository
from records.errors import RecordsError
from records.verification import Verification, verify
from tests.records import builders as b
from tests.records.tampering import tamper


@pytest.fixture
def filled(database: Database) -> Database:
    with database.transaction() as session:
        b.with_case(session)
    for number in range(3):
        with database.transaction() as session:
            DecisionRepository(session).add(b.a_decision_record(f"d{number}"))
    with database.transaction() as session:
        CourseRepository(session).add_result(b.a_result())
    return database


def _verified(database: Database, known: audit.Head | None = None) -> Verification:
    with database.reading() as session:
        return verify(session, known)


def test_an_untouched_log_is_whole(filled: Database) -> None:
    found = _verified(filled)

    assert found.intact
    assert found.rows == 5
    assert found.head.seq == 5


def test_an_empty_log_is_whole(database: Database) -> None:
    assert _verified(database).intact


@pytest.mark.parametrize(
    ("statement", "code", "seq"),
    [
        ("UPDATE audit SET actor = 'eve' WHERE seq = 2", "ENTRY_CHANGED", 2),
        ("UPDATE audit SET code = 'refuse' WHERE seq = 3", "ENTRY_CHANGED", 3),
        ("DELETE FROM audit WHERE seq = 2", "ENTRY_MISSING", 2),
        ("DELETE FROM audit WHERE seq = 1", "ENTRY_MISSING", 1),
        ("UPDATE audit SET prev_hash = 'x' WHERE seq = 4", "CHAIN_BROKEN", 4),
        ("UPDATE decisions SET reason = 'none' WHERE decision_id = 'd1'", "ROW_CHANGED", 2),
        ("UPDATE results SET grade = '5'", "ROW_CHANGED", 4),
        ("DELETE FROM decisions WHERE decision_id = 'd2'", "ROW_MISSING", 3),
        ("DELETE FROM audit WHERE seq = 5", "ROW_NOT_LOGGED", None),
    ],
)
def test_tampering_is_named(filled: Database, statement: str, code: str, seq: int | None) -> None:
    tamper(filled, statement)

    found = _verified(filled)

    assert (found.code, found.bad_seq) == (code, seq)
    assert found.sentence


def test_a_log_that_was_cut_off_together_with_its_rows_shows_against_a_known_head(filled: Database) -> None:
    known = _verified(filled).head
    tamper(filled, "DELETE FROM audit WHERE seq = 5")
    tamper(filled, "DELETE FROM credits")
    assert _verified(filled).intact

    assert _verified(filled, known).code == "CUT_OFF"


def test_a_known_head_stays_known_when_the_log_grows(filled: Database) -> None:
    known = _verified(filled).head
    with filled.transaction() as session:
        DecisionRepository(session).add(b.a_decision_record("d7"))

    assert _verified(filled, known).intact


def test_the_chain_verifies_after_a_salt_was_destroyed_for_an_erasure(filled: Database) -> None:
    with filled.transaction() as session:
        assert audit.destroy_salt(session, b.CASE, b.later(), "lea")
        assert not audit.destroy_salt(session, b.CASE, b.later(), "lea")
    tamper(filled, "UPDATE decisions SET reason = ''")

    found = _verified(filled)

    assert found.intact
    assert found.head.seq == 6
    with filled.reading() as session:
        (act,) = audit.list_entries(session, limit=1)
        assert (act.kind, act.case, act.actor) == ("salt_destroyed", b.CASE, "lea")


def test_what_happens_after_an_erasure_is_logged_without_a_digest(filled: Database) -> None:
    with filled.transaction() as session:
        DecisionRepository(session).add(b.a_decision_record("d7"))
        audit.destroy_salt(session, b.CASE, b.later(), "lea")
    with filled.transaction() as session:
        DecisionRepository(session).add(b.a_decision_record("d8"))

    with filled.reading() as session:
        assert [row.digest for row in audit.list_entries(session, limit=3)] == [None, None, None]
        assert verify(session).intact


@pytest.mark.parametrize("gone", ["DELETE FROM salts", "UPDATE salts SET salt = NULL"])
@pytest.mark.parametrize(
    "hidden",
    [
        "SELECT 1",
        "UPDATE decisions SET option = 'refuse'",
        "UPDATE results SET grade = '5'",
        "DELETE FROM results",
    ],
)
def test_a_salt_that_is_gone_without_an_erasure_hides_nothing(
    filled: Database, gone: str, hidden: str
) -> None:
    tamper(filled, gone, hidden)

    found = _verified(filled)

    assert (found.code, found.bad_seq) == ("SALT_MISSING", 1)
    assert b.CASE in found.sentence


@pytest.mark.parametrize("gone", ["DELETE FROM salts", "UPDATE salts SET salt = NULL"])
def test_a_case_whose_salt_is_gone_never_gets_another(filled: Database, gone: str) -> None:
    tamper(filled, gone)

    with pytest.raises(RecordsError, match="backup"), filled.transaction() as session:
        DecisionRepository(session).add(b.a_decision_record("d8"))

    assert _verified(filled).code == "SALT_MISSING"


def test_the_log_holds_no_content(filled: Database) -> None:
    with filled.reading() as session:
        for row in audit.list_entries(session):
            assert "portfolio" not in json.dumps(audit.row_values(row), default=str)


def test_what_was_not_committed_is_not_in_the_log(filled: Database) -> None:
    before = _verified(filled).head

    with pytest.raises(RuntimeError), filled.transaction() as session:
        _fail(lambda: DecisionRepository(session).add(b.a_decision_record("d8")))

    assert _verified(filled).head == before


def _fail(act: Callable[[], object]) -> None:
    act()
    raise RuntimeError


def _append_many(url: str, writer: int) -> None:
    database = Database(url)
    for number in range(12):
        with database.transaction() as session:
            # Every second key is used by all writers: only one of them gets it in.
            key = f"shared-{number}" if number % 2 else f"{writer}-{number}"
            audit.append(session, AuditEntry(effect_key=key, at=b.NOON, kind="test", content=writer))
    database.close()


def _all_append(pool: Executor, url: str, writers: int) -> None:
    for done in [pool.submit(_append_many, url, writer) for writer in range(writers)]:
        done.result()


def test_eight_threads_append_and_the_chain_verifies(database: Database, url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        _all_append(pool, url, 8)

    found = _verified(database)

    assert found.intact
    assert found.rows == 8 * 6 + 6


@pytest.mark.long
def test_eight_processes_append_and_the_chain_verifies(database: Database, url: str) -> None:
    with ProcessPoolExecutor(8, mp_context=get_context("spawn")) as pool:
        _all_append(pool, url, 8)

    found = _verified(database)

    assert found.intact
    assert found.rows == 8 * 6 + 6


def test_verify_prints_the_head_and_ends_with_0(filled: Database, url: str) -> None:
    answer = CliRunner().invoke(app, ["verify", "--database", url, "--json"])

    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["head"]["seq"] == 5


def test_verify_names_the_broken_row_and_ends_with_1(filled: Database, url: str) -> None:
    tamper(filled, "UPDATE audit SET actor = 'eve' WHERE seq = 2")

    answer = CliRunner().invoke(app, ["verify", "--database", url, "--json"])

    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["bad_row"] == 2


def test_list_shows_the_entries_of_a_case(filled: Database, url: str) -> None:
    answer = CliRunner().invoke(app, ["list", "--database", url, "--case", b.CASE, "--json"])

    assert answer.exit_code == 0
    assert [entry["seq"] for entry in json.loads(answer.stdout)["entries"]] == [1, 2, 3, 4, 5]


def test_list_cuts_nothing_where_it_is_read_by_a_program(filled: Database, url: str) -> None:
    entries = CliRunner().invoke(app, ["list", "--database", url, "--json"]).stdout
    printed = CliRunner().invoke(app, ["list", "--database", url]).stdout

    for entry in json.loads(entries)["entries"]:
        assert {entry["at"], entry["kind"]} <= set(printed.split())


@pytest.mark.parametrize(
    "address", ["sqlite:////nowhere/at/all.db", "mysql://x", "postgresql://127.0.0.1:1/x"]
)
def test_an_address_without_records_is_wrong_use(address: str) -> None:
    answer = CliRunner().invoke(app, ["verify", "--database", address])

    assert answer.exit_code == 2
    assert "Traceback" not in answer.output
