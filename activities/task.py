"""The task list that people see: opened, reminded, escalated and closed by workflows."""

from temporalio import activity

from models.base import CaseId
from models.record import Notice, TaskClosing, TaskNotice, TaskOpening
from records.database import Database
from records.notice import ESCALATION, STAFF, NoticeRepository
from records.task import TaskRepository, TaskView


class TaskActivities:
    """Keeps the task list; the workflow remains the authority."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    def open_tasks(self, opening: TaskOpening) -> None:
        """Show tasks to the people who may do them."""
        with self._database.transaction() as session:
            TaskRepository(session).open_all(opening.tasks)

    @activity.defn
    def close_tasks(self, closing: TaskClosing) -> None:
        """Take tasks off the list that need no answer any more."""
        with self._database.transaction() as session:
            TaskRepository(session).close(closing.task_ids, closing.outcome, closing.at)

    @activity.defn
    def remind(self, notice: TaskNotice) -> None:
        """Note that the person was reminded."""
        with self._database.transaction() as session:
            TaskRepository(session).remind(notice.task_id, notice.at)

    @activity.defn
    def escalate(self, notice: TaskNotice) -> None:
        """Note that a deadline passed, and tell the programme leader, once for each level."""
        with self._database.transaction() as session:
            tasks = TaskRepository(session)
            if tasks.escalate(notice.task_id, notice.level, notice.due_at) and notice.case is not None:
                told = _escalation(tasks.get(notice.task_id), notice.case, notice)
                NoticeRepository(session).send(told, STAFF)


def _escalation(view: TaskView, case: CaseId, notice: TaskNotice) -> Notice:
    task, since = view.task, view.late_since(notice.at) or notice.at
    who = task.role.value.replace("_", " ") + (f" of {task.partner}" if task.partner else "")
    return Notice(
        case=case,
        key=f"{ESCALATION}{task.task_id}/{notice.level}",
        sentence=(
            f"Escalated to the programme leader, level {notice.level}: the {who} "
            f"was to answer by {since:%-d %B %Y}: {task.subject}"
        ),
        at=notice.at,
    )
