"""
Tasks as people see them: a read model, the workflow stays the authority.

Steps may arrive twice and late. A task that is closed stays closed, also when the step that opens
it comes after the one that closes it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from models.actor import Office, Role
from models.base import CaseId, PartnerId, PersonRef, ProgrammeId
from models.task import Task
from records.errors import UnknownRecordError
from records.statements import all_of, insert_new, one_of
from records.tables.case import CaseRow
from records.tables.decision import TaskRow, TaskState

CLOSED = {"state": TaskState.CLOSED}


@dataclass(frozen=True)
class TaskView:
    """A task with what became of it."""

    task: Task
    state: TaskState
    outcome: str | None
    """The option chosen, or why no answer is needed any more."""
    closed_at: datetime | None
    decided_by: PersonRef | None
    progress: str | None
    """What has happened so far, as in `2 of 4 votes`."""
    due_at: datetime
    """As it is now: an extension moves it."""
    reminded_at: datetime | None
    overdue_since: datetime | None
    """The first deadline that passed without an answer; an extension takes it back."""
    escalation_level: int

    def late_since(self, now: datetime) -> datetime | None:
        """Tell which deadline has passed first, None while there is time; escalation gives no more time."""
        return self.overdue_since or (self.due_at if self.due_at < now else None)


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    """Which open tasks to list; None means any."""

    role: Role | None = None
    partner: PartnerId | None = None
    person: PersonRef | None = None
    """Tasks that only this person may answer."""
    case: CaseId | None = None
    overdue_at: datetime | None = None
    """Tasks of which a deadline has passed at this moment."""


class TaskRepository:
    """Opens, closes and lists tasks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_all(self, tasks: Iterable[Task]) -> int:
        """Open tasks; those that are known stay as they are. Tell how many are new."""
        return sum(self.open(task) for task in tasks)

    def open(self, task: Task) -> bool:
        """Open a task; a task that was closed before gets its content and stays closed."""
        content = {
            "content": task,
            "case": task.case,
            "role": task.role,
            "partner": task.partner,
            "course": task.course,
            "assignee": task.assignee,
            "due_at": task.due_at,
        }
        if insert_new(self._session, TaskRow, {**_blank(task.task_id), **content}):
            return True
        late = update(TaskRow).where(TaskRow.task_id == task.task_id, TaskRow.content.is_(None))
        self._session.connection().execute(late.values(content))
        return False

    def close(
        self, task_ids: Iterable[str], outcome: str, at: datetime, decided_by: PersonRef | None = None
    ) -> int:
        """Close tasks; the first closing counts. Tell how many were open."""
        return sum(self._close(task_id, outcome, at, decided_by) for task_id in task_ids)

    def remind(self, task_id: str, at: datetime) -> bool:
        """Record that the person was reminded, once for each deadline; the last time is kept."""
        new = or_(TaskRow.reminded_at.is_(None), TaskRow.reminded_at < at)
        return self._mark(task_id, new, {"reminded_at": at})

    def escalate(self, task_id: str, level: int = 1, due_at: datetime | None = None) -> bool:
        """
        Record that a deadline passed, once for each level, and when the answer is expected now.

        The first deadline that passed is kept: who is late does not cease to be so by an escalation.
        """
        since = func.coalesce(TaskRow.overdue_since, TaskRow.due_at)
        new = and_(TaskRow.state == TaskState.OPEN, TaskRow.escalation_level < level)
        if not self._mark(task_id, new, {"overdue_since": since, "escalation_level": level}):
            return False
        if due_at is not None:
            self._mark(task_id, TaskRow.due_at < due_at, {"due_at": due_at})
        return True

    def extend(self, task_id: str, due_at: datetime) -> bool:
        """Give a task a later deadline; it is not overdue any more."""
        return self._mark(task_id, TaskRow.due_at != due_at, {"due_at": due_at, "overdue_since": None})

    def show_progress(self, task_id: str, progress: str) -> bool:
        """Say what has happened so far, in plain words."""
        return self._mark(task_id, TaskRow.state == TaskState.OPEN, {"progress": progress})

    def get(self, task_id: str) -> TaskView:
        """Return a task; `UnknownRecordError` when there is none."""
        row = one_of(self._session, select(TaskRow).where(TaskRow.task_id == task_id))
        if row is None or row.content is None:
            raise UnknownRecordError(f"There is no task {task_id}.")
        return _view(row, row.content)

    def waiting(self, wanted: TaskFilter | None = None) -> tuple[TaskView, ...]:
        """List open tasks, the most urgent first."""
        wanted = wanted or TaskFilter()
        conditions: list[ColumnElement[bool]] = [TaskRow.state == TaskState.OPEN]
        for column, value in (
            (TaskRow.role, wanted.role),
            (TaskRow.partner, wanted.partner),
            (TaskRow.assignee, wanted.person),
            (TaskRow.case, wanted.case),
        ):
            if value is not None:
                conditions.append(column == value)
        if wanted.overdue_at is not None:
            passed = TaskRow.due_at < wanted.overdue_at
            conditions.append(or_(TaskRow.overdue_since.is_not(None), passed))
        return self._listed(and_(*conditions))

    def for_person(self, person: PersonRef, offices: Sequence[Office] = ()) -> tuple[TaskView, ...]:
        """
        List the open tasks that a person may do: their own, and those of their offices.

        A task of a partner needs an office at that partner, a task of a course an office in that
        course; a task that names a person is seen by that person only.
        """
        of_office = [and_(TaskRow.assignee.is_(None), _within(office)) for office in offices]
        return self._listed(
            and_(TaskRow.state == TaskState.OPEN, or_(TaskRow.assignee == person, *of_office))
        )

    def escalated(
        self, programmes: Collection[ProgrammeId], leads: Collection[PartnerId]
    ) -> tuple[TaskView, ...]:
        """List the open tasks that were escalated in programmes, and in their leads' meetings and cohorts."""
        of_cases = TaskRow.case.in_(select(CaseRow.case).where(CaseRow.programme.in_(programmes)))
        of_lead = and_(TaskRow.case.is_(None), TaskRow.partner.in_(leads))
        escalated = and_(TaskRow.state == TaskState.OPEN, TaskRow.escalation_level > 0)
        return self._listed(and_(escalated, or_(of_cases, of_lead)))

    def of_case(self, case: CaseId) -> tuple[TaskView, ...]:
        """Return all tasks of a case, open or closed."""
        return self._listed(TaskRow.case == case)

    def _close(self, task_id: str, outcome: str, at: datetime, decided_by: PersonRef | None) -> bool:
        values = {**CLOSED, "outcome": outcome, "closed_at": at, "decided_by": decided_by}
        if self._mark(task_id, TaskRow.state == TaskState.OPEN, values):
            return True
        insert_new(self._session, TaskRow, {**_blank(task_id), **values})
        return False

    def _mark(self, task_id: str, condition: ColumnElement[bool], values: Mapping[str, object]) -> bool:
        statement = update(TaskRow).where(TaskRow.task_id == task_id, condition).values(dict(values))
        return self._session.connection().execute(statement).rowcount == 1

    def _listed(self, condition: ColumnElement[bool]) -> tuple[TaskView, ...]:
        query = select(TaskRow).where(condition, TaskRow.content.is_not(None))
        rows = all_of(self._session, query.order_by(TaskRow.due_at, TaskRow.task_id))
        return tuple(_view(row, row.content) for row in rows if row.content is not None)


def _within(office: Office) -> ColumnElement[bool]:
    """What of the tasks without a named person belongs to an office; nothing to do with the chair."""
    conditions = [TaskRow.role == office.role]
    if office.partner is not None:
        conditions.append(or_(TaskRow.partner.is_(None), TaskRow.partner == office.partner))
    else:
        conditions.append(TaskRow.partner.is_(None))
    if office.course is not None:
        conditions.append(or_(TaskRow.course.is_(None), TaskRow.course == office.course))
    elif office.role is Role.EXAMINER:
        conditions.append(TaskRow.course.is_(None))
    return and_(*conditions)


def _blank(task_id: str) -> dict[str, object]:
    empty = dict.fromkeys(
        (
            *("content", "case", "role", "partner", "course", "assignee", "due_at"),
            *("outcome", "closed_at", "decided_by", "progress", "reminded_at", "overdue_since"),
        )
    )
    return {**empty, "task_id": task_id, "state": TaskState.OPEN, "escalation_level": 0}


def _view(row: TaskRow, task: Task) -> TaskView:
    return TaskView(
        task=task,
        state=row.state,
        outcome=row.outcome,
        closed_at=row.closed_at,
        decided_by=row.decided_by,
        progress=row.progress,
        due_at=row.due_at or task.due_at,
        reminded_at=row.reminded_at,
        overdue_since=row.overdue_since,
        escalation_level=row.escalation_level,
    )
