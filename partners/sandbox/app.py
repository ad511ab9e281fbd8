"""The sandbox partner as a web application: both versions, the token endpoint, the switches, the page."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from partners.sandbox import v5, v6
from partners.sandbox.desk import Desk, read_object
from partners.sandbox.store import ACTIVE, JSONObject, Store
from partners.sandbox.switches import Operation, SetSwitches, Switch, SwitchKind

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


def application(desk: Desk, version: int) -> FastAPI:
    """Make the application; the partner's own version also answers without a prefix."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(v6.router(desk), prefix="/v6")
    app.include_router(v5.router(desk), prefix="/v5")
    for prefix in ("", "/v5", "/v6"):
        app.add_api_route(f"{prefix}/oauth/token", desk.token, methods=["POST"])
    control = _Control(desk.register.store, version)
    app.add_api_route("/", control.page, methods=["GET"])
    app.add_api_route("/sandbox/switches", control.get_switches, methods=["GET"])
    app.add_api_route("/sandbox/switches", control.put_switches, methods=["PUT"])
    app.add_api_route("/sandbox/switches", control.add_switch, methods=["POST"])
    app.add_api_route("/sandbox/offerings", control.put_offerings, methods=["PUT"])
    app.add_api_route("/sandbox/log", control.get_log, methods=["GET"])
    app.add_api_route("/sandbox/effective", control.get_effective, methods=["GET"])
    app.add_api_route("/sandbox/summary", control.get_summary, methods=["GET"])
    app.include_router((v6 if version == 6 else v5).router(desk))
    return app


class _Control:
    """The sandbox's own pages and switches; for whoever is on this machine."""

    def __init__(self, store: Store, version: int) -> None:
        self._store = store
        self._version = version

    async def get_switches(self) -> Response:
        rows = self._store.switches()
        return _json([{**switch.model_dump(mode="json"), "left": left} for _, switch, left in rows])

    async def put_switches(self, request: Request) -> Response:
        """Set all switches anew; an empty list switches everything off."""
        if _is_foreign(request):
            return _refusal(403, "Only pages of this sandbox may do that.")
        try:
            asked = SetSwitches.model_validate(await read_object(request))
        except ValidationError as error:
            return _refusal(422, _first_problem(error))
        with self._store.transaction():
            self._store.set_switches(asked.switches)
        return await self.get_switches()

    async def add_switch(self, request: Request) -> Response:
        """Add one, from JSON or from the page's form."""
        if _is_foreign(request):
            return _refusal(403, "Only pages of this sandbox may do that.")
        is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        if is_form:
            text = (await request.body()).decode(errors="replace")
            values: JSONObject = {name: value for name, value in parse_qsl(text) if value.strip()}
        else:
            values = await read_object(request)
        if is_form and values.get("kind") == "none":
            with self._store.transaction():
                self._store.set_switches(())
            return RedirectResponse("/", 303)
        try:
            switch = Switch.model_validate(values)
        except ValidationError as error:
            return _refusal(422, _first_problem(error))
        with self._store.transaction():
            self._store.add_switch(switch)
        return RedirectResponse("/", 303) if is_form else await self.get_switches()

    async def put_offerings(self, request: Request) -> Response:
        """Replace the catalogue: `{"offerings": [{"id", "kind": "programme"|"course", "name"}]}`."""
        rows = (await read_object(request)).get("offerings")
        try:
            offerings = read_offerings(rows)
        except ValueError as error:
            return _refusal(422, str(error))
        with self._store.transaction():
            self._store.set_offerings(offerings)
        return _json(self._store.offerings())

    async def get_log(self, after: int = 0) -> Response:
        return _json(self._store.log_entries(after))

    async def get_effective(self) -> Response:
        """Tell how many registrations are active per learner and offering; more than one is a duplicate."""
        return _json(effective(self._store))

    async def get_summary(self) -> Response:
        """Count what was asked, what is effective, and what is double."""
        rows = effective(self._store)
        entries = self._store.log_entries()
        asked = [row for row in entries if row["kind"] == "call" and row["operation"] == Operation.REGISTER]
        return _json(
            {
                "partner": self._store.partner,
                "calls": sum(row["kind"] == "call" for row in entries),
                "registrations_asked": len(asked),
                "programme_registrations": sum(
                    row["active"] > 0 and row["kind"] == "programme" for row in rows
                ),
                "course_enrolments": sum(row["active"] > 0 and row["kind"] == "course" for row in rows),
                "duplicates": sum(max(row["active"] - 1, 0) for row in rows),
            }
        )

    async def page(self) -> Response:
        store = self._store
        persons = store.persons()
        names = {row["id"]: row["name"] for row in store.offerings()}
        by_person: dict[str, list[Any]] = defaultdict(list)
        for one in store.associations(hidden=True):
            by_person[one.person].append(one)
        html = _TEMPLATES.get_template("page.html").render(
            partner=store.partner,
            version=self._version,
            now=store.now(),
            persons=persons,
            associations=by_person,
            names=names,
            switches=store.switches(),
            kinds=list(SwitchKind),
            operations=list(Operation),
            log=store.last_log_entries(60),
        )
        return HTMLResponse(
            html,
            headers={
                "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
            },
        )


def effective(store: Store) -> list[JSONObject]:
    """Group all associations by learner and offering."""
    groups: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for one in store.associations(hidden=True):
        groups[store.code_of(one.person), one.offering, one.kind].append(one)
    return [
        {
            "person": person,
            "offering": offering,
            "kind": kind,
            "active": sum(one.state in ACTIVE for one in ones),
            "associations": {one.id: one.state for one in ones},
            "student_number": store.student_number(person),
        }
        for (person, offering, kind), ones in sorted(groups.items())
    ]


def read_offerings(rows: object) -> list[tuple[str, str, str]]:
    """Read a catalogue; `ValueError` says what is wrong with it."""
    if not isinstance(rows, list):
        raise ValueError("Give a list of offerings, each with id, kind and name.")  # noqa: TRY004  # it is what callers of a reader catch
    offerings = []
    for row in rows:
        if not isinstance(row, dict) or row.get("kind") not in {"programme", "course"} or "id" not in row:
            raise ValueError("Each offering needs an id, a kind (programme or course) and a name.")
        offerings.append((str(row["id"]), str(row["kind"]), str(row.get("name") or row["id"])))
    return offerings


def _is_foreign(request: Request) -> bool:
    """Refuse what another site's page sends through somebody's browser."""
    origin = request.headers.get("origin")
    return origin is not None and origin != f"http://{request.headers.get('host', '')}"


def _json(body: object) -> Response:
    return Response(json.dumps(body), media_type="application/json")


def _refusal(status: int, sentence: str) -> Response:
    return Response(json.dumps({"error": sentence}), status, media_type="application/json")


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}"
