"""Workers as the factory makes them."""

from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client

from engine.workers import WorkerTuning, build_worker
from tests.harness import a_verifier


@workflow.defn
class SlowStarter:
    """Keeps the processor for longer than the SDK's own bound before it yields."""

    @workflow.run
    async def run(self) -> str:
        end = workflow.time_ns() + 0
        total = 0
        for number in range(60_000_000):
            total += number
        return f"done {end > 0 and total > 0}"


async def test_slow_workflow_code_is_not_taken_for_deadlocked(client: Client, unique: str) -> None:
    tuning = WorkerTuning(sandboxed=False, yields_within=60)

    async with build_worker(client, unique, a_verifier(), workflows=[SlowStarter], tuning=tuning):
        done = await client.execute_workflow(
            SlowStarter.run, id=unique, task_queue=unique, task_timeout=timedelta(seconds=60)
        )

    assert done == "done True"
