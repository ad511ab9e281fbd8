"""How commands print: facts as JSON on request, tables for people otherwise."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from pydantic_core import to_jsonable_python
from rich.console import Console
from rich.table import Table

AsJSON = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]


def console() -> Console:
    """Return a console that takes text as it is; wide where it is no terminal, so that nothing is cut."""
    screen = Console(markup=False, highlight=False)
    return screen if screen.is_terminal else Console(markup=False, highlight=False, width=200)


def print_json(value: object) -> None:
    """Print facts as JSON, decimals as text."""
    typer.echo(json.dumps(to_jsonable_python(value, fallback=_plain), indent=2, ensure_ascii=False))


def _plain(value: object) -> object:
    return dict(vars(value)) if hasattr(value, "__dict__") else str(value)


def print_rows(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], empty: str = "") -> None:
    """Print a table, or a sentence when there is nothing to show."""
    shown = [[_text(cell) for cell in row] for row in rows]
    if not shown and empty:
        typer.echo(empty)
        return
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        # The first column names the row in other commands, so it is never cut or broken.
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    for row in shown:
        table.add_row(*row)
    console().print(table)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return f"{cell:%d %b %Y %H:%M}"
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    if isinstance(cell, tuple | list):
        return ", ".join(_text(one) for one in cell)
    return str(cell)
