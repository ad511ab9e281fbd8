"""A worker that is killed again and again: the same outcomes, nothing twice at the partners."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEARNERS, KILLS, EVERY_SECONDS = 6, 5, 8.0

pytestmark = [pytest.mark.long, pytest.mark.real_engine, pytest.mark.timeout(290)]


def kill_workers(home: Path, stop: threading.Event) -> None:
    """Kill whichever process is the worker now; the supervisor of the play starts another."""
    for _ in range(KILLS):
        if stop.wait(EVERY_SECONDS):
            return
        try:
            worker = json.loads((home / "processes.json").read_text())["worker"]
            os.kill(worker, signal.SIGKILL)
        except (OSError, ValueError, KeyError):
            continue  # Nothing is there yet, or it is being written at this moment.


def test_the_outcomes_are_the_same_and_nothing_is_registered_twice(tmp_path: Path) -> None:
    home, stop = tmp_path / "home", threading.Event()
    killer = threading.Thread(target=kill_workers, args=(home, stop), daemon=True)
    killer.start()
    command = [sys.executable, "-m", "cli", "--home", str(home), "demo", "--no-serve", "--json"]

    done = subprocess.run(  # noqa: S603 - our own program
        [*command, "--learners", str(LEARNERS), "--seed", "5"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=270,
        check=False,
    )
    stop.set()
    killer.join(1)

    assert done.returncode == 0, done.stderr[-3000:]
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["worker_restarts"] >= 2
    assert figures["as_told"] is True
    assert (figures["awarded"], figures["refused"], figures["withdrawn"]) == (4, 1, 1)
    assert figures["duplicates"] == 0
