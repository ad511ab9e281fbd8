"""Builders of regulations and facts: three universities and a company, a branched programme of 30 ECTS."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from models.actor import Role
from models.admission import AdmissionMode, AdmissionRegulations, Recognised
from models.agreement import AgreementSignature, LearningAgreement
from models.award import AwardRegulations, AwardType, SupplementDescriptors
from models.consortium import ConsortiumAgreement, QualityAssurance, QualityAssuranceKind
from models.deliberation import CourseFact, DeliberationFacts
from models.examination import ClassBand, Classification, ExaminationRegulations
from models.fee import FeePolicy
from models.grading import GradeOutcome, LocalGrade
from models.partner import AssociationState, PartnerReceipt, RegistrationKind
from models.partnership import Partner, PartnerKind, PartnerRole, Partnership
from models.programme import (
    Assessment,
    AssessmentKind,
    Course,
    DeliveryMode,
    LearningOutcome,
    OptionGroup,
    Programme,
    Structure,
)
from models.protection import DataProtection
from models.registration import PartnerRegistration, RegistrationRegulations, RegistrationState
from rules.agreement import learning_agreement
from rules.registration import required_registrations

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
CASE = "case0001"
TEXT = {"en": "text"}
TEN = Decimal(10)
PATH = ("c1", "c2", "opt-it")


def a_partner(partner: str, role: PartnerRole = PartnerRole.CORE, **fields: Any) -> Partner:
    given = {
        "country": "FR",
        "zone": "Europe/Paris",
        "degree_awarding": True,
        "higher_education_system": TEXT,
    }
    return Partner(id=partner, name={"en": partner}, role=role, **{**given, **fields})


PARTNERS = (
    a_partner("fr", PartnerRole.LEAD),
    a_partner("mt"),
    a_partner("it"),
    a_partner("firm", PartnerRole.ASSOCIATE, kind=PartnerKind.COMPANY, degree_awarding=False),
)


def a_course(course: str, partner: str, **fields: Any) -> Course:
    given = {
        "ects": TEN,
        "weeks": 10,
        "delivery": DeliveryMode.ONLINE,
        "outcomes": ("o1",),
        "assessments": (Assessment(kind=AssessmentKind.SUMMATIVE, method="written exam"),),
    }
    return Course(id=course, title={"en": course}, offering_partner=partner, **{**given, **fields})


COURSES = (
    a_course("c1", "fr"),
    a_course("c2", "mt", starts_in_week=11, prerequisites=("c1",)),
    a_course("opt-it", "it", starts_in_week=21, prerequisites=("c2",)),
    a_course("opt-fr", "fr", starts_in_week=21),
    a_course("practice", "firm", starts_in_week=21, credit_partner="mt"),
)
OPTIONS = OptionGroup(id="options", title={"en": "the options"}, courses=("opt-it", "opt-fr", "practice"))


def a_programme(**fields: Any) -> Programme:
    given = {
        "title": TEXT,
        "eqf_level": 7,
        "ects": Decimal(30),
        "hours": Decimal(750),
        "isced_f": ("0613",),
        "profile": TEXT,
        "outcomes": (LearningOutcome(id="o1", text=TEXT),),
        "delivery": DeliveryMode.ONLINE,
        "languages": ("en",),
        "language_policy": TEXT,
        "structure": Structure.BRANCHED,
        "core": ("c1", "c2"),
        "options": (OPTIONS,),
        "courses": COURSES,
    }
    return Programme(**{**given, **fields})


def a_linear_programme(**fields: Any) -> Programme:
    return a_programme(
        **{"structure": Structure.LINEAR, "core": (), "options": (), "courses": COURSES[:3], **fields}
    )


def an_award(**fields: Any) -> AwardRegulations:
    given = {"type": AwardType.MICRODEGREE, "name": TEXT, "number_prefix": "MD", "supplement": DESCRIBED}
    return AwardRegulations(**{**given, **fields})


DESCRIBED = SupplementDescriptors(
    access_requirements=TEXT,
    programme_requirements=TEXT,
    further_study=TEXT,
    mobility_scheme=TEXT,
    delivery_method=TEXT,
    further_information=TEXT,
)


def an_examination(**fields: Any) -> ExaminationRegulations:
    bands = (
        ClassBand(code="pass", label=TEXT, from_average=Decimal(10)),
        ClassBand(code="very_good", label=TEXT, from_average=Decimal(16)),
        ClassBand(code="good", label=TEXT, from_average=Decimal(14)),
    )
    given = {"joint_scale": "fr-20", "classification": Classification(bands=bands)}
    return ExaminationRegulations(**{**given, **fields})


def an_agreement(**fields: Any) -> ConsortiumAgreement:
    given = {
        "id": "md",
        "version": "2026.1",
        "valid_from": date(2026, 1, 1),
        "zone": "Europe/Paris",
        "summary": TEXT,
        "partnership": Partnership(partners=PARTNERS),
        "programme": a_programme(),
        "award": an_award(),
        "admission": AdmissionRegulations(mode=AdmissionMode.OPEN),
        "registration": RegistrationRegulations(),
        "examination": an_examination(),
        "fees": FeePolicy(),
        "quality_assurance": QualityAssurance(
            basis=QualityAssuranceKind.INTERNAL_ESG, reference="ESG 2015", responsible="fr"
        ),
        "data_protection": DataProtection(),
    }
    return ConsortiumAgreement(**{**given, **fields})


def a_learning_agreement(
    agreement: ConsortiumAgreement,
    path: tuple[str, ...] = PATH,
    recognised: tuple[Recognised, ...] = (),
    host: str | None = None,
) -> LearningAgreement:
    return learning_agreement(agreement, CASE, path, recognised, host=host)


def a_signature(learning: LearningAgreement, role: Role, partner: str | None = None) -> AgreementSignature:
    return AgreementSignature(
        role=role, partner=partner, person="per-1", name="A Person", signed_at=NOON, digest=learning.digest
    )


def both_signatures(learning: LearningAgreement) -> tuple[AgreementSignature, ...]:
    return (
        a_signature(learning, Role.LEARNER),
        a_signature(learning, Role.PROGRAMME_LEADER, "fr"),
    )


def a_registration(partner: str, **fields: Any) -> PartnerRegistration:
    given = {
        "kind": RegistrationKind.SECONDARY,
        "state": RegistrationState.ACTIVE,
        "number": 1,
        "since": NOON,
        "receipt": PartnerReceipt(
            effect_key=partner,
            partner=partner,
            state=AssociationState.ASSOCIATED,
            reference="r",
            student_number="s-1",
            answered_at=NOON,
        ),
    }
    return PartnerRegistration(partner=partner, **{**given, **fields})


def a_fact(course: str, grade: str = "14", **fields: Any) -> CourseFact:
    partner = next(one.offering_partner for one in COURSES if one.id == course)
    given = {
        "partner": partner,
        "ects": TEN,
        "outcome": GradeOutcome.PASSED,
        "local": LocalGrade(scale="fr-20", grade=grade),
        "joint": grade,
        "awarded_by": partner,
    }
    return CourseFact(course=course, **{**given, **fields})


def facts_of(
    agreement: ConsortiumAgreement,
    courses: tuple[CourseFact, ...] | None = None,
    learning: LearningAgreement | None = None,
    **fields: Any,
) -> DeliberationFacts:
    """Build a learner who has everything for the award, unless told otherwise."""
    learning = learning or a_learning_agreement(agreement)
    needed = required_registrations(agreement, learning.studied)
    given = {
        "signatures": both_signatures(learning),
        "registrations": tuple(a_registration(one.partner, kind=one.kind) for one in needed),
        "courses": tuple(a_fact(course) for course in learning.studied) if courses is None else courses,
    }
    return DeliberationFacts(learning_agreement=learning, **{**given, **fields})
