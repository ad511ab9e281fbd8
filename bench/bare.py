"""
A bare workflow: as many activities, updates and children as a learner's way has, and none does anything.

It runs in a worker process of its own, tuned as the product's, with the same encrypting converter:
`python -m bench.bare HOME` serves the queue `bare` of the engine of that home folder.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from pydantic import Field
from temporalio import activity, workflow

from cli.installation import Installation
from engine.logging import configure_logging
from engine.seal import SealVerifier, load_seal_public_keys
from engine.workers import WorkerTuning, build_worker, settle_memory
from models.base import Model

QUEUE = "bare"
READY = "bare worker ready"
CALL = "call"
"""Begins a line that asks for updates; the engine's library writes warnings to the same place."""
_STEP = timedelta(seconds=30)


class Part(Model):
    """A stretch of a workflow: steps, the updates that come together, activities, children side by side."""

    steps: int = 0
    """Local activities."""
    updates: int = 0
    activities: int = 0
    """Normal activities, those of the updates included."""
    children: "tuple[Shape, ...]" = ()


class Shape(Model):
    """What one workflow does, in its order."""

    parts: tuple[Part, ...] = Field(default=())

    @property
    def totals(self) -> dict[str, int]:
        """Count everything, children included."""
        below = [child.totals for part in self.parts for child in part.children]
        names = ("steps", "updates", "activities")
        counted = {
            name: sum(getattr(part, name) for part in self.parts) + sum(one[name] for one in below)
            for name in names
        }
        workflows = 1 + sum(one["workflows"] for one in below)
        return {**counted, "workflows": workflows}


Part.model_rebuild()


class Call(Model):
    """Asks the bench for updates."""

    workflow_id: str
    part: int
    updates: int


@activity.defn
async def do_nothing(_: str) -> None:
    """Do nothing: what remains is the engine's own cost of an activity."""


@activity.defn
async def call_for_updates(call: Call) -> None:
    """Let the bench know that the workflow waits for updates, as the task list does for people."""
    sys.stdout.write(f"{CALL} {call.workflow_id} {call.part} {call.updates}\n")
    sys.stdout.flush()


@workflow.defn
class BareWorkflow:
    """Does nothing, in the shape of a learner's way."""

    @workflow.init
    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._answered = 0

    @workflow.run
    async def run(self, shape: Shape) -> None:
        """Go through the parts."""
        awaited = 0
        for number, part in enumerate(shape.parts):
            await self._steps(number, part)
            awaited += part.updates
            await workflow.wait_condition(lambda awaited=awaited: self._answered >= awaited)  # type: ignore[misc]
            await asyncio.gather(*(_activity() for _ in range(part.activities - part.updates)))
            await asyncio.gather(
                *(self._child(number, place, child) for place, child in enumerate(part.children))
            )
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update
    async def answer(self, nothing: str) -> str:
        """Take an update with one activity, as a decision has."""
        await _activity()
        self._answered += 1
        return nothing

    @answer.validator
    def _may_answer(self, nothing: str) -> None:
        """Refuse nothing; decisions have a validator, so this has one."""

    @staticmethod
    async def _steps(number: int, part: Part) -> None:
        last = max(part.steps, min(part.updates, 1)) - 1
        for step in range(last + 1):
            if part.updates and step == last:
                call = Call(workflow_id=workflow.info().workflow_id, part=number, updates=part.updates)
                await workflow.execute_local_activity(call_for_updates, call, start_to_close_timeout=_STEP)
            else:
                await workflow.execute_local_activity(do_nothing, "", start_to_close_timeout=_STEP)

    @staticmethod
    async def _child(number: int, place: int, shape: Shape) -> None:
        name = f"{workflow.info().workflow_id}/{number}-{place}"
        await workflow.execute_child_workflow(BareWorkflow.run, shape, id=name)


async def _activity() -> None:
    await workflow.execute_activity(do_nothing, "", start_to_close_timeout=_STEP)


async def serve(home: Path) -> None:
    """Serve the queue until the process is asked to stop."""
    configure_logging(json=False, level="warning")
    installation = Installation.open(home)
    verifier = SealVerifier(load_seal_public_keys(installation.settings.seal_folder))
    async with installation.connected() as connection:
        worker = build_worker(
            connection.client,
            QUEUE,
            verifier,
            workflows=[BareWorkflow],
            activities=[do_nothing, call_for_updates],
            tuning=WorkerTuning(sandboxed=False),
        )
        async with worker:
            settle_memory()
            sys.stdout.write(f"{READY}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
