"""What people write on the command line, as values: moments, decimals."""

from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from cli.errors import WrongUseError
from rules.deadlines import end_of_day


def read_moment(text: str, zone: str, option: str, *, end: bool = False) -> datetime:
    """Read a date or a moment; a date is its first moment in the programme's zone, or its last one."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return end_of_day(day, zone) if end else _start_of_day(day, zone)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise WrongUseError(
            f"{option} {text!r} is no date. Write it as 2026-09-30, or with a time as 2026-09-30T12:00."
        ) from problem


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
