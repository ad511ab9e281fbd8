"""Learning agreements and the signatures on them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.agreement import AgreementSignature, LearningAgreement, SignedAgreement
from models.base import CaseId
from records.effects import add_effect
from records.errors import ConflictingRecordError, UnknownRecordError
from records.statements import all_of, one_of
from records.tables.case import CaseRow
from records.tables.study import AgreementSignatureRow, LearningAgreementRow


class AgreementRepository:
    """Keeps learning agreements version by version."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, agreement: LearningAgreement) -> bool:
        """Keep a version; the same content again changes nothing, another under its number is refused."""
        values = {"case": agreement.case, "version": agreement.version, "content": agreement}
        # A learning agreement has no date of its own: it belongs to the moment of its case's last step.
        now = self._session.scalars(select(CaseRow.updated_at).where(CaseRow.case == agreement.case)).one()
        code = agreement.digest
        if add_effect(self._session, LearningAgreementRow, values, at=now, code=code, case=agreement.case):
            return True
        known = self.get(agreement.case, agreement.version)
        if known.digest != agreement.digest:
            raise ConflictingRecordError(
                f"Version {agreement.version} of the learning agreement of {agreement.case} "
                "has another content."
            )
        return False

    def sign(self, signed: SignedAgreement) -> bool:
        """Add a party's signature; once for each party and version, and only under what was drawn up."""
        signature = signed.signature
        if self.get(signed.case, signed.version).digest != signature.digest:
            raise ConflictingRecordError(
                f"The signature is under another content than version {signed.version} "
                "of the learning agreement."
            )
        values = {
            "case": signed.case,
            "version": signed.version,
            **signature.model_dump(),
            "partner": signature.partner or "",
        }
        return add_effect(
            self._session,
            AgreementSignatureRow,
            values,
            at=signature.signed_at,
            code=signature.role,
            case=signed.case,
            actor=signature.person,
            partner=signature.partner,
        )

    def get(self, case: CaseId, version: int | None = None) -> LearningAgreement:
        """Return one version, the newest where none is given."""
        query = select(LearningAgreementRow).where(LearningAgreementRow.case == case)
        if version is not None:
            query = query.where(LearningAgreementRow.version == version)
        row = one_of(self._session, query.order_by(LearningAgreementRow.version.desc()).limit(1))
        if row is None:
            raise UnknownRecordError(f"The case {case} has no such learning agreement in the records.")
        return row.content

    def signatures(self, case: CaseId, version: int | None = None) -> tuple[AgreementSignature, ...]:
        """Return the signatures of one version, or of all, oldest first."""
        row = AgreementSignatureRow
        query = select(row).where(row.case == case).order_by(row.version, row.signed_at, row.role)
        if version is not None:
            query = query.where(row.version == version)
        return tuple(
            AgreementSignature(
                role=found.role,
                partner=found.partner or None,
                person=found.person,
                name=found.name,
                signed_at=found.signed_at,
                digest=found.digest,
            )
            for found in all_of(self._session, query)
        )
