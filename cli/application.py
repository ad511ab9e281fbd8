"""How an application is checked and kept, with the files of evidence that belong to it."""

import hashlib
import hmac
import mimetypes
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from cli.applying import ApplicationRefusedError, case_context, check_window, random_reference
from cli.errors import RefusedError, WrongUseError
from cli.installation import Installation
from engine.keys import load_master_key
from models.admission import Application, Attainment, EvidenceKind
from models.application_form import Applicant, ApplicationFile, EvidenceFile
from models.case import CaseState, Intake
from models.consortium import ConsortiumAgreement
from models.person import Person
from records.admission import AdmissionRepository, Evidence, EvidenceStore
from records.case import CaseFilter, CaseRepository
from records.consortium import ConsortiumRepository
from records.person import PersonRepository

LARGEST_FILE = 20_000_000
_LOTS = 1_000_000_000


@dataclass(frozen=True)
class Submission:
    """What enters the records, in one transaction."""

    case: str
    intake: Intake
    person: Person
    application: Application
    known: bool = False
    """It was handed in before; nothing changes."""


def hand_in(
    installation: Installation, asked: ApplicationFile, intake: Intake, folder: Path, lot: int | None = None
) -> Submission:
    """
    Keep an application with its evidence; the same key again gives the case that is there.

    Everything is checked before anything is written, and written at once.
    """
    case = _case_id(installation, asked, intake)
    if (known := _known(installation, case, intake)) is not None:
        return known
    now = installation.now()
    with installation.database.reading() as session:
        agreement = ConsortiumRepository(session).agreement(intake.programme, intake.agreement_version)
    check_window(intake, now, agreement.zone)
    _check(asked, agreement)
    check_birth(asked.person.birth_date, now)
    files = [(one, _content(one, folder)) for one in asked.evidence]
    store = EvidenceStore(installation.home / "evidence")
    evidence = tuple(_evidence(case, one, content, store, now) for one, content in files)
    application = _application(asked, agreement, evidence, now, lot)
    with installation.database.transaction() as session:
        person = _person(PersonRepository(session), asked.person, now)
        _check_no_other(session, person, intake)
        context = case_context(installation, agreement, intake, case, person.ref)
        CaseRepository(session).open_case(context, now, "The application is in.")
        AdmissionRepository(session).submit(case, application)
        for one in evidence:
            AdmissionRepository(session).add_evidence(one)
    return Submission(case, intake, person, application)


def check_birth(born: date | None, now: datetime) -> None:
    """Refuse the birth date of somebody who is not born yet: a slip of the pen."""
    if born is not None and born >= now.date():
        raise ApplicationRefusedError(f"The birth date {born} does not lie in the past; correct it.")


def _check_no_other(session: Session, person: Person, intake: Intake) -> None:
    """Refuse a second way through a programme while the first is open: nobody is registered twice."""
    wanted = CaseFilter(programme=intake.programme, person=person.ref, state=CaseState.ACTIVE)
    for other in CaseRepository(session).find(wanted):
        raise ApplicationRefusedError(
            f"This person is already on the way through {intake.programme}, in case {other.case}."
        )


def _case_id(installation: Installation, asked: ApplicationFile, intake: Intake) -> str:
    """Make the case's id of the application's key: always the same; it tells nothing without our secret."""
    key = asked.key or f"{intake.programme}/{intake.cohort}/{asked.person.mail.casefold()}"
    secret = load_master_key(installation.settings.master_key)
    return hmac.new(secret, f"application/{key}".encode(), hashlib.sha256).hexdigest()[:16]


def _known(installation: Installation, case: str, intake: Intake) -> Submission | None:
    with installation.database.reading() as session:
        found = [one for one in CaseRepository(session).find() if one.case == case]
        if not found:
            return None
        if (found[0].programme, found[0].cohort) != (intake.programme, intake.cohort):
            raise RefusedError("This key was used for an application to another intake; choose another key.")
        application = AdmissionRepository(session).application(case)
        return Submission(case, intake, PersonRepository(session).get(found[0].person), application, True)


def _check(asked: ApplicationFile, agreement: ConsortiumAgreement) -> None:
    """Refuse what names something that the agreement does not have, or lacks what it asks of everybody."""
    notice = agreement.admission.notice_degree_prerequisite
    if notice is not None and not asked.acknowledged_notice:
        said = notice.get("en") or next(iter(notice.values()))
        raise ApplicationRefusedError(
            f"Acknowledge the notice first (acknowledged_notice: true, or --acknowledge-notice): {said}"
        )
    courses = [course.id for course in agreement.programme.courses]
    awarding = [partner.id for partner in agreement.partnership.awarding]
    categories = [category.code for category in agreement.fees.categories]
    asked_for = [
        ("courses", courses, [claim.course for claim in asked.claims]),
        ("partners for the main registration", awarding, [asked.main_partner] if asked.main_partner else []),
        ("fee categories", categories, [asked.fee_category] if asked.fee_category else []),
    ]
    for what, known, named in asked_for:
        for name in named:
            if name not in known:
                raise ApplicationRefusedError(
                    f"{name!r} is none of the {what} of {agreement.id}: {', '.join(known) or 'it has none'}."
                )


def _content(asked: EvidenceFile, folder: Path) -> bytes:
    """Give the file, or the title of what is shown on paper: that is then what is kept."""
    return _read(folder / asked.file) if asked.file else asked.title.encode()


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise WrongUseError(f"The evidence {path} cannot be read: {problem.strerror}.") from problem
    if not content:
        raise WrongUseError(f"The evidence {path} is empty.")
    if len(content) > LARGEST_FILE:
        raise WrongUseError(f"The evidence {path} is larger than {LARGEST_FILE // 1_000_000} MB.")
    return content


def keep_evidence(installation: Installation, case: str, file: Path, kind: EvidenceKind) -> Evidence:
    """Keep one more file of a case; the same file again is one piece of evidence."""
    store = EvidenceStore(installation.home / "evidence")
    one = _evidence(case, EvidenceFile(file=str(file), kind=kind), _read(file), store, installation.now())
    with installation.database.transaction() as session:
        AdmissionRepository(session).add_evidence(one)
    return one


def _evidence(case: str, asked: EvidenceFile, content: bytes, store: EvidenceStore, at: datetime) -> Evidence:
    sha256 = store.put(content)
    name = Path(asked.file).name or asked.title
    media_type = mimetypes.guess_type(name)[0] if asked.file else "text/plain"
    return Evidence(
        reference=f"{case}-{asked.kind.value.replace('_', '-')}-{sha256[:8]}",
        case=case,
        kind=asked.kind,
        sha256=sha256,
        file_name=name,
        media_type=media_type or "application/octet-stream",
        size=len(content),
        added_at=at,
    )


def _application(
    asked: ApplicationFile,
    agreement: ConsortiumAgreement,
    evidence: tuple[Evidence, ...],
    now: datetime,
    lot: int | None,
) -> Application:
    shown = {one.file_name: one.reference for one in evidence}
    attainments = tuple(
        Attainment(reference=kept.reference, **one.model_dump(exclude={"file", "title"}))
        for one, kept in zip(asked.evidence, evidence, strict=True)
    )
    claims = tuple(
        claim.model_copy(
            update={"evidence": tuple(shown.get(Path(name).name, name) for name in claim.evidence)}
        )
        for claim in asked.claims
    )
    places, categories = agreement.admission.places, agreement.fees.categories
    counts_country = places is not None and places.quota_per_country is not None
    return Application(
        submitted_at=now,
        country=asked.person.nationality if counts_country else None,
        attainments=attainments,
        claims=claims,
        main_partner=asked.main_partner,
        fee_category=asked.fee_category or (categories[0].code if categories else "individual"),
        acknowledged_notice=asked.acknowledged_notice,
        lot=secrets.randbelow(_LOTS) if lot is None else lot,
    )


def _person(persons: PersonRepository, applicant: Applicant, now: datetime) -> Person:
    """Find the person by mail address, or add a new one."""
    known = persons.find_by_mail(applicant.mail)
    if known is not None:
        return known
    return persons.add(Person(ref=random_reference(), created_at=now, **applicant.model_dump()))
