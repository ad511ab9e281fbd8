"""Agreement versions, intakes, and deadlines that were moved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.base import CaseId, CohortId, PersonRef, ProgrammeId
from models.case import Intake
from models.consortium import ConsortiumAgreement
from records.canonical import sha256_hex
from records.effects import add_effect
from records.errors import ConflictingRecordError, UnknownRecordError
from records.statements import all_of, insert_new, one_of, upsert
from records.tables.admission import AgreementVersionRow, DeadlineExtensionRow, IntakeRow


@dataclass(frozen=True)
class AgreementVersion:
    """A version of the regulations as it was published."""

    agreement: ConsortiumAgreement
    digest: str
    """SHA-256 of the file."""
    source: str
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeadlineExtension:
    """A deadline of an intake that was moved, for everybody or for one case."""

    key: str
    programme: ProgrammeId
    cohort: CohortId
    case: CaseId | None
    deadline: str
    """Field of the intake, or kind of task."""
    old: datetime
    new: datetime
    reason: str
    person: PersonRef
    at: datetime


class ConsortiumRepository:
    """Keeps every version of a programme's regulations, and its intakes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_version(self, agreement: ConsortiumAgreement, source: str, at: datetime) -> AgreementVersion:
        """Keep a version; the same text again changes nothing, another text under its number is refused."""
        digest = sha256_hex(source.encode())
        values = {
            "programme": agreement.id,
            "version": agreement.version,
            "digest": digest,
            "source": source,
            "content": agreement.model_dump_json(),
            "added_at": at,
        }
        if add_effect(self._session, AgreementVersionRow, values, at=at, code=digest):
            return AgreementVersion(agreement, digest, source, at)
        known = self.version(agreement.id, agreement.version)
        if known.digest != digest:
            raise ConflictingRecordError(
                f"Version {agreement.version} of {agreement.id} is published with another text. "
                "A published version is never changed: give the changed agreement a new version number."
            )
        return known

    def version(self, programme: ProgrammeId, version: str) -> AgreementVersion:
        """Return one version; `UnknownRecordError` when it was never published."""
        return _agreement_version(self._row(programme, version))

    def agreement(self, programme: ProgrammeId, version: str) -> ConsortiumAgreement:
        """Return the regulations of one version."""
        return _read(self._row(programme, version).content)

    def latest(self, programme: ProgrammeId) -> AgreementVersion | None:
        """Return the newest version of a programme."""
        found = [row.version for row in self._rows(programme)]
        return self.version(programme, max(found, key=_version_order)) if found else None

    def versions(self, programme: ProgrammeId) -> tuple[str, ...]:
        """Return the version numbers of a programme in their order."""
        return tuple(sorted((row.version for row in self._rows(programme)), key=_version_order))

    def programmes(self) -> tuple[ProgrammeId, ...]:
        """Return the programmes that have a version."""
        query = select(AgreementVersionRow.programme).distinct().order_by(AgreementVersionRow.programme)
        return tuple(self._session.scalars(query))

    def _rows(self, programme: ProgrammeId) -> list[AgreementVersionRow]:
        query = select(AgreementVersionRow).where(AgreementVersionRow.programme == programme)
        return list(all_of(self._session, query))

    def _row(self, programme: ProgrammeId, version: str) -> AgreementVersionRow:
        query = select(AgreementVersionRow).where(
            AgreementVersionRow.programme == programme, AgreementVersionRow.version == version
        )
        row = one_of(self._session, query)
        if row is None:
            raise UnknownRecordError(f"There is no version {version} of the agreement of {programme}.")
        return row


class IntakeRepository:
    """Opens intakes and moves their deadlines; the intake holds the dates as they are now."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, intake: Intake) -> Intake:
        """Open an intake; the same again changes nothing, another under its name is refused."""
        values = {
            "programme": intake.programme,
            "cohort": intake.cohort,
            "content": intake,
            "opens_at": intake.opens_at,
        }
        if insert_new(self._session, IntakeRow, values):
            return intake
        known = self.get(intake.programme, intake.cohort)
        if known != intake and not self.extensions(intake.programme, intake.cohort):
            raise ConflictingRecordError(
                f"The intake {intake.cohort} of {intake.programme} is open with other dates; "
                "extend a deadline instead."
            )
        return known

    def get(self, programme: ProgrammeId, cohort: CohortId) -> Intake:
        """Return an intake with its dates as they are now; `UnknownRecordError` when there is none."""
        query = select(IntakeRow).where(IntakeRow.programme == programme, IntakeRow.cohort == cohort)
        row = one_of(self._session, query)
        if row is None:
            raise UnknownRecordError(f"There is no intake {cohort} of {programme}.")
        return row.content

    def find(self, programme: ProgrammeId | None = None) -> tuple[Intake, ...]:
        """List intakes, oldest first."""
        query = select(IntakeRow).order_by(IntakeRow.opens_at, IntakeRow.cohort)
        if programme is not None:
            query = query.where(IntakeRow.programme == programme)
        return tuple(row.content for row in all_of(self._session, query))

    def extend(self, extension: DeadlineExtension) -> bool:
        """Record that a deadline was moved; for a whole cohort the intake's date moves with it."""
        intake = self.get(extension.programme, extension.cohort)
        added = add_effect(
            self._session,
            DeadlineExtensionRow,
            vars(extension),
            at=extension.at,
            code=extension.deadline,
            case=extension.case,
            actor=extension.person,
        )
        if added and extension.case is None and extension.deadline in Intake.model_fields:
            moved = Intake.model_validate({**intake.model_dump(), extension.deadline: extension.new})
            upsert(
                self._session,
                IntakeRow,
                {
                    "programme": moved.programme,
                    "cohort": moved.cohort,
                    "content": moved,
                    "opens_at": moved.opens_at,
                },
            )
        return added

    def extensions(
        self, programme: ProgrammeId, cohort: CohortId, case: CaseId | None = None
    ) -> tuple[DeadlineExtension, ...]:
        """Return what was moved for the cohort, and for one case where it is given."""
        row = DeadlineExtensionRow
        query = (
            select(row)
            .where(
                row.programme == programme, row.cohort == cohort, or_(row.case.is_(None), row.case == case)
            )
            .order_by(row.at, row.key)
        )
        make: Callable[..., DeadlineExtension] = DeadlineExtension
        return tuple(
            make(**{name: getattr(found, name) for name in DeadlineExtension.__dataclass_fields__})
            for found in all_of(self._session, query)
        )


def _agreement_version(row: AgreementVersionRow) -> AgreementVersion:
    return AgreementVersion(_read(row.content), row.digest, row.source, row.added_at)


@lru_cache(maxsize=64)
def _read(content: str) -> ConsortiumAgreement:
    """Read what a version holds; it is large, asked for at every step, and never changes."""
    return ConsortiumAgreement.model_validate_json(content)


def _version_order(version: str) -> tuple[int, int]:
    year, _, number = version.partition(".")
    return int(year), int(number)
