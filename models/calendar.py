"""Working-day calendars and periods. Source: agreement periods, V14, V20; Regulation (EEC) 1182/71."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_serializer, model_validator

from models.base import Country, Flag, Model


class CalendarRule(StrEnum):
    """Whose holidays count when several partners are concerned."""

    ANY = "any"
    """A day that is a holiday at any of the partners does not count."""
    LEAD = "lead"
    """Only the lead's calendar counts; it is the first one given."""


class HolidayCalendar(Model):
    """The days on which nobody works in a country or a part of it, as plain dates."""

    country: Country
    subdivision: str | None = None
    """ISO 3166-2 without the country, as in `NW` for North Rhine-Westphalia."""
    holidays: frozenset[date] = frozenset()
    weekend: frozenset[Annotated[int, Field(ge=0, le=6)]] = Field(default=frozenset({5, 6}), max_length=3)
    """Days of the week, 0 for Monday."""
    years: frozenset[int] = frozenset()
    """The years that `holidays` covers; in other years only weekends are known."""

    @field_serializer("holidays", "weekend", "years")
    def _in_order(self, values: Iterable[date | int]) -> list[date | int]:
        """The same calendar is always written in the same order."""
        return sorted(values)


class Period(Model):
    """A length of time in exactly one unit: `{working_days: 10}`, `{months: 1}`."""

    working_days: int | None = Field(default=None, ge=0, le=1000)
    days: int | None = Field(default=None, ge=0, le=4000)
    weeks: int | None = Field(default=None, ge=0, le=500)
    months: int | None = Field(default=None, ge=0, le=120)
    ends_on_working_day: Flag = True
    """A period of days, weeks or months that ends on a free day ends on the next working day (Art. 3(4))."""

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        units = (self.working_days, self.days, self.weeks, self.months)
        if sum(unit is not None for unit in units) != 1:
            message = "A period has exactly one of working_days, days, weeks and months."
            raise ValueError(message)
        return self
