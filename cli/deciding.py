"""What all commands share that decide something: the case, the task, the person, the sending."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import RefusedError, WrongUseError
from cli.installation import Installation
from cli.people import actor_for
from engine.errors import EngineError
from models.actor import Actor
from models.base import CaseId, PersonRef, ProgrammeId
from models.decision import Content, Decision, DecisionKind, Receipt
from models.task import Task, TaskKind
from records.case import CaseRepository, CaseView
from records.errors import UnknownRecordError
from records.person import PersonRepository
from records.tables.decision import TaskState
from records.task import TaskRepository, TaskView

AsPerson = Annotated[
    PersonRef,
    typer.Option("--as", help="Who acts: a person of the directory, or a learner's reference or mail."),
]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence or two.")]
Reference = Annotated[str, typer.Argument(metavar="REF", help="Case of the learner, or its first digits.")]


def installation_of(context: typer.Context) -> Installation:
    """Open the installation of this command line."""
    installation = Installation.open(Path(context.obj["home"]))
    context.call_on_close(installation.close)
    return installation


def find_case(installation: Installation, reference: str) -> CaseView:
    """Find a case by its id or by the first digits that only it has."""
    with installation.database.reading() as session:
        cases = CaseRepository(session)
        try:
            return cases.get(reference)
        except UnknownRecordError:
            found = [case for case in cases.find() if reference and case.case.startswith(reference)]
    if len(found) == 1:
        return found[0]
    if found:
        raise WrongUseError(f"{len(found)} cases begin with {reference!r}; give more of its digits.")
    raise WrongUseError(f"There is no case {reference!r}. `./collegium learner list` shows those there are.")


def person_named(installation: Installation, name: str) -> PersonRef:
    """Turn a mail address into the learner's reference; all else is a reference already."""
    if "@" not in name:
        return name
    with installation.database.reading() as session:
        found = PersonRepository(session).find_by_mail(name)
    if found is None:
        raise WrongUseError(f"No learner has the mail address {name}.")
    return found.ref


def actor_of(installation: Installation, name: str, case: CaseView | None) -> Actor:
    """Find who acts, with the offices held today in the case's programme."""
    programme = case.programme if case is not None else None
    return actor_for(installation, person_named(installation, name), programme)


def programme_of_task(installation: Installation, task: Task) -> ProgrammeId | None:
    """Tell to which programme a task belongs; one of a cohort or a meeting names it in its workflow's id."""
    if task.case is not None:
        return find_case(installation, task.case).programme
    kind, _, named = task.workflow_id.partition("/")
    separator = "/" if kind == "cohort" else "-"
    found = [one for one in installation.library.programmes() if named.startswith(f"{one}{separator}")]
    return max(found, key=len, default=None)


def actor_of_task(installation: Installation, name: str, task: Task) -> Actor:
    """Find who acts, with the offices held today in the programme of a task."""
    programme = programme_of_task(installation, task)
    return actor_for(installation, person_named(installation, name), programme)


def open_tasks(installation: Installation, case: CaseId, kinds: Iterable[TaskKind]) -> tuple[TaskView, ...]:
    """List the open tasks of a case of certain kinds."""
    wanted = set(kinds)
    with installation.database.reading() as session:
        tasks = TaskRepository(session).of_case(case)
    return tuple(view for view in tasks if view.state is TaskState.OPEN and view.task.kind in wanted)


def may_do(view: TaskView, actor: Actor) -> bool:
    """Tell whether a task is on a person's list; the workflow decides in the end."""
    task = view.task
    if task.assignee is not None:
        return task.assignee == actor.person
    return actor.holds(task.role, task.partner, task.course)


def task_for(installation: Installation, case: CaseView, kinds: Sequence[TaskKind], actor: Actor) -> TaskView:
    """Find the open task of a case that this person is to answer; say what the case waits for otherwise."""
    found = open_tasks(installation, case.case, kinds)
    own = [view for view in found if may_do(view, actor)]
    if len(own) == 1:
        return own[0]
    if own:
        ids = ", ".join(view.task.task_id for view in own)
        raise WrongUseError(f"Several tasks fit: {ids}. Name one with `./collegium task decide TASK OPTION`.")
    if found:
        # The workflow says in its own words why this person may not do it.
        return found[0]
    raise not_possible_now(installation, case, kinds)


def not_possible_now(
    installation: Installation, case: CaseView, kinds: Sequence[TaskKind], course: str | None = None
) -> RefusedError:
    """Say why nothing of the kind is asked: who decided it last, or what the case waits for instead."""
    with installation.database.reading() as session:
        tasks = TaskRepository(session).of_case(case.case)
    fits = [view for view in tasks if view.task.kind in kinds and course in (None, view.task.course)]
    decided = [view for view in fits if view.decided_by is not None and view.closed_at is not None]
    where = f" in {course}" if course else ""
    if not decided:
        return RefusedError(f"{_wish(kinds)}{where} is not possible now: {_waits(installation, case)}")
    last = max(decided, key=lambda view: view.closed_at or view.due_at)
    labels = {option.code: option.label for option in last.task.options}
    said = labels.get(last.outcome or "", last.outcome)
    decided_so = f"{_wish((last.task.kind,))}{where} is decided already: {last.decided_by} chose “{said}”."
    return RefusedError(f"{decided_so} Now {_waits(installation, case)}")


def _wish(kinds: Sequence[TaskKind]) -> str:
    return f"“{kinds[0].value.replace('_', ' ')}”"


def _waits(installation: Installation, case: CaseView) -> str:
    waiting = open_tasks(installation, case.case, TaskKind)
    if not waiting:
        return f"the case waits for nobody. {case.sentence}"
    first = waiting[0].task
    return f"the case waits for {who_is_asked(waiting[0])}: {first.subject.rstrip('.')}."


def who_is_asked(view: TaskView) -> str:
    """Say on whom a task waits."""
    task = view.task
    role = task.role.value.replace("_", " ")
    where = f" at {task.partner}" if task.partner else ""
    return f"{task.assignee} ({role}{where})" if task.assignee else f"{role}{where}"


def answer(
    view: TaskView, option: str, actor: Actor, reason: str = "", content: Content | None = None
) -> tuple[str, Decision]:
    """Write the answer to a task; return the workflow that takes it, too."""
    task = view.task
    decision = Decision(task=task.task_id, option=option, reason=reason, content=content, actor=actor)
    return task.workflow_id, decision


def standing_decision(
    kind: DecisionKind, actor: Actor, reason: str, content: Content | None = None, task: str | None = None
) -> Decision:
    """Write a decision that answers no task."""
    return Decision(kind=kind, task=task, reason=reason, content=content, actor=actor)


def send(installation: Installation, workflow_id: str, decision: Decision) -> Receipt:
    """Send one decision; a refusal is an error with code and sentence."""
    (sent,) = send_all(installation, [(workflow_id, decision)])
    if sent.problem is not None:
        raise sent.problem
    assert sent.receipt is not None  # noqa: S101 - one of the two is there
    return sent.receipt


@dataclass(frozen=True)
class Sent:
    """What came of one decision."""

    receipt: Receipt | None = None
    problem: EngineError | None = None


def send_all(installation: Installation, decisions: Sequence[tuple[str, Decision]]) -> tuple[Sent, ...]:
    """Send decisions, each with its own answer; fails as a whole only when nothing runs."""

    async def deliver() -> tuple[Sent, ...]:
        async with installation.connected() as connection:
            waiting = (_sent(connection.sender.send(*one)) for one in decisions)
            return tuple(await asyncio.gather(*waiting))

    return asyncio.run(deliver())


async def _sent(sending: Any) -> Sent:
    try:
        return Sent(receipt=await sending)
    except EngineError as problem:
        return Sent(problem=problem)


def print_receipt(receipt: Receipt, *, as_json: bool) -> None:
    """Tell what was decided."""
    typer.echo(receipt.model_dump_json(indent=2) if as_json else receipt.sentence)
