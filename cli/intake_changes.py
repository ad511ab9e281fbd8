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
    standing_decision,
)
from cli.errors import RefusedError, WrongUseError
from cli.installation import Installation
from cli.intake import CohortArgument, ProgrammeArgument, find_intake
from cli.people import actor_for
from cli.printing import AsJSON, print_json
from cli.task import find_task
from cli.values import read_moment
from models.actor import Actor, Role
from models.case import Intake
from models.decision import DateChange, DecisionKind, Receipt
from models.task import TaskKind
from records.case import CaseView
from records.consortium import DeadlineExtension, IntakeRepository
from records.task import TaskRepository, TaskView

WhyReason = Annotated[str, typer.Option("--reason", help="Why the deadline moves.")]


def extend(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    programme: ProgrammeArgument,
    cohort: CohortArgument,
    *,
    until: Annotated[str, typer.Option(help="The new deadline, as 2026-09-30.")],
    reason: WhyReason,
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
    new = read_moment(until, installation.library.agreement(programme).zone, "--until", end=True)
    if not reason.strip():
        raise WrongUseError("--reason is empty; say why the deadline moves.")
    actor = actor_for(installation, person, programme)
    if reference is None:
        moved = _extend_cohort(installation, intake, actor, new, reason)
        _print_extension(moved, as_json=as_json)
        return
    case = find_case(installation, reference)
    if (case.programme, case.cohort) != (programme, cohort):
        raise WrongUseError(f"The case {case.case} belongs to {case.cohort} of {case.programme}.")
    view = _task_to_extend(installation, case, task)
    decision = standing_decision(
        DecisionKind.EXTEND_DEADLINE, actor, reason, DateChange(until=new), view.task.task_id
    )
    receipt = send(installation, view.task.workflow_id, decision)
    _note_extension(installation, case, view, receipt, (new, reason))
    print_receipt(receipt, as_json=as_json)


def _extend_cohort(
    installation: Installation, intake: Intake, actor: Actor, new: datetime, reason: str
) -> DeadlineExtension:
    if not actor.holds(Role.PROGRAMME_LEADER):
        raise RefusedError("Only the programme leader can extend a deadline. [WrongRole]")
    if new <= intake.closes_at:
        raise RefusedError(f"The window closes on {intake.closes_at:%Y-%m-%d}; give a later date.")
    if new >= intake.study_starts_at:
        raise RefusedError(f"Study starts on {intake.study_starts_at:%Y-%m-%d}; give an earlier date.")
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


def _print_extension(moved: DeadlineExtension, *, as_json: bool) -> None:
    if as_json:
        print_json(vars(moved))
    else:
        typer.echo(f"Applications for {moved.cohort} are taken until {moved.new:%-d %B %Y}.")


def _task_to_extend(installation: Installation, case: CaseView, task: str | None) -> TaskView:
    if task is not None:
        return find_task(installation, task)
    found = open_tasks(installation, case.case, TaskKind)
    if len(found) == 1:
        return found[0]
    if not found:
        raise RefusedError("This case waits for nobody; there is no deadline to extend.")
    raise WrongUseError(f"Name the task with --task: {', '.join(view.task.task_id for view in found)}.")


def _note_extension(
    installation: Installation, case: CaseView, view: TaskView, receipt: Receipt, change: tuple[datetime, str]
) -> None:
    """Keep the extension beside the cohort's own, and show the new deadline in the list."""
    new, reason = change
    with installation.database.transaction() as session:
        IntakeRepository(session).extend(
            DeadlineExtension(
                key=receipt.decision_id,
                programme=case.programme,
                cohort=case.cohort,
                case=case.case,
                deadline=view.task.kind,
                old=view.due_at,
                new=new,
                reason=reason,
                person=receipt.person,
                at=receipt.decided_at,
            )
        )
        TaskRepository(session).move(view.task.task_id, new)


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
    actor = actor_of(installation, person, None)
    workflow_id = f"cohort/{intake.programme}/{intake.cohort}"
    with installation.database.reading() as session:
        waiting = TaskRepository(session).waiting()
    found = [
        view
        for view in waiting
        if view.task.workflow_id == workflow_id and view.task.kind is TaskKind.RELEASE_DECISIONS
    ]
    if not found:
        raise RefusedError(
            f"Nothing waits for release in {cohort}: decisions are released after places are given "
            f"({intake.ranked_at:%Y-%m-%d}), and only where the agreement has an embargo."
        )
    print_receipt(send(installation, *answer(found[0], "release", actor)), as_json=as_json)
