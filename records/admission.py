"""Applications, the evidence handed in with them, and recognised prior learning."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.admission import Application, EvidenceKind, Recognised
from models.base import CaseId, PartnerId, PersonRef
from records.effects import add_effect
from records.errors import ConflictingRecordError, UnknownRecordError
from records.statements import all_of, one_of
from records.tables.admission import (
    ApplicationRow,
    EvidenceRow,
    EvidenceVerificationRow,
    RecognitionRow,
)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A piece of evidence; the file lies in the evidence store under its hash."""

    reference: str
    case: CaseId
    kind: EvidenceKind
    sha256: str
    file_name: str
    media_type: str
    size: int
    added_at: datetime


class AdmissionRepository:
    """Keeps what a case applied with and what was recognised."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def submit(self, case: CaseId, application: Application) -> bool:
        """Keep the application; False when the case has the same one, an error when it has another."""
        values = {"case": case, "content": application, "submitted_at": application.submitted_at}
        if add_effect(self._session, ApplicationRow, values, at=application.submitted_at, case=case):
            return True
        if self.application(case) != application:
            raise ConflictingRecordError(f"The case {case} has already applied, with something else.")
        return False

    def application(self, case: CaseId) -> Application:
        """Return what a case applied with."""
        row = one_of(self._session, select(ApplicationRow).where(ApplicationRow.case == case))
        if row is None:
            raise UnknownRecordError(f"The case {case} has no application in the records.")
        return row.content

    def add_evidence(self, evidence: Evidence) -> bool:
        """Keep a piece of evidence; the same reference with another file is refused."""
        added = add_effect(
            self._session,
            EvidenceRow,
            vars(evidence),
            at=evidence.added_at,
            code=evidence.kind,
            case=evidence.case,
        )
        if added:
            return True
        known = one_of(self._session, select(EvidenceRow).where(EvidenceRow.reference == evidence.reference))
        if known is None or (known.case, known.sha256) != (evidence.case, evidence.sha256):
            raise ConflictingRecordError(f"The reference {evidence.reference} stands for another file.")
        return False

    def evidence(self, case: CaseId) -> tuple[Evidence, ...]:
        """Return the evidence of a case, oldest first."""
        query = (
            select(EvidenceRow)
            .where(EvidenceRow.case == case)
            .order_by(EvidenceRow.added_at, EvidenceRow.reference)
        )
        return tuple(_evidence(row) for row in all_of(self._session, query))

    def verify_evidence(
        self, reference: str, partner: PartnerId, person: PersonRef, decision_id: str, at: datetime
    ) -> bool:
        """Record that a partner has checked the original; once for each partner."""
        values = {
            "reference": reference,
            "partner": partner,
            "person": person,
            "decision_id": decision_id,
            "at": at,
        }
        case = self._session.scalars(
            select(EvidenceRow.case).where(EvidenceRow.reference == reference)
        ).one_or_none()
        if case is None:
            raise UnknownRecordError(f"There is no evidence {reference} in the records.")
        return add_effect(
            self._session,
            EvidenceVerificationRow,
            values,
            at=at,
            code=decision_id,
            case=case,
            actor=person,
            partner=partner,
        )

    def verified_by(self, reference: str) -> tuple[PartnerId, ...]:
        """Return the partners that have checked the original."""
        row = EvidenceVerificationRow
        return tuple(
            self._session.scalars(select(row.partner).where(row.reference == reference).order_by(row.partner))
        )

    def recognise(self, case: CaseId, recognised: Recognised, at: datetime) -> bool:
        """Record recognised credits; once for each course."""
        values = {"case": case, **recognised.model_dump(), "at": at}
        code = recognised.decided_by
        if add_effect(self._session, RecognitionRow, values, at=at, code=code, case=case):
            return True
        known = {found.course: found for found in self.recognised(case)}
        if known[recognised.course].ects != recognised.ects:
            raise ConflictingRecordError(f"Other credits are recognised for {recognised.course} of {case}.")
        return False

    def recognised(self, case: CaseId) -> tuple[Recognised, ...]:
        """Return what was recognised for a case."""
        query = select(RecognitionRow).where(RecognitionRow.case == case).order_by(RecognitionRow.course)
        return tuple(
            Recognised(course=row.course, ects=row.ects, decided_by=row.decided_by)
            for row in all_of(self._session, query)
        )


class EvidenceStore:
    """Keeps files under the hash of their content, so that nothing is kept twice or changed unseen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep a file and return its SHA-256; a file that is there is not written again."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if path.exists():
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return a file; `UnknownRecordError` when it is missing or was changed on disk."""
        try:
            content = self.path(sha256).read_bytes()
        except OSError as problem:
            raise UnknownRecordError(f"The file {sha256} is not in the store.") from problem
        if hashlib.sha256(content).hexdigest() != sha256:
            raise UnknownRecordError(f"The file {sha256} was changed on disk; it is not what was handed in.")
        return content

    def path(self, sha256: str) -> Path:
        """Where a file lies."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise UnknownRecordError("This is no SHA-256 of a file.")
        return self._folder / sha256[:2] / sha256


def _evidence(row: EvidenceRow) -> Evidence:
    return Evidence(
        reference=row.reference,
        case=row.case,
        kind=row.kind,
        sha256=row.sha256,
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        added_at=row.added_at,
    )
