"""`collegium grade enter`: an examiner enters a result on the local scale."""

from typing import Annotated

import typer

from cli.content import content_of
from cli.deciding import (
    AsPerson,
    Reason,
    Reference,
    actor_of,
    answer,
    find_case,
    installation_of,
    may_do,
    not_possible_now,
    open_tasks,
    print_receipt,
    send,
)
from cli.errors import WrongUseError
from cli.installation import Installation
from cli.printing import AsJSON
from models.task import TaskKind
from records.case import CaseView
from records.consortium import ConsortiumRepository

ABSENT = "absent"


def enter_grade(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    reference: Reference,
    course: Annotated[str, typer.Argument(help="Course of the programme.")],
    grade: Annotated[str, typer.Argument(help="Grade on the scale of the course's university.")],
    *,
    person: AsPerson,
    excused: Annotated[
        bool,
        typer.Option("--excused", help="Absent with an accepted reason: `absent` as grade, and a --reason."),
    ] = False,
    reason: Reason = "",
    as_json: AsJSON = False,
) -> None:
    """Enter a learner's result in a course, on the local scale."""
    if excused and grade.strip().casefold() != ABSENT:
        raise WrongUseError(
            f"--excused is for somebody who was absent: give `{ABSENT}` instead of {grade!r}, or leave "
            "--excused out to enter the grade."
        )
    installation = installation_of(context)
    case = find_case(installation, reference)
    actor = actor_of(installation, person, case)
    _check_course(installation, case, course)
    found = open_tasks(installation, case.case, (TaskKind.ENTER_RESULT,))
    own = [view for view in found if view.task.course == course]
    if not own:
        raise not_possible_now(installation, case, (TaskKind.ENTER_RESULT,), course)
    view = next((one for one in own if may_do(one, actor)), own[0])
    content = None if excused else content_of(view.task, {"grade": grade})
    option = "excused_absence" if excused else "enter"
    print_receipt(send(installation, *answer(view, option, actor, reason, content)), as_json=as_json)


def _check_course(installation: Installation, case: CaseView, course: str) -> None:
    with installation.database.reading() as session:
        agreement = ConsortiumRepository(session).agreement(case.programme, case.agreement_version)
    known = [one.id for one in agreement.programme.courses]
    if course not in known:
        raise WrongUseError(
            f"There is no course {course!r} in {case.programme}; there are: {', '.join(known)}."
        )
