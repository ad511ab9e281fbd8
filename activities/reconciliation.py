"""The task list and the workflows compared: what a workflow no longer waits for is taken off the list."""

import asyncio
from datetime import datetime, timedelta

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from models.record import Reconciled, Reconciliation
from records.database import Database
from records.task import TaskRepository

QUERY_SECONDS = 10
_log = structlog.get_logger(__name__)


class ReconciliationActivities:
    """Asks the workflows what they wait for; they are the authority, the list follows."""

    def __init__(self, database: Database, client: Client) -> None:
        self._database = database
        self._client = client

    @activity.defn
    async def reconcile_tasks(self, reconciliation: Reconciliation) -> Reconciled:
        """Close the tasks that have been open for a while and that no workflow waits for."""
        open_tasks = await asyncio.to_thread(self._open_before, reconciliation.opened_before)
        stale: list[str] = []
        for workflow_id, tasks in open_tasks.items():
            waiting = await self._waits_for(workflow_id)
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

    async def _waits_for(self, workflow_id: str) -> set[str] | None:
        """Ask a workflow for its open tasks; none for one that is gone, None when it does not answer now."""
        try:
            answer: list[str] = await self._client.get_workflow_handle(workflow_id).query(
                "open_tasks", result_type=list, rpc_timeout=timedelta(seconds=QUERY_SECONDS)
            )
        except RPCError as problem:
            return set() if problem.status is RPCStatusCode.NOT_FOUND else None
        return set(answer)

    def _close(self, tasks: list[str], at: datetime) -> None:
        with self._database.transaction() as session:
            TaskRepository(session).close(tasks, "no workflow waits for it any more", at)
