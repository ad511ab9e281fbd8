"""
How fast one partner is called: its rate limit, and hardly at all while it is down.

Technical real time; the business clock has no say here.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from models.base import PartnerId
from partners.errors import PartnerUnavailableError

DOWN_INTERVAL_SECONDS = 1.0
"""While a partner is down it gets at most one call in this time, from all callers together."""

_PATIENCE_SECONDS = 1.5
_LONGEST_RETRY_SECONDS = 30.0
_LONGEST_RETRY_AFTER_SECONDS = 60.0


class Pace:
    """
    The gate before one partner, shared by all its callers in this process.

    A partner counts as down from a failed call until a call succeeds, and until its first
    success: then one call at a time tries it, and callers who would wait long are sent away
    with a time to come back.
    """

    def __init__(
        self,
        partner: PartnerId,
        calls_per_second: Decimal,
        down_interval: float = DOWN_INTERVAL_SECONDS,
    ) -> None:
        self._partner = partner
        self._spacing = float(1 / calls_per_second)
        self._down_interval = down_interval
        self._free_at = 0.0
        self._try_at = 0.0
        self._up = False
        self._waiting = 0
        self._changed = asyncio.Event()
        self._trying = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn to call; the call happens inside the block."""
        if not self._up and await self._turn_to_try():
            try:
                yield
            finally:
                self._trying.release()
            return
        await self._within_rate()
        yield

    def answered(self) -> None:
        """Note that the partner works."""
        if not self._up:
            self._up = True
            self._changed.set()

    def failed(self, retry_after: float | None = None) -> None:
        """Note that the partner does not work, and how long it asked to be left alone."""
        pause = min(max(retry_after or 0.0, self._down_interval), _LONGEST_RETRY_AFTER_SECONDS)
        self._try_at = max(self._try_at, time.monotonic() + pause)
        if self._up:
            self._up = False
            self._changed.clear()

    async def _turn_to_try(self) -> bool:
        """Wait to be the one who tries: True with the lock held, False when the partner came up meanwhile."""
        give_up_at = time.monotonic() + _PATIENCE_SECONDS
        self._waiting += 1
        try:
            while not self._up:
                pause = self._try_at - time.monotonic()
                if pause <= 0 and not self._trying.locked():
                    await self._trying.acquire()
                    return True
                self._leave_if_hopeless(give_up_at, pause)
                await self._news(max(pause, 0.05))
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
