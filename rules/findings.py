"""How the rules of the agreement say that something is wrong."""

from models.problem import Finding, Path, ProblemCode, Severity


def error(path: Path, code: ProblemCode, sentence: str) -> Finding:
    return Finding(path=path, code=code, severity=Severity.ERROR, sentence=sentence)


def warning(path: Path, code: ProblemCode, sentence: str) -> Finding:
    return Finding(path=path, code=code, severity=Severity.WARNING, sentence=sentence)
