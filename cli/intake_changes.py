"""`collegium intake extend` and `release`: what changes while an intake runs."""

from datetime import datetime
from typing import Annotated

import typer

from cli.deciding import (
    AsPerson,
    actor_of,
    answer,
    find_case,
    installation_of,
    open_tasks,
    print_receipt,
    send,
)
from cli.errors import RefusedError, WrongUseError
from cli.installation import Installation
from cli.intake import CohortArgument, ProgrammeArgument, find_intake, regulations_of
from cli.intake_checks import ranks
from cli.people import actor_for
from cli.printing import AsJSON, print_json
from cli.task import find_task
from cli.task_changes import NewDeadline, WhyExtended, move_deadline
from cli.values import read_moment
from cli.zones import day_of
from models.actor import Actor, Role
from models.case import Intake
from models.consortium import ConsortiumAgreement
from models.task import TaskKind
from records.case import CaseView
from records.consortium import DeadlineExtension, IntakeRepository
from records.task import TaskRepository, TaskView


def extend(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    programme: ProgrammeArgument,
    cohort: CohortArgument,
    *,
    until: NewDeadline,
    reason: WhyExtended,
    person: AsPerson,
    reference: Annotated[
        str | None, typer.Option("--learner", metavar="REF", help="Only for this learner's open task.")
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="Which of the learner's tasks, if there are several.")
    ] = None,
    as_json: AsJSON = False,
) -> None:
    """Extend the application window of a cohort, or the deadline of one learner's task."""
    installation = installation_of(context)
    intake = find_intake(installation, programme, cohort)
    zone = regulations_of(installation, intake).zone
    new = read_moment(until, zone, "--until", end=True)
    if not reason.strip():
        raise WrongUseError("--reason is empty; say why the deadline moves.")
    if reference is None:
        if task is not None:
            raise WrongUseError("--task goes with --learner; `./collegium task extend TASK` takes any task.")
        actor = actor_for(installation, person, programme)
        moved = _extend_cohort(installation, intake, actor, new, reason)
        _print_extension(moved, zone, as_json=as_json)
        return
    case = find_case(installation, reference)
    if (case.programme, case.cohort) != (programme, cohort):
        raise WrongUseError(f"The case {case.case} belongs to {case.cohort} of {case.programme}.")
    actor = actor_of(installation, person, case)
    view = _task_to_extend(installation, case, task)
    print_receipt(move_deadline(installation, view, actor, new, reason), as_json=as_json)


def _extend_cohort(
    installation: Installation, intake: Intake, actor: Actor, new: datetime, reason: str
) -> DeadlineExtension:
    if not actor.holds(Role.PROGRAMME_LEADER):
        raise RefusedError("Only the programme leader can extend a deadline. [WrongRole]")
    _check_new_end(intake, new, regulations_of(installation, intake), installation.now())
    moved = DeadlineExtension(
        key=f"{intake.programme}/{intake.cohort}/closes_at/{new:%Y%m%dT%H%M%S}",
        programme=intake.programme,
        cohort=intake.cohort,
        case=None,
        deadline="closes_at",
        old=intake.closes_at,
        new=new,
        reason=reason,
        person=actor.person,
        at=installation.now(),
    )
    with installation.database.transaction() as session:
        IntakeRepository(session).extend(moved)
    return moved


def _check_new_end(intake: Intake, new: datetime, agreement: ConsortiumAgreement, now: datetime) -> None:
    """Refuse an end of the window that is none, or that comes after what needs all applications."""
    zone = agreement.zone
    if new <= intake.closes_at:
        raise RefusedError(f"The window closes on {day_of(intake.closes_at, zone)}; give a later date.")
    if new <= now:
        raise RefusedError(f"{day_of(new, zone)} is in the past; give a later date.")
    if ranks(agreement) and new > intake.ranked_at:
        raise RefusedError(
            f"Applications are ranked on {day_of(intake.ranked_at, zone)}, and later ones would come too "
            "late for a place; give an earlier date."
        )
    if new >= intake.study_starts_at:
        raise RefusedError(f"Study starts on {day_of(intake.study_starts_at, zone)}; give an earlier date.")


def _print_extension(moved: DeadlineExtension, zone: str, *, as_json: bool) -> None:
    if as_json:
        print_json(vars(moved))
    else:
        typer.echo(f"Applications for {moved.cohort} are taken until {day_of(moved.new, zone)}.")


def _task_to_extend(installation: Installation, case: CaseView, task: str | None) -> TaskView:
    if task is not None:
        view = find_task(installation, task)
        if view.task.case != case.case:
            raise WrongUseError(f"The task {task} does not belong to the case {case.case}.")
        return view
    found = open_tasks(installation, case.case, TaskKind)
    if len(found) == 1:
        return found[0]
    if not found:
        raise RefusedError("This case waits for nobody; there is no deadline to extend.")
    raise WrongUseError(f"Name the task with --task: {', '.join(view.task.task_id for view in found)}.")


def release_decisions(
    context: typer.Context,
    programme: ProgrammeArgument,
    cohort: CohortArgument,
    *,
    person: AsPerson,
    as_json: AsJSON = False,
) -> None:
    """Release the embargoed decisions of a cohort now."""
    installation = installation_of(context)
    intake = find_intake(installation, programme, cohort)
    actor = actor_for(installation, person, programme)
    workflow_id = f"cohort/{intake.programme}/{intake.cohort}"
    with installation.database.reading() as session:
        waiting = TaskRepository(session).waiting()
    found = [
        view
        for view in waiting
        if view.task.workflow_id == workflow_id and view.task.kind is TaskKind.RELEASE_DECISIONS
    ]
    if not found:
        agreement = regulations_of(installation, intake)
        ranked = day_of(intake.ranked_at, agreement.zone)
        why = "the agreement has no embargo, so decisions are told at once"
        if agreement.admission.embargo:
            why = f"it is possible from the ranking on {ranked} until decisions are told by themselves"
        raise RefusedError(f"Nothing waits for release in {cohort}: {why}.")
    print_receipt(send(installation, *answer(found[0], "release", actor)), as_json=as_json)
