"""The sandbox partner itself: it remembers, shows what it holds, and refuses what is wrong."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from partners.identity import person_id
from tests.partners.sandboxes import PROGRAMME, ROOT, Client, Sandbox, an_order


async def test_it_remembers_everything_when_it_is_killed_and_started_again(tmp_path: Path) -> None:
    order = an_order()
    with Sandbox(6, tmp_path / "s.sqlite") as sandbox:
        async with Client(sandbox) as client:
            first = await client.port.register(order)
        sandbox.switch({"kind": "fail_500", "times": 3})
        log = sandbox.log()
        sandbox.kill()
        sandbox.start()

        assert sandbox.log() == log
        assert sandbox.control.get(f"{sandbox.address}/sandbox/switches").json()[0]["left"] == 3
        sandbox.switch()
        async with Client(sandbox) as client:
            again = await client.port.register(order)

    assert (again.reference, again.student_number) == (first.reference, first.student_number)


async def test_page_shows_the_learners_and_their_registrations(sandbox: Sandbox) -> None:
    async with Client(sandbox) as client:
        receipt = await client.port.register(an_order())
    page = sandbox.control.get(sandbox.address).text

    assert "Aino Virtanen" in page
    assert str(receipt.student_number) in page
    assert "associated" in page


def test_switch_set_on_the_page_counts(sandbox: Sandbox) -> None:
    form = {"kind": "delay", "times": "2", "seconds": "0.1", "operation": "", "person": ""}
    answer = sandbox.control.post(f"{sandbox.address}/sandbox/switches", data=form)

    assert answer.status_code == 303
    switches = sandbox.control.get(f"{sandbox.address}/sandbox/switches").json()
    assert [one["left"] for one in switches if one["kind"] == "delay"] == [2]


def test_pages_of_other_sites_cannot_set_switches(sandbox: Sandbox) -> None:
    answer = sandbox.control.post(
        f"{sandbox.address}/sandbox/switches", data={"kind": "cut"}, headers={"origin": "http://evil.test"}
    )

    assert answer.status_code == 403


def test_wrong_switch_is_refused_with_a_sentence(sandbox: Sandbox) -> None:
    body = {"switches": [{"kind": "refuse", "operation": "cancel"}]}
    answer = sandbox.control.put(f"{sandbox.address}/sandbox/switches", json=body)

    assert answer.status_code == 422
    assert "applies to register only" in answer.json()["error"]


async def test_cut_switch_closes_the_connection_without_a_byte(sandbox: Sandbox) -> None:
    sandbox.switch({"kind": "cut", "operation": "token"})
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):  # end of stream, or a reset
        sandbox.control.post(f"{sandbox.address}/oauth/token", data={"grant_type": "client_credentials"})


async def test_switch_for_one_learner_leaves_others_alone(sandbox: Sandbox) -> None:
    refused, other = an_order(), an_order()
    sandbox.switch({"kind": "refuse", "person": person_id("jyu", refused.person)})
    async with Client(sandbox) as client:
        await client.port.register(other)

    assert sandbox.control.get(f"{sandbox.address}/sandbox/switches").json()[0]["left"] == 1


@pytest.mark.parametrize("token", ["", "Bearer nonsense", "Bearer 99999999999.abc"])
def test_calls_without_a_token_of_its_own_are_refused(sandbox: Sandbox, token: str) -> None:
    address = f"{sandbox.address}/v6/programme-offering-associations/{PROGRAMME}"
    answer = sandbox.control.get(address, headers={"authorization": token})

    assert answer.status_code == 401


async def test_offering_outside_the_catalogue_is_unknown(tmp_path: Path) -> None:
    with Sandbox(6, tmp_path / "s.sqlite") as sandbox:
        rows = {"offerings": [{"id": "another", "kind": "programme", "name": "Another"}]}
        sandbox.control.put(f"{sandbox.address}/sandbox/offerings", json=rows)
        async with Client(sandbox) as client:
            with pytest.raises(Exception, match="not in the catalogue"):
                await client.port.register(an_order())


def test_start_without_a_secret_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "partners.sandbox", "--partner", "jyu"]
    done = subprocess.run(  # noqa: S603  # our own program with our own arguments
        [*command, "--database", str(tmp_path / "s.sqlite")],
        cwd=ROOT,
        env={"COLLEGIUM_SANDBOX_SECRET": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "--secret-file" in done.stderr
    assert "Traceback" not in done.stderr
