"""The server on this machine starts, is found, stops, and never outlives who started it."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from engine.connection import connect
from engine.embedded import NAMESPACE, EmbeddedServer, running_engine
from engine.errors import EngineUnavailableError
from engine.search import PHASE, WAITS_FOR
from tests.engine.samples import DecisionSample
from tests.harness import fixed_converter

PARENT = """
import sys, time
from pathlib import Path
from engine.embedded import EmbeddedServer
EmbeddedServer(Path(sys.argv[1])).start()
print("ready", flush=True)
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_gone(port: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not listens(port):
            return True
        time.sleep(0.05)
    return False


def test_a_server_is_found_while_it_runs_and_only_then(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path, ui_port=None) as server:
        address = server.address
        assert running_engine(tmp_path) == address
        assert address.ui_port is not None
        assert listens(address.ui_port)
        assert server.database.exists()

    assert running_engine(tmp_path) is None
    assert wait_until_gone(address.port)
    assert not is_alive(address.pid)


def test_a_second_server_for_the_same_home_is_refused(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path), pytest.raises(EngineUnavailableError, match="already runs"):
        EmbeddedServer(tmp_path).start()


def test_a_file_left_behind_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "engine.json").write_text(json.dumps({"pid": os.getpid(), "port": 1, "ui_port": None}))
    assert running_engine(tmp_path) is None

    (tmp_path / "engine.json").write_text("half a fi")
    assert running_engine(tmp_path) is None


def test_histories_survive_a_restart(tmp_path: Path) -> None:
    async def begin(target: str) -> None:
        client = await connect(fixed_converter(), address=target, namespace=NAMESPACE)
        await client.start_workflow(DecisionSample.run, id="learner/abcdefgh", task_queue="q")

    async def look(target: str) -> str:
        client = await connect(fixed_converter(), address=target, namespace=NAMESPACE)
        return (await client.get_workflow_handle("learner/abcdefgh").describe()).workflow_type

    with EmbeddedServer(tmp_path) as server:
        asyncio.run(begin(server.address.target))
    with EmbeddedServer(tmp_path) as server:
        assert asyncio.run(look(server.address.target)) == "DecisionSample"


def test_the_server_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as parent:  # noqa: S603 - our own text
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        address = running_engine(tmp_path)
        assert address is not None
        parent.send_signal(signal.SIGKILL)

    assert wait_until_gone(address.port)
    assert running_engine(tmp_path) is None


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EngineUnavailableError, match=f"Port {port}"):
            EmbeddedServer(tmp_path, port=port).start()


def test_a_missing_or_broken_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailableError, match=r"engine\.log"):
        EmbeddedServer(tmp_path, binary=Path("/nonexistent/temporal")).start()


async def test_histories_are_kept_for_years_and_can_be_searched(client: Client, unique: str) -> None:
    namespace = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=NAMESPACE)
    )
    assert namespace.config.workflow_execution_retention_ttl.ToTimedelta().days == 3650

    phase = SearchAttributePair(PHASE, unique)
    waits = SearchAttributePair(WAITS_FOR, ["jyu", "ovgu"])
    await client.start_workflow(
        DecisionSample.run,
        id=f"learner/{unique}",
        task_queue=unique,
        search_attributes=TypedSearchAttributes([phase, waits]),
    )
    end = time.monotonic() + 5
    found: list[str] = []
    while not found and time.monotonic() < end:
        query = f"Phase = '{unique}' AND WaitsFor = 'ovgu'"
        found = [case.id async for case in client.list_workflows(query)]
    assert found == [f"learner/{unique}"]
