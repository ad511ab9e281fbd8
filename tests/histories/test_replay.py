"""
Replays what workflows have done: a change of the order of steps must not break cases under way.

The histories are committed (see `record.py`) and never made by this test. Where it fails, keep the
old order under `workflow.patched`, or, before anything is released, record anew.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from engine.workers import workflow_runner
from tests.harness import fixed_converter
from worker import WORKFLOWS

HISTORIES = sorted(Path(__file__).parent.glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("sandboxed", [True, False], ids=["sandbox", "no sandbox"])
@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_stored_history_is_replayed(path: Path, *, sandboxed: bool) -> None:
    stored = read(path)
    replayer = Replayer(
        workflows=list(WORKFLOWS),
        data_converter=fixed_converter(),
        workflow_runner=workflow_runner(sandboxed=sandboxed),
    )

    result = await replayer.replay_workflow(
        WorkflowHistory.from_json(stored["workflow_id"], stored["history"]), raise_on_replay_failure=False
    )

    assert result.replay_failure is None


def test_every_workflow_has_a_stored_history() -> None:
    stored = {read(path)["workflow"] for path in HISTORIES}

    assert stored == {workflow.__name__ for workflow in WORKFLOWS}
