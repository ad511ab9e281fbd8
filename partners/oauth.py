"""Access tokens by OAuth 2.0 client credentials (RFC 6749, 4.4), kept until shortly before they end."""

import asyncio
import time
from collections.abc import Callable

import httpx

from models.partner import PartnerEndpoint
from partners.errors import PartnerRefusalCode, PartnerRefusedError, PartnerUnavailableError
from partners.pace import Pace

_MARGIN_SECONDS = 30.0
_DEFAULT_LIFETIME_SECONDS = 300.0


class TokenSource:
    """Gets one partner's token, once for all callers, and again when it expires or is refused."""

    def __init__(
        self, endpoint: PartnerEndpoint, client: httpx.AsyncClient, pace: Pace, secrets: Callable[[str], str]
    ) -> None:
        self._endpoint = endpoint
        self._client = client
        self._pace = pace
        self._secrets = secrets
        self._token = ""
        self._good_until = 0.0
        self._fetching: asyncio.Task[None] | None = None

    async def token(self, refused: str = "") -> str:
        """Answer with a token that is not the refused one."""
        if not self._is_good(refused):
            if self._fetching is None:
                self._fetching = asyncio.create_task(self._fetch())
                self._fetching.add_done_callback(self._fetched)
            await asyncio.shield(self._fetching)
        return self._token

    def _fetched(self, task: asyncio.Task[None]) -> None:
        """Let the next caller start anew; all who waited share this outcome."""
        self._fetching = None
        if not task.cancelled():
            task.exception()

    def _is_good(self, refused: str) -> bool:
        return bool(self._token) and self._token != refused and time.monotonic() < self._good_until

    async def _fetch(self) -> None:
        form = {"grant_type": "client_credentials"}
        auth = (self._endpoint.client_id, self._secret())
        async with self._pace.turn():
            try:
                answer = await self._client.post(self._endpoint.token_address, data=form, auth=auth)
            except httpx.RequestError as error:
                raise self._unavailable("does not answer, or not with what can be read,", None) from error
            self._check(answer)
            self._keep(answer)

    def _secret(self) -> str:
        try:
            return self._secrets(self._endpoint.secret_ref)
        except KeyError as missing:
            partner = self._endpoint.partner
            sentence = f"{partner} cannot be called. {missing.args[0]}"
            raise PartnerRefusedError(partner, PartnerRefusalCode.CREDENTIALS, sentence) from missing

    def _check(self, answer: httpx.Response) -> None:
        if answer.status_code in {400, 401, 403}:
            raise PartnerRefusedError(
                self._endpoint.partner,
                PartnerRefusalCode.CREDENTIALS,
                f"{self._endpoint.partner} refuses our credentials for client {self._endpoint.client_id}. "
                "Ask the partner for valid ones and store them under the name in the directory.",
            )
        if answer.status_code != 200:
            raise self._unavailable(f"answered {answer.status_code}", answer)

    def _keep(self, answer: httpx.Response) -> None:
        try:
            body = answer.json()
            token, lifetime = body["access_token"], float(body.get("expires_in", _DEFAULT_LIFETIME_SECONDS))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._unavailable("gave an answer that cannot be read", answer) from error
        self._token = str(token)
        self._good_until = time.monotonic() + max(lifetime - _MARGIN_SECONDS, lifetime / 2)

    def _unavailable(self, what: str, answer: httpx.Response | None) -> PartnerUnavailableError:
        after = retry_after(answer) if answer is not None else None
        self._pace.failed(after)
        partner = self._endpoint.partner
        return PartnerUnavailableError(partner, f"{partner} {what} when asked for an access token.", after)


def retry_after(answer: httpx.Response) -> float | None:
    """Read `Retry-After` in seconds; a date or nonsense counts as none."""
    try:
        return max(float(answer.headers["retry-after"]), 0.0)
    except (KeyError, ValueError):
        return None
