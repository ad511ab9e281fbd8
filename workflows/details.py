"""What a workflow says of itself on the engine's own page: what it does, and for whom or what it waits."""

from collections.abc import Iterable

from temporalio import workflow

from models.task import Task


class Details:
    """
    The current details of a workflow; the engine asks for them, so that they cost no event.

    They are made anew whenever something changes, so that what is over is not shown any more.
    """

    def __init__(self, does: str) -> None:
        self._does = does
        self._tasks: tuple[Task, ...] = ()
        self._systems: tuple[str, ...] = ()

    def show(
        self,
        *,
        does: str | None = None,
        tasks: Iterable[Task] | None = None,
        systems: Iterable[str] | None = None,
    ) -> None:
        """Say what has changed: what is done now, which tasks are open, whose systems are to answer."""
        self._does = self._does if does is None else does
        self._tasks = self._tasks if tasks is None else tuple(tasks)
        self._systems = self._systems if systems is None else tuple(systems)
        waits = [*map(_task, self._tasks), *(f"* the system of {name}" for name in self._systems)]
        lines = ["**Waits for**", *waits] if waits else ["Waits for nobody."]
        workflow.set_current_details("\n".join([self._does, "", *lines]))


def purpose(kind: type) -> str:
    """Tell what a workflow does: the first sentence of its description."""
    return (kind.__doc__ or kind.__name__).strip().partition("\n")[0]


def _task(task: Task) -> str:
    who = task.role.value.replace("_", " ") + (f" of {task.partner}" if task.partner else "")
    number = task.task_id.rpartition("#")[2]
    return f"* {who}, until {task.due_at:%-d %B %Y}: {task.subject} (task #{number})"
