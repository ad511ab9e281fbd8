"""
How fast one partner is called: its rate limit, and hardly at all while it is down.

Technical real time; the business clock has no say here.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import structlog

from models.base import PartnerId
from partners.errors import PartnerUnavailableError
from partners.gate import Gate

DOWN_INTERVAL_SECONDS = 1.0
"""While a partner is down it gets at most one call in this time, from all callers together."""

_PATIENCE_SECONDS = 1.5
_LONGEST_RETRY_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.05

_log = structlog.get_logger(__name__)


class Pace:
    """
    The turns of all callers of one partner in this process.

    A partner counts as down from a failed call until a call succeeds, and until its first
    success: then one call at a time tries it, and callers who would wait long are sent away
    with a time to come back. The gate tells the other workers of this machine that it is down,
    and lets only one of them try it.
    """

    def __init__(
        self,
        partner: PartnerId,
        calls_per_second: Decimal,
        down_interval: float = DOWN_INTERVAL_SECONDS,
        gate: Gate | None = None,
    ) -> None:
        self._partner = partner
        self._down_interval = down_interval
        self._gate = gate or Gate()
        self._free_at = 0.0
        self._has_answered = False
        self._waiting = 0
        self._changed = asyncio.Event()
        self.allow(calls_per_second)

    def allow(self, calls_per_second: Decimal) -> None:
        """Set the rate limit, as the directory now says."""
        self._spacing = float(1 / calls_per_second)

    def close(self) -> None:
        self._gate.close()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn to call; the call happens inside the block, and so does the judgement on it."""
        while True:
            if not self._is_up and await self._turn_to_try():
                try:
                    yield
                finally:
                    self._gate.give_back()
                return
            await self._within_rate()
            if self._is_up:  # It may have gone down while this caller waited.
                break
        yield

    def answered(self) -> None:
        """Note that the partner works."""
        if self._is_up:
            return
        if self._gate.is_down:
            _log.info("partner back", partner=self._partner)
        self._has_answered = True
        self._gate.open()
        self._changed.set()

    def failed(self, retry_after: float | None = None) -> None:
        """Note that the partner does not work, and how long it asked to be left alone."""
        if not self._gate.is_down:
            _log.info("partner down", partner=self._partner)
        self._gate.shut(max(retry_after or 0.0, self._down_interval))
        self._has_answered = False

    @property
    def _is_up(self) -> bool:
        return self._has_answered and not self._gate.is_down

    async def _turn_to_try(self) -> bool:
        """Wait to be the one who tries: True with the gate taken, False when the partner came up."""
        give_up_at = time.monotonic() + _PATIENCE_SECONDS
        self._waiting += 1
        try:
            while not self._is_up:
                pause = self._gate.pause
                if pause <= 0 and self._gate.take():
                    return True
                self._leave_if_hopeless(give_up_at, pause)
                await self._news(max(pause, _LOOK_AGAIN_SECONDS))
            return False
        finally:
            self._waiting -= 1

    def _leave_if_hopeless(self, give_up_at: float, pause: float) -> None:
        if time.monotonic() + max(pause, 0.0) < give_up_at:
            return
        raise PartnerUnavailableError(
            self._partner,
            f"{self._partner} does not answer at the moment; it is called again as soon as it does.",
            retry_after=min(max(pause, float(self._waiting)), _LONGEST_RETRY_SECONDS),
        )

    async def _news(self, seconds: float) -> None:
        """Wait that long, or until the partner is up again."""
        self._changed.clear()
        try:
            async with asyncio.timeout(min(seconds, _PATIENCE_SECONDS)):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _within_rate(self) -> None:
        """Keep the calls apart, letting through at once what one second may hold."""
        now = time.monotonic()
        self._free_at = max(self._free_at, now - 1.0) + self._spacing
        if self._free_at > now:
            await asyncio.sleep(self._free_at - now)
