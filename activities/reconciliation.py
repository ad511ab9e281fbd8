"""The task list and the workflows compared: what a workflow no longer waits for is taken off the list."""

import asyncio
from datetime import datetime, timedelta

import structlog
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from engine.errors import EngineError
from models.record import Reconciled, Reconciliation
from records.database import Database
from records.task import TaskRepository

QUERY_PATIENCE = timedelta(seconds=10)
QUERIES_AT_ONCE = 20
"""Many workflows that do not answer must not use up the time of the whole comparison."""
_log = structlog.get_logger(__name__)


class ReconciliationActivities:
    """Asks the workflows what they wait for; they are the authority, the list follows."""

    def __init__(self, database: Database, client: Client, patience: timedelta = QUERY_PATIENCE) -> None:
        self._database = database
        self._client = client
        self._patience = patience

    @activity.defn
    async def reconcile_tasks(self, reconciliation: Reconciliation) -> Reconciled:
        """Close the tasks that have been open for a while and that no workflow waits for."""
        open_tasks = await asyncio.to_thread(self._open_before, reconciliation.opened_before)
        stale: list[str] = []
        limit = asyncio.Semaphore(QUERIES_AT_ONCE)
        answers = await asyncio.gather(*(self._waits_for(workflow_id, limit) for workflow_id in open_tasks))
        for tasks, waiting in zip(open_tasks.values(), answers, strict=True):
            if waiting is not None:
                stale += [task for task in tasks if task not in waiting]
        if stale:
            _log.warning("stale tasks closed", tasks=stale)
            await asyncio.to_thread(self._close, stale, reconciliation.at)
        return Reconciled(compared=sum(map(len, open_tasks.values())), closed=tuple(stale))

    def _open_before(self, moment: datetime) -> dict[str, list[str]]:
        """Group the open tasks by workflow."""
        found: dict[str, list[str]] = {}
        with self._database.reading() as session:
            for view in TaskRepository(session).waiting():
                if view.task.opened_at < moment:
                    found.setdefault(view.task.workflow_id, []).append(view.task.task_id)
        return found

    async def _waits_for(self, workflow_id: str, limit: asyncio.Semaphore) -> set[str] | None:
        """
        Ask a workflow for its open tasks; none for one that is over, None when it does not answer now.

        One that was terminated still answers with the tasks that it had: its end counts.
        A workflow that cannot answer, or whose answer cannot be read, must not keep the others
        from being compared: its tasks stay on the list, and it is asked again the next time.
        """
        try:
            async with limit:
                handle = self._client.get_workflow_handle(workflow_id)
                described = await handle.describe(rpc_timeout=self._patience)
                if described.status is not WorkflowExecutionStatus.RUNNING:
                    return set()
                answer: list[str] = await handle.query(
                    "open_tasks", result_type=list, rpc_timeout=self._patience
                )
        except RPCError as problem:
            if problem.status is RPCStatusCode.NOT_FOUND:
                return set()
            _log.warning("workflow did not answer", workflow_id=workflow_id, error=problem.status.name)
            return None
        except (WorkflowQueryFailedError, EngineError) as problem:
            kind = type(problem).__name__
            _log.warning("workflow did not answer", workflow_id=workflow_id, error=kind)
            return None
        return set(answer)

    def _close(self, tasks: list[str], at: datetime) -> None:
        with self._database.transaction() as session:
            TaskRepository(session).close(tasks, "no workflow waits for it any more", at)
