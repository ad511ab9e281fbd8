"""The task list that people see: opened, reminded, escalated and closed by workflows."""

from temporalio import activity

from models.record import TaskClosing, TaskNotice, TaskOpening
from records.database import Database
from records.task import TaskRepository


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
        """Note that the deadline passed, and until when the answer is expected now."""
        with self._database.transaction() as session:
            tasks = TaskRepository(session)
            tasks.escalate(notice.task_id, notice.at, notice.level)
            if notice.due_at is not None:
                tasks.move(notice.task_id, notice.due_at)
