"""The bench with a few learners: what it prints, and the bounds that do not depend on the machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.long, pytest.mark.real_engine, pytest.mark.timeout(280)]


def test_eight_learners_stay_within_the_bounds_that_no_machine_changes() -> None:
    command = [sys.executable, "bench/lifecycle.py", "--learners", "8", "--concurrency", "8", "--json"]
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, capture_output=True, text=True, timeout=270, check=False
    )

    assert done.returncode in {0, 1}, done.stderr[-3000:]
    figures = json.loads(done.stdout.splitlines()[-1])
    assert {
        bound["name"] for bound in figures["bounds"] if not bound["holds"] and not bound["speed"]
    } == set()
    assert figures["events_per_learner"]["max"] <= 650
    assert figures["largest_history"]["events"] <= 1_000
    run = figures["runs"][0]
    assert run["bare"]["updates"] == 8 * figures["bare_learner"]["updates"]
    for kind in ("real", "bare"):
        assert run[kind]["learners_per_second"] > 0
        assert run[kind]["latency_p50"] <= run[kind]["latency_p95"]
        assert {"worker", "engine", "people", "all"} <= set(run[kind]["cpu_seconds_per_learner"])
