"""What the sandbox partner holds: persons, offerings, associations with results, and its log."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from models.clock import Clock
from partners.sandbox.switches import Operation, Switch

JSONObject = dict[str, Any]
ACTIVE = ("associated", "pending", "queued")
_SCHEMA = Path(__file__).with_name("schema.sql")


@dataclass(frozen=True)
class Association:
    """A registration for the programme or an enrolment in a course, at this partner."""

    id: str
    person: str
    offering: str
    kind: str
    """`programme` or `course`."""
    state: str
    message: str = ""
    remote_state: str | None = None
    later_state: str | None = None
    later_at: float | None = None
    visible_at: float = 0.0
    ext: JSONObject = field(default_factory=dict)
    result: JSONObject | None = None


class Store:
    """One SQLite database (WAL), used by one thread."""

    def __init__(self, path: Path, partner: str, clock: Clock | None = None) -> None:
        self.partner = partner
        self._clock = clock
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA.read_text(encoding="utf-8"))

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def now(self) -> str:
        """Tell the business time, for people."""
        real = datetime.now(UTC)
        return (self._clock.business(real) if self._clock else real).isoformat(timespec="seconds")

    def log(self, kind: str, operation: str, person: str, detail: JSONObject) -> None:
        """Add an entry: a `call`, or an `effect`."""
        self._db.execute(
            "INSERT INTO log (at, kind, operation, person, detail) VALUES (?, ?, ?, ?, ?)",
            (self.now(), kind, operation, person, json.dumps(detail)),
        )

    def log_entries(self, after: int = 0, limit: int = 100_000) -> list[JSONObject]:
        rows = self._db.execute("SELECT * FROM log WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
        return [{**dict(row), "detail": json.loads(row["detail"])} for row in rows]

    def last_log_entries(self, count: int) -> list[JSONObject]:
        rows = self._db.execute("SELECT * FROM log ORDER BY seq DESC LIMIT ?", (count,))
        return [{**dict(row), "detail": json.loads(row["detail"])} for row in rows]

    def person(self, identifier: str) -> JSONObject | None:
        """Read a person with all codes, the student number included."""
        row = self._db.execute("SELECT * FROM persons WHERE id = ?", (identifier,)).fetchone()
        return None if row is None else self._person_body(row)

    def persons(self, code: str | None = None) -> list[JSONObject]:
        """List the persons that can be seen, of one primary code where it is given."""
        query = "SELECT * FROM persons WHERE visible_at <= ? AND (? IS NULL OR code = ?) ORDER BY id"
        return [self._person_body(row) for row in self._db.execute(query, (time.time(), code, code))]

    def shows_person(self, identifier: str) -> bool:
        """Tell whether a person is here and to be seen yet."""
        row = self._db.execute("SELECT visible_at FROM persons WHERE id = ?", (identifier,)).fetchone()
        return row is not None and row["visible_at"] <= time.time()

    def person_of_code(self, code: str) -> str | None:
        row = self._db.execute("SELECT id FROM persons WHERE code = ? ORDER BY id", (code,)).fetchone()
        return None if row is None else str(row["id"])

    def code_of(self, person: str) -> str:
        """Tell the primary code of a person; the id itself when there is no such person."""
        row = self._db.execute("SELECT code FROM persons WHERE id = ?", (person,)).fetchone()
        return person if row is None else str(row["code"])

    def write_person(self, identifier: str, body: JSONObject, visible_at: float = 0.0) -> bool:
        """Store a person; False when the same was there already."""
        code = str(body.get("primaryCode", {}).get("code") or identifier)
        text = json.dumps(body, sort_keys=True)
        row = self._db.execute("SELECT body FROM persons WHERE id = ?", (identifier,)).fetchone()
        if row is not None and row["body"] == text:
            return False
        self._db.execute(
            "INSERT INTO persons (id, code, body, visible_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET code = excluded.code, body = excluded.body",
            (identifier, code, text, visible_at),
        )
        self.log("effect", Operation.WRITE_PERSON, code, {"person_id": identifier})
        return True

    def student_number(self, code: str, *, issue: bool = False) -> str | None:
        """Read a learner's number, issuing it where that is asked: one per learner, for ever."""
        if issue:
            self._db.execute("INSERT OR IGNORE INTO student_numbers (code) VALUES (?)", (code,))
        row = self._db.execute("SELECT number FROM student_numbers WHERE code = ?", (code,)).fetchone()
        return None if row is None else f"{self.partner.upper()}-{100_000 + row['number']}"

    def set_offerings(self, offerings: list[tuple[str, str, str]]) -> None:
        """Replace the catalogue: (id, programme or course, name). An empty one accepts every offering."""
        self._db.execute("DELETE FROM offerings")
        self._db.executemany("INSERT INTO offerings (id, kind, name) VALUES (?, ?, ?)", offerings)

    def offerings(self) -> list[JSONObject]:
        return [dict(row) for row in self._db.execute("SELECT * FROM offerings ORDER BY kind DESC, name")]

    def association(self, identifier: str) -> Association | None:
        row = self._db.execute("SELECT * FROM associations WHERE id = ?", (identifier,)).fetchone()
        return None if row is None else _association(row)

    def associations(self, person: str | None = None, *, hidden: bool = False) -> list[Association]:
        """List associations, of one person where given; those not shown yet only on request."""
        query = (
            "SELECT * FROM associations WHERE (? IS NULL OR person = ?) "
            "AND (? OR visible_at <= ?) ORDER BY id"
        )
        rows = self._db.execute(query, (person, person, hidden, time.time()))
        return [_association(row) for row in rows]

    def write_association(self, one: Association, operation: Operation) -> None:
        """Store an association as it stands from now on, and log the effect."""
        self._db.execute(
            "INSERT INTO associations (id, person, offering, kind, state, later_state, later_at, visible_at, "
            "remote_state, message, ext, result, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET state = excluded.state, later_state = excluded.later_state, "
            "later_at = excluded.later_at, remote_state = excluded.remote_state, message = excluded.message, "
            "ext = excluded.ext, result = excluded.result, since = excluded.since",
            (
                *(one.id, one.person, one.offering, one.kind, one.state, one.later_state, one.later_at),
                *(one.visible_at, one.remote_state, one.message, json.dumps(one.ext)),
                *(None if one.result is None else json.dumps(one.result), self.now()),
            ),
        )
        code = self.code_of(one.person)
        if one.state == "associated":
            self.student_number(code, issue=True)
        detail = {"association": one.id, "offering": one.offering, "kind": one.kind, "state": one.state}
        if operation is Operation.REPORT_RESULT:
            detail["result"] = json.dumps(one.result)
        self.log("effect", operation, code, detail)

    def due_later(self) -> list[Association]:
        """Find those whose later state has come."""
        rows = self._db.execute("SELECT * FROM associations WHERE later_at <= ?", (time.time(),))
        return [_association(row) for row in rows]

    def set_switches(self, switches: tuple[Switch, ...]) -> None:
        self._db.execute("DELETE FROM switches")
        for switch in switches:
            self.add_switch(switch)

    def add_switch(self, switch: Switch) -> None:
        self._db.execute(
            "INSERT INTO switches (body, left_times) VALUES (?, ?)", (switch.model_dump_json(), switch.times)
        )

    def switches(self) -> list[tuple[int, Switch, int]]:
        """List the switches that are set: id, switch, how many calls are left."""
        rows = self._db.execute("SELECT * FROM switches WHERE left_times > 0 ORDER BY id")
        return [(row["id"], Switch.model_validate_json(row["body"]), row["left_times"]) for row in rows]

    def use_switch(self, identifier: int) -> None:
        self._db.execute("UPDATE switches SET left_times = left_times - 1 WHERE id = ?", (identifier,))

    def _person_body(self, row: sqlite3.Row) -> JSONObject:
        body: JSONObject = json.loads(row["body"])
        body["personId"] = row["id"]
        number = self.student_number(row["code"])
        if number:
            body["student_number"] = number
        return body


def _association(row: sqlite3.Row) -> Association:
    return Association(
        id=row["id"],
        person=row["person"],
        offering=row["offering"],
        kind=row["kind"],
        state=row["state"],
        message=row["message"],
        remote_state=row["remote_state"],
        later_state=row["later_state"],
        later_at=row["later_at"],
        visible_at=row["visible_at"],
        ext=json.loads(row["ext"]),
        result=json.loads(row["result"]) if row["result"] else None,
    )


def new_id() -> str:
    """Make an identifier of the partner's own."""
    return str(uuid4())
