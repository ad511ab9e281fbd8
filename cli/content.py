"""What a decision carries besides its answer: a score, a grade, credits, a student number, a path."""

from collections.abc import Mapping

from pydantic import ValidationError

from cli.errors import WrongUseError
from cli.values import read_decimal
from models.decision import (
    Content,
    GradeEntry,
    PathChoice,
    RecognitionRuling,
    RegistrationConfirmation,
    Scoring,
)
from models.task import Task, TaskKind

_TAKES = {
    "score": (TaskKind.VOTE,),
    "grade": (TaskKind.ENTER_RESULT, TaskKind.CONVERT_GRADE),
    "ects": (TaskKind.ASSESS_PRIOR_LEARNING,),
    "number": (TaskKind.CONFIRM_REGISTRATION,),
    "course": (TaskKind.CHOOSE_PATH,),
    "main-partner": (TaskKind.ANSWER_OFFER,),
}
"""By option, the tasks that it has an effect on."""


def content_of(task: Task, given: Mapping[str, object], evidence: str | None = None) -> Content | None:
    """Make what a decision carries of the options given; refuse one that the task does not take."""
    given = {name: value for name, value in given.items() if value is not None}
    if len(given) > 1:
        raise WrongUseError(
            f"These do not go together: {', '.join(sorted(given))}. A task takes one of them."
        )
    if evidence is not None and "number" not in given:
        raise WrongUseError("--evidence goes with --number, where a registration is confirmed by hand.")
    for name, value in given.items():
        content = _read(name, value, task, evidence)
        if task.kind not in _TAKES[name]:
            asked = task.kind.value.replace("_", " ")
            raise WrongUseError(f"--{name} has no effect on “{asked}”; leave it out. `task show` tells more.")
        return content
    return None


def _read(name: str, value: object, task: Task, evidence: str | None) -> Content:
    try:
        return _content(name, value, task, evidence)
    except ValidationError as problem:
        first = problem.errors()[0]
        option = {"student_number": "number", "main_partner": "main-partner", "courses": "course"}
        field = str(first["loc"][0])
        said = first["msg"].removeprefix("Value error, ")
        raise WrongUseError(f"--{option.get(field, field)}: {said}.") from problem


def _content(name: str, value: object, task: Task, evidence: str | None) -> Content:
    text = str(value)
    match name:
        case "score":
            return Scoring(score=read_decimal(text, "--score"))
        case "grade":
            return GradeEntry(grade=text)
        case "ects":
            return RecognitionRuling(course=task.course or "none", ects=read_decimal(text, "--ects"))
        case "number":
            if not (evidence or "").strip():
                raise WrongUseError("Give --evidence too: where the registration can be seen in your system.")
            return RegistrationConfirmation(student_number=text.strip(), evidence=evidence or "")
        case "main-partner":
            return PathChoice(main_partner=text)
        case _:
            return PathChoice(courses=tuple(value) if isinstance(value, list | tuple) else ())
