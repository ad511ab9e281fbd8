"""A real worker that is killed with SIGKILL at the worst moments leaves one registration for each learner."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowHandle

from activities.registration import PartnerActivities
from engine.embedded import EmbeddedServer
from engine.workers import WorkerTuning, build_worker
from models.base import Model
from models.partner import PartnerOrder, PartnerReceipt
from partners.identity import effect_id, person_id
from partners.sandbox.switches import Operation
from tests.harness import a_verifier
from tests.partners.sandboxes import ROOT, Sandbox, an_order

PATIENCE = timedelta(seconds=30)


class Errand(Model):
    """One registration, and the queue of the partner's worker."""

    order: PartnerOrder
    queue: str


@workflow.defn
class ErrandWorkflow:
    """Registers as a case does, but finds out sooner that a worker has died."""

    @workflow.run
    async def run(self, errand: Errand) -> PartnerReceipt:
        return await workflow.execute_activity_method(
            PartnerActivities.register_at_partner,
            errand.order,
            task_queue=errand.queue,
            start_to_close_timeout=timedelta(seconds=5),
        )


@dataclass
class Stage:
    """A partner, the engine, and the queue between them."""

    sandbox: Sandbox
    client: Client
    address: str
    queue: str

    async def ask(self, order: PartnerOrder) -> WorkflowHandle[ErrandWorkflow, PartnerReceipt]:
        return await self.client.start_workflow(
            ErrandWorkflow.run,
            Errand(order=order, queue=self.queue),
            id=f"learner/{order.case}",
            task_queue=f"cases-{self.queue}",
        )

    @contextlib.contextmanager
    def worker(self, when: str, order: PartnerOrder) -> Iterator[subprocess.Popen[bytes]]:
        """Run a worker that dies at this order, or when the block ends."""
        endpoint = self.sandbox.endpoint(timeout_seconds=10).model_dump_json()
        command = [sys.executable, "-m", "tests.partners.killed_worker", self.address, self.queue, endpoint]
        command += [when, effect_id(order.partner, order.effect_key)]
        with subprocess.Popen(command, cwd=ROOT) as process:  # noqa: S603  # our own program with our own arguments
            yield process
            process.kill()

    async def effect(self, order: PartnerOrder) -> None:
        """Wait until the partner has registered the learner."""
        code = person_id(order.partner, order.person)
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while True:
                if await asyncio.to_thread(self.sandbox.effects, code, Operation.REGISTER):
                    return
                await asyncio.sleep(0.02)


async def death_of(process: subprocess.Popen[bytes]) -> int:
    return await asyncio.to_thread(process.wait, PATIENCE.total_seconds())


@asynccontextmanager
async def a_stage(
    sandbox: Sandbox, client: Client, server: EmbeddedServer, unique: str
) -> AsyncIterator[Stage]:
    queue = f"partner/{unique}"
    tuning = WorkerTuning(sandboxed=False)
    async with build_worker(
        client, f"cases-{queue}", a_verifier(), workflows=[ErrandWorkflow], tuning=tuning
    ):
        yield Stage(sandbox, client, server.address.target, queue)


@pytest.mark.long
@pytest.mark.real_engine
@pytest.mark.parametrize("shown", ["at once", "late"])
async def test_worker_killed_before_the_call_after_the_effect_and_after_the_answer_leaves_one_registration(
    sandbox: Sandbox, client: Client, engine_server: EmbeddedServer, unique: str, shown: str
) -> None:
    before, effected, answered = orders = [an_order() for _ in range(3)]
    late = [{"kind": "show_later", "seconds": 0.2, "operation": "register", "times": 9}]
    code = person_id("jyu", effected.person)
    silent = {"kind": "timeout", "operation": "register", "person": code}
    sandbox.switch(silent, *(late if shown == "late" else []))

    async with a_stage(sandbox, client, engine_server, unique) as stage:
        results = [await stage.ask(before)]
        with stage.worker("before", before) as worker:
            ends = [await death_of(worker)]
        results.append(await stage.ask(effected))
        with stage.worker("never", effected) as worker:
            await stage.effect(effected)
            worker.kill()
            ends.append(await death_of(worker))
        results.append(await stage.ask(answered))
        with stage.worker("answered", answered) as worker:
            ends.append(await death_of(worker))
        with stage.worker("never", answered):
            receipts = [await result.result() for result in results]

    assert ends == [-signal.SIGKILL] * 3
    for order, receipt in zip(orders, receipts, strict=True):
        (row,) = sandbox.effective(person_id("jyu", order.person))
        assert row["active"] == 1
        assert row["associations"][receipt.reference] == "associated"
