"""
The individual study path and the learning agreement.

Source: R101-R102, R123-R132, A1, G12; a version changes exactly when its content does, as in
Erasmus Without Paper.
"""

import hashlib
import json
from collections.abc import Collection, Iterable

from models.actor import Role
from models.admission import Recognised
from models.agreement import (
    AgreementParty,
    AgreementRow,
    AgreementSignature,
    LearningAgreement,
    RowKind,
    SignatureNeeded,
)
from models.award import CreditAwarding
from models.base import CaseId, CourseId, PartnerId
from models.consortium import ConsortiumAgreement
from models.programme import Course, Programme
from rules.path import check_path, default_path, order_of_study

__all__ = [
    "check_path",
    "credit_partner",
    "default_path",
    "learning_agreement",
    "order_of_study",
    "required_signatures",
    "revise",
    "signatures_missing",
    "visited_partners",
    "wholly_recognised",
]


def learning_agreement(
    agreement: ConsortiumAgreement,
    case: CaseId,
    path: Iterable[CourseId],
    recognised: tuple[Recognised, ...] = (),
    version: int = 1,
    host: str | None = None,
) -> LearningAgreement:
    """Draw up the learning agreement for an admissible path; `KeyError` for a course that does not exist."""
    programme = agreement.programme
    exempt = wholly_recognised(programme, recognised)
    rows = tuple(
        _row(agreement, programme.course(course), exempt) for course in order_of_study(programme, tuple(path))
    )
    content = {
        "case": case,
        "programme": agreement.id,
        "agreement_version": agreement.version,
        "host": host,
        "rows": [row.model_dump(mode="json") for row in rows],
    }
    return LearningAgreement(
        case=case,
        programme=agreement.id,
        agreement_version=agreement.version,
        version=version,
        host=host,
        rows=rows,
        digest=_digest(content),
    )


def revise(previous: LearningAgreement, wanted: LearningAgreement) -> LearningAgreement:
    """Give the next version, or the previous one, with its signatures, when the content is the same."""
    if wanted.digest == previous.digest:
        return previous
    return wanted.model_copy(update={"version": previous.version + 1})


def required_signatures(learning: LearningAgreement, lead: PartnerId) -> tuple[SignatureNeeded, ...]:
    """List who signs: learner, partnership, and the host where a part is studied outside (R128)."""
    learner = SignatureNeeded(
        party=AgreementParty.LEARNER, role=Role.LEARNER, sentence="The learner signs the learning agreement."
    )
    partnership = SignatureNeeded(
        party=AgreementParty.PARTNERSHIP,
        role=Role.PROGRAMME_LEADER,
        partner=lead,
        sentence="The programme leader signs for the partnership.",
    )
    if learning.host is None:
        return (learner, partnership)
    host = SignatureNeeded(
        party=AgreementParty.HOST,
        role=Role.STUDENT_ADMINISTRATION,
        partner=lead,
        sentence=f"The student administration confirms the signature of {learning.host}.",
    )
    return (learner, partnership, host)


def signatures_missing(
    learning: LearningAgreement, lead: PartnerId, signatures: Iterable[AgreementSignature]
) -> tuple[SignatureNeeded, ...]:
    """List the signatures still missing; one over another content does not count."""
    given = {(one.role, one.partner) for one in signatures if one.digest == learning.digest}
    return tuple(one for one in required_signatures(learning, lead) if (one.role, one.partner) not in given)


def visited_partners(programme: Programme, studied: Iterable[CourseId]) -> tuple[PartnerId, ...]:
    """List the partners whose courses are studied, each once, in the order of study."""
    courses = order_of_study(programme, tuple(studied))
    return tuple(dict.fromkeys(programme.course(course).offering_partner for course in courses))


def credit_partner(agreement: ConsortiumAgreement, course: Course) -> PartnerId:
    """Tell who awards a course's credits: the teaching university, or the delegate (R227, G8)."""
    if agreement.award.credit_awarding is CreditAwarding.DELEGATED:
        return agreement.award.delegated_to or agreement.partnership.lead.id
    return course.credit_partner or course.offering_partner


def wholly_recognised(programme: Programme, recognised: Iterable[Recognised]) -> frozenset[CourseId]:
    """List the courses whose credits are all recognised; a course recognised in part is studied."""
    granted = tuple(recognised)
    return frozenset(
        course.id
        for course in programme.courses
        if any(one.course == course.id for one in granted)
        and sum(one.ects for one in granted if one.course == course.id) >= course.ects
    )


def _row(agreement: ConsortiumAgreement, course: Course, exempt: Collection[CourseId]) -> AgreementRow:
    return AgreementRow(
        course=course.id,
        offering_partner=course.offering_partner,
        credit_partner=credit_partner(agreement, course),
        ects=course.ects.normalize() + 0,
        kind=RowKind.RECOGNISED if course.id in exempt else RowKind.STUDIED,
    )


def _digest(content: object) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
