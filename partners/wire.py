"""
One call to a partner's API: token, pace, and what its answer means.

A 2xx does not count until the body says so: gateways and enrolment receivers answer 200 with
an error code in the body. Source: interop 1.4, 1.6.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx

from models.base import PartnerId
from partners.errors import PartnerRefusalCode, PartnerRefusedError, PartnerUnavailableError
from partners.oauth import TokenSource, retry_after
from partners.pace import Pace

JSONObject = dict[str, Any]

_DOWN = {408, 425, 429}
"""Statuses and codes below 500 that leave a partner in peace for a while."""

_BUSY = {400, 409, 417}
"""Codes in a 200 body for which time may help one call: its back end, a queue, its token (eduXchange)."""

_REFUSALS = {
    401: PartnerRefusalCode.CREDENTIALS,
    403: PartnerRefusalCode.NOT_PERMITTED,
    404: PartnerRefusalCode.UNKNOWN,
    405: PartnerRefusalCode.VERSION,
    406: PartnerRefusalCode.VERSION,
    422: PartnerRefusalCode.DENIED,
}


class Answer(NamedTuple):
    """A successful answer; the body is empty where the standard defines none."""

    status: int
    body: JSONObject


class _Call(NamedTuple):
    """What is asked of a partner."""

    method: str
    url: str
    headers: Mapping[str, str]
    params: Mapping[str, str] | None = None
    body: JSONObject | None = None
    may_be_empty: bool = False


class PartnerWire:
    """Speaks HTTP with one partner."""

    def __init__(
        self, partner: PartnerId, client: httpx.AsyncClient, pace: Pace, tokens: TokenSource
    ) -> None:
        self.partner = partner
        self._client = client
        self._pace = pace
        self._tokens = tokens

    async def get(self, url: str, accept: str, params: Mapping[str, str] | None = None) -> JSONObject | None:
        """Read an object; None when the partner says that it does not know it (404)."""
        answer = await self._send(_Call("GET", url, {"accept": accept}, params=params))
        return None if answer.status == 404 else answer.body

    async def write(
        self, method: str, url: str, headers: dict[str, str], body: JSONObject, *, may_be_empty: bool = False
    ) -> Answer:
        """Send an object; the headers say what is sent and accepted."""
        return await self._send(_Call(method, url, headers, body=body, may_be_empty=may_be_empty))

    async def _send(self, call: _Call) -> Answer:
        token = await self._tokens.token()
        answer = await self._try(call, token)
        if answer is None:
            answer = await self._try(call, await self._tokens.token(refused=token))
        if answer is None:
            raise self._refused(401, "it does not take the access tokens that it has just given us (401)")
        return answer

    async def _try(self, call: _Call, token: str) -> Answer | None:
        """Call once; None when the access token is refused."""
        headers = {**call.headers, "authorization": f"Bearer {token}"}
        request = self._client.build_request(
            call.method, call.url, headers=headers, params=call.params, json=call.body
        )
        async with self._pace.turn():
            response = await self._exchange(request)
            try:
                answer = None if response.status_code == 401 else self._answer(response, call)
            except PartnerUnavailableError as error:
                if error.is_down:
                    self._pace.failed(error.retry_after)
                else:
                    self._pace.answered()
                raise
            except PartnerRefusedError:
                self._pace.answered()
                raise
            self._pace.answered()
            return answer

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._client.send(request)
        except httpx.TimeoutException as error:
            self._pace.failed()
            raise self._unavailable("did not answer in time") from error
        except httpx.RequestError as error:
            self._pace.failed()
            raise self._unavailable("cannot be reached, or broke the connection") from error

    def _answer(self, response: httpx.Response, call: _Call) -> Answer:
        status = response.status_code
        if status in _DOWN or status >= 500:
            raise self._unavailable(f"answered {status}", retry_after(response))
        if status == 404:
            return self._unknown(response, call)
        if status >= 400:
            raise self._refused(status, _text_of(_object(response) or {}))
        if status >= 300:
            raise self._refused(405, f"it answered {status}, a redirection")
        if not response.content.strip() and call.may_be_empty:
            return Answer(status, {})
        body = _object(response)
        if body is None:
            raise self._unavailable("gave an answer that cannot be read")
        self._check_code(body)
        return Answer(status, body)

    def _unknown(self, response: httpx.Response, call: _Call) -> Answer:
        """Believe a 404 only as both standards write it: a gateway that has lost its route says it, too."""
        body = _object(response)
        if body is None or _code_of(body) != 404:
            raise self._unavailable(
                "answered 404 without a problem of that status, as a gateway without a route does"
            )
        if call.method == "GET":
            return Answer(404, body)
        raise self._refused(404, _text_of(body))

    def _check_code(self, body: JSONObject) -> None:
        code = _code_of(body)
        if code is None or 200 <= code < 300:
            return
        if code in _BUSY:
            sentence = f"{self.partner} answered with the code {code}."
            raise PartnerUnavailableError(self.partner, sentence, is_down=False)
        if code < 200 or code >= 500 or code in _DOWN:
            raise self._unavailable(f"answered with the code {code}")
        refusal = 422 if code in {412, 419} else code
        raise self._refused(refusal, _text_of(body) or f"code {code}")

    def _unavailable(self, what: str, after: float | None = None) -> PartnerUnavailableError:
        return PartnerUnavailableError(self.partner, f"{self.partner} {what}.", after)

    def _refused(self, status: int, text: str) -> PartnerRefusedError:
        code = _REFUSALS.get(status, PartnerRefusalCode.INVALID)
        return PartnerRefusedError(
            self.partner, code, f"{self.partner} refused: {text or f'it answered {status}'}."
        )


def said(body: JSONObject) -> str:
    """Read what the partner says to people in `message`, English first; empty when it says nothing."""
    messages = body.get("message")
    if isinstance(messages, str):
        return _plain(messages)
    if not isinstance(messages, list):
        return ""
    texts = [entry for entry in messages if isinstance(entry, dict) and entry.get("value")]
    texts.sort(key=lambda entry: not str(entry.get("language", "")).startswith("en"))
    return _plain(texts[0]["value"]) if texts else ""


def _text_of(body: JSONObject) -> str:
    return said(body) or _plain(body.get("detail") or body.get("title") or "")


def _plain(text: object) -> str:
    """Make a partner's text fit for a sentence of ours."""
    words = " ".join(str(text).split())
    return "".join(letter for letter in words if letter.isprintable())[:300].rstrip(".")


def _object(response: httpx.Response) -> JSONObject | None:
    try:
        body = response.json()
    except (ValueError, UnicodeDecodeError):
        return None
    return body if isinstance(body, dict) else None


def _code_of(body: JSONObject) -> int | None:
    """Find the numeric code of a receiver, a gateway or a problem inside a 2xx."""
    for name in ("code", "responseCode", "status"):
        value = body.get(name)
        if isinstance(value, int | str) and not isinstance(value, bool):
            try:
                return int(value)
            except ValueError:
                continue
    return None
