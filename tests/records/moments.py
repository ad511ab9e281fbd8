"""Times and references that the tests of the records share."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CASE = "case0001"
DIGEST = "a" * 64


def later(hours: int = 1) -> datetime:
    return NOON + timedelta(hours=hours)
