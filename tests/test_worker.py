"""The worker as a process: what it says when it starts, and what it refuses to start without."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.installation import Installation
from cli.processes import worker_environment
from engine.connection import build_runtime
from engine.embedded import EmbeddedServer, free_port
from tests.test_compose import compose

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def a_worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, str(ROOT / "worker.py")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.terminate()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation.create(tmp_path / "home")
    yield made
    made.close()


def healthy(port: int) -> bool:
    """Ask as the compose file does."""
    check = compose().services["worker"].healthcheck
    assert check is not None
    _, _, option, code = check.test
    command = [sys.executable, option, code.replace("127.0.0.1:9464", f"127.0.0.1:{port}")]
    assert command[-1] != code
    ran = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own file's words
    return ran.returncode == 0


@pytest.mark.real_engine
def test_a_worker_without_a_partner_s_secret_says_so_and_serves_the_others(
    installation: Installation,
) -> None:
    (installation.home / "secrets" / "jyu-client-secret").unlink()
    port = free_port()
    with EmbeddedServer(installation.home) as engine:
        environment = worker_environment(installation, engine.address.target)
        environment["COLLEGIUM_METRICS_ADDRESS"] = f"127.0.0.1:{port}"
        with a_worker(environment) as worker:
            assert worker.stdout is not None
            assert worker.stderr is not None
            ready = worker.stdout.readline()
            is_healthy = healthy(port)
            worker.terminate()
            lines = [json.loads(line) for line in worker.stderr]

    assert "partner/uab" in ready
    assert is_healthy
    missing = [line for line in lines if line["event"] == "partner secret missing"]
    assert [line["partner"] for line in missing] == ["jyu"]
    assert "COLLEGIUM_SECRET_JYU_CLIENT_SECRET" in missing[0]["why"]


def test_a_worker_that_has_not_reached_the_engine_is_not_healthy() -> None:
    port = free_port()
    runtime = build_runtime(f"127.0.0.1:{port}")

    assert not healthy(port)
    del runtime


@pytest.mark.parametrize("folder", ["nowhere", "secrets"])
def test_a_worker_that_would_know_no_sign_in_does_not_start(installation: Installation, folder: str) -> None:
    named = installation.home / folder
    environment = worker_environment(installation, "127.0.0.1:1")
    environment["COLLEGIUM_SEAL_PUBLIC_KEYS"] = str(named)

    with a_worker(environment) as worker:
        out, err = worker.communicate(timeout=30)

    assert (worker.returncode, out) == (2, "")
    assert f"no public sealing key (*.pem) in {named}" in err
    assert "COLLEGIUM_SEAL_PUBLIC_KEYS" in err
