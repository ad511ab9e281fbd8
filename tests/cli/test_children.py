"""Processes that the command line starts: what they print must never make them stand still."""

import os
import sys
import time
from pathlib import Path

from cli.processes import Child

TALKS = (
    "import sys, time; print('ready', flush=True); print('x' * 300_000, flush=True); sys.stderr.write('done')"
)


def test_a_child_that_prints_much_after_its_ready_line_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    child = Child("talker", [sys.executable, "-c", TALKS], dict(os.environ), log)
    child.start()
    deadline = time.monotonic() + 20
    while not child.dead and time.monotonic() < deadline:
        time.sleep(0.05)
    ended = child.dead
    child.stop()

    assert child.ready_line == "ready"
    assert ended
    while len(log.read_text()) < 300_000 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "done" in log.read_text()
