"""Schedules: what the engine starts by itself, again and again."""

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from models.clock import Clock

RECONCILIATION = "reconciliation"


async def ensure_reconciliation(client: Client, clock: Clock, queue: str, every: timedelta) -> None:
    """Have the task list compared with the workflows at an interval; a schedule that is there stays."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            "ReconciliationWorkflow", clock, id=RECONCILIATION, task_queue=queue
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
    try:
        await client.create_schedule(RECONCILIATION, schedule)
    except ScheduleAlreadyRunningError:
        return
