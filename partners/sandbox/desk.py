"""How the sandbox partner takes a call: who calls, which switches apply, what happens, what is answered."""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from partners.sandbox.register import Register, Taken, UnknownError
from partners.sandbox.server import cut
from partners.sandbox.store import JSONObject
from partners.sandbox.switches import Operation, Switch, SwitchKind

_TOKEN_SECONDS = 3600
_FAILING = (
    SwitchKind.FAIL_500,
    SwitchKind.UNAVAILABLE_503,
    SwitchKind.TIMEOUT,
    SwitchKind.CUT,
    SwitchKind.WRONG_JSON,
    SwitchKind.CODE_IN_BODY,
)


class Reply(NamedTuple):
    """What is answered when no switch says otherwise."""

    status: int
    body: JSONObject

    def response(self) -> Response:
        media = "application/problem+json" if self.status >= 400 else "application/json"
        return Response(json.dumps(self.body), self.status, media_type=media)


class Subject(NamedTuple):
    """What a call is about, for switches and the log."""

    operation: Operation
    person: str = ""
    """The learner's primary code, or what the caller named the learner by."""
    named: frozenset[str] = frozenset()


Act = Callable[[Taken, bool], Reply]
"""Does it and answers; the second argument tells that the call is delivered again."""


class InvalidError(Exception):
    """The call's body is not what the standard says."""


class Desk:
    """Takes every call of both versions in the same way."""

    def __init__(self, register: Register, client_id: str, client_secret: str) -> None:
        self.register = register
        self._client_id = client_id
        self._secret = client_secret.encode()

    async def serve(self, request: Request, subject: Subject, act: Act) -> Response:
        """Check the token, apply the switches, do it, log it, answer."""
        if not self._is_genuine(request.headers.get("authorization", "")):
            return problem(401, "Unauthorised", "The access token is missing, unknown or expired.").response()
        self.register.decide_what_is_due()
        taken = self._take(subject)
        if delay := taken.get(SwitchKind.DELAY):
            await asyncio.sleep(delay.seconds)
        failing = next((taken[kind] for kind in _FAILING if kind in taken), None)
        if failing and not failing.happens:
            self._log(request, subject, taken, None)
            return await self._fail(request, failing)
        with self.register.store.transaction():
            reply = self._act(act, taken)
            self._log(request, subject, taken, reply)
        return await self._fail(request, failing) if failing else reply.response()

    async def token(self, request: Request) -> Response:
        """OAuth 2.0 client credentials, with HTTP Basic as RFC 6749 2.3.1 prefers."""
        taken = self._take(Subject(Operation.TOKEN))
        failing = next((taken[kind] for kind in _FAILING if kind in taken), None)
        if failing:
            return await self._fail(request, failing)
        form = (await request.body()).decode(errors="replace")
        if "grant_type=client_credentials" not in form.split("&"):
            return _json(400, {"error": "unsupported_grant_type"})
        if not self._knows_client(request.headers.get("authorization", "")):
            return _json(401, {"error": "invalid_client"})
        token = self._sign(int(time.time()) + _TOKEN_SECONDS)
        return _json(200, {"access_token": token, "token_type": "Bearer", "expires_in": _TOKEN_SECONDS})

    def _act(self, act: Act, taken: Taken) -> Reply:
        try:
            reply = act(taken, False)
            if SwitchKind.DUPLICATE_DELIVERY in taken:
                reply = act(taken, True)
        except UnknownError as error:
            return problem(404, "Not found", str(error))
        except InvalidError as error:
            return problem(400, "Bad request", str(error))
        return reply

    def _take(self, subject: Subject) -> Taken:
        """Use up the switches that apply, one of each kind."""
        store = self.register.store
        taken: Taken = {}
        persons = {subject.person, *subject.named}
        for identifier, switch, _ in store.switches():
            if switch.kind not in taken and switch.applies_to(subject.operation, persons):
                taken[switch.kind] = switch
                store.use_switch(identifier)
        return taken

    def _log(self, request: Request, subject: Subject, taken: Taken, reply: Reply | None) -> None:
        detail = {
            "method": request.method,
            "path": request.url.path,
            "status": reply.status if reply else None,
            "switches": sorted(taken),
            "idempotency_key": request.headers.get("idempotency-key"),
        }
        self.register.store.log("call", subject.operation, subject.person, detail)

    async def _fail(self, request: Request, switch: Switch) -> Response:
        match switch.kind:
            case SwitchKind.UNAVAILABLE_503:
                answer = problem(503, "Unavailable", "The system is down for maintenance.").response()
                answer.headers["retry-after"] = str(int(switch.seconds))
                return answer
            case SwitchKind.TIMEOUT:
                await _silence(request, switch.seconds)
                cut(request)
                return Response(status_code=500)
            case SwitchKind.CUT:
                cut(request)
                return Response(status_code=500)
            case SwitchKind.WRONG_JSON:
                return Response('{"state": "associ', 200, media_type="application/json")
            case SwitchKind.CODE_IN_BODY:
                message = [{"language": "en", "value": switch.reason}]
                return _json(200, {"code": switch.code, "message": message})
            case _:
                return problem(500, "Internal error", "Something went wrong.").response()

    def _is_genuine(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        until, _, _ = token.partition(".")
        if scheme.lower() != "bearer" or not until.isdigit() or int(until) < time.time():
            return False
        return hmac.compare_digest(token, self._sign(int(until)))

    def _sign(self, until: int) -> str:
        """Make a token that a restarted sandbox still knows."""
        return f"{until}.{hmac.new(self._secret, str(until).encode(), hashlib.sha256).hexdigest()}"

    def _knows_client(self, authorization: str) -> bool:
        scheme, _, encoded = authorization.partition(" ")
        expected = base64.b64encode(self._client_id.encode() + b":" + self._secret).decode()
        return scheme.lower() == "basic" and secrets.compare_digest(encoded, expected)


def problem(status: int, title: str, detail: str) -> Reply:
    """Write an error as RFC 9457 says."""
    kind = f"https://sandbox.invalid/problems/{status}"
    return Reply(status, {"type": kind, "title": title, "status": status, "detail": detail})


async def read_object(request: Request) -> JSONObject:
    """Read the body; anything but a JSON object is an empty one, which no call accepts."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


async def _silence(request: Request, seconds: float) -> None:
    """Say nothing for so long, or until the caller hangs up."""
    try:
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


def _json(status: int, body: JSONObject) -> Response:
    return Response(json.dumps(body), status, media_type="application/json")
