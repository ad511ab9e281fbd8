"""Learners as persons: one random reference each."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from models.base import PersonRef
from models.person import Person
from records.audit import AuditEntry, append
from records.errors import ConflictingRecordError, UnknownRecordError
from records.statements import all_of, column_values, insert_new, one_of
from records.tables.case import CaseRow, PersonRow


class PersonRepository:
    """Adds and finds persons."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, person: Person) -> Person:
        """Add a person; the same reference again gives the person that is there."""
        values = {**person.model_dump(), "mail_key": _mail_key(person.mail), "merged_into": None}
        if insert_new(self._session, PersonRow, values):
            return person
        known = self.get(person.ref)
        if _mail_key(known.mail) != _mail_key(person.mail):
            raise ConflictingRecordError(f"The reference {person.ref} belongs to another person.")
        return known

    def get(self, ref: PersonRef) -> Person:
        """Return a person; a merged reference leads to the person that remains."""
        row = self._row(ref)
        while row.merged_into is not None:
            row = self._row(row.merged_into)
        return _person(row)

    def find_by_mail(self, mail: str) -> Person | None:
        """Find a person by mail address, in whatever case it is written."""
        return next(iter(self._found(PersonRow.mail_key == _mail_key(mail))), None)

    def find_by_esi(self, esi: str) -> Person | None:
        """Find a person by the European Student Identifier."""
        return next(iter(self._found(PersonRow.esi == esi)), None)

    def correct(self, ref: PersonRef, changes: Mapping[str, object], by: PersonRef, at: datetime) -> Person:
        """Correct what is known of a person; an audited act. The log names the fields, not their values."""
        known = self.get(ref)
        corrected = Person.model_validate({**known.model_dump(), **changes})
        if corrected == known:
            return known
        values = {**corrected.model_dump(), "mail_key": _mail_key(corrected.mail)}
        changed = update(PersonRow).where(PersonRow.ref == known.ref).values(values)
        self._session.execute(changed, execution_options={"synchronize_session": False})
        append(
            self._session,
            AuditEntry(
                effect_key=f"correct/{known.ref}/{at.isoformat()}",
                at=at,
                kind="person_corrected",
                code=",".join(sorted(changes)),
                actor=by,
            ),
        )
        return corrected

    def merge(self, duplicate: PersonRef, remains: PersonRef, by: PersonRef, at: datetime) -> None:
        """Let a duplicate's cases be those of the person who remains; an audited act."""
        kept = self.get(remains)
        if duplicate == kept.ref or self._row(duplicate).merged_into is not None:
            return
        sync = {"synchronize_session": False}
        moved = update(CaseRow).where(CaseRow.person == duplicate).values(person=kept.ref)
        self._session.execute(moved, execution_options=sync)
        marked = update(PersonRow).where(PersonRow.ref == duplicate).values(merged_into=kept.ref)
        self._session.execute(marked, execution_options=sync)
        append(
            self._session,
            AuditEntry(effect_key=f"merge/{duplicate}", at=at, kind="person_merged", code=kept.ref, actor=by),
        )

    def _row(self, ref: PersonRef) -> PersonRow:
        row = one_of(self._session, select(PersonRow).where(PersonRow.ref == ref))
        if row is None:
            raise UnknownRecordError(f"There is no person {ref} in the records.")
        return row

    def _found(self, condition: ColumnElement[bool]) -> list[Person]:
        query = select(PersonRow).where(condition, PersonRow.merged_into.is_(None))
        return [_person(row) for row in all_of(self._session, query.order_by(PersonRow.created_at))]


def _mail_key(mail: str) -> str:
    return mail.strip().casefold()


def _person(row: PersonRow) -> Person:
    return Person.model_validate(column_values(row, ("mail_key", "merged_into")))
