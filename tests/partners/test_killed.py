"""A client that is killed with SIGKILL at the worst moments and started again leaves one registration."""

import signal
import subprocess
import sys
import time

import pytest

from models.partner import PartnerOrder, PartnerReceipt
from partners.identity import person_id
from partners.sandbox.switches import Operation
from tests.partners.sandboxes import ROOT, Sandbox, an_order


def start(sandbox: Sandbox, order: PartnerOrder, when: str) -> subprocess.Popen[str]:
    endpoint = sandbox.endpoint(timeout_seconds=10)
    command = [sys.executable, "-m", "tests.partners.killed_client"]
    command += [endpoint.model_dump_json(), order.model_dump_json(), when]
    return subprocess.Popen(  # noqa: S603  # our own program with our own arguments
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def run(sandbox: Sandbox, order: PartnerOrder, when: str) -> tuple[int, str]:
    process = start(sandbox, order, when)
    out, _ = process.communicate(timeout=30)
    return process.returncode, out


def assert_that_a_new_run_ends_with_one(sandbox: Sandbox, order: PartnerOrder) -> None:
    code, out = run(sandbox, order, "never")
    assert code == 0
    receipt = PartnerReceipt.model_validate_json(out)
    (row,) = sandbox.effective(person_id("jyu", order.person))
    assert row["active"] == 1
    assert row["associations"][receipt.reference] == "associated"


@pytest.mark.long
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_before_the_call_or_after_the_answer(sandbox: Sandbox, when: str) -> None:
    order = an_order()
    code, _ = run(sandbox, order, when)

    assert code == -signal.SIGKILL
    assert_that_a_new_run_ends_with_one(sandbox, order)


@pytest.mark.long
@pytest.mark.parametrize("shown", ["at once", "late"])
def test_killed_after_the_effect(sandbox: Sandbox, shown: str) -> None:
    order = an_order()
    late = [{"kind": "show_later", "seconds": 0.2, "operation": "register", "times": 2}]
    sandbox.switch({"kind": "timeout", "operation": "register"}, *(late if shown == "late" else []))
    process = start(sandbox, order, "never")
    until = time.monotonic() + 15
    while not sandbox.effects(person_id("jyu", order.person), Operation.REGISTER):
        assert time.monotonic() < until
        time.sleep(0.02)
    process.kill()
    process.communicate()

    assert_that_a_new_run_ends_with_one(sandbox, order)
