"""Public holidays of a country or region as plain dates, from the PyPI package `holidays`."""

from collections.abc import Iterable
from functools import cache

import holidays

from models.calendar import HolidayCalendar


class UnknownCalendarError(ValueError):
    """No public holidays are known for a country or subdivision."""


def holiday_calendar(country: str, subdivision: str | None, years: Iterable[int]) -> HolidayCalendar:
    """
    Look up the public holidays of a country (ISO 3166-1) or subdivision (ISO 3166-2 without the country).

    Raises `UnknownCalendarError` with a sentence that says what to correct.
    """
    covered = frozenset(years)
    if country not in _countries():
        raise UnknownCalendarError(_sentence(country, subdivision))
    try:
        known = holidays.country_holidays(country, subdiv=subdivision, years=sorted(covered))
    except NotImplementedError as unknown:
        raise UnknownCalendarError(_sentence(country, subdivision)) from unknown
    return HolidayCalendar(
        country=country,
        subdivision=subdivision,
        holidays=frozenset(day for day in known if day.year in covered),
        weekend=frozenset(known.weekend),
        years=covered,
    )


def _sentence(country: str, subdivision: str | None) -> str:
    regions = _countries().get(country)
    if regions is None:
        return (
            f"No public holidays are known for country {country!r}; use its ISO 3166-1 code, as in 'FI', "
            "or 'GB' for the United Kingdom."
        )
    choice = f"one of {', '.join(regions)}" if regions else "none"
    return f"{country} has no subdivision {subdivision!r}; choose {choice}."


@cache
def _countries() -> dict[str, list[str]]:
    """List the countries by ISO 3166-1, with their subdivisions; other names, such as UK, are left out."""
    return holidays.list_supported_countries(include_aliases=False)
