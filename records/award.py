"""
The award register: numbers without gaps, the records of awards, and the universities' signatures.

It stays when the person's other data are erased.
"""

from datetime import datetime

from sqlalchemy import Update, func, select, text, update
from sqlalchemy.orm import Session

from models.award import AwardRecord, Signature
from models.base import CaseId
from models.record import AwardOpening, SignatureRecord
from records.effects import AWARD_CONFERRED, AWARD_ENTERED, Effect, add_effect, change_once
from records.errors import ConflictingRecordError, UnknownRecordError
from records.statements import all_of, insert_new, one_of
from records.tables.award import AwardRow, AwardSignatureRow

NUMBER_LOCK = 7_205_301_003


class AwardRepository:
    """Gives numbers, enters awards, takes signatures, confers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_number(self, case: CaseId, prefix: str, year: int) -> str:
        """Give a case its number, `{prefix}-{year}-{sequence}`; the same case gets the same number."""
        known = self._number_of(case)
        if known is not None:
            return known
        connection = self._session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": NUMBER_LOCK})
            if known := self._number_of(case):
                return known
        last = select(func.max(AwardRow.sequence)).where(AwardRow.prefix == prefix, AwardRow.year == year)
        sequence = (self._session.scalar(last) or 0) + 1
        number = f"{prefix}-{year}-{sequence:05d}"
        values = {
            "number": number,
            "case": case,
            "prefix": prefix,
            "year": year,
            "sequence": sequence,
            "content": None,
            "conferred_at": None,
        }
        insert_new(self._session, AwardRow, values)
        return number

    def enter(self, opening: AwardOpening) -> AwardRecord:
        """Enter an award under its case's number; again gives what is there, another content is refused."""
        number = self.next_number(opening.record.case, opening.prefix, opening.year)
        bare = opening.record.model_copy(update={"number": number, "conferred_at": None, "signatures": ()})
        entered = update(AwardRow).where(AwardRow.number == number, AwardRow.content.is_(None))
        if self._change(AWARD_ENTERED, entered.values(content=bare), bare.case, number, opening.at):
            return bare
        known = self.get(number)
        if known.model_copy(update={"conferred_at": None, "signatures": ()}) != bare:
            raise ConflictingRecordError(f"The award {number} is in the register with another content.")
        return known

    def sign(self, signed: SignatureRecord) -> bool:
        """Add a university's signature; once for each university."""
        signature = signed.signature
        return add_effect(
            self._session,
            AwardSignatureRow,
            {"number": signed.number, **signature.model_dump()},
            at=signature.signed_at,
            code=signed.number,
            case=signed.case,
            actor=signature.person,
            partner=signature.partner,
        )

    def confer(self, number: str, at: datetime) -> AwardRecord:
        """Let the award take effect; the first time counts."""
        conferred = update(AwardRow).where(AwardRow.number == number, AwardRow.conferred_at.is_(None))
        case = self.get(number).case
        self._change(AWARD_CONFERRED, conferred.values(conferred_at=at), case, number, at)
        return self.get(number)

    def get(self, number: str) -> AwardRecord:
        """Return an award with its signatures; `UnknownRecordError` when the register has none."""
        row = one_of(self._session, select(AwardRow).where(AwardRow.number == number))
        if row is None or row.content is None:
            raise UnknownRecordError(f"There is no award {number} in the register.")
        return self._with_signatures(row, row.content)

    def of_case(self, case: CaseId) -> AwardRecord | None:
        """Return the award of a case, None when there is none."""
        row = one_of(self._session, select(AwardRow).where(AwardRow.case == case))
        return (
            self._with_signatures(row, row.content) if row is not None and row.content is not None else None
        )

    def find(self, prefix: str | None = None, year: int | None = None) -> tuple[AwardRecord, ...]:
        """List the register in the order of its numbers."""
        query = select(AwardRow).order_by(AwardRow.prefix, AwardRow.year, AwardRow.sequence)
        if prefix is not None:
            query = query.where(AwardRow.prefix == prefix)
        if year is not None:
            query = query.where(AwardRow.year == year)
        rows = all_of(self._session, query)
        return tuple(self._with_signatures(row, row.content) for row in rows if row.content is not None)

    def signatures(self, number: str) -> tuple[Signature, ...]:
        """Return the signatures on an award, oldest first."""
        row = AwardSignatureRow
        query = select(row).where(row.number == number).order_by(row.signed_at, row.partner)
        return tuple(
            Signature(
                partner=found.partner,
                person=found.person,
                name=found.name,
                signed_at=found.signed_at,
                digest=found.digest,
            )
            for found in all_of(self._session, query)
        )

    def _number_of(self, case: CaseId) -> str | None:
        return self._session.scalars(select(AwardRow.number).where(AwardRow.case == case)).one_or_none()

    def _with_signatures(self, row: AwardRow, award: AwardRecord) -> AwardRecord:
        changes = {"conferred_at": row.conferred_at, "signatures": self.signatures(row.number)}
        return award.model_copy(update=changes)

    def _change(self, effect: Effect, change: Update, case: CaseId, number: str, at: datetime) -> bool:
        return change_once(self._session, effect, change, at=at, code=number, case=case)
