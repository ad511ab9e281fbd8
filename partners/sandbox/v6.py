"""The sandbox partner's Open Education API v6."""

import time
from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from partners.sandbox.desk import Act, Desk, InvalidError, Reply, Subject, problem, read_object
from partners.sandbox.register import Taken, UnknownError, Wish
from partners.sandbox.store import Association, JSONObject, Store
from partners.sandbox.switches import Operation, SwitchKind

_MERGE_PATCH = "application/merge-patch+json"


def router(desk: Desk) -> APIRouter:
    """Make the routes of v6."""
    calls = _Calls(desk)
    routes = APIRouter()
    routes.add_api_route("/persons/{person}", calls.get_person, methods=["GET"])
    routes.add_api_route("/persons/{person}", calls.put_person, methods=["PUT"])
    for kind in ("programme", "course"):
        path = f"/{kind}-offering-associations/{{association}}"
        routes.add_api_route(path, calls.get_association, methods=["GET"])
        routes.add_api_route(path, calls.put_association(kind), methods=["PUT"])
        routes.add_api_route(path, calls.patch_association, methods=["PATCH"])
    return routes


class _Calls:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._register = desk.register
        self._store = desk.register.store

    async def get_person(self, request: Request, person: str) -> Response:
        def act(_taken: Taken, _again: bool) -> Reply:
            body = _person(self._store, person) if self._store.shows_person(person) else None
            return _unknown() if body is None else Reply(200, body)

        return await self._serve(request, Subject(Operation.READ_PERSON, person), act)

    async def put_person(self, request: Request, person: str) -> Response:
        body = await read_object(request)

        def act(taken: Taken, _again: bool) -> Reply:
            if not body.get("primaryCode") or not (body.get("surname") or body.get("givenName")):
                raise InvalidError("A person needs a primaryCode and a name.")
            is_new = self._store.person(person) is None
            later = taken.get(SwitchKind.ACCEPT_LATER)
            shown_at = time.time() + later.seconds if later else 0.0
            self._store.write_person(person, {**body, "personId": person}, shown_at)
            status = 202 if not self._store.shows_person(person) else 201 if is_new else 200
            return Reply(status, {"personId": person})

        return await self._serve(request, Subject(Operation.WRITE_PERSON, person), act)

    async def get_association(self, request: Request, association: str) -> Response:
        def act(_taken: Taken, _again: bool) -> Reply:
            held = self._store.association(association)
            return _unknown() if held is None else Reply(200, _association(self._store, held))

        return await self._serve(request, self._about(Operation.READ_ASSOCIATION, association), act)

    def put_association(self, kind: str) -> Callable[[Request, str], Awaitable[Response]]:
        async def put(request: Request, association: str) -> Response:
            body = await read_object(request)
            person = str(body.get("personId", ""))

            def act(taken: Taken, _again: bool) -> Reply:
                wish = _wish(kind, body)
                if not self._store.shows_person(person):
                    raise UnknownError("This person is not known here.")
                held, is_new = self._register.put(association, wish, taken)
                status = 202 if held.state in {"pending", "queued"} else 201 if is_new else 200
                return Reply(status, _association(self._store, held))

            return await self._serve(request, Subject(Operation.REGISTER, self._store.code_of(person)), act)

        return put

    async def patch_association(self, request: Request, association: str) -> Response:
        body = await read_object(request)
        operation = Operation.REPORT_RESULT if "result" in body else Operation.CANCEL

        def act(_taken: Taken, _again: bool) -> Reply:
            held = self._store.association(association)
            if held is None:
                return _unknown()
            if not request.headers.get("content-type", "").startswith(_MERGE_PATCH):
                raise InvalidError(f"Send {_MERGE_PATCH}.")
            if "result" in body:
                held = self._register.keep_result(held, body["result"])
            elif body.get("remoteState") == "cancelled":
                held = self._register.cancel(held)
            else:
                raise InvalidError("Only remoteState cancelled and result can be changed.")
            message = [{"language": "en", "value": f"This association is {held.state}."}]
            return Reply(200, {"associationId": held.id, "state": held.state, "message": message})

        return await self._serve(request, self._about(operation, association), act)

    def _about(self, operation: Operation, association: str) -> Subject:
        held = self._store.association(association)
        return Subject(operation, self._store.code_of(held.person) if held else "")

    async def _serve(self, request: Request, subject: Subject, act: Act) -> Response:
        accept = request.headers.get("accept", "*/*")
        if "version=" in accept and "version=6.0" not in accept.replace(" ", ""):
            refusal = problem(406, "Version not acceptable", "This API speaks version 6.0.")
            asked = accept.partition("version=")[2].partition(";")[0]
            refusal.body.update(requestedVersion=asked, supportedVersions=["6.0"])
            return refusal.response()
        return await self._desk.serve(request, subject, act)


def _wish(kind: str, body: JSONObject) -> Wish:
    missing = [
        name
        for name in ("associationId", "role", "state", "personId", f"{kind}OfferingId")
        if name not in body
    ]
    if missing:
        raise InvalidError(f"An association needs {', '.join(missing)}.")
    return Wish(
        person=str(body["personId"]),
        offering=str(body[f"{kind}OfferingId"]),
        kind=kind,
        remote_state=body.get("remoteState"),
        ext=body.get("ext") or {},
    )


def _association(store: Store, one: Association) -> JSONObject:
    body: JSONObject = {
        "associationId": one.id,
        "role": "student",
        "state": one.state,
        "remoteState": one.remote_state,
        "personId": one.person,
        f"{one.kind}OfferingId": one.offering,
        "ext": one.ext,
        "person": _person(store, one.person),
    }
    if one.result is not None:
        body["result"] = one.result
    if one.message and one.state != "pending":
        body["message"] = [{"language": "en", "value": one.message}]
    return body


def _person(store: Store, identifier: str) -> JSONObject | None:
    body = store.person(identifier)
    if body is not None and (number := body.pop("student_number", None)):
        codes = [*(body.get("otherCodes") or []), {"codeType": "student_number", "code": number}]
        body["otherCodes"] = codes
    return body


def _unknown() -> Reply:
    return problem(404, "Not found", "There is none of that id here.")
