"""Deadlines over weekends, holidays, clock changes, leap days, year ends and zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.calendar import CalendarRule, HolidayCalendar, Period
from rules.deadlines import (
    add_working_days,
    due,
    end_of_day,
    is_late,
    is_working_day,
    reminder_before,
    show_in_zone,
    uncovered_years,
)

ZONES = (
    "Europe/Helsinki",
    "Europe/Berlin",
    "Europe/Lisbon",
    "Europe/Istanbul",
    "Atlantic/Azores",
    "America/Santiago",
)
HELSINKI = "Europe/Helsinki"


def a_calendar(country: str, *holidays: str) -> HolidayCalendar:
    days = frozenset(date.fromisoformat(day) for day in holidays)
    return HolidayCalendar(country=country, holidays=days, years=frozenset({2026}))


FINLAND = a_calendar("FI", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-24", "2026-12-25")
GERMANY = a_calendar("DE", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-12-25")


def at(text: str, zone: str = HELSINKI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        pytest.param("2026-03-16T10:00", 0, "2026-03-16T23:59:59+02:00", id="the same day"),
        pytest.param("2026-03-14T10:00", 0, "2026-03-16T23:59:59+02:00", id="a Saturday moves to Monday"),
        pytest.param(
            "2026-03-14T10:00", 1, "2026-03-16T23:59:59+02:00", id="from Saturday, Monday is the first"
        ),
        pytest.param("2026-03-16T00:00", 1, "2026-03-17T23:59:59+02:00", id="the first day is not counted"),
        pytest.param("2026-03-16T23:59", 1, "2026-03-17T23:59:59+02:00", id="nor is its last minute"),
        pytest.param(
            "2026-03-27T10:00", 1, "2026-03-30T23:59:59+03:00", id="over the clock change in spring"
        ),
        pytest.param(
            "2026-10-23T10:00", 1, "2026-10-26T23:59:59+02:00", id="over the clock change in autumn"
        ),
        pytest.param("2026-04-02T10:00", 1, "2026-04-07T23:59:59+03:00", id="over Easter"),
        pytest.param("2026-12-23T10:00", 2, "2026-12-29T23:59:59+02:00", id="over Christmas"),
        pytest.param("2026-12-30T10:00", 3, "2027-01-04T23:59:59+02:00", id="over the year's end"),
        pytest.param("2028-02-28T10:00", 1, "2028-02-29T23:59:59+02:00", id="leap day"),
    ],
)
def test_working_days_end_with_the_local_day(start: str, days: int, expected: str) -> None:
    assert add_working_days(at(start), days, (FINLAND,), HELSINKI) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Helsinki", "2026-03-30T20:59:59"),
        ("Europe/Berlin", "2026-03-30T21:59:59"),
        ("Europe/Lisbon", "2026-03-30T22:59:59"),
        ("Europe/Istanbul", "2026-03-30T20:59:59"),
        ("Atlantic/Azores", "2026-03-30T23:59:59"),
        ("America/Santiago", "2026-03-31T02:59:59"),
    ],
)
def test_same_day_ends_at_another_moment_in_each_zone(zone: str, expected: str) -> None:
    friday_noon = datetime(2026, 3, 27, 12, tzinfo=UTC)

    assert add_working_days(friday_noon, 1, (), zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_day_is_the_programmes_not_that_of_universal_time() -> None:
    late_in_utc = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)

    assert add_working_days(late_in_utc, 1, (), HELSINKI) == end_of_day(date(2026, 3, 18), HELSINKI)
    assert add_working_days(late_in_utc, 1, (), "Europe/Lisbon") == end_of_day(
        date(2026, 3, 17), "Europe/Lisbon"
    )


def test_hour_that_comes_twice_before_midnight_belongs_to_the_day() -> None:
    assert end_of_day(date(2026, 4, 4), "America/Santiago") == datetime(2026, 4, 5, 3, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "day"), [(CalendarRule.ANY, date(2026, 5, 15)), (CalendarRule.LEAD, date(2026, 5, 14))]
)
def test_holiday_of_another_partner_counts_where_the_rule_says_so(rule: CalendarRule, day: date) -> None:
    result = add_working_days(at("2026-05-13T10:00"), 1, (FINLAND, GERMANY), HELSINKI, rule)

    assert result == end_of_day(day, HELSINKI)


@pytest.mark.parametrize(
    ("start", "period", "last"),
    [
        pytest.param("2026-03-16", Period(working_days=5), "2026-03-23", id="working days"),
        pytest.param("2026-03-16", Period(days=14), "2026-03-30", id="days"),
        pytest.param("2026-03-16", Period(weeks=2), "2026-03-30", id="weeks"),
        pytest.param("2026-03-16", Period(days=5), "2026-03-23", id="days that end on a Saturday"),
        pytest.param(
            "2026-03-16", Period(days=5, ends_on_working_day=False), "2026-03-21", id="to the letter"
        ),
        pytest.param("2026-03-20", Period(weeks=2), "2026-04-07", id="weeks that end on Good Friday"),
        pytest.param("2026-01-30", Period(months=1), "2026-03-02", id="February's end is a Saturday"),
        pytest.param("2026-01-31", Period(months=1, ends_on_working_day=False), "2026-02-28", id="no 31st"),
        pytest.param("2028-01-31", Period(months=1), "2028-02-29", id="leap day"),
        pytest.param("2028-02-29", Period(months=12), "2029-02-28", id="a year from the leap day"),
        pytest.param("2026-11-30", Period(months=3), "2027-03-01", id="over the year's end"),
        pytest.param("2026-12-15", Period(months=0), "2026-12-15", id="no month"),
    ],
)
def test_period_ends_with_its_last_day(start: str, period: Period, last: str) -> None:
    result = due(at(f"{start}T10:00"), period, (FINLAND,), HELSINKI)

    assert result == end_of_day(date.fromisoformat(last), HELSINKI)


@pytest.mark.parametrize("units", [{}, {"days": 1, "months": 1}, {"weeks": -1}])
def test_period_has_exactly_one_unit(units: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Period.model_validate(units)


@pytest.mark.parametrize(
    ("due_on", "days", "expected"),
    [
        ("2026-03-20", 3, "2026-03-17T09:00+02:00"),
        ("2026-03-31", 2, "2026-03-27T09:00+02:00"),
        ("2026-04-08", 3, "2026-04-01T09:00+03:00"),
        ("2026-03-20", 0, "2026-03-20T09:00+02:00"),
    ],
)
def test_reminder_comes_on_a_working_morning(due_on: str, days: int, expected: str) -> None:
    due_at = end_of_day(date.fromisoformat(due_on), HELSINKI)

    reminder = reminder_before(due_at, days, at("2026-03-02T10:00"), (FINLAND,), HELSINKI)

    assert reminder == datetime.fromisoformat(expected)


def test_short_period_has_no_reminder() -> None:
    due_at = end_of_day(date(2026, 3, 20), HELSINKI)

    assert reminder_before(due_at, 3, at("2026-03-18T10:00"), (FINLAND,), HELSINKI) is None


def test_last_second_is_in_time_and_the_next_is_late() -> None:
    due_at = end_of_day(date(2026, 10, 25), HELSINKI)

    assert not is_late(due_at + timedelta(microseconds=999_999), due_at)
    assert is_late(due_at + timedelta(seconds=1), due_at)


def test_second_passage_of_the_hour_that_comes_twice_is_later() -> None:
    first = at("2026-10-25T03:30")

    assert is_late(first.replace(fold=1), first)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Helsinki", "Sat 28 Mar 2026, 00:30 (Europe/Helsinki, UTC+02:00)"),
        ("America/Santiago", "Fri 27 Mar 2026, 19:30 (America/Santiago, UTC-03:00)"),
        ("Asia/Kathmandu", "Sat 28 Mar 2026, 04:15 (Asia/Kathmandu, UTC+05:45)"),
    ],
)
def test_moment_is_shown_with_its_zone(zone: str, shown: str) -> None:
    assert show_in_zone(datetime(2026, 3, 27, 22, 30, tzinfo=UTC), zone) == shown


def test_years_without_known_holidays_are_named() -> None:
    assert uncovered_years((FINLAND, GERMANY), date(2026, 1, 1), date(2028, 1, 1)) == {2027, 2028}
    assert uncovered_years((), date(2026, 1, 1), date(2028, 1, 1)) == frozenset()


def test_calendar_is_always_written_in_the_same_order() -> None:
    written = FINLAND.model_dump(mode="json")

    assert written["holidays"] == sorted(written["holidays"])
    assert HolidayCalendar.model_validate(written) == FINLAND


FIRST = datetime(2025, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=3650)).map(lambda passed: FIRST + passed)


@given(MOMENTS, st.integers(0, 60), st.sampled_from(ZONES))
def test_deadline_is_a_working_day_after_the_start_and_grows_with_the_days(
    start: datetime, days: int, zone: str
) -> None:
    calendars = (FINLAND, GERMANY)
    result = add_working_days(start, days, calendars, zone)
    local = result.astimezone(ZoneInfo(zone))

    assert result > start - timedelta(seconds=1)
    assert is_working_day(local.date(), calendars)
    assert (local.hour, local.minute, local.second) == (23, 59, 59)
    longer = add_working_days(start, days + 1, calendars, zone)
    assert longer > result or (days == 0 and longer == result)


@given(MOMENTS, st.integers(1, 30), st.integers(0, 30), st.sampled_from(ZONES))
def test_periods_of_working_days_add_up(start: datetime, first: int, then: int, zone: str) -> None:
    halfway = add_working_days(start, first, (GERMANY,), zone)

    whole = add_working_days(start, first + then, (GERMANY,), zone)
    assert add_working_days(halfway, then, (GERMANY,), zone) == whole
