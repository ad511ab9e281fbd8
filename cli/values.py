"""What people write on the command line, as values: moments, decimals."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from cli.errors import WrongUseError
from rules.deadlines import end_of_day

_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}(?P<time>T\d{2}:\d{2}\S*)?", re.ASCII)
"""Only what is written like this; in other forms of ISO 8601 a day would be taken for its midnight."""


def read_moment(text: str, zone: str, option: str, *, end: bool = False) -> datetime:
    """Read a date or a moment; a date is its first moment in the programme's zone, or its last one."""
    written = _WRITTEN.fullmatch(text)
    try:
        if written is not None and written["time"] is None:
            day = date.fromisoformat(text)
            return end_of_day(day, zone) if end else _start_of_day(day, zone)
        if written is not None:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # It is written like a date, but there is no such day.
    raise WrongUseError(
        f"{option} {text!r} is no date. Write it as 2026-09-30, or with a time as 2026-09-30T12:00."
    )


def move_by_days(moment: datetime, days: int, zone: str, option: str) -> datetime:
    """Move a moment by whole days of the calendar; the clock on the wall of its zone shows the same time."""
    there = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    try:
        moved = there + timedelta(days=days)
    except OverflowError as problem:
        raise WrongUseError(f"{option} is too far away; give another day.") from problem
    if moment == end_of_day(there.date(), zone):
        return read_moment(moved.date().isoformat(), zone, option, end=True)
    return read_moment(moved.isoformat(), zone, option)


def _start_of_day(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def read_decimal(text: str, option: str) -> Decimal:
    """Read a number without rounding it."""
    try:
        value = Decimal(text)
    except InvalidOperation as problem:
        raise WrongUseError(f"{option} {text!r} is no number. Write it as 85 or 7.5.") from problem
    if not value.is_finite():
        raise WrongUseError(f"{option} {text!r} is no number. Write it as 85 or 7.5.")
    return value
