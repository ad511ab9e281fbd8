"""
Runs a real worker of one partner's queue, that may be told to kill itself.

Arguments: the engine's address, the queue, the partner's endpoint as JSON, when to die, and the
effect at which to do so: `before` its registration is sent, when it is `answered`, or `never`.
"""

import asyncio
import os
import signal
import sys

import httpx

from activities.registration import PartnerActivities
from engine.connection import connect
from engine.embedded import NAMESPACE
from engine.workers import build_worker
from models.partner import DisclosedPerson, DisclosureRequest, PartnerEndpoint
from partners.disclosure import InProcessDisclosure
from partners.network import Network
from partners.registry import Partners
from tests.harness import a_verifier, fixed_converter
from tests.partners.sandboxes import SECRET, a_person


class DyingTransport(Network):
    """Kills this process around the call that asks for one registration."""

    def __init__(self, when: str, effect: str) -> None:
        super().__init__()
        self._when = when
        self._effect = effect

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        is_it = request.headers.get("idempotency-key") == self._effect
        if is_it and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        response = await super().handle_async_request(request)
        if is_it and self._when == "answered":
            os.kill(os.getpid(), signal.SIGKILL)
        return response


async def disclose(request: DisclosureRequest) -> DisclosedPerson:
    return a_person(request.person)


async def serve(address: str, queue: str, endpoint: PartnerEndpoint, when: str, effect: str) -> None:
    client = await connect(fixed_converter(), address=address, namespace=NAMESPACE)
    partners = Partners(
        lambda _: SECRET, InProcessDisclosure(disclose), transport=lambda: DyingTransport(when, effect)
    )
    partner = PartnerActivities(lambda _programme, _partner: partners.of(endpoint))
    await build_worker(client, queue, a_verifier(), activities=[partner.register_at_partner]).run()


if __name__ == "__main__":
    given = PartnerEndpoint.model_validate_json(sys.argv[3])
    asyncio.run(serve(sys.argv[1], sys.argv[2], given, sys.argv[4], sys.argv[5]))
