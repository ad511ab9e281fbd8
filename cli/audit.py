"""`collegium audit`: the audit log and whether it is whole."""

import json
from typing import Annotated

import typer

from cli.printing import AsJSON, print_rows
from records.audit import Head, list_entries
from records.database import Database
from records.errors import RecordsError
from records.verification import Verification, verify

app = typer.Typer(help="Show the audit log and verify that nothing was changed, removed or cut off.")

DatabaseOption = Annotated[
    str, typer.Option("--database", help="Address of the records.", envvar="COLLEGIUM_DATABASE")
]
DEFAULT_DATABASE = "sqlite:///.collegium/records.db"


def open_database(address: str) -> Database:
    """Open the records, or end with a sentence when there are none, or they are of another version."""
    try:
        database = Database(address)
        version = database.version()
    except RecordsError as problem:
        raise typer.BadParameter(str(problem), param_hint="--database") from problem
    if version is None:
        raise typer.BadParameter("There are no records at this address.", param_hint="--database")
    database.require_current()
    return database


@app.command("verify")
def verify_log(
    database: DatabaseOption = DEFAULT_DATABASE,
    head: Annotated[
        str,
        typer.Option("--head", help="A head noted earlier, as `NUMBER:HASH`; shows whether the log was cut."),
    ] = "",
    as_json: AsJSON = False,
) -> None:
    """Check every entry of the log, and the decisions, results and signatures that it stands for."""
    records = open_database(database)
    with records.reading() as session:
        found = verify(session, _head(head))
    records.close()
    _print_verification(found, as_json=as_json)
    if not found.intact:
        raise typer.Exit(1)


@app.command("list")
def list_log(
    database: DatabaseOption = DEFAULT_DATABASE,
    case: Annotated[str, typer.Option("--case", help="Only entries of this case.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many, the newest.")] = 50,
    as_json: AsJSON = False,
) -> None:
    """Show the newest entries; exit status 1 when the log is not whole."""
    records = open_database(database)
    with records.reading() as session:
        rows: list[dict[str, object]] = [
            {
                "seq": row.seq,
                "at": row.at.isoformat(),
                "kind": row.kind,
                "code": row.code,
                "case": row.case,
                "actor": row.actor,
                "partner": row.partner,
                "hash": row.hash,
            }
            for row in list_entries(session, case or None, limit)
        ]
        found = verify(session)
    records.close()
    if as_json:
        typer.echo(json.dumps({"entries": rows, "intact": found.intact}))
    else:
        _print_rows(rows)
    if not found.intact:
        typer.echo(found.sentence, err=True)
        raise typer.Exit(1)


def _head(text: str) -> Head | None:
    if not text:
        return None
    number, separator, digest = text.partition(":")
    if not separator or not number.isdigit() or len(digest) != 64:
        raise typer.BadParameter("A head is written NUMBER:HASH, the hash in 64 digits.", param_hint="--head")
    return Head(int(number), digest)


def _print_verification(found: Verification, *, as_json: bool) -> None:
    facts = {
        "intact": found.intact,
        "rows": found.rows,
        "head": {"seq": found.head.seq, "hash": found.head.hash},
        "bad_row": found.bad_seq,
        "bad_effect": found.bad_effect,
        "code": found.code,
        "sentence": found.sentence,
    }
    if as_json:
        typer.echo(json.dumps(facts))
    elif found.intact:
        typer.echo(f"{found.sentence} {found.rows} entries, head {found.head.seq}:{found.head.hash}")
    else:
        typer.echo(f"{found.sentence} [{found.code}]", err=True)


def _print_rows(rows: list[dict[str, object]]) -> None:
    columns = ("no.", "at", "kind", "code", "case", "person", "partner")
    names = ("seq", "at", "kind", "code", "case", "actor", "partner")
    shown = [[row[name] for name in names] for row in rows]
    print_rows("Audit log, the newest entry last", columns, shown, empty="The log has no entry yet.")
