"""`collegium task extend` and `replace`: another deadline for one task, another member in a ballot."""

from datetime import datetime
from typing import Annotated

import typer

from cli.deciding import (
    AsPerson,
    actor_of,
    actor_of_task,
    find_case,
    installation_of,
    print_receipt,
    programme_of_task,
    send,
    standing_decision,
)
from cli.errors import RefusedError, WrongUseError
from cli.installation import Installation
from cli.printing import AsJSON
from cli.task import TaskId, case_of, find_task
from cli.values import read_moment
from cli.zones import Zones, day_of
from models.actor import Actor
from models.base import PersonRef, ProgrammeId
from models.decision import DateChange, DecisionKind, ElectorChange, Receipt
from models.directory import OfficeHolder
from models.task import TaskKind
from records.case import CaseView
from records.consortium import DeadlineExtension, IntakeRepository
from records.tables.decision import TaskState
from records.task import TaskFilter, TaskRepository, TaskView

WhyExtended = Annotated[str, typer.Option("--reason", help="Why the deadline moves.")]
NewDeadline = Annotated[str, typer.Option(help="The new deadline, as 2026-09-30.")]
_OF_BALLOTS = (TaskKind.VOTE, TaskKind.RESOLVE_BALLOT)


def extend_task(
    context: typer.Context,
    task: TaskId,
    *,
    until: NewDeadline,
    reason: WhyExtended,
    person: AsPerson,
    as_json: AsJSON = False,
) -> None:
    """Extend the deadline of one open task."""
    installation = installation_of(context)
    view = find_task(installation, task)
    zone = Zones(installation).of_programme(programme_of_task(installation, view.task))
    new = read_moment(until, zone, "--until", end=True)
    actor = actor_of_task(installation, person, view.task)
    print_receipt(move_deadline(installation, view, actor, new, reason), as_json=as_json)


def move_deadline(
    installation: Installation, view: TaskView, actor: Actor, new: datetime, reason: str
) -> Receipt:
    """Extend a task's deadline, and keep the extension beside those of its cohort."""
    case = case_of(installation, view.task)
    zone = Zones(installation).of_programme(programme_of_task(installation, view.task))
    if not reason.strip():
        raise WrongUseError("--reason is empty; say why the deadline moves.")
    if view.state is not TaskState.OPEN:
        raise RefusedError(f"The task {view.task.task_id} is closed: {view.outcome}. [TaskClosed]")
    if new <= view.due_at:
        raise RefusedError(f"The deadline is {day_of(view.due_at, zone)}; give a later date. [DateMissing]")
    if new <= installation.now():
        raise RefusedError(f"{day_of(new, zone)} is in the past; give a later date. [DateMissing]")
    decision = standing_decision(
        DecisionKind.EXTEND_DEADLINE, actor, reason, DateChange(until=new), view.task.task_id
    )
    receipt = send(installation, view.task.workflow_id, decision)
    if case is not None:
        _note(installation, case, view, receipt, (new, reason))
    return receipt


def _note(
    installation: Installation, case: CaseView, view: TaskView, receipt: Receipt, change: tuple[datetime, str]
) -> None:
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


def attend_meeting(
    context: typer.Context, task: TaskId, *, person: AsPerson, as_json: AsJSON = False
) -> None:
    """Put yourself on the attendance list of a committee's meeting; whoever votes is on it already."""
    installation = installation_of(context)
    view = find_task(installation, task)
    if view.task.kind is not TaskKind.HOLD_SESSION:
        raise WrongUseError(f"{task} is no meeting. `task list` shows those that are held.")
    decision = standing_decision(DecisionKind.ATTEND, actor_of_task(installation, person, view.task), "")
    print_receipt(send(installation, view.task.workflow_id, decision), as_json=as_json)


def replace_member(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    ballot: Annotated[
        str, typer.Argument(metavar="TASK|REF", help="A task of the ballot, or the case that is decided.")
    ],
    *,
    leaves: Annotated[PersonRef, typer.Option(metavar="PERSON", help="Who gives up the seat.")],
    joins: Annotated[PersonRef, typer.Option(metavar="PERSON", help="Who takes it, of the same partner.")],
    reason: Annotated[str, typer.Option("--reason", help="Why the member is replaced.")],
    person: AsPerson,
    as_json: AsJSON = False,
) -> None:
    """Replace a member of a ballot that is open: somebody who is recused, ill, or has left the office."""
    installation = installation_of(context)
    view = _ballot_task(installation, ballot, leaves)
    case = case_of(installation, view.task)
    assert case is not None  # noqa: S101 - every ballot is about a case
    members = _members(installation, case.programme, leaves, joins)
    decision = standing_decision(
        DecisionKind.REPLACE_ELECTOR,
        actor_of(installation, person, case),
        reason,
        ElectorChange(leaves=leaves, joins=joins, name=members[1].name),
    )
    print_receipt(send(installation, view.task.workflow_id, decision), as_json=as_json)


def _ballot_task(installation: Installation, name: str, leaves: PersonRef) -> TaskView:
    """Find a task of the ballot that is open: the one named, or one of the case, of this member first."""
    if "#" in name:
        found = [find_task(installation, name)]
    else:
        case = find_case(installation, name)
        with installation.database.reading() as session:
            found = list(TaskRepository(session).waiting(TaskFilter(case=case.case)))
    ballots = [view for view in found if view.task.kind in _OF_BALLOTS]
    if not ballots:
        raise RefusedError(f"No ballot is open in {name}; members are replaced while they vote.")
    return next((view for view in ballots if view.task.assignee == leaves), ballots[0])


def _members(
    installation: Installation, programme: ProgrammeId, leaves: PersonRef, joins: PersonRef
) -> tuple[OfficeHolder, OfficeHolder]:
    """Look both up in the directory; the seat belongs to a partner and stays with it."""
    people = {holder.person: holder for holder in installation.library.directory(programme).people}
    for option, name in (("--leaves", leaves), ("--joins", joins)):
        if name not in people:
            raise WrongUseError(f"{option} {name!r} is nobody of the directory of {programme}.")
    if people[leaves].partner != people[joins].partner:
        raise RefusedError(
            f"The seat belongs to {people[leaves].partner}; name one of its people. [OtherPartner]"
        )
    return people[leaves], people[joins]
