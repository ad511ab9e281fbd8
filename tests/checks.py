"""
What `./collegium test` runs: first the checks, cheap ones before dear ones, then the tests.

All of them run, whatever fails. What became of the checks stands above the last line, which is
pytest's own.
"""

import argparse
import faulthandler
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHON = (sys.executable, "-m")
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4")
"""Quick tests wait more than they work, so this halves their time. Long ones measure time and run alone."""
SECONDS_TO_LEAVE = 60
"""For threads that still run after the tests; then it is told where they stand, and they are cut off."""


@dataclass(frozen=True)
class Check:
    """A program that says yes or no about the whole of the code."""

    name: str
    command: tuple[str, ...]


CHECKS = (
    Check("ruff check", (*PYTHON, "ruff", "check", ".")),
    Check("ruff format", (*PYTHON, "ruff", "format", "--check", ".")),
    Check(
        "import-linter",
        (sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"),
    ),
    Check("mypy --strict", (*PYTHON, "mypy")),
)
RULES_COVERED = Check(
    "every branch of rules/ tested",
    (
        *(*PYTHON, "pytest", "tests/rules", "-q", "--no-header", "--cov=rules", "--cov-branch"),
        *("--cov-report=term-missing:skip-covered", "--cov-fail-under=100"),
    ),
)


@dataclass(frozen=True)
class Outcome:
    """What a check said, and how long it took."""

    check: Check
    passed: bool
    seconds: float

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'FAILED'}  {self.check.name}  ({self.seconds:.0f} s)"


class Summary:
    """A plugin of pytest that tells the checks' outcomes above pytest's last line."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self._outcomes = outcomes

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write one line per check."""
        terminalreporter.section("checks")
        for outcome in self._outcomes:
            terminalreporter.write_line(str(outcome), red=not outcome.passed)


def carry_out(check: Check) -> Outcome:
    """Run a check, its output going where ours goes."""
    _say(f"collegium: {check.name}")
    started = time.monotonic()
    answer = subprocess.run(check.command, cwd=ROOT, check=False)  # noqa: S603 - our own fixed commands
    outcome = Outcome(check, passed=answer.returncode == 0, seconds=time.monotonic() - started)
    _say(f"collegium: {outcome}")
    return outcome


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; the exit status is pytest's, or 1 when only a check failed."""
    parser = argparse.ArgumentParser(
        prog="./collegium test",
        description="Run ruff, import-linter, mypy and the tests; with paths, those tests only. "
        "Options that this command does not know go to pytest (-x, -k WORD, ...).",
    )
    parser.add_argument("--all", action="store_true", help="the long tests, too, and the coverage of rules/")
    parser.add_argument("paths", nargs="*", metavar="PATHS", help="files, folders or single tests")
    chosen, for_pytest = parser.parse_known_args(arguments)
    if chosen.all and chosen.paths:
        parser.error("--all runs every test: name no paths with it, or leave it out.")
    paths = [_absolute(path) for path in chosen.paths]
    for path in paths:
        if not Path(path.partition("::")[0]).exists():
            parser.error(f"there is no {path.partition('::')[0]}: name a file or folder of tests.")
    os.chdir(ROOT)
    if paths:
        return _tested([*for_pytest, *paths])
    checks = [*CHECKS, RULES_COVERED] if chosen.all else CHECKS
    outcomes = [carry_out(check) for check in checks]
    selection = () if chosen.all else ("-m", "not long", *SIDE_BY_SIDE)
    status = _tested([*selection, *for_pytest], Summary(outcomes))
    return status or int(not all(outcome.passed for outcome in outcomes))


def _tested(arguments: Sequence[str], *plugins: object) -> int:
    """Run the tests; a thread that never ends does not hold up the exit."""
    status = int(pytest.main(list(arguments), plugins=list(plugins)))
    faulthandler.dump_traceback_later(SECONDS_TO_LEAVE, exit=True)
    return status


def _absolute(path: str) -> str:
    """The path as seen from any folder; what follows `::` stays."""
    file, colons, test = path.partition("::")
    return f"{Path(file).absolute()}{colons}{test}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
