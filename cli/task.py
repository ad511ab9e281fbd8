"""`collegium task`: what waits for people, and their answers."""

from datetime import datetime
from typing import Annotated

import typer

from cli.content import content_of
from cli.deciding import (
    AsPerson,
    Reason,
    actor_of_task,
    answer,
    installation_of,
    person_named,
    print_receipt,
    send,
    who_is_asked,
)
from cli.errors import WrongUseError
from cli.filters import check_filters
from cli.installation import Installation
from cli.people import actor_for, programmes_led_by
from cli.printing import AsJSON, print_json, print_rows
from cli.zones import Zones, day_of, local
from models.actor import Role
from models.task import Task
from records.case import CaseRepository, CaseView
from records.errors import UnknownRecordError
from records.task import TaskFilter, TaskRepository, TaskView

app = typer.Typer(help="Show what waits for people, and decide it.", no_args_is_help=True)

TaskId = Annotated[str, typer.Argument(metavar="TASK", help="Number of the task, as the list shows it.")]


@app.command("list")
def list_tasks(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    *,
    role: Annotated[Role | None, typer.Option(help="Only tasks of this office.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only tasks of this partner.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only tasks whose deadline has passed.")] = False,
    escalated: Annotated[
        bool, typer.Option("--escalated", help="Only escalated tasks; with --as, those told to this leader.")
    ] = False,
    person: Annotated[
        str | None, typer.Option("--as", help="Only what this person may do; a learner's mail will do.")
    ] = None,
    as_json: AsJSON = False,
) -> None:
    """List open tasks, the most urgent first."""
    installation = installation_of(context)
    check_filters(installation, partner=partner)
    now = installation.now()
    views = _waiting(installation, role, partner, person, escalated=escalated)
    shown = [view for view in views if not overdue or view.late_since(now)]
    if as_json:
        print_json({"tasks": [_facts(view, now) for view in shown]})
        return
    columns = ("task", "case", "what", "who", "until", "late", "options")
    zones = Zones(installation)
    rows = (_row(view, now, zones.of_case(view.task.case)) for view in shown)
    print_rows("Open tasks", columns, rows, "Nothing waits for anybody here.")


def _waiting(
    installation: Installation, role: Role | None, partner: str | None, person: str | None, *, escalated: bool
) -> list[TaskView]:
    actor = actor_for(installation, person_named(installation, person)) if person is not None else None
    with installation.database.reading() as session:
        tasks = TaskRepository(session)
        if actor is None:
            found = tasks.waiting(TaskFilter(role=role, partner=partner))
        elif escalated:
            led = programmes_led_by(installation, actor.person)
            found = tasks.escalated(led.keys(), led.values())
        else:
            found = tasks.for_person(actor.person, actor.offices)
    fits = [view for view in found if role in (None, view.task.role) and partner in (None, view.task.partner)]
    return [view for view in fits if not escalated or view.escalation_level]


def _row(view: TaskView, now: datetime, zone: str) -> tuple[object, ...]:
    task = view.task
    options = [option.code for option in task.options]
    return (
        *(task.task_id, task.case, task.subject, who_is_asked(view)),
        *(local(view.due_at, zone), late(view, now, zone), options),
    )


def late(view: TaskView, now: datetime, zone: str) -> str:
    """Say since when a task is overdue, and how often that was escalated; nothing while there is time."""
    since = view.late_since(now)
    if since is None:
        return ""
    times = f", escalation {view.escalation_level}" if view.escalation_level else ""
    return f"since {day_of(since, zone)}{times}"


def _facts(view: TaskView, now: datetime) -> dict[str, object]:
    return {
        **view.task.model_dump(mode="json"),
        "due_at": view.due_at,
        "state": view.state,
        "overdue": view.late_since(now) is not None,
        "overdue_since": view.late_since(now),
        "reminded_at": view.reminded_at,
        "escalation_level": view.escalation_level,
        "progress": view.progress,
        "outcome": view.outcome,
        "decided_by": view.decided_by,
    }


@app.command("show")
def show_task(context: typer.Context, task: TaskId, *, as_json: AsJSON = False) -> None:
    """Show one task: what is asked, of whom, until when, and which answers there are."""
    installation = installation_of(context)
    view = find_task(installation, task)
    if as_json:
        print_json(_facts(view, installation.now()))
        return
    asked, zone = view.task, Zones(installation).of_case(view.task.case)
    rows = [
        ("task", asked.task_id),
        ("what", asked.subject),
        ("regulation", asked.regulation),
        ("who", who_is_asked(view)),
        ("case", asked.case),
        ("course", asked.course),
        ("state", view.state),
        ("opened", local(asked.opened_at, zone)),
        ("until", local(view.due_at, zone)),
        ("late", late(view, installation.now(), zone)),
        ("outcome", view.outcome),
        ("decided by", view.decided_by),
    ]
    print_rows("Task", ("", ""), [row for row in rows if row[1]])
    options = ((one.code, one.label, "yes" if one.needs_reason else "") for one in asked.options)
    print_rows("Answers", ("option", "meaning", "needs a reason"), options)


def find_task(installation: Installation, task: str) -> TaskView:
    """Find a task by its number."""
    with installation.database.reading() as session:
        try:
            return TaskRepository(session).get(task)
        except UnknownRecordError as problem:
            raise WrongUseError(
                f"There is no task {task!r}. `./collegium task list` shows those there are."
            ) from problem


def case_of(installation: Installation, task: Task) -> CaseView | None:
    """Find the case of a task; a cohort's task has none."""
    if task.case is None:
        return None
    with installation.database.reading() as session:
        return CaseRepository(session).get(task.case)


@app.command("decide")
def decide_task(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    task: TaskId,
    option: Annotated[str, typer.Argument(metavar="OPTION", help="One of the task's answers.")],
    *,
    person: AsPerson,
    reason: Reason = "",
    score: Annotated[str | None, typer.Option(help="Score from 0 to 100, where places are limited.")] = None,
    grade: Annotated[str | None, typer.Option(help="Grade on the scale that the task names.")] = None,
    ects: Annotated[str | None, typer.Option(help="ECTS credits that are recognised.")] = None,
    number: Annotated[str | None, typer.Option(help="Student number in your system.")] = None,
    evidence: Annotated[str | None, typer.Option(help="Where the registration can be seen.")] = None,
    course: Annotated[list[str] | None, typer.Option(help="A course of the path; once for each.")] = None,
    main_partner: Annotated[str | None, typer.Option(help="Where the main registration is.")] = None,
    as_json: AsJSON = False,
) -> None:
    """Decide a task with one of its answers."""
    installation = installation_of(context)
    view = find_task(installation, task)
    given = {
        "score": score,
        "grade": grade,
        "ects": ects,
        "number": number,
        "course": course or None,
        "main-partner": main_partner,
    }
    content = content_of(view.task, given, evidence)
    actor = actor_of_task(installation, person, view.task)
    receipt = send(installation, *answer(view, option, actor, reason, content))
    print_receipt(receipt, as_json=as_json)
