"""A partner that is down is hardly called at all, by all callers and workers of a machine together."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from partners.errors import PartnerUnavailableError
from partners.gate import Gate
from partners.network import Network
from partners.port import PartnerPort
from tests.partners.mocks import a_partner_like, an_endpoint, not_found
from tests.partners.sandboxes import ROOT, Sandbox, an_order


class Fragile:
    """A partner that works until it is broken, and notes when it was called since."""

    def __init__(self, broken: httpx.Response) -> None:
        self._broken = broken
        self.is_broken = False
        self.calls: list[float] = []

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 3600})
        if not self.is_broken:
            return not_found()
        self.calls.append(time.monotonic())
        await asyncio.sleep(0.02)
        return httpx.Response(self._broken.status_code, content=self._broken.content)

    async def call_for(self, seconds: float, ports: Sequence[PartnerPort], callers: int) -> None:
        """Let callers ask again and again."""
        until = time.monotonic() + seconds

        async def caller(port: PartnerPort) -> None:
            while time.monotonic() < until:
                with contextlib.suppress(PartnerUnavailableError):
                    await port.look_up(an_order())
                await asyncio.sleep(0.05)

        await asyncio.gather(*(caller(ports[number % len(ports)]) for number in range(callers)))


@pytest.mark.parametrize("token_works", [True, False], ids=["API down", "all down"])
async def test_partner_that_is_down_gets_one_call_per_second_from_all_callers_together(
    token_works: bool,
) -> None:
    calls: list[float] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        if token_works and request.url.path.endswith("token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 3600})
        calls.append(time.monotonic())
        await asyncio.sleep(0.01)
        return httpx.Response(500)

    partners = a_partner_like(httpx.MockTransport(answer))
    port = partners.of(an_endpoint())
    until = time.monotonic() + 3.2

    async def caller() -> None:
        while time.monotonic() < until:
            with pytest.raises(PartnerUnavailableError):
                await port.look_up(an_order())
            await asyncio.sleep(0.05)

    await asyncio.gather(*(caller() for _ in range(20)))
    await partners.close()

    assert 3 <= len(calls) <= 6
    assert all(later - earlier >= 0.99 for earlier, later in pairwise(calls))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(200, json={"responseCode": 0, "responses": []}),
        httpx.Response(200, json={"code": 500}),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(404, content=b"<html>no route</html>"),
    ],
    ids=["503", "gateway's code 0", "code 500 in a 200", "no JSON", "gateway without a route"],
)
async def test_partner_that_goes_down_is_spared_by_those_who_queue_already(answer: httpx.Response) -> None:
    fragile = Fragile(answer)
    partners = a_partner_like(fragile.transport)
    port = partners.of(an_endpoint())
    await port.look_up(an_order())
    fragile.is_broken = True
    await fragile.call_for(2.2, [port], callers=50)
    await partners.close()

    first = min(fragile.calls)
    after = [call for call in fragile.calls if call > first + 0.5]
    assert len(fragile.calls) - len(after) <= 20  # what one second may hold was under way
    assert 1 <= len(after) <= 4


async def test_all_workers_of_a_machine_together_spare_a_partner_that_is_down(tmp_path: Path) -> None:
    fragile = Fragile(httpx.Response(500))
    workers = [a_partner_like(fragile.transport, gates=tmp_path) for _ in range(3)]
    ports = [worker.of(an_endpoint()) for worker in workers]
    for port in ports:
        await port.look_up(an_order())
    fragile.is_broken = True
    await fragile.call_for(2.2, ports, callers=30)
    fragile.is_broken = False
    await asyncio.sleep(1)
    back = [await port.look_up(an_order()) for port in ports]
    for worker in workers:
        await worker.close()

    after = [call for call in fragile.calls if call > min(fragile.calls) + 0.5]
    assert 1 <= len(after) <= 4
    assert all(later - earlier >= 0.99 for earlier, later in pairwise(after))
    assert back == [None, None, None]


def test_turn_of_a_worker_that_is_killed_goes_to_another(tmp_path: Path) -> None:
    holder = (
        "import pathlib, sys, time; from partners.gate import Gate; gate = Gate(pathlib.Path(sys.argv[1]));"
        "print(gate.take(), flush=True); time.sleep(60)"
    )
    gate = Gate(tmp_path / "jyu")
    process = subprocess.Popen(  # noqa: S603  # our own program with our own arguments
        [sys.executable, "-c", holder, str(tmp_path / "jyu")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    was_taken = not gate.take()
    process.kill()
    process.communicate()

    assert was_taken
    assert gate.take()
    gate.close()


async def test_two_programmes_at_one_partner_share_its_pace() -> None:
    fragile = Fragile(httpx.Response(500))
    fragile.is_broken = True
    partners = a_partner_like(fragile.transport)
    ports = [partners.of(an_endpoint(processing_seconds=seconds)) for seconds in (1, 2)]
    await fragile.call_for(2.2, ports, callers=6)
    await partners.close()

    assert all(later - earlier >= 0.99 for earlier, later in pairwise(fragile.calls))


async def test_callers_go_on_together_when_the_partner_is_back(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Sandbox(6, tmp_path_factory.mktemp("pace") / "s.sqlite") as sandbox:
        sandbox.switch({"kind": "fail_500"})
        partners = a_partner_like(Network())
        port = partners.of(sandbox.endpoint())
        begun = time.monotonic()

        async def caller() -> None:
            while True:
                try:
                    await port.register(an_order())
                    break
                except PartnerUnavailableError:
                    await asyncio.sleep(0.05)

        await asyncio.gather(*(caller() for _ in range(20)))
        took = time.monotonic() - begun
        await partners.close()

    assert 0.9 < took < 4
