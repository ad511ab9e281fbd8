"""Which fields of a person a partner was told, and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.base import CaseId, PartnerId, PersonRef
from models.partner import DisclosureRequest, PersonField
from records.effects import add_effect
from records.statements import all_of
from records.tables.trust import DisclosureRow


@dataclass(frozen=True)
class Disclosure:
    """One disclosure."""

    partner: PartnerId
    case: CaseId
    person: PersonRef
    fields: tuple[PersonField, ...]
    purpose: str
    at: datetime


class DisclosureRepository:
    """Logs disclosures; entries are added, never changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def log(self, request: DisclosureRequest, fields: tuple[PersonField, ...], at: datetime) -> bool:
        """
        Log what a partner is told, names of fields only.

        The same effect with the same fields is one disclosure, however often the call is repeated.
        """
        told = tuple(sorted(fields))
        key = f"{request.partner}/{request.effect_key}/{','.join(told)}"
        values = {
            "effect_key": key,
            "partner": request.partner,
            "case": request.case,
            "person": request.person,
            "fields": tuple(field.value for field in told),
            "purpose": request.purpose,
            "at": at,
        }
        return add_effect(
            self._session, DisclosureRow, values, at=at, case=request.case, partner=request.partner
        )

    def of_case(self, case: CaseId) -> tuple[Disclosure, ...]:
        """Return what was told of a case, oldest first."""
        return self._found(select(DisclosureRow).where(DisclosureRow.case == case))

    def to_partner(self, partner: PartnerId) -> tuple[Disclosure, ...]:
        """Return what a partner was told, oldest first."""
        return self._found(select(DisclosureRow).where(DisclosureRow.partner == partner))

    def _found(self, query: Select[DisclosureRow]) -> tuple[Disclosure, ...]:
        return tuple(
            Disclosure(
                row.partner,
                row.case,
                row.person,
                tuple(PersonField(field) for field in row.fields),
                row.purpose,
                row.at,
            )
            for row in all_of(self._session, query.order_by(DisclosureRow.seq))
        )
