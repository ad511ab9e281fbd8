"""An engine and a world of their own for whole cohorts: periods are the agreement's own."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from engine.connection import connect
from engine.embedded import NAMESPACE, EmbeddedServer
from models.clock import Clock
from tests.harness import fixed_converter
from tests.partners.sandboxes import Sandbox
from tests.workflows.conftest import VERSIONS
from tests.workflows.world import World, open_world, start_sandboxes

SECONDS_PER_DAY = 0.22


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def realistic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A world whose days are long enough for people to keep the deadlines of the agreements."""
    folder = tmp_path_factory.mktemp("cohort")
    sandboxes = start_sandboxes(folder, VERSIONS)
    with ThreadPoolExecutor(len(sandboxes)) as pool:
        list(pool.map(Sandbox.start, sandboxes.values()))
    clock = Clock(epoch=datetime.now(UTC), rate=int(86400 / SECONDS_PER_DAY))
    with EmbeddedServer(folder / "engine") as server:
        client = await connect(fixed_converter(), address=server.address.target, namespace=NAMESPACE)
        async with open_world(client, folder, sandboxes, clock) as world:
            yield world
    for one in sandboxes.values():
        one.__exit__(None, None, None)
