"""One world on the real server for all tests of workflows, and a fresh one where time is skipped."""

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from engine.connection import connect
from engine.embedded import NAMESPACE, EmbeddedServer
from models.clock import Clock
from tests.harness import fixed_converter
from tests.partners.sandboxes import Sandbox
from tests.workflows.learner_model import Begin, Change, OneLearner
from tests.workflows.world import World, open_world, start_sandboxes

VERSIONS = {"jyu": 6, "fernuni": 6, "uab": 5, "armor": 6, "kalkara": 5, "adriatico": 6}
SECONDS_PER_DAY = 0.12


@pytest.fixture(scope="session")
def sandboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Sandbox]]:
    """The partner systems of both programmes; learners of a test are its own."""
    made = start_sandboxes(tmp_path_factory.mktemp("sandboxes"), VERSIONS)
    with ThreadPoolExecutor(len(made)) as pool:
        list(pool.map(Sandbox.start, made.values()))
    yield made
    for one in made.values():
        one.__exit__(None, None, None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(
    engine_server: EmbeddedServer,
    sandboxes: dict[str, Sandbox],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[World]:
    """The real server with a fast clock; tests that use it run in the session's event loop."""
    client = await connect(fixed_converter(), address=engine_server.address.target, namespace=NAMESPACE)
    clock = Clock(epoch=datetime.now(UTC), rate=int(86400 / SECONDS_PER_DAY))
    async with open_world(client, tmp_path_factory.mktemp("world"), sandboxes, clock) as made:
        yield made


@pytest.fixture
async def skipping(
    time_skipping: WorkflowEnvironment, sandboxes: dict[str, Sandbox], tmp_path: Path
) -> AsyncIterator[World]:
    """A world of this test's own on a server that skips waiting."""
    clock = Clock(epoch=await time_skipping.get_current_time())
    async with open_world(time_skipping.client, tmp_path, sandboxes, clock, env=time_skipping) as made:
        yield made


@pytest.fixture
def begin(sandboxes: dict[str, Sandbox], tmp_path: Path) -> Iterator[Begin]:
    """Let a learner apply to the programme that the test names, its agreement changed as it says."""
    made: list[OneLearner] = []

    def start(programme: str, change: Change = lambda same: same) -> OneLearner:
        learner = OneLearner(sandboxes, tmp_path, programme)
        made.append(learner)
        learner.begin(change)
        return learner

    yield start
    for learner in made:
        learner.close()
