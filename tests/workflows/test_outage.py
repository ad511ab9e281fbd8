"""A step on the lead's own database that fails for long: it is tried again, and history stays short."""

from datetime import timedelta
from uuid import uuid4

from temporalio import activity, workflow
from temporalio.testing import WorkflowEnvironment

from engine.workers import WorkerTuning, build_worker
from tests.harness import a_verifier
from workflows.steps import write

ATTEMPTS = 24
EVENTS = 130
"""About twenty for the first half minute, then six for each pause of up to five minutes."""


class Outage:
    """A database that is away until it has been asked a number of times."""

    def __init__(self) -> None:
        self.asked = 0

    @activity.defn
    def keep(self, what: str) -> str:
        self.asked += 1
        if self.asked < ATTEMPTS:
            raise ConnectionError("The database does not answer.")
        return what


@workflow.defn
class OneStep:
    """Does one step in place."""

    @workflow.run
    async def run(self, what: str) -> str:
        return await write(Outage.keep, what)


async def test_an_outage_of_an_hour_costs_few_events(time_skipping: WorkflowEnvironment) -> None:
    queue, outage = f"outage-{uuid4().hex}", Outage()
    began = await time_skipping.get_current_time()
    worker = build_worker(
        time_skipping.client,
        queue,
        a_verifier(),
        workflows=[OneStep],
        activities=[outage.keep],
        tuning=WorkerTuning(grace=timedelta(0)),
    )
    async with worker:
        handle = await time_skipping.client.start_workflow(OneStep.run, "a task", id=queue, task_queue=queue)
        assert await handle.result() == "a task"

    lasted = await time_skipping.get_current_time() - began
    events = len((await handle.fetch_history()).events)
    assert outage.asked == ATTEMPTS
    assert lasted > timedelta(hours=1)
    assert events <= EVENTS
