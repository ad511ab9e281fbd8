"""Inputs of the workflows at the end of the way: a learner who has everything for the award."""

from typing import Any

from models.actor import Role
from models.agreement import AgreementSignature
from models.case import CaseContext
from models.consortium import ConsortiumAgreement
from models.deliberation import CourseFact, DeliberationFacts
from models.lifecycle import AwardInput, DeliberationInput, DeliberationResult, RegistrationInput
from models.partner import AssociationState, PartnerReceipt
from models.registration import PartnerRegistration, RegistrationState
from models.scale import GradeOutcome, LocalGrade
from rules.agreement import default_path, learning_agreement
from rules.award import award_form, signing_partners
from rules.registration import required_registrations
from tests.workflows.people import GOOD_GRADES

MAIN = "jyu"


def registrations(agreement: ConsortiumAgreement, context: CaseContext) -> tuple[PartnerRegistration, ...]:
    """Return all registrations that a linear programme needs, each active."""
    planned = required_registrations(agreement, default_path(agreement.programme), MAIN)
    return tuple(
        PartnerRegistration(
            partner=one.partner,
            kind=one.kind,
            state=RegistrationState.ACTIVE,
            number=1,
            since=context.clock.epoch,
            receipt=PartnerReceipt(
                effect_key=f"{context.case}/{one.partner}",
                partner=one.partner,
                state=AssociationState.ASSOCIATED,
                reference="r",
                student_number=f"{one.partner}-1",
                answered_at=context.clock.epoch,
            ),
        )
        for one in planned
    )


def facts(agreement: ConsortiumAgreement, context: CaseContext, **fields: Any) -> DeliberationFacts:
    path = default_path(agreement.programme)
    learning = learning_agreement(agreement, context.case, path, ())
    signatures = tuple(
        AgreementSignature(
            role=role,
            partner=partner,
            person=person,
            name="A Person",
            signed_at=context.clock.epoch,
            digest=learning.digest,
        )
        for role, partner, person in (
            (Role.LEARNER, None, context.person),
            (Role.PROGRAMME_LEADER, agreement.partnership.lead.id, "jyu-aino-lehto"),
        )
    )
    values: dict[str, Any] = {
        "learning_agreement": learning,
        "signatures": signatures,
        "main_partner": MAIN,
        "registrations": registrations(agreement, context),
        "courses": tuple(_passed(agreement, course) for course in path),
    }
    return DeliberationFacts(**(values | fields))


def _passed(agreement: ConsortiumAgreement, course_id: str) -> CourseFact:
    course = agreement.programme.course(course_id)
    scale = agreement.partnership.partner(course.offering_partner).scale or ""
    return CourseFact(
        course=course_id,
        partner=course.offering_partner,
        ects=course.ects,
        outcome=GradeOutcome.PASSED,
        local=LocalGrade(scale=scale, grade=GOOD_GRADES[scale]),
        joint="4",
        awarded_by=course.offering_partner,
    )


def a_deliberation(agreement: ConsortiumAgreement, context: CaseContext, **fields: Any) -> DeliberationInput:
    return DeliberationInput(context=context, agreement=agreement, facts=facts(agreement, context, **fields))


def an_award(agreement: ConsortiumAgreement, context: CaseContext) -> AwardInput:
    known = facts(agreement, context)
    signing = signing_partners(agreement, default_path(agreement.programme), known.registrations)
    return AwardInput(
        context=context,
        agreement=agreement,
        facts=known,
        deliberation=DeliberationResult(awarded=True, sentence="Awarded.", classification="good"),
        signing=signing,
        form=award_form(agreement, signing),
    )


def a_registration(agreement: ConsortiumAgreement, context: CaseContext, **fields: Any) -> RegistrationInput:
    """Register where the programme needs it; nobody has to trigger it, unless told otherwise."""
    values: dict[str, Any] = {
        "context": context,
        "regulations": agreement.registration,
        "number": 1,
        "planned": required_registrations(agreement, default_path(agreement.programme), MAIN),
        "partners": agreement.partnership.partners,
        "lead": agreement.partnership.lead.id,
        "asked_for": True,
    }
    return RegistrationInput(**(values | fields))
