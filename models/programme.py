"""What is studied. Source: agreement sections 3-6 and 9, R11-R12, R94-R117, R178-R182."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from models.base import CourseId, Ects, EqfLevel, Flag, LanguageTag, Localised, Model, PartnerId, Slug

IscedF = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,4}$")]
"""ISCED-F 2013: broad (2 digits), narrow (3) or detailed field (4)."""


class DeliveryMode(StrEnum):
    """How it is taught (R33, R50)."""

    ONLINE = "online"
    BLENDED = "blended"
    SYNCHRONOUS_HYBRID = "synchronous_hybrid"
    ON_SITE = "on_site"


class AssessmentKind(StrEnum):
    """Whether an assessment leads to credit (R212, R213)."""

    SUMMATIVE = "summative"
    FORMATIVE = "formative"


class Assessment(Model):
    """One assessment of a course, with how identity is verified (R211)."""

    kind: AssessmentKind
    method: str
    """As in `online exam`, `portfolio`, `project report`."""
    identity_check: str = ""
    weight_percent: int = Field(default=100, ge=0, le=100)


class LearningOutcome(Model):
    """What a learner can do afterwards (R11), with the ESCO skill where there is one (R96)."""

    id: Slug
    text: Localised
    esco: str | None = None


class CourseKind(StrEnum):
    """A taught course or an activity at a workplace (R103)."""

    COURSE = "course"
    INTERNSHIP = "internship"


class Course(Model):
    """One course of the programme."""

    id: CourseId
    title: Localised
    kind: CourseKind = CourseKind.COURSE
    offering_partner: PartnerId
    """Who teaches it and, unless credits are delegated, awards its credits (R227)."""
    credit_partner: PartnerId | None = None
    """Who awards the credits where the offering partner cannot, e.g. for an internship."""
    ects: Ects
    eqf_level: EqfLevel | None = None
    """Only where it differs from the programme's."""
    weeks: int = Field(ge=1, le=104)
    starts_in_week: int = Field(default=1, ge=1, le=208)
    """Week of the programme in which it starts."""
    delivery: DeliveryMode
    languages: tuple[LanguageTag, ...] = ("en",)
    outcomes: Annotated[tuple[Slug, ...], Field(min_length=1)]
    """Ids of the programme's learning outcomes that it leads to."""
    assessments: tuple[Assessment, ...] = ()
    prerequisites: tuple[CourseId, ...] = ()
    compensable: Flag = True
    """A narrow fail may be compensated where the examination rules allow it (V57)."""


class Structure(StrEnum):
    """One path for all, or a choice (R101)."""

    LINEAR = "linear"
    BRANCHED = "branched"


class OptionGroup(Model):
    """Courses of which the learner chooses some."""

    id: Slug
    title: Localised
    courses: Annotated[tuple[CourseId, ...], Field(min_length=1)]
    min_courses: int = Field(default=1, ge=0, le=100)
    max_courses: int = Field(default=1, ge=1, le=100)


class Programme(Model):
    """The joint micro-credential programme."""

    title: Localised
    eqf_level: EqfLevel
    ects: Ects
    hours: Annotated[Decimal, Field(gt=0, le=20_000)]
    """Total workload in hours."""
    isced_f: Annotated[tuple[IscedF, ...], Field(min_length=1)]
    profile: Localised
    """Academic and professional profile (R29)."""
    outcomes: Annotated[tuple[LearningOutcome, ...], Field(min_length=1)]
    delivery: DeliveryMode
    languages: Annotated[tuple[LanguageTag, ...], Field(min_length=1)]
    language_policy: Localised
    structure: Structure
    core: tuple[CourseId, ...] = ()
    """Courses that everybody takes, in their order."""
    options: tuple[OptionGroup, ...] = ()
    courses: Annotated[tuple[Course, ...], Field(min_length=1)]

    def course(self, course: CourseId) -> Course:
        """Find one course; `KeyError` when there is none of that id."""
        for candidate in self.courses:
            if candidate.id == course:
                return candidate
        raise KeyError(course)
