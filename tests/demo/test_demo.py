"""The demo as a user runs it: whole cohorts on the real server, against sandboxes, on a fast clock."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.long, pytest.mark.real_engine, pytest.mark.timeout(280)]


def play(home: Path, *options: str) -> dict[str, Any]:
    """Run the demo to its end; return its line of JSON."""
    command = [sys.executable, "-m", "cli", "--home", str(home), "demo", "--no-serve", "--json", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def kill_the_worker(home: Path, after: float) -> threading.Thread:
    """Kill the worker with SIGKILL some seconds after the play has begun."""

    def kill() -> None:
        while not (home / "processes.json").exists() or "worker" not in (home / "processes.json").read_text():
            time.sleep(0.2)
        time.sleep(after)
        os.kill(json.loads((home / "processes.json").read_text())["worker"], signal.SIGKILL)

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    return thread


MOST_EVENTS = {"dce": 650, "coastal-data": 780}
"""The design's bound is for a programme of three courses; each of the two more costs about 60 events."""


@pytest.mark.parametrize("programme", ["dce", "coastal-data"])
def test_every_learner_ends_as_told_and_no_partner_has_a_duplicate(tmp_path: Path, programme: str) -> None:
    figures = play(tmp_path / "home", "--programme", programme, "--out", str(tmp_path / "out"))

    assert figures["as_told"] is True
    assert (figures["awarded"], figures["refused"], figures["withdrawn"]) == (9, 2, 1)
    assert figures["duplicates"] == 0
    assert figures["history_events"]["max"] <= MOST_EVENTS[programme]
    for count in figures["registrations"].values():
        assert count["effective"] <= count["asked"] <= 12
    assert len(list((tmp_path / "out").glob("*.timeline.txt"))) == 12


def test_one_learner_is_awarded(tmp_path: Path) -> None:
    assert play(tmp_path / "home", "--learners", "1")["awarded"] == 1


def test_a_killed_worker_changes_no_outcome(tmp_path: Path) -> None:
    home = tmp_path / "home"
    killer = kill_the_worker(home, after=15)

    figures = play(home)

    killer.join(1)
    assert figures["worker_restarts"] >= 1
    assert (figures["awarded"], figures["refused"], figures["withdrawn"]) == (9, 2, 1)
    assert figures["duplicates"] == 0
