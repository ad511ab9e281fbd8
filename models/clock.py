"""The business clock: one for a case, its children, the console and the sandboxes."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, Field

from models.base import Model


class Clock(Model):
    """
    Business time that started with real time at `epoch` and runs `rate` times as fast.

    In production the rate is 1 and the clock is real time. In the demo a day may last a
    fraction of a second. Technical timeouts and retries never go through a clock.
    """

    epoch: AwareDatetime
    rate: int = Field(default=1, ge=1, le=10_000_000)

    def business(self, real: datetime) -> datetime:
        """Tell the business time at a moment of real time."""
        return self.epoch + (real - self.epoch) * self.rate

    def real(self, business: datetime) -> datetime:
        """Tell the real time at which a business time comes."""
        return self.epoch + (business - self.epoch) / self.rate

    def wait(self, real_now: datetime, until: datetime) -> timedelta:
        """Tell how long to wait, in real time, until a business time; zero if it has passed."""
        return max(self.real(until) - real_now, timedelta(0))
