"""The messages between cases and their cohort: each is told once, by its message id."""

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from models.lifecycle import CohortMessage
from models.record import SeatMessage

_log = structlog.get_logger(__name__)


class CohortActivities:
    """Tells cohorts of their candidates, and cases whether there is a place."""

    def __init__(self, client: Client, queue: str) -> None:
        self._client = client
        self._queue = queue

    @activity.defn
    async def tell_cohort(self, message: CohortMessage) -> None:
        """Tell a cohort of a candidate or a freed place, starting it if need be; a closed one hears none."""
        intake = message.cohort.intake
        told = message.candidate or message.freed
        try:
            await self._client.start_workflow(
                "CohortWorkflow",
                message.cohort,
                id=f"cohort/{intake.programme}/{intake.cohort}",
                task_queue=self._queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal="candidate" if message.candidate is not None else "freed",
                start_signal_args=[told],
                static_summary=f"Cohort {intake.cohort}: places and release of decisions",
            )
        except WorkflowAlreadyStartedError:
            _log.info("cohort is closed", programme=intake.programme, cohort=intake.cohort)

    @activity.defn
    async def tell_seat(self, message: SeatMessage) -> None:
        """Tell a case whether there is a place; a case that has ended needs to hear nothing."""
        handle = self._client.get_workflow_handle(f"learner/{message.case}/admission")
        try:
            await handle.signal("seat", message.notice)
        except RPCError as problem:
            if problem.status is not RPCStatusCode.NOT_FOUND:
                raise
