"""
Registers one learner in a process of its own, that may be told to kill itself.

Arguments: the endpoint and the order as JSON, and when to die: `before` the registration is
sent, `after` the adapter has answered, or `never`.
"""

import asyncio
import os
import signal
import sys

import httpx

from models.partner import DisclosedPerson, DisclosureRequest, PartnerEndpoint, PartnerOrder
from partners.disclosure import InProcessDisclosure
from partners.errors import PartnerPendingError, PartnerUnavailableError
from partners.registry import Partners
from tests.partners.sandboxes import SECRET, a_person


class DyingTransport(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "-associations/" in request.url.path and request.method == "PUT":
            die()
        if request.url.path.endswith("/associations/external/me"):
            die()
        return await super().handle_async_request(request)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def disclose(request: DisclosureRequest) -> DisclosedPerson:
    return a_person(request.person)


async def register(endpoint: PartnerEndpoint, order: PartnerOrder, when: str) -> None:
    transport = DyingTransport if when == "before" else httpx.AsyncHTTPTransport
    partners = Partners(lambda _: SECRET, InProcessDisclosure(disclose), transport=transport)
    for _ in range(20):
        try:
            receipt = await partners.of(endpoint).register(order)
            break
        except (PartnerUnavailableError, PartnerPendingError):
            await asyncio.sleep(0.1)
    if when == "after":
        die()
    await partners.close()
    sys.stdout.write(receipt.model_dump_json())


if __name__ == "__main__":
    asyncio.run(
        register(
            PartnerEndpoint.model_validate_json(sys.argv[1]),
            PartnerOrder.model_validate_json(sys.argv[2]),
            sys.argv[3],
        )
    )
