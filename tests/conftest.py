"""Fixtures that every test may use; what they are made of stands in `tests/harness.py`."""

import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from engine.connection import connect
from engine.embedded import NAMESPACE, EmbeddedServer
from tests.harness import fixed_converter, time_skipping_engine

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
"""The same examples on every machine; `--hypothesis-profile default` looks for new ones."""


@pytest.fixture(scope="session")
def engine_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """One real server for the whole run; workflow ids and queues must be the test's own."""
    with EmbeddedServer(tmp_path_factory.mktemp("engine")) as server:
        yield server


@pytest.fixture
async def client(engine_server: EmbeddedServer) -> Client:
    """A client of the real server, with the tests' keys."""
    return await connect(fixed_converter(), address=engine_server.address.target, namespace=NAMESPACE)


@pytest.fixture
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A fresh server that skips waiting."""
    async with time_skipping_engine() as env:
        yield env


@pytest.fixture
def unique() -> str:
    """A word of this test's own, for workflow ids and queues; fits a case id."""
    return uuid.uuid4().hex[:16]
