"""The comparison of the task list with the workflows, started by a schedule."""

from datetime import timedelta

from temporalio import workflow

from activities.reconciliation import ReconciliationActivities
from models.clock import Clock
from models.record import Reconciled, Reconciliation

SETTLED = timedelta(minutes=2)
"""Real time after which a task is in its workflow's history for sure."""


@workflow.defn
class ReconciliationWorkflow:
    """Take tasks off the list that no workflow waits for any more."""

    @workflow.run
    async def run(self, clock: Clock) -> Reconciled:
        """Return how many tasks were compared and which were closed."""
        now = workflow.now()
        return await workflow.execute_activity_method(
            ReconciliationActivities.reconcile_tasks,
            Reconciliation(at=clock.business(now), opened_before=clock.business(now - SETTLED)),
            start_to_close_timeout=timedelta(minutes=5),
            summary="Compare the task list with the workflows",
        )
