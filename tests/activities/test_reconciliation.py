"""Tasks that no workflow waits for any more leave the list; in doubt a task stays."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from temporalio import workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.reconciliation import ReconciliationActivities
from engine.connection import connect
from engine.embedded import NAMESPACE, EmbeddedServer
from engine.workers import WorkerTuning, build_worker
from models.record import Reconciled, Reconciliation
from models.task import Task
from records.database import Database
from records.task import TaskRepository
from tests.harness import a_verifier
from tests.records.builders import NOON, a_task, with_case

LATER = Reconciliation(at=NOON + timedelta(hours=1), opened_before=NOON + timedelta(minutes=30))


@workflow.defn
class WaitingSample:
    """Says that it waits for the tasks that it was started with."""

    @workflow.init
    def __init__(self, tasks: list[str]) -> None:
        self._tasks = tasks

    @workflow.run
    async def run(self, _: list[str]) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.query
    def open_tasks(self) -> list[str]:
        if "broken" in self._tasks:
            raise ValueError("broken")
        return self._tasks


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/records.db")
    made.migrate()
    with made.transaction() as session:
        with_case(session)
    yield made
    made.close()


class Cases:
    """Tasks on the list, and the workflows that they belong to."""

    def __init__(self, database: Database, client: Client, unique: str) -> None:
        self._database = database
        self._client = client
        self._unique = unique

    @asynccontextmanager
    async def worked_on(self) -> AsyncIterator[None]:
        tuning = WorkerTuning(sandboxed=False)
        async with build_worker(
            self._client, self._unique, a_verifier(), workflows=[WaitingSample], tuning=tuning
        ):
            yield

    def listed(self, case: str, *numbers: int) -> None:
        with self._database.transaction() as session:
            tasks = TaskRepository(session)
            for number in numbers:
                tasks.open(self._task(case, number))

    async def runs(self, case: str, *waits_for: int | str) -> None:
        tasks = [one if isinstance(one, str) else self._task(case, one).task_id for one in waits_for]
        workflow_id = self.workflow_id(case)
        await self._client.start_workflow(WaitingSample.run, tasks, id=workflow_id, task_queue=self._unique)

    async def compared(self, when: Reconciliation = LATER) -> Reconciled:
        patient = timedelta(seconds=1.5)
        return await ReconciliationActivities(self._database, self._client, patient).reconcile_tasks(when)

    def open(self) -> set[str]:
        with self._database.reading() as session:
            return {view.task.task_id.split("/")[-1] for view in TaskRepository(session).waiting()}

    def workflow_id(self, case: str) -> str:
        return f"learner/{self._unique}/{case}"

    def _task(self, case: str, number: int) -> Task:
        workflow_id = self.workflow_id(case)
        task_id = f"{workflow_id}#{number}"
        return a_task(number).model_copy(update={"workflow_id": workflow_id, "task_id": task_id})


@pytest.fixture
def cases(database: Database, client: Client, unique: str) -> Cases:
    return Cases(database, client, unique)


async def test_a_task_that_its_workflow_does_not_wait_for_is_closed(cases: Cases) -> None:
    cases.listed("a", 1, 2)
    async with cases.worked_on():
        await cases.runs("a", 2)

        found = await cases.compared()

    assert cases.open() == {"a#2"}
    assert (found.compared, len(found.closed)) == (2, 1)


async def test_tasks_of_a_workflow_that_was_terminated_are_closed(cases: Cases, client: Client) -> None:
    cases.listed("a", 1)
    async with cases.worked_on():
        await cases.runs("a", 1)
        await cases.compared()
        before = cases.open()
        await client.get_workflow_handle(cases.workflow_id("a")).terminate("By an operator.")

        await cases.compared()

    assert (before, cases.open()) == ({"a#1"}, set())


async def test_tasks_of_a_workflow_that_is_gone_are_closed(cases: Cases) -> None:
    cases.listed("gone", 1)

    await cases.compared()

    assert cases.open() == set()


async def test_a_young_task_may_still_be_on_its_way_into_history(cases: Cases) -> None:
    cases.listed("gone", 1)

    found = await cases.compared(Reconciliation(at=NOON, opened_before=NOON))

    assert cases.open() == {"gone#1"}
    assert found == Reconciled(compared=0, closed=())


async def test_a_workflow_that_fails_at_the_question_is_left_alone_and_named(cases: Cases) -> None:
    cases.listed("a", 1)
    cases.listed("b", 1)
    async with cases.worked_on():
        await cases.runs("a", "broken")
        await cases.runs("b")

        with capture_logs() as lines:
            await cases.compared()

    assert cases.open() == {"a#1"}
    silent = [line["workflow_id"] for line in lines if line["event"] == "workflow did not answer"]
    assert [workflow_id.rpartition("/")[2] for workflow_id in silent] == ["a"]


async def test_a_workflow_that_nobody_works_on_is_left_alone(cases: Cases) -> None:
    cases.listed("a", 1)
    cases.listed("gone", 1)
    await cases.runs("a")

    await cases.compared()

    assert cases.open() == {"a#1"}


async def test_a_workflow_whose_answer_cannot_be_read_is_left_alone(
    cases: Cases, database: Database, engine_server: EmbeddedServer, unique: str
) -> None:
    cases.listed("a", 1)
    cases.listed("gone", 1)
    target = engine_server.address.target
    in_clear = await connect(pydantic_data_converter, address=target, namespace=NAMESPACE)
    foreign = Cases(database, in_clear, unique)
    async with foreign.worked_on():
        await foreign.runs("a")

        await cases.compared()

    assert cases.open() == {"a#1"}
