"""How the rules of the agreement say that something is wrong, and which of them can be asked."""

from collections.abc import Callable, Iterator, Set
from typing import NamedTuple

from models.consortium import ConsortiumAgreement
from models.problem import Finding, Path, ProblemCode, Severity


class Check(NamedTuple):
    """
    One check of an agreement, and the sections of the file that it looks at.

    Where one of these could not be read, the check is left out: it would judge a value that nobody wrote.
    """

    run: Callable[[ConsortiumAgreement], Iterator[Finding]]
    reads: Set[str]


def error(path: Path, code: ProblemCode, sentence: str) -> Finding:
    return Finding(path=path, code=code, severity=Severity.ERROR, sentence=sentence)


def warning(path: Path, code: ProblemCode, sentence: str) -> Finding:
    return Finding(path=path, code=code, severity=Severity.WARNING, sentence=sentence)
