"""What a workflow says of itself on the engine's own page: what it does, and for whom or what it waits."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from temporalio import workflow

from models.task import Task


class Details:
    """
    The current details of a workflow; the engine asks for them, so that they cost no event.

    They are made anew whenever something changes, so that what is over is not shown any more.
    """

    def __init__(self, does: str) -> None:
        self.does = does
        """What this workflow does at present, in one sentence."""
        self._tasks: tuple[Task, ...] = ()
        self._systems: list[str] = []

    def show(self, tasks: Iterable[Task] | None = None) -> None:
        """Say what this workflow does and what it waits for; by default the tasks are those of before."""
        self._tasks = self._tasks if tasks is None else tuple(tasks)
        waits = [*map(_task, self._tasks), *(f"* the system of {name}" for name in self._systems)]
        lines = ["**Waits for**", *waits] if waits else ["Waits for nobody."]
        workflow.set_current_details("\n".join([self.does, "", *lines]))

    @contextmanager
    def waiting_for_system(self, name: str) -> Iterator[None]:
        """Say, while it lasts, that a partner's system is to answer."""
        self._systems.append(name)
        self.show()
        try:
            yield
        finally:
            self._systems.remove(name)
            self.show()


def purpose(kind: type) -> str:
    """Tell what a workflow does: the first sentence of its description."""
    return (kind.__doc__ or kind.__name__).strip().partition("\n")[0]


def _task(task: Task) -> str:
    who = task.role.value.replace("_", " ") + (f" of {task.partner}" if task.partner else "")
    number = task.task_id.rpartition("#")[2]
    return f"* {who}, until {task.due_at:%-d %B %Y}: {task.subject} (task #{number})"
