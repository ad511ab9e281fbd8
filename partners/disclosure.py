"""
Two ways to ask the lead for the part of a person's data that a partner may see.

In process where the lead runs the partner's queue; over HTTP, with the partner's own token,
where the partner hosts its worker. Whoever answers logs the disclosure.
"""

from collections.abc import Awaitable, Callable

import httpx
from pydantic import ValidationError

from models.partner import DisclosedPerson, DisclosureRequest
from partners.errors import PartnerRefusalCode, PartnerRefusedError, PartnerUnavailableError


class InProcessDisclosure:
    """Asks a function of the lead's."""

    def __init__(self, answer: Callable[[DisclosureRequest], Awaitable[DisclosedPerson]]) -> None:
        self._answer = answer

    async def disclose(self, request: DisclosureRequest) -> DisclosedPerson:
        return await self._answer(request)


class HTTPDisclosure:
    """Asks the lead over HTTP: `POST {address}/disclosures`, answered with a `DisclosedPerson`."""

    def __init__(self, address: str, token: str, client: httpx.AsyncClient) -> None:
        self._url = f"{address.rstrip('/')}/disclosures"
        self._headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        self._client = client

    async def disclose(self, request: DisclosureRequest) -> DisclosedPerson:
        try:
            answer = await self._client.post(
                self._url, headers=self._headers, content=request.model_dump_json()
            )
        except httpx.RequestError as error:
            raise _unavailable(request, "does not answer") from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise _unavailable(request, f"answered {answer.status_code}")
        if answer.status_code != 200:
            raise PartnerRefusedError(
                request.partner,
                PartnerRefusalCode.DATA_NOT_PERMITTED,
                f"The lead does not disclose this person to {request.partner} ({answer.status_code}).",
            )
        try:
            person = DisclosedPerson.model_validate_json(answer.content)
        except ValidationError as error:
            raise _unavailable(request, "gave an answer that cannot be read") from error
        if person.person != request.person:
            raise _unavailable(request, "answered about another person")
        return person


def _unavailable(request: DisclosureRequest, what: str) -> PartnerUnavailableError:
    return PartnerUnavailableError(request.partner, f"The lead's disclosure service {what}.")
