"""
What a command says when it cannot do what it was asked, and with which exit status it ends.

0: done. 1: refused (a rule, a person or a system says no). 2: wrong use (the command is written
wrongly, or names something that does not exist).
"""

import sys
import traceback

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from cli.applying import ApplicationRefusedError
from cli.installation import InstallationError
from cli.people import UnknownPersonError
from engine.errors import DecisionRefusedError, EngineError
from models.problem import ProblemCode
from partners.errors import PartnerError
from programmes.calendars import UnknownCalendarError
from programmes.library import UnknownProgrammeError
from programmes.loader import ProgrammeFileError
from records.errors import RecordsError, UnknownRecordError

REFUSED, WRONG_USE = 1, 2
SIGNALLED = 130


class WrongUseError(Exception):
    """The command names something that does not exist, or does not go together; the sentence says what."""


class RefusedError(Exception):
    """What was asked cannot be done now; the sentence says why."""


_WRONG = (WrongUseError, UnknownPersonError, UnknownProgrammeError, UnknownRecordError)
_REFUSING = (
    RefusedError,
    ApplicationRefusedError,
    InstallationError,
    EngineError,
    RecordsError,
    ProgrammeFileError,
    PartnerError,
    UnknownCalendarError,
)


def exit_status(problem: Exception) -> int:
    """Tell with which status a command ends after a problem."""
    wrong = isinstance(problem, _WRONG) or _is_usage(problem) or _names_no_file(problem)
    return WRONG_USE if wrong else REFUSED


def sentence_of(problem: Exception) -> str:
    """Say in one line what is wrong and what to do; an unforeseen problem says how to see more."""
    if _is_usage(problem):
        return _usage(problem)
    if isinstance(problem, _WRONG + _REFUSING):
        code = f" [{problem.code}]" if isinstance(problem, DecisionRefusedError) else ""
        return f"{problem}{code}"
    return _foreseen(problem) or (
        f"Something unforeseen went wrong ({type(problem).__name__}). Run it again with --debug to see more."
    )


def _foreseen(problem: Exception) -> str:
    """Say what is wrong where a library of others has noticed it; empty for what nobody foresaw."""
    if isinstance(problem, ValidationError):
        return problem_sentence(problem)
    if isinstance(problem, SQLAlchemyError):
        return (
            f"The records cannot be read or written ({type(problem).__name__}). Check COLLEGIUM_DATABASE_URL "
            "and the rights on the folder; --debug shows more."
        )
    if isinstance(problem, RPCError):
        return f"The engine has not answered as expected ({problem.status.name}). Try again in a moment."
    if isinstance(problem, OSError):
        return f"{problem.filename or 'A file'}: {problem.strerror or problem}. Check its name and rights."
    return ""


def problem_sentence(problem: ValidationError) -> str:
    """Say what a value lacks, in pydantic's own words but without its prefixes."""
    found = ((error["loc"], error["msg"].removeprefix("Value error, ")) for error in problem.errors())
    sentences = (f"{_place(where)}: {said}" if where else said for where, said in found)
    return f"{'; '.join(sentences).rstrip('.')}."


def report(problem: Exception, *, debug: bool) -> int:
    """Print a problem on standard error, with all its details only on request; return the exit status."""
    if debug and not _is_usage(problem):
        traceback.print_exception(problem)
    sys.stderr.write(f"{sentence_of(problem)}\n")
    return exit_status(problem)


def _names_no_file(problem: Exception) -> bool:
    """Tell whether the command names a file that is not there; one with mistakes in it is refused."""
    return isinstance(problem, ProgrammeFileError) and any(
        one.code is ProblemCode.FILE_NOT_READABLE for one in problem.problems
    )


def _is_usage(problem: Exception) -> bool:
    """Tell whether Typer found the command written wrongly, whichever module it keeps its errors in."""
    return hasattr(problem, "format_message") and hasattr(problem, "exit_code")


def _usage(problem: Exception) -> str:
    message = " ".join(str(problem.format_message()).split())  # type: ignore[attr-defined]  # `_is_usage` looked
    context = getattr(problem, "ctx", None)
    return f"{message} See `{context.command_path} --help`." if context is not None else message


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in location)
