"""A person: a learner as the records know them. Everything else uses the random reference."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from models.base import Country, Model, PersonRef
from models.partnership import SchacHome

PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]

Mail = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)
]

ESI = Annotated[str, StringConstraints(pattern=r"^urn:schac:personalUniqueCode:int:esi:\S+$")]
"""European Student Identifier."""

Gender = Annotated[str, StringConstraints(pattern=r"^[mfxoun]$")]
"""Open Education API v6: m, f, x, o (other), u (unknown), n (not specified)."""


class Person(Model):
    """Who a learner is; nothing of it ever reaches a workflow in clear."""

    ref: PersonRef
    given_name: PersonName
    family_name: PersonName
    display_name: Annotated[str, Field(max_length=400)] = ""
    """As the person wants to be addressed; empty means given and family name."""
    mail: Mail
    birth_date: date | None = None
    nationality: Country | None = None
    esi: ESI | None = None
    """European Student Identifier."""
    schac_home: SchacHome | None = None
    """The organisation that the person comes from."""
    gender: Gender | None = None
    """Open Education API v6: m, f, x, o (other), u (unknown), n (not specified)."""
    created_at: AwareDatetime

    @property
    def called(self) -> str:
        """The name by which the person is addressed."""
        return self.display_name or f"{self.given_name} {self.family_name}"
