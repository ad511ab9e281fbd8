"""The sandbox partner's Open Education API v5, in the profile with client credentials."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from partners.sandbox.desk import Desk, InvalidError, Reply, Subject, read_object
from partners.sandbox.register import Taken, UnknownError, Wish
from partners.sandbox.store import Association, JSONObject, Store
from partners.sandbox.switches import Operation

_MERGE_PATCH = "application/merge-patch+json"
_PERSON_NEEDS = (
    "givenName",
    "surname",
    "displayName",
    "affiliations",
    "mail",
    "primaryCode",
    "activeEnrollment",
)
_ASSOCIATION_NEEDS = (
    "associationId",
    "associationType",
    "role",
    "state",
    "remoteState",
    "person",
    "offering",
)
_KINDS = {"programOfferingAssociation": "programme", "courseOfferingAssociation": "course"}


def router(desk: Desk) -> APIRouter:
    """Make the routes of v5."""
    calls = _Calls(desk)
    routes = APIRouter()
    routes.add_api_route("/persons", calls.list_persons, methods=["GET"])
    routes.add_api_route("/persons", calls.post_person, methods=["POST"])
    routes.add_api_route("/persons/{person}/associations", calls.list_associations, methods=["GET"])
    routes.add_api_route("/offerings/{offering}", calls.get_offering, methods=["GET"])
    routes.add_api_route("/associations/external/me", calls.post_association, methods=["POST"])
    routes.add_api_route("/associations/{association}", calls.get_association, methods=["GET"])
    routes.add_api_route("/associations/{association}", calls.patch_association, methods=["PATCH"])
    return routes


class _Calls:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._register = desk.register
        self._store = desk.register.store

    async def list_persons(self, request: Request) -> Response:
        code = request.query_params.get("primaryCode")

        def act(_taken: Taken, _again: bool) -> Reply:
            return _page(request, [_person(body) for body in self._store.persons(code)])

        return await self._desk.serve(request, Subject(Operation.READ_PERSON, code or ""), act)

    async def post_person(self, request: Request) -> Response:
        body = await read_object(request)

        def act(taken: Taken, again: bool) -> Reply:
            _need(body, _PERSON_NEEDS)
            identifier = self._register.post_person(body, taken, repeated=again)
            return Reply(201, {"personId": identifier, "message": _message("The person is stored.")})

        primary = body.get("primaryCode")
        code = str(primary.get("code", "")) if isinstance(primary, dict) else ""
        return await self._desk.serve(request, Subject(Operation.WRITE_PERSON, code), act)

    async def list_associations(self, request: Request, person: str) -> Response:
        def act(_taken: Taken, _again: bool) -> Reply:
            if self._store.person(person) is None:
                raise UnknownError("This person is not known here.")
            return _page(
                request, [_association(self._store, one) for one in self._store.associations(person)]
            )

        return await self._desk.serve(request, self._subject(Operation.READ_ASSOCIATION, person), act)

    async def get_offering(self, request: Request, offering: str) -> Response:
        def act(_taken: Taken, _again: bool) -> Reply:
            return Reply(200, _offering(self._store, offering))

        return await self._desk.serve(request, Subject(Operation.READ_OFFERING), act)

    async def get_association(self, request: Request, association: str) -> Response:
        def act(_taken: Taken, _again: bool) -> Reply:
            return Reply(200, _association(self._store, self._held(association)))

        return await self._desk.serve(request, self._about(Operation.READ_ASSOCIATION, association), act)

    async def post_association(self, request: Request) -> Response:
        body = await read_object(request)
        named = body.get("person")
        person = str(named.get("personId", "") if isinstance(named, dict) else named)

        def act(taken: Taken, again: bool) -> Reply:
            made = self._register.post(_wish(body, person), taken, repeated=again)
            text = made.message if made.state == "denied" else f"This association is {_state(made)}."
            return Reply(201, {"associationId": made.id, "state": _state(made), "message": _message(text)})

        return await self._desk.serve(request, self._subject(Operation.REGISTER, person), act)

    async def patch_association(self, request: Request, association: str) -> Response:
        body = await read_object(request)

        def act(_taken: Taken, _again: bool) -> Reply:
            held = self._held(association)
            if not request.headers.get("content-type", "").startswith(_MERGE_PATCH):
                raise InvalidError(f"Send {_MERGE_PATCH}.")
            if "result" in body:
                held = self._register.keep_result(held, body["result"])
            elif body.get("remoteState") == "canceled":
                held = self._register.cancel(held)
            else:
                raise InvalidError("Only remoteState canceled and result can be changed.")
            text = f"This association is {_state(held)}."
            return Reply(200, {"associationId": held.id, "state": _state(held), "message": _message(text)})

        operation = Operation.REPORT_RESULT if "result" in body else Operation.CANCEL
        return await self._desk.serve(request, self._about(operation, association), act)

    def _held(self, association: str) -> Association:
        held = self._store.association(association)
        if held is None:
            raise UnknownError("There is none of that id here.")
        return held

    def _subject(self, operation: Operation, person: str) -> Subject:
        return Subject(operation, self._store.code_of(person), frozenset({person}))

    def _about(self, operation: Operation, association: str) -> Subject:
        held = self._store.association(association)
        return self._subject(operation, held.person) if held else Subject(operation)


def _wish(body: JSONObject, person: str) -> Wish:
    _need(body, _ASSOCIATION_NEEDS)
    offering = body["offering"]
    kind = _KINDS.get(str(body["associationType"]))
    if kind is None or not isinstance(offering, dict) or "offeringId" not in offering:
        raise InvalidError(
            "The association needs a known associationType and an offering with its offeringId."
        )
    ext = body.get("ext")
    return Wish(
        person=person,
        offering=str(offering["offeringId"]),
        kind=kind,
        remote_state=str(body["remoteState"]),
        ext=ext if isinstance(ext, dict) else {},
    )


def _need(body: JSONObject, names: tuple[str, ...]) -> None:
    missing = [name for name in names if name not in body]
    if missing:
        raise InvalidError(f"Missing: {', '.join(missing)}.")


def _state(one: Association) -> str:
    return "canceled" if one.state == "cancelled" else one.state


def _association(store: Store, one: Association) -> JSONObject:
    body: JSONObject = {
        "associationId": one.id,
        "associationType": "programOfferingAssociation"
        if one.kind == "programme"
        else "courseOfferingAssociation",
        "role": "student",
        "state": _state(one),
        "person": one.person,
        "offering": _offering(store, one.offering),
        "ext": one.ext,
    }
    if one.result is not None:
        body["result"] = one.result
    if one.message and one.state != "pending":
        body["message"] = _message(one.message)
    return body


def _offering(store: Store, identifier: str) -> JSONObject:
    catalogue = store.offerings()
    row = next((row for row in catalogue if row["id"] == identifier), None)
    if row is None and catalogue:
        raise UnknownError("This offering is not in the catalogue.")
    name = row["name"] if row else "Offering"
    year = int(store.now()[:4])
    return {
        "offeringId": identifier,
        "primaryCode": {"codeType": "offeringCode", "code": identifier},
        "offeringType": "course" if row and row["kind"] == "course" else "program",
        "name": _message(name),
        "description": _message(name),
        "teachingLanguage": "eng",
        "resultExpected": True,
        "startDate": f"{year}-01-01",
        "endDate": f"{year + 1}-12-31",
    }


def _person(body: JSONObject) -> JSONObject:
    number = body.pop("student_number", None)
    if number:
        codes = [*(body.get("otherCodes") or []), {"codeType": "studentNumber", "code": number}]
        body["otherCodes"] = codes
    return body


def _page(request: Request, items: list[JSONObject]) -> Reply:
    size = max(1, min(_number(request, "pageSize", 10), 250))
    number = max(1, _number(request, "pageNumber", 1))
    start = (number - 1) * size
    body = {
        "pageSize": size,
        "pageNumber": number,
        "hasPreviousPage": number > 1,
        "hasNextPage": start + size < len(items),
        "items": items[start : start + size],
    }
    return Reply(200, body)


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isdecimal() else default


def _message(text: str) -> list[JSONObject]:
    return [{"language": "en", "value": text}]
