"""Every command explains its options; whoever acts is named; facts are also printed as JSON."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from cli.root import app

ACTING = {
    *(
        "task decide",
        "task extend",
        "task replace",
        "task attend",
        "learner interrupt",
        "learner correct",
        "grade enter",
        "intake extend",
        "intake release",
    ),
    *("registration trigger", "registration confirm", "registration retry"),
    *(
        "learner accept",
        "learner decline",
        "learner choose",
        "learner change",
        "learner sign",
        "learner withdraw",
    ),
    *("learner appeal", "learner supply"),
}


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, one in getattr(command, "commands", {}).items():
        yield from _commands(one, (*path, name))


COMMANDS = dict(_commands(get_command(app)))
LEAVES = {path: one for path, one in COMMANDS.items() if not hasattr(one, "commands")}


def test_every_command_and_option_says_what_it_is() -> None:
    silent = [" ".join(path) for path, one in COMMANDS.items() if path and not one.help]
    options = [
        f"{' '.join(path)} {option.name}"
        for path, one in LEAVES.items()
        for option in one.params
        if not option.help and option.name != "help"
    ]

    assert (silent, options) == ([], [])


def test_whoever_acts_is_named_with_as() -> None:
    named = {
        " ".join(path)
        for path, one in LEAVES.items()
        if any("--as" in option.opts and option.required for option in one.params)
    }

    assert named >= ACTING


def test_everything_that_prints_facts_prints_json() -> None:
    without = {
        " ".join(path)
        for path, one in LEAVES.items()
        if not any("--json" in option.opts for option in one.params)
    }

    assert without <= {"worker", "sandbox start", "programme schema"}, "a schema is JSON already"
