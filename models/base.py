"""What every model shares: frozen, strict about unknown fields, and the field's simple types."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """A value: it cannot change, and a field that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def _not_a_number(value: object) -> object:
    """A number of seconds could be read as a date, but nobody means one who writes it into a file."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)):
        return value
    raise PydanticCustomError("date_type", "a date is written as year, month and day")


Day = Annotated[date, BeforeValidator(_not_a_number)]
"""A date, written as in `2026-09-01`."""

Flag = Annotated[bool, Strict()]
"""`true` or `false`; not `yes`, which is a word in YAML 1.2."""

WorkingDays = Annotated[int, Field(ge=1, le=250)]
"""A period of working days, at most about a year."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$")]
"""A short name in lower case: `dce`, `jyu`, `course-1`."""

CaseId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{8,32}$")]
"""One learner's way through one programme; random, so that it tells nothing."""

PersonRef = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{3,64}$")]
"""A learner's random reference, or the directory's id of an office-holder."""

PartnerId = Slug
ProgrammeId = Slug
CourseId = Slug
CohortId = Slug

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""

LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")]
"""BCP 47, as in `en` or `pt-PT`."""

Localised = Annotated[
    dict[LanguageTag, Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]],
    Field(min_length=1),
]
"""One text in one or more languages."""

Ects = Annotated[Decimal, Field(ge=0, le=400, decimal_places=2)]
"""ECTS credits; never a float."""

EqfLevel = Annotated[int, Field(ge=1, le=8)]
"""European Qualifications Framework level."""
