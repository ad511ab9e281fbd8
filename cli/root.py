"""`collegium`: the root of all commands, and the last handler of everything that goes wrong in them."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli import (
    audit,
    grade,
    intake,
    intake_changes,
    learner,
    programme,
    registration,
    sandbox,
    task,
    task_changes,
)
from cli.demo import demo
from cli.errors import report
from cli.grade_entry import enter_grade
from cli.up import up, worker

HOME = ".collegium"
NAME = "collegium"


class RootGroup(TyperGroup):
    """Takes --home and --debug anywhere on the line; turns every problem into one line and a status."""

    def main(
        self, args: Sequence[str] | None = None, *_: Any, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        arguments = _general_first(sys.argv[1:] if args is None else args)
        extra["prog_name"] = NAME
        try:
            status = super().main(arguments, standalone_mode=False, **extra)
        except typer.Abort:
            status = 1
        except Exception as problem:  # noqa: BLE001,RUF100 - the last handler: nobody sees a traceback
            status = report(problem, debug="--debug" in arguments)
        code = status if isinstance(status, int) else 0
        if standalone_mode:
            sys.exit(code)
        return code


def _general_first(arguments: Sequence[str]) -> list[str]:
    """Move --home and --debug to the front, where the root reads them; nothing after `--` is touched."""
    general: list[str] = []
    others: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word == "--":
            others += [word, *rest]
            break
        if word == "--home":
            general += [word, *rest[:1]]
            rest = rest[1:]
        elif word == "--debug" or word.startswith("--home="):
            general.append(word)
        else:
            others.append(word)
    return [*general, *others]


app = typer.Typer(
    name=NAME,
    cls=RootGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Carry learners through a joint micro-credential programme, from application to the joint award.",
    epilog="`./collegium test` tests the code itself. Exit status: 0 done, 1 refused, 2 wrong use.",
)


@app.callback()
def root(
    context: typer.Context,
    home: Annotated[
        Path, typer.Option("--home", envvar="COLLEGIUM_HOME", help="Folder of the installation.")
    ] = Path(HOME),
    debug: Annotated[bool, typer.Option("--debug", help="Show all details of a problem.")] = False,
) -> None:
    """Remember where the installation is, for all commands."""
    context.obj = {"home": home, "debug": debug}
    url = os.environ.get("COLLEGIUM_DATABASE_URL") or f"sqlite:///{(home / 'records.db').absolute()}"
    context.default_map = {"audit": {name: {"database": url} for name in ("verify", "list")}}


app.command("demo")(demo)
app.command("up")(up)
app.command("worker")(worker)
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(programme.app, name="programme")
intake.app.command("extend")(intake_changes.extend)
intake.app.command("release")(intake_changes.release_decisions)
app.add_typer(intake.app, name="intake")
app.add_typer(learner.app, name="learner")
app.add_typer(registration.app, name="registration")
task.app.command("extend")(task_changes.extend_task)
task.app.command("attend")(task_changes.attend_meeting)
task.app.command("replace")(task_changes.replace_member)
app.add_typer(task.app, name="task")
grade.app.command("enter")(enter_grade)
app.add_typer(grade.app, name="grade")
app.add_typer(audit.app, name="audit")


def main() -> None:
    """Run the command line."""
    app()
