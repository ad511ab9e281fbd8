"""
A whole installation inside the test's process: records, workers, sandbox partners, the people.

On the real server a world has a fast clock and serves many tests at once; on the time-skipping
server it serves one test, which moves the time itself.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from engine.decisions import DecisionSender
from engine.errors import DecisionRefusedError
from engine.workers import WorkerTuning
from models.admission import Application
from models.case import CaseContext, Intake
from models.clock import Clock
from models.consortium import ConsortiumAgreement
from models.decision import Decision, DecisionKind, Receipt
from models.lifecycle import LearnerInput
from models.task import Task, TaskKind
from partners.identity import person_id
from programmes.library import ProgrammeLibrary
from programmes.loader import SHIPPED
from records.admission import AdmissionRepository
from records.case import CaseRepository
from records.consortium import ConsortiumRepository
from records.database import Database
from records.intent import IntentRecords
from records.person import PersonRepository
from records.task import TaskRepository, TaskView
from records.timeline import CaseFile, case_file
from tests.harness import a_sealer, a_verifier
from tests.partners.sandboxes import SECRET, Sandbox
from tests.workflows.builders import a_case, a_context, a_person, an_application, an_intake
from tests.workflows.people import decision_for, learner
from worker import Parts, workers

Found = TypeVar("Found")
PATIENCE = 10.0
"""Real seconds in which something must have happened."""


async def eventually(look: Callable[[], Found | None], what: str, patience: float = PATIENCE) -> Found:
    """Look again and again until there is something; real time only."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found = await asyncio.to_thread(look)
        if found:
            return found
        await asyncio.sleep(0.03)
    raise AssertionError(f"Not in {patience:g} seconds: {what}")


async def details(handle: WorkflowHandle[Any, Any]) -> str:
    """Read what a workflow says of itself on the engine's own page."""
    metadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return str(metadata.current_details)


@dataclass
class World:
    """One installation; `real_now` is the engine's time."""

    client: Client
    parts: Parts
    sandboxes: Mapping[str, Sandbox]
    real_now: Callable[[], Awaitable[datetime]]
    env: WorkflowEnvironment | None = None
    started: list[str] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return self.parts.clock

    async def now(self) -> datetime:
        """Tell the business time."""
        return self.clock.business(await self.real_now())

    def in_real_time(self) -> "World":
        """Give the same world with a clock of its own that stands almost still."""
        clock = Clock(epoch=datetime.now(UTC))
        return replace(self, parts=replace(self.parts, clock=clock))

    async def skip(self, period: timedelta) -> None:
        """Let time pass, on the time-skipping server."""
        assert self.env is not None
        await self.env.sleep(period)

    # Cases

    async def enter(self, agreement: ConsortiumAgreement, **fields: Any) -> CaseContext:
        """Put a person and a case into the records, as applying does."""
        now = await self.now()
        context = a_context(agreement, self.clock, a_case(), **fields)
        with self.parts.database.transaction() as session:
            ConsortiumRepository(session).add_version(agreement, agreement.version, now)
            PersonRepository(session).add(a_person(context.case))
            CaseRepository(session).open_case(context, now, "The application is in.")
        return context

    async def apply(
        self,
        agreement: ConsortiumAgreement,
        application: Application | None = None,
        intake: Intake | None = None,
        **context: Any,
    ) -> str:
        """Start a learner's way; return the case."""
        now = await self.now()
        intake = intake or an_intake(agreement, now)
        entered = await self.enter(agreement, cohort=intake.cohort, **context)
        application = application or an_application(agreement, now)
        with self.parts.database.transaction() as session:
            AdmissionRepository(session).submit(entered.case, application)
        given = LearnerInput(context=entered, agreement=agreement, intake=intake, application=application)
        await self.start("LearnerWorkflow", given, f"learner/{entered.case}")
        return entered.case

    async def start(self, workflow: str, given: Any, workflow_id: str) -> WorkflowHandle[Any, Any]:
        """Start one workflow."""
        self.started.append(workflow_id)
        return await self.client.start_workflow(
            workflow, given, id=workflow_id, task_queue=self.parts.queue, static_summary="A test"
        )

    async def end_all(self) -> None:
        """Cut off what still runs, so that no workflow is left in the worker's cache."""
        running = set(self.started)
        if self.env is None:
            query = "ExecutionStatus = 'Running'"
            running |= {one.id async for one in self.client.list_workflows(query)}
        for workflow_id in running:
            with contextlib.suppress(RPCError):
                await self.client.get_workflow_handle(workflow_id).terminate("The test is over.")

    def file(self, case: str) -> CaseFile:
        """Read everything that the records hold of a case."""
        with self.parts.database.reading() as session:
            return case_file(session, case)

    # Tasks and decisions

    def waiting(self) -> list[Task]:
        with self.parts.database.reading() as session:
            return [view.task for view in TaskRepository(session).waiting()]

    def tasks(self, case: str) -> list[TaskView]:
        """List all tasks of a case, open or closed."""
        with self.parts.database.reading() as session:
            return list(TaskRepository(session).of_case(case))

    def open_tasks(self, case: str) -> list[Task]:
        return [view.task for view in self.tasks(case) if view.closed_at is None and not view.outcome]

    def view(self, task: Task) -> TaskView:
        with self.parts.database.reading() as session:
            return TaskRepository(session).get(task.task_id)

    async def task(self, case: str, kind: TaskKind, *, patience: float = PATIENCE, **fields: Any) -> Task:
        """Wait until a task of this kind is open; `fields` name its partner, course or assignee."""

        def look() -> Task | None:
            return next(
                (
                    task
                    for task in self.open_tasks(case)
                    if task.kind is kind
                    and all(getattr(task, name) == value for name, value in fields.items())
                ),
                None,
            )

        return await eventually(look, f"a task {kind.value} {fields} of case {case}", patience)

    async def send(self, workflow_id: str, decision: Decision, decision_id: str | None = None) -> Receipt:
        """Seal and send a decision as a person's console does."""
        sender = await self.sender()
        return await sender.send(workflow_id, decision, decision_id)

    async def sender(self) -> DecisionSender:
        sealer = a_sealer(self.clock, None if self.env is None else await self.real_now())
        return DecisionSender(self.client, sealer, IntentRecords(self.parts.database))

    async def answer(self, task: Task, option: str = "", **fields: Any) -> Receipt:
        """Let the task's own person decide; `fields` replace parts of the decision."""
        programme = _programme(self, task)
        return await self.send(task.workflow_id, decision_for(programme, task, option, **fields))

    async def answer_next(self, case: str, kind: TaskKind, option: str = "", **fields: Any) -> Receipt:
        """Wait for a task and let its own person decide."""
        return await self.answer(await self.task(case, kind), option, **fields)

    async def vote(self, case: str, *options: str, **fields: Any) -> None:
        """Let the members vote in the order of their tasks; the last option stands for all others."""
        first = await self.task(case, TaskKind.VOTE)
        numbered = sorted((task for task in self.open_tasks(case) if task.kind is TaskKind.VOTE), key=_number)
        assert first in numbered
        rest = [options[-1]] * len(numbered)
        for task, option in zip(numbered, [*options, *rest], strict=False):
            await self.answer(task, option, **fields)

    async def refusal(self, workflow_id: str, decision: Decision) -> DecisionRefusedError:
        """Send a decision that must be refused and return the refusal."""
        try:
            receipt = await self.send(workflow_id, decision)
        except DecisionRefusedError as refused:
            return refused
        raise AssertionError(f"The decision was taken: {receipt.sentence}")

    async def withdraw(self, case: str, reason: str = "A new post leaves no time.") -> Receipt:
        decision = Decision(kind=DecisionKind.WITHDRAW, reason=reason, actor=learner(case))
        return await self.send(f"learner/{case}", decision)

    async def events(self, workflow_id: str) -> Counter[str]:
        """Count the events of a history by their type."""
        history = await self.client.get_workflow_handle(workflow_id).fetch_history()
        return Counter(str(event.event_type) for event in history.events)

    # What partners hold

    def registered(self, case: str, kind: str = "") -> dict[str, int]:
        """Count a learner's active registrations (`programme`) and enrolments (`course`) at each sandbox."""
        number = {
            partner: sum(row["active"] for row in self._effective(partner, case) if kind in row["kind"])
            for partner in self.sandboxes
        }
        return {partner: active for partner, active in number.items() if active}

    def duplicates(self, case: str) -> int:
        """Count second active registrations for the same offering."""
        rows = [row for partner in self.sandboxes for row in self._effective(partner, case)]
        return sum(max(row["active"] - 1, 0) for row in rows)

    def _effective(self, partner: str, case: str) -> list[dict[str, Any]]:
        return self.sandboxes[partner].effective(person_id(partner, f"p-{case}"))


def _programme(world: World, task: Task) -> str:
    if task.case is None:
        body = task.workflow_id.split("/")[1]
        return next(one for one in world.parts.library.programmes() if body.startswith(one))
    with world.parts.database.reading() as session:
        return CaseRepository(session).get(task.case).programme


def _number(task: Task) -> int:
    return int(task.task_id.rpartition("#")[2])


def start_sandboxes(folder: Path, partners: Mapping[str, int]) -> dict[str, Sandbox]:
    """Start a sandbox for each partner; `partners` says which version of the interface it speaks."""
    return {
        partner: Sandbox(version, folder / f"{partner}.db", partner=partner, client_id=f"collegium-{partner}")
        for partner, version in partners.items()
    }


@asynccontextmanager
async def open_world(
    client: Client,
    folder: Path,
    sandboxes: Mapping[str, Sandbox],
    clock: Clock,
    *,
    env: WorkflowEnvironment | None = None,
    queues: Sequence[str] = ("collegium",),
    programmes: Path = SHIPPED,
) -> AsyncIterator[World]:
    """Run the workers of a world; `programmes` is the folder of its agreements and directories."""
    database = Database(f"sqlite:///{folder}/records.db")
    await asyncio.to_thread(database.migrate)
    addresses = {partner: f"{one.address}/v{one.version}" for partner, one in sandboxes.items()}
    library = ProgrammeLibrary(programmes, addresses)
    parts = Parts(database, library, lambda _: SECRET, clock, a_verifier(), queue=queues[0])

    async def real_now() -> datetime:
        return datetime.now(UTC) if env is None else await env.get_current_time()

    tuning = WorkerTuning(pollers=5 if env else 20, grace=timedelta(0))
    async with workers(client, parts, tuning):
        world = World(client, parts, sandboxes, real_now, env)
        yield world
        await world.end_all()
    await asyncio.to_thread(database.close)
