"""Public holidays as plain dates."""

from datetime import date

import pytest

from programmes.calendars import UnknownCalendarError, holiday_calendar
from rules.deadlines import is_working_day


@pytest.mark.parametrize("country", ["FI", "DE", "PT", "TR", "FR", "MT", "IT"])
def test_countries_of_the_partners_are_known(country: str) -> None:
    calendar = holiday_calendar(country, None, range(2026, 2029))

    assert calendar.years == {2026, 2027, 2028}
    assert {day.year for day in calendar.holidays} == calendar.years
    assert date(2026, 1, 1) in calendar.holidays


def test_subdivision_has_its_own_holidays() -> None:
    corpus_christi = date(2026, 6, 4)

    assert is_working_day(corpus_christi, (holiday_calendar("DE", None, [2026]),))
    assert not is_working_day(corpus_christi, (holiday_calendar("DE", "NW", [2026]),))


@pytest.mark.parametrize(
    ("country", "subdivision", "sentence"),
    [
        ("XX", None, "ISO 3166-1"),
        ("UK", None, "'GB'"),
        ("DE", "ZZ", "choose one of"),
        ("MT", "ZZ", "choose none"),
    ],
)
def test_unknown_calendar_is_refused_with_what_to_do(
    country: str, subdivision: str | None, sentence: str
) -> None:
    with pytest.raises(UnknownCalendarError, match=sentence):
        holiday_calendar(country, subdivision, [2026])
