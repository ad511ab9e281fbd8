"""Sandbox partners in processes of their own, and builders of what is sent to them."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import httpx

from models.partner import (
    AdapterKind,
    DisclosedPerson,
    DisclosureRequest,
    PartnerEndpoint,
    PartnerOrder,
    PartnerReceipt,
    RegistrationKind,
    ResultReport,
)
from partners.disclosure import InProcessDisclosure
from partners.errors import PartnerPendingError, PartnerUnavailableError
from partners.port import PartnerPort
from partners.registry import Partners
from partners.sandbox.switches import Operation
from tests.partners.standard import CheckingTransport

ROOT = Path(__file__).parents[2]
SECRET = "sandbox secret"
PROGRAMME = str(UUID(int=1))
COURSE = str(UUID(int=2))
PROCESSING = Decimal("0.2")

_numbers = count(1)


@dataclass
class Sandbox:
    """One running sandbox partner."""

    version: int
    database: Path
    port: int = 0
    partner: str = "jyu"
    client_id: str = ""
    """Of the OAuth client; the partner's id by default."""
    new_ids: bool = False
    """v5: every POST makes a new person or association, so that nothing but the adapter protects."""
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)
    control: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False), repr=False)

    def start(self) -> Self:
        command = [sys.executable, "-m", "partners.sandbox", "--partner", self.partner]
        command += [
            "--version",
            str(self.version),
            "--port",
            str(self.port),
            "--database",
            str(self.database),
            "--client-id",
            self.client_id or self.partner,
        ]
        environment = {**os.environ, "COLLEGIUM_SANDBOX_SECRET": SECRET}
        self._process = subprocess.Popen(  # noqa: S603  # our own program with our own arguments
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        self.port = int(ready.rpartition(":")[2])
        return self

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self.control.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def adapter(self) -> AdapterKind:
        return AdapterKind.OEAPI if self.version == 6 else AdapterKind.OOAPI

    def switch(self, *switches: dict[str, Any]) -> None:
        """Set these and no others, but for new ids where the sandbox always makes them."""
        if self.new_ids:
            switches = (*switches, {"kind": "new_id", "times": 1_000_000})
        answer = self.control.put(f"{self.address}/sandbox/switches", json={"switches": list(switches)})
        assert answer.status_code == 200, answer.text

    def effective(self, person_code: str) -> list[dict[str, Any]]:
        rows = self.control.get(f"{self.address}/sandbox/effective").json()
        return [row for row in rows if row["person"] == person_code]

    def log(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.control.get(f"{self.address}/sandbox/log").json()
        return rows

    def effects(self, person_code: str, operation: Operation) -> list[dict[str, Any]]:
        return [
            row
            for row in self.log()
            if (row["kind"], row["person"], row["operation"]) == ("effect", person_code, operation)
        ]

    def endpoint(self, **changes: Any) -> PartnerEndpoint:
        values: dict[str, Any] = {
            "partner": self.partner,
            "adapter": self.adapter,
            "base_url": f"{self.address}/v{self.version}",
            "client_id": self.partner,
            "secret_ref": "jyu-secret",
            "programme_offering": PROGRAMME,
            "course_offerings": {"course-1": COURSE},
            "processing_seconds": PROCESSING,
            "calls_per_second": 500,
            "timeout_seconds": Decimal("0.6"),
        }
        return PartnerEndpoint.model_validate(values | changes)


class Client:
    """A port to one sandbox, whose every request is checked against the official document."""

    def __init__(self, sandbox: Sandbox, **endpoint: Any) -> None:
        self.disclosures: list[DisclosureRequest] = []
        self.transport = CheckingTransport(sandbox.version)
        self._partners = Partners(
            lambda name: {"jyu-secret": SECRET}[name],
            InProcessDisclosure(self._disclose),
            transport=lambda: self.transport,
            down_interval=0.1,
        )
        self.port: PartnerPort = self._partners.of(sandbox.endpoint(**endpoint))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._partners.close()

    async def _disclose(self, request: DisclosureRequest) -> DisclosedPerson:
        self.disclosures.append(request)
        return a_person(request.person)


def a_person(person: str) -> DisclosedPerson:
    return DisclosedPerson(
        person=person,
        given_name="Aino",
        family_name="Virtanen",
        mail="aino@example.org",
        birth_date=date(1990, 5, 1),
        nationality="FI",
        gender="f",
        esi="urn:schac:personalUniqueCode:int:esi:fi:123",
        schac_home="jyu.fi",
    )


def an_order(**changes: Any) -> PartnerOrder:
    number = next(_numbers)
    values: dict[str, Any] = {
        "case": uuid4().hex[:16],
        "person": f"person-{uuid4().hex[:8]}",
        "partner": "jyu",
        "programme": "dce",
        "number": 1,
        "kind": RegistrationKind.MAIN,
        "effect_key": f"registration/{number}/{uuid4().hex[:8]}",
    }
    return PartnerOrder.model_validate(values | changes)


def a_report(order: PartnerOrder, **changes: Any) -> ResultReport:
    values: dict[str, Any] = {
        "effect_key": f"{order.effect_key}/result",
        "case": order.case,
        "person": order.person,
        "partner": order.partner,
        "programme": order.programme,
        "number": order.number,
        "course": "course-1",
        "attempt": 1,
        "grade": "4",
        "scale": "fi-5",
        "passed": True,
        "ects": Decimal("2.5"),
        "result_on": date(2026, 5, 1),
    }
    return ResultReport.model_validate(values | changes)


def paths(requests: Iterable[httpx.Request]) -> list[str]:
    return [f"{request.method} {request.url.path}" for request in requests]


async def until_settled(client: Client, order: PartnerOrder) -> PartnerReceipt:
    """Repeat as an activity does: at once, so that nothing but the adapter protects."""
    for _ in range(20):
        try:
            return await client.port.register(order)
        except (PartnerUnavailableError, PartnerPendingError):
            await asyncio.sleep(0.1)
    raise AssertionError("never settled")


async def until_cancelled(client: Client, order: PartnerOrder) -> PartnerReceipt:
    """Repeat as the engine does, with the time since no registration was asked for any more."""
    begun = time.monotonic()
    for _ in range(60):
        try:
            return await client.port.cancel(order, timedelta(seconds=time.monotonic() - begun))
        except (PartnerUnavailableError, PartnerPendingError):
            await asyncio.sleep(0.1)
    raise AssertionError("never cancelled")
