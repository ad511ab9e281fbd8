"""The partners of an installation: one adapter per endpoint, one connection pool and pace per partner."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, assert_never

import httpx

from models.base import PartnerId
from models.partner import AdapterKind, PartnerEndpoint
from partners.adapter import Now, utc_now
from partners.gate import Gate
from partners.manual import ManualPartner
from partners.network import Network
from partners.oauth import TokenSource
from partners.oeapi import OEAPIPartner
from partners.ooapi import OOAPIPartner
from partners.pace import DOWN_INTERVAL_SECONDS, Pace
from partners.port import DisclosurePort, PartnerPort
from partners.wire import PartnerWire


class _Line(NamedTuple):
    """What all adapters of one partner share."""

    client: httpx.AsyncClient
    wire: PartnerWire


class Partners:
    """
    Builds and keeps the adapters.

    `secrets` turns the name of a secret into the secret. A changed endpoint gets a new
    adapter, so that the directory may be edited while workers run. `gates` is a folder that all
    workers of this machine share, to spare a partner that is down.
    """

    def __init__(
        self,
        secrets: Callable[[str], str],
        disclosure: DisclosurePort,
        *,
        now: Now = utc_now,
        transport: Callable[[], httpx.AsyncBaseTransport] = Network,
        down_interval: float = DOWN_INTERVAL_SECONDS,
        gates: Path | None = None,
    ) -> None:
        self._down_interval = down_interval
        self._secrets = secrets
        self._disclosure = disclosure
        self._now = now
        self._transport = transport
        self._gates = gates
        self._lines: dict[str, _Line] = {}
        self._paces: dict[tuple[PartnerId, str], Pace] = {}
        self._ports: dict[str, PartnerPort] = {}

    def of(self, endpoint: PartnerEndpoint) -> PartnerPort:
        """Find or build the adapter for an endpoint."""
        key = endpoint.model_dump_json()
        port = self._ports.get(key)
        if port is None:
            port = self._ports[key] = self._build(endpoint)
        return port

    async def close(self) -> None:
        """Close all connections."""
        lines = list(self._lines.values())
        self._lines.clear()
        self._ports.clear()
        for line in lines:
            await line.client.aclose()
        for pace in self._paces.values():
            pace.close()
        self._paces.clear()

    def _build(self, endpoint: PartnerEndpoint) -> PartnerPort:
        match endpoint.adapter:
            case AdapterKind.OEAPI:
                return OEAPIPartner(endpoint, self._line(endpoint).wire, self._disclosure, self._now)
            case AdapterKind.OOAPI:
                return OOAPIPartner(endpoint, self._line(endpoint).wire, self._disclosure, self._now)
            case AdapterKind.MANUAL:
                return ManualPartner(endpoint)
            case unknown:
                assert_never(unknown)

    def _line(self, endpoint: PartnerEndpoint) -> _Line:
        """Share by everything but the offerings: two programmes at one partner are one caller to it."""
        key = endpoint.model_copy(
            update={"programme_offering": None, "course_offerings": {}}
        ).model_dump_json()
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = self._open(endpoint)
        return line

    def _open(self, endpoint: PartnerEndpoint) -> _Line:
        client = httpx.AsyncClient(
            timeout=float(endpoint.timeout_seconds),
            headers={"user-agent": "collegium"},
            transport=self._transport(),
            trust_env=False,
        )
        pace = self._pace(endpoint)
        tokens = TokenSource(endpoint, client, pace, self._secrets)
        return _Line(client, PartnerWire(endpoint.partner, client, pace, tokens))

    def _pace(self, endpoint: PartnerEndpoint) -> Pace:
        """Keep one pace for a partner's system, however its endpoints differ otherwise."""
        system = (endpoint.partner, endpoint.base_url.rstrip("/"))
        pace = self._paces.get(system)
        if pace is None:
            gate = Gate(self._gates / _file_name(*system) if self._gates else None)
            pace = Pace(endpoint.partner, endpoint.calls_per_second, self._down_interval, gate)
            self._paces[system] = pace
        pace.allow(endpoint.calls_per_second)
        return pace


def _file_name(partner: PartnerId, address: str) -> str:
    return f"{partner}-{hashlib.sha256(address.encode()).hexdigest()[:12]}"
