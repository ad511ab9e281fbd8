"""The individual study path and the learning agreement. Source: R101-R102, R123-R132, G12; EWP."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from models.actor import Role
from models.base import CaseId, CourseId, Ects, Model, PartnerId, PersonRef, ProgrammeId, Slug

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256, hexadecimal."""


class PathCode(StrEnum):
    """Why a path is not admissible."""

    UNKNOWN_COURSE = "UNKNOWN_COURSE"
    COURSE_TWICE = "COURSE_TWICE"
    PATH_IS_GIVEN = "PATH_IS_GIVEN"
    CORE_COURSE_MISSING = "CORE_COURSE_MISSING"
    COURSE_NOT_ON_OFFER = "COURSE_NOT_ON_OFFER"
    TOO_FEW_OPTIONS = "TOO_FEW_OPTIONS"
    TOO_MANY_OPTIONS = "TOO_MANY_OPTIONS"
    PREREQUISITE_MISSING = "PREREQUISITE_MISSING"
    COURSE_HAS_BEGUN = "COURSE_HAS_BEGUN"
    CREDITS_DO_NOT_ADD_UP = "CREDITS_DO_NOT_ADD_UP"
    TOO_FEW_PARTNERS = "TOO_FEW_PARTNERS"
    """Fewer awarding universities than the award needs (V69, A10)."""


class PathProblem(Model):
    """One thing that is wrong with a path."""

    code: PathCode
    sentence: str
    course: CourseId | None = None
    group: Slug | None = None


class PathDecision(Model):
    """Whether a path is admissible, with all its problems at once."""

    courses: tuple[CourseId, ...]
    """In the order of study."""
    ects: Ects
    problems: tuple[PathProblem, ...] = ()
    code: PathCode | None = None
    """The first problem's; none when the path is admissible."""
    sentence: str

    @property
    def admissible(self) -> bool:
        """Tell whether the path can be agreed."""
        return not self.problems


class RowKind(StrEnum):
    """How a course of the agreement is satisfied."""

    STUDIED = "studied"
    RECOGNISED = "recognised"
    """By prior learning: nothing to be examined."""


class AgreementRow(Model):
    """One course of the learning agreement."""

    course: CourseId
    offering_partner: PartnerId
    credit_partner: PartnerId
    """Which university awards the credits (R227, G8)."""
    ects: Ects
    kind: RowKind = RowKind.STUDIED


class LearningAgreement(Model):
    """
    What learner and partnership agree on, before study starts (R126-R132).

    The digest changes exactly when the content changes; whoever signs, signs the digest.
    """

    case: CaseId
    programme: ProgrammeId
    agreement_version: str
    """Of the consortium agreement."""
    version: int = Field(default=1, ge=1)
    host: str | None = None
    """A university outside the partnership where a part is studied; it signs too (R127, R128)."""
    rows: Annotated[tuple[AgreementRow, ...], Field(min_length=1)]
    """In the order of study."""
    digest: Digest

    @property
    def path(self) -> tuple[CourseId, ...]:
        """All courses, in the order of study."""
        return tuple(row.course for row in self.rows)

    @property
    def studied(self) -> tuple[CourseId, ...]:
        """The courses that are studied, in their order."""
        return tuple(row.course for row in self.rows if row.kind is RowKind.STUDIED)


class AgreementParty(StrEnum):
    """Who agrees (R128)."""

    LEARNER = "learner"
    PARTNERSHIP = "partnership"
    HOST = "host"


class SignatureNeeded(Model):
    """A signature without which the learning agreement is not in force."""

    party: AgreementParty
    role: Role
    """Who signs for the party; for the host the lead's student administration records its signature."""
    partner: PartnerId | None = None
    sentence: str


class AgreementSignature(Model):
    """A party's signature over the digest of one version."""

    role: Role
    partner: PartnerId | None = None
    person: PersonRef
    name: str
    signed_at: AwareDatetime
    digest: Digest


class SignedAgreement(Model):
    """A signature as it is handed to the records."""

    case: CaseId
    version: int
    signature: AgreementSignature
