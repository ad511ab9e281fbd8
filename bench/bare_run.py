"""Starts bare workflows and answers them as soon as they ask."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Self

from temporalio.client import Client

from bench.bare import CALL, QUEUE, READY, BareWorkflow, Shape
from bench.pace import at_once, beside

ROOT = Path(__file__).parents[1]


class BareRun:
    """A worker of bare workflows in a process of its own, and those who send the updates."""

    def __init__(self, home: Path, client: Client, shape: Shape) -> None:
        self._home = home
        self._client = client
        self._shape = shape
        self._number = 0
        self._process: Process | None = None
        self._answering: asyncio.Task[None] | None = None
        self.seconds: list[float] = []
        """How long each update took."""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cli.child", "bench.bare", str(self._home)),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=PIPE,  # when it closes, the worker ends: it never outlives the bench
            stdout=PIPE,
            start_new_session=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - it was asked for above
        if READY not in (await self._process.stdout.readline()).decode():
            raise RuntimeError("The worker of the bare workflows did not start.")
        self._answering = asyncio.create_task(self._answer(self._process.stdout))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._answering is not None:
            self._answering.cancel()
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()

    @property
    def pid(self) -> int:
        """The worker's process, which leads a group of its own."""
        return self._process.pid if self._process is not None else 0

    async def learners(self, number: int, concurrency: int) -> list[str]:
        """Run a number of bare workflows, so many at once."""
        assert self._answering is not None  # noqa: S101 - learners come after the start
        return await beside(self._answering, at_once(self._learner, number, concurrency))

    async def _learner(self) -> str:
        """Run one bare workflow with all its children."""
        self._number += 1
        name = f"bare/{self.pid}-{self._number}"
        await self._client.execute_workflow(BareWorkflow.run, self._shape, id=name, task_queue=QUEUE)
        return name

    async def _answer(self, calls: asyncio.StreamReader) -> None:
        async with asyncio.TaskGroup() as updating:
            while line := (await calls.readline()).decode():
                if not line.startswith(CALL):
                    continue
                _, workflow_id, part, updates = line.split()
                for number in range(int(updates)):
                    updating.create_task(self._update(workflow_id, f"{part}-{number}"))

    async def _update(self, workflow_id: str, update_id: str) -> None:
        started = time.perf_counter()
        handle = self._client.get_workflow_handle(workflow_id)
        await handle.execute_update("answer", "", id=update_id, result_type=str)
        self.seconds.append(time.perf_counter() - started)
