"""
Deadlines in working days, calendar periods and zones. Source: V14, V20; Regulation (EEC) 1182/71, Art. 3.

The day on which something happens is not counted, and a deadline ends with the last second of
its day in the programme's zone. All moments are returned in UTC, since moments of one zone
compare by the clock on the wall, which is wrong in the hour that comes twice.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.calendar import CalendarRule, HolidayCalendar, Period

_DAY = timedelta(days=1)
_WEEKEND = frozenset({5, 6})
_LAST_SECOND = time(23, 59, 59)
_MORNING = time(9)


def add_working_days(
    start: datetime,
    days: int,
    calendars: tuple[HolidayCalendar, ...],
    zone: str,
    rule: CalendarRule = CalendarRule.ANY,
) -> datetime:
    """
    Find the end of the working day that is so many working days after the day of `start`.

    With 0 days it is the day of `start` itself or, if nobody works then, the next working day.
    """
    day = _local_day(start, zone)
    for _ in range(days):
        day = next_working_day(day + _DAY, calendars, rule)
    return end_of_day(next_working_day(day, calendars, rule), zone)


def due(
    start: datetime,
    period: Period,
    calendars: tuple[HolidayCalendar, ...],
    zone: str,
    rule: CalendarRule = CalendarRule.ANY,
) -> datetime:
    """
    Find the last moment of a period that begins at `start`.

    A month ends on the day with the same number, or on the month's last day where there is none.
    """
    if period.working_days is not None:
        return add_working_days(start, period.working_days, calendars, zone, rule)
    day = _local_day(start, zone)
    last = _add_months(day, period.months) if period.months else day + _calendar_days(period)
    return end_of_day(next_working_day(last, calendars, rule) if period.ends_on_working_day else last, zone)


def reminder_before(
    due_at: datetime,
    working_days: int,
    start: datetime,
    calendars: tuple[HolidayCalendar, ...],
    zone: str,
    rule: CalendarRule = CalendarRule.ANY,
) -> datetime | None:
    """
    Find nine in the morning of the working day that is so many working days before the deadline.

    None when that is not after `start`: the period is too short for a reminder.
    """
    day = _local_day(due_at, zone)
    counted = 0
    while counted < working_days:
        day -= _DAY
        counted += is_working_day(day, calendars, rule)
    moment = datetime.combine(day, _MORNING, ZoneInfo(zone)).astimezone(UTC)
    return moment if start < moment < due_at else None


def is_late(decided_at: datetime, due_at: datetime) -> bool:
    """Tell whether a decision came after its deadline; the whole last second still counts."""
    return decided_at.astimezone(UTC).replace(microsecond=0) > due_at.astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """Find the last second of a day in a zone, as UTC; where it comes twice, the later one."""
    return datetime.combine(day, _LAST_SECOND, ZoneInfo(zone)).replace(fold=1).astimezone(UTC)


def is_working_day(
    day: date, calendars: tuple[HolidayCalendar, ...], rule: CalendarRule = CalendarRule.ANY
) -> bool:
    """Tell whether people work on a day; without any calendar, on Monday to Friday."""
    counted = calendars[:1] if rule is CalendarRule.LEAD else calendars
    if not counted:
        return day.weekday() not in _WEEKEND
    return all(day.weekday() not in known.weekend and day not in known.holidays for known in counted)


def next_working_day(
    day: date, calendars: tuple[HolidayCalendar, ...], rule: CalendarRule = CalendarRule.ANY
) -> date:
    """Find the day itself or the first working day after it."""
    while not is_working_day(day, calendars, rule):
        day += _DAY
    return day


def uncovered_years(calendars: Iterable[HolidayCalendar], first: date, last: date) -> frozenset[int]:
    """Name the years in a span whose holidays one of the calendars does not know."""
    asked = frozenset(range(first.year, last.year + 1))
    return frozenset().union(*(asked - calendar.years for calendar in calendars))


def show_in_zone(moment: datetime, zone: str) -> str:
    """Write a moment for people: `Fri 27 Mar 2026, 23:59 (Europe/Helsinki, UTC+02:00)`."""
    local = moment.astimezone(ZoneInfo(zone))
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    when = f"{days[local.weekday()]} {local.day} {months[local.month - 1]} {local.year}, {local:%H:%M}"
    offset = local.isoformat(timespec="seconds")[19:]
    return f"{when} ({zone}, UTC{offset})"


def _local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _calendar_days(period: Period) -> timedelta:
    return timedelta(days=period.days or 0, weeks=period.weeks or 0)


def _add_months(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
