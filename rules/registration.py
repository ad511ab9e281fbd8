"""Which registrations an award needs, and how they change and end. Source: R203-R210, V30, V36, G6, G11."""

from collections.abc import Collection, Iterable

from models.award import AwardScope, CreditAwarding
from models.base import CourseId, PartnerId
from models.consortium import ConsortiumAgreement
from models.partner import RegistrationKind
from models.registration import (
    MainPartnerCode,
    MainPartnerDecision,
    PartnerRefusalRule,
    PartnerRegistration,
    PlannedRegistration,
    RefusalConsequence,
    RefusalStep,
    RegistrationModel,
    RegistrationState,
    TransitionCode,
    TransitionDecision,
)
from rules.agreement import credit_partner
from rules.path import order_of_study
from rules.wording import listed

FOLLOWING: dict[RegistrationState, frozenset[RegistrationState]] = {
    RegistrationState.PLANNED: frozenset({RegistrationState.REQUESTED, RegistrationState.CANCELLED}),
    RegistrationState.REQUESTED: frozenset(
        {
            RegistrationState.ACTIVE,
            RegistrationState.HELD,
            RegistrationState.REFUSED,
            RegistrationState.CANCELLED,
        }
    ),
    RegistrationState.HELD: frozenset(
        {
            RegistrationState.REQUESTED,
            RegistrationState.ACTIVE,
            RegistrationState.REFUSED,
            RegistrationState.CANCELLED,
        }
    ),
    RegistrationState.REFUSED: frozenset({RegistrationState.REQUESTED, RegistrationState.CANCELLED}),
    RegistrationState.ACTIVE: frozenset({RegistrationState.CANCELLED}),
    RegistrationState.CANCELLED: frozenset(),
}
"""Which state may follow which; a cancelled registration is never revived, a new one is made."""

_TO_CANCEL = (RegistrationState.REQUESTED, RegistrationState.ACTIVE, RegistrationState.HELD)
_NOTHING_THERE = frozenset(
    {
        "PartnerDenied",
        "PartnerCancelled",
        "NoOfferingInDirectory",
        "DataNotPermitted",
        "RefusedByHand",
    }
)
"""Refusals by which the partner says, or it is known without it, that the learner is not registered."""


def awarding_in_scope(agreement: ConsortiumAgreement, studied: Iterable[CourseId]) -> tuple[PartnerId, ...]:
    """
    List the universities that award to a learner of this path, in the order of the agreement (G6, G7).

    Either all degree-awarding partners, or those that teach or award the credits of the courses
    studied. A partner that may not award is never among them.
    """
    awarding = tuple(partner.id for partner in agreement.partnership.awarding)
    if agreement.award.scope is AwardScope.ALL_PARTNERS:
        return awarding
    courses = [agreement.programme.course(course) for course in studied]
    visited = {course.offering_partner for course in courses}
    visited |= {course.credit_partner for course in courses if course.credit_partner is not None}
    if agreement.award.credit_awarding is CreditAwarding.DELEGATED:
        visited |= {credit_partner(agreement, course) for course in courses}
    return tuple(partner for partner in awarding if partner in visited)


def choose_main_partner(
    agreement: ConsortiumAgreement, studied: Iterable[CourseId], wished: PartnerId | None = None
) -> MainPartnerDecision:
    """
    Settle where the main registration is: at any degree-awarding partner (R204, V36).

    Without a wish it is at the lead where the lead awards to this learner, else at the first that does.
    """
    awarding = tuple(partner.id for partner in agreement.partnership.awarding)
    if wished is None:
        in_scope = awarding_in_scope(agreement, studied)
        lead = agreement.partnership.lead.id
        chosen = lead if lead in in_scope or not in_scope else in_scope[0]
        return MainPartnerDecision(
            partner=chosen, code=MainPartnerCode.DEFAULT, sentence=f"The main registration is at {chosen}."
        )
    if wished in awarding:
        return MainPartnerDecision(
            partner=wished, code=MainPartnerCode.CHOSEN, sentence=f"The main registration is at {wished}."
        )
    offer = f"choose one of {listed(awarding)}."
    if any(partner.id == wished for partner in agreement.partnership.partners):
        return MainPartnerDecision(
            partner=None,
            code=MainPartnerCode.NOT_DEGREE_AWARDING,
            sentence=f"{wished} does not register learners for an award; {offer}",
        )
    return MainPartnerDecision(
        partner=None,
        code=MainPartnerCode.UNKNOWN_PARTNER,
        sentence=f"{wished} is not a partner of the programme; {offer}",
    )


def required_registrations(
    agreement: ConsortiumAgreement, studied: Iterable[CourseId], main_partner: PartnerId | None = None
) -> tuple[PlannedRegistration, ...]:
    """
    List the registrations that the award needs, the main one first (R203-R205).

    `studied` are the courses to be studied, without recognised ones. A main partner that cannot be
    is replaced by the usual one. Where registration is per course (R209) each course elsewhere than
    at the main partner has its own secondary registration, in the order of study; a university that
    awards without teaching this learner has one for the programme.
    """
    courses = tuple(studied)
    main = _main_partner(agreement, courses, main_partner)
    others = tuple(partner for partner in awarding_in_scope(agreement, courses) if partner != main)
    planned = [PlannedRegistration(partner=main, kind=RegistrationKind.MAIN)]
    for course in _registered_singly(agreement, courses):
        partner = _registering(agreement, course)
        if partner in others:
            planned.append(
                PlannedRegistration(partner=partner, kind=RegistrationKind.SECONDARY, course=course)
            )
    covered = {one.partner for one in planned}
    planned += [
        PlannedRegistration(partner=partner, kind=RegistrationKind.SECONDARY)
        for partner in others
        if partner not in covered
    ]
    return tuple(planned)


def registrations_for_course(
    agreement: ConsortiumAgreement,
    studied: Iterable[CourseId],
    course: CourseId | None,
    asked: Collection[tuple[PartnerId, CourseId | None]] = (),
    main_partner: PartnerId | None = None,
) -> tuple[PlannedRegistration, ...]:
    """
    List what is registered when one course comes, where registration is per course (R209).

    The main registration, and those at universities that only award, come with whichever course
    is first. `asked` are those that were asked for already, so that each is asked for once, also
    when the path changes; without a course only those for the whole programme are listed.
    """
    needed = required_registrations(
        agreement, order_of_study(agreement.programme, tuple(studied)), main_partner
    )
    return tuple(
        one for one in needed if one.course in (None, course) and (one.partner, one.course) not in asked
    )


def registrations_missing(
    needed: Iterable[PlannedRegistration], present: Iterable[PartnerRegistration]
) -> tuple[PlannedRegistration, ...]:
    """List what is needed and not active; a registration for the programme covers its partner's courses."""
    active = {(one.partner, one.course) for one in present if one.state is RegistrationState.ACTIVE}
    return tuple(one for one in needed if not active & {(one.partner, one.course), (one.partner, None)})


def may_be_registered(registration: PartnerRegistration) -> bool:
    """
    Tell whether a partner may hold the registration, so that it must be cancelled.

    A refusal may hide an effect: the first try took effect, its answer was lost, the next was refused.
    """
    if registration.state is RegistrationState.REFUSED:
        return registration.refusal_code not in _NOTHING_THERE
    return registration.state in _TO_CANCEL


def cancellation_order(registrations: Iterable[PartnerRegistration]) -> tuple[PartnerRegistration, ...]:
    """List what is to be cancelled, the latest first and the main registration last."""
    latest_first = [one for one in registrations if may_be_registered(one)][::-1]
    return tuple(sorted(latest_first, key=lambda one: one.kind is RegistrationKind.MAIN))


def next_after_refusal(rule: PartnerRefusalRule) -> RefusalConsequence:
    """Tell what follows when a partner refuses a registration."""
    if rule is PartnerRefusalRule.HOLD:
        return RefusalConsequence(
            code=RefusalStep.REPAIR_AT_PARTNER,
            sentence="The other registrations stay; the partner's student administration repairs this one.",
        )
    return RefusalConsequence(
        code=RefusalStep.CANCEL_EVERYWHERE,
        sentence="The registrations at all partners are cancelled, the latest first.",
    )


def check_transition(before: RegistrationState, after: RegistrationState) -> TransitionDecision:
    """Tell whether a registration may go from one state to another; the same state again changes nothing."""
    if before is after:
        return TransitionDecision(
            allowed=True, code=TransitionCode.UNCHANGED, sentence=f"The registration is {after} already."
        )
    if after in FOLLOWING[before]:
        return TransitionDecision(
            allowed=True, code=TransitionCode.ALLOWED, sentence=f"The registration is now {after}."
        )
    if not FOLLOWING[before]:
        return TransitionDecision(
            allowed=False,
            code=TransitionCode.FINAL,
            sentence=f"The registration is {before} for good; make a new one.",
        )
    possible = listed(sorted(FOLLOWING[before]))
    return TransitionDecision(
        allowed=False,
        code=TransitionCode.NOT_NEXT,
        sentence=f"A registration that is {before} cannot become {after}; it can become {possible}.",
    )


def _main_partner(
    agreement: ConsortiumAgreement, courses: tuple[CourseId, ...], wished: PartnerId | None
) -> PartnerId:
    chosen = choose_main_partner(agreement, courses, wished).partner
    return chosen or choose_main_partner(agreement, courses).partner or agreement.partnership.lead.id


def _registered_singly(agreement: ConsortiumAgreement, courses: tuple[CourseId, ...]) -> tuple[CourseId, ...]:
    if agreement.registration.model is RegistrationModel.PER_PROGRAMME:
        return ()
    return order_of_study(agreement.programme, courses)


def _registering(agreement: ConsortiumAgreement, course: CourseId) -> PartnerId:
    """Tell where a course is registered: at who teaches it, or who awards its credits instead."""
    found = agreement.programme.course(course)
    return found.credit_partner or found.offering_partner
