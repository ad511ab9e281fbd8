"""How tests use the command line: as a person does, with what is printed and the exit status."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cli.installation import Installation
from cli.root import app
from models.directory import Directory, OfficeHolder

EVIDENCE = ("identity", "motivation", "cv")
"""What the Digitally Competent Educators programme asks for."""


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def facts(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """The command line of one installation."""

    home: Path

    def __call__(self, *arguments: str) -> Said:
        result = CliRunner().invoke(app, ["--home", str(self.home), *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    def done(self, *arguments: str) -> Any:
        """Run a command that must succeed; return its facts."""
        said = self(*arguments, "--json")
        assert said.status == 0, (arguments, said.err)
        return said.facts


def an_application_file(
    folder: Path, *, mail: str = "aino@example.org", leave_out: str = "", text: str = ""
) -> Path:
    """Write an application with its evidence beside it."""
    kinds = [kind for kind in EVIDENCE if kind != leave_out]
    for kind in kinds:
        (folder / f"{kind}.pdf").write_bytes(f"the {kind}".encode())
    pieces = "".join(f"  - {{kind: {kind}, file: {kind}.pdf}}\n" for kind in kinds)
    file = folder / "application.yaml"
    content = (
        f"person: {{given_name: Aino, family_name: Lehtinen, mail: {mail}, nationality: FI}}\n"
        f"evidence:\n{pieces}acknowledged_notice: true\n{text}"
    )
    file.write_text(content, encoding="utf-8")
    return file


def who_may(installation: Installation, programme: str, task: dict[str, Any]) -> str:
    """Name a person who may do a task: the one it names, or a holder of the office."""
    if task["assignee"]:
        return str(task["assignee"])
    directory = installation.library.directory(programme)
    return next(holder.person for holder in directory.people if _fits(holder, task))


def who_may_not(directory: Directory, task: dict[str, Any]) -> str:
    """Name a person of the directory who may not do a task."""
    return next(
        holder.person
        for holder in directory.people
        if holder.person != task["assignee"] and all(held.role != task["role"] for held in holder.offices)
    )


def _fits(holder: OfficeHolder, task: dict[str, Any]) -> bool:
    if task["partner"] not in (None, holder.partner):
        return False
    return any(
        held.role == task["role"] and (task["course"] is None or task["course"] in held.courses)
        for held in holder.offices
    )
