"""What the code says of its own words: docstrings of enumerations, without references to our sources."""

import ast
import inspect
import re
from enum import StrEnum

_SOURCES = re.compile(r"\s*\((?:[RVGA]\d+(?:-[RVGA]?\d+)?(?:,\s*)?)+\)")
_SOURCE_SENTENCE = re.compile(r"\s*Sources?: [^\n]*?\.(?=\s|$)")


def plain(text: str) -> str:
    """Put a docstring on one line and leave out the numbers of our own list of requirements."""
    first = re.split(r"\n\s*\n", inspect.cleandoc(text))[0]
    said = re.sub(r"\bNone\b", "Left out", _SOURCES.sub("", _SOURCE_SENTENCE.sub("", first)))
    return " ".join(said.split())


def cell(text: object) -> str:
    """Make a text fit for a cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Write a Markdown table."""
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join(f"| {' | '.join(cell(one) for one in line)} |" for line in lines)


def member_docs(enum: type[StrEnum]) -> dict[str, str]:
    """Read the docstring that follows each value of an enumeration."""
    (definition,) = ast.parse(inspect.getsource(enum)).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101 - it is the source of a class
    found: dict[str, str] = {}
    last = ""
    for statement in definition.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            last = statement.targets[0].id
        elif last and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            found[last] = plain(str(statement.value.value))
    return found


def all_enums() -> dict[str, type[StrEnum]]:
    """Find the enumerations that have been imported, by name."""
    return {enum.__name__: enum for enum in StrEnum.__subclasses__()}
