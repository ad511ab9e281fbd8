"""What a refusal looks like: one line on standard error, and the exit status that fits."""

from pathlib import Path

from tests.cli.command_line import CommandLine


def refused(home: Path, *arguments: object) -> str:
    """Run a command that must be refused; return the line that says why."""
    return _one_line(home, arguments, 1)


def wrongly_used(home: Path, *arguments: object) -> str:
    """Run a command that must be called wrong use; return the line that says why."""
    return _one_line(home, arguments, 2)


def _one_line(home: Path, arguments: tuple[object, ...], status: int) -> str:
    said = CommandLine(home)(*map(str, arguments))
    assert said.status == status, (said.status, said.out, said.err)
    assert said.err.count("\n") == 1, said.err
    return said.err.strip()
