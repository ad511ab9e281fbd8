"""
What the facts at the end of study lead to: the award, its average and class, or what is missing.

Source: R131-R132, R203, R228, A1, A9, V57, V67-V69. The committee decides; it cannot award while a
reason stands against it.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from models.agreement import AgreementRow, RowKind
from models.award import AwardRefusal
from models.base import CourseId
from models.compensation import Average
from models.consortium import ConsortiumAgreement
from models.course import CreditDecision
from models.deliberation import AwardProposal, AwardReason, CourseFact, DeliberationFacts
from models.examination import Classification
from models.grading import GradeOutcome, Scale
from models.task import TaskOption
from rules.agreement import signatures_missing
from rules.award import award_form
from rules.compensation import compensate, is_at_least, weighted_average
from rules.course import award_credit
from rules.grading import find_scale, higher_is_better, scales_with
from rules.numbers import plain
from rules.registration import awarding_in_scope, registrations_missing, required_registrations

AWARD, NO_AWARD = "award", "no_award"


def propose_award(agreement: ConsortiumAgreement, facts: DeliberationFacts) -> AwardProposal:
    """
    Propose the award, or name every reason against it.

    Results of courses outside the learning agreement count for nothing (R132). Narrow fails are
    compensated here where the agreement allows it. `KeyError` when the agreement names a joint
    scale that does not exist, which its checker refuses.
    """
    joint = _joint_scale(agreement)
    counted = _counted(facts)
    compensated = _compensated(agreement, counted, joint)
    known = {fact.course: fact for fact in counted}
    rows = facts.learning_agreement.rows
    ects = sum(
        (row.ects for row in rows if _brings_credits(row, known.get(row.course), compensated)), Decimal(0)
    )
    reasons = (
        *_course_reasons(rows, known, compensated),
        *_signature_reasons(agreement, facts),
        *_registration_reasons(agreement, facts),
        *_form_reasons(agreement, facts),
        *_credit_reasons(agreement, ects),
    )
    if reasons:
        return AwardProposal(
            reasons=reasons,
            ects=ects,
            compensated=compensated,
            options=(TaskOption(code=NO_AWARD, label="Do not award it"),),
            code=reasons[0].code,
            sentence=" ".join(reason.sentence for reason in reasons),
        )
    return _award(agreement, facts, counted, compensated, ects)


def compensation_credits(
    agreement: ConsortiumAgreement, compensated: Iterable[CourseId]
) -> dict[CourseId, CreditDecision]:
    """Award the credits of compensated courses, by the university that awards them (V57)."""
    return {course: _compensation_credit(agreement, course) for course in compensated}


def with_compensation(
    facts: DeliberationFacts, credits_awarded: Mapping[CourseId, CreditDecision]
) -> DeliberationFacts:
    """State the facts after the committee has compensated: the grades stay, the credits are there."""
    courses = tuple(
        fact.model_copy(
            update={
                "outcome": GradeOutcome.COMPENSATED,
                "awarded_by": credits_awarded[fact.course].awarded_by,
            }
        )
        if fact.course in credits_awarded
        else fact
        for fact in facts.courses
    )
    return facts.model_copy(update={"courses": courses})


def classify(value: Decimal, classification: Classification, joint: Scale) -> str | None:
    """Find the best class that an average earns, in the direction of the scale; none below all (V68)."""
    ascending = higher_is_better(joint) is False
    bands = sorted(classification.bands, key=lambda band: band.from_average, reverse=not ascending)
    return next((band.code for band in bands if is_at_least(value, band.from_average, joint)), None)


def _award(
    agreement: ConsortiumAgreement,
    facts: DeliberationFacts,
    counted: tuple[CourseFact, ...],
    compensated: tuple[CourseId, ...],
    ects: Decimal,
) -> AwardProposal:
    average = _average(agreement, counted)
    value = average.value if average is not None else None
    code = None
    if value is not None and not facts.misconduct:
        code = classify(value, agreement.examination.classification, _joint_scale(agreement))
    grade = f" with an average of {value}" if value is not None else " without a final grade"
    merit = f", {code.replace('_', ' ')}" if code is not None else ""
    return AwardProposal(
        ects=ects,
        compensated=compensated,
        value=value,
        average=average,
        classification=code,
        options=(
            TaskOption(code=AWARD, label="Award the qualification"),
            TaskOption(code=NO_AWARD, label="Do not award it", needs_reason=True),
        ),
        sentence=f"All {plain(ects)} ECTS credits are there; the qualification is proposed{grade}{merit}.",
    )


def _joint_scale(agreement: ConsortiumAgreement) -> Scale:
    reading = find_scale(agreement.examination.joint_scale, agreement.examination.scales)
    if reading.scale is None:
        raise KeyError(agreement.examination.joint_scale)
    return reading.scale


def _counted(facts: DeliberationFacts) -> tuple[CourseFact, ...]:
    """Keep the results of the learning agreement's courses; recognised ones count as exempt."""
    kinds = {row.course: row.kind for row in facts.learning_agreement.rows}
    return tuple(
        fact.model_copy(update={"outcome": GradeOutcome.EXEMPT})
        if kinds[fact.course] is RowKind.RECOGNISED
        else fact
        for fact in facts.courses
        if fact.course in kinds
    )


def _compensated(
    agreement: ConsortiumAgreement, counted: tuple[CourseFact, ...], joint: Scale
) -> tuple[CourseId, ...]:
    rules = agreement.examination
    decided = compensate(
        counted, rules.compensation, scales_with(rules.scales), joint, agreement.programme.ects
    )
    earlier = tuple(
        fact.course for fact in counted if fact.outcome is GradeOutcome.COMPENSATED and fact.awarded_by
    )
    credited = (course for course in decided.compensated if _compensation_credit(agreement, course).ects > 0)
    return (*earlier, *credited)


def _compensation_credit(agreement: ConsortiumAgreement, course: CourseId) -> CreditDecision:
    awarding = tuple(partner.id for partner in agreement.partnership.awarding)
    found = agreement.programme.course(course)
    return award_credit(found, GradeOutcome.COMPENSATED, agreement.award, awarding)


def _average(agreement: ConsortiumAgreement, counted: tuple[CourseFact, ...]) -> Average | None:
    classification = agreement.examination.classification
    if not classification.graded:
        return None
    joint = _joint_scale(agreement)
    return weighted_average(counted, joint, classification.decimals, classification.rounding)


def _brings_credits(row: AgreementRow, fact: CourseFact | None, compensated: tuple[CourseId, ...]) -> bool:
    """Recognised, compensated, or passed with credits that a university has awarded (R227)."""
    if row.kind is RowKind.RECOGNISED or row.course in compensated:
        return True
    if fact is None:
        return False
    return fact.outcome is GradeOutcome.PASSED and fact.awarded_by is not None


def _course_reasons(
    rows: tuple[AgreementRow, ...], known: dict[CourseId, CourseFact], compensated: tuple[CourseId, ...]
) -> Iterator[AwardReason]:
    for row in rows:
        if row.kind is RowKind.RECOGNISED or row.course in compensated:
            continue
        fact = known.get(row.course)
        code = _course_code(fact.outcome if fact is not None else None)
        sentences = {
            AwardRefusal.RESULT_MISSING: f"{row.course} has no result; {row.offering_partner} enters it.",
            AwardRefusal.RESULT_WITHHELD: f"The result of {row.course} is withheld until its case is closed.",
            AwardRefusal.COURSE_FAILED: f"{row.course} is not passed and nothing makes up for it.",
        }
        if code is not None:
            yield AwardReason(
                code=code, course=row.course, partner=row.offering_partner, sentence=sentences[code]
            )


def _course_code(outcome: GradeOutcome | None) -> AwardRefusal | None:
    if outcome is None:
        return AwardRefusal.RESULT_MISSING
    if outcome is GradeOutcome.WITHHELD:
        return AwardRefusal.RESULT_WITHHELD
    return None if outcome is GradeOutcome.PASSED else AwardRefusal.COURSE_FAILED


def _signature_reasons(agreement: ConsortiumAgreement, facts: DeliberationFacts) -> Iterator[AwardReason]:
    lead = agreement.partnership.lead.id
    for missing in signatures_missing(facts.learning_agreement, lead, facts.signatures):
        sentence = f"The learning agreement lacks a signature. {missing.sentence}"
        yield AwardReason(code=AwardRefusal.AGREEMENT_NOT_SIGNED, partner=missing.partner, sentence=sentence)


def _registration_reasons(agreement: ConsortiumAgreement, facts: DeliberationFacts) -> Iterator[AwardReason]:
    needed = required_registrations(agreement, facts.learning_agreement.studied, facts.main_partner)
    missing = registrations_missing(needed, facts.registrations)
    for partner in dict.fromkeys(one.partner for one in missing):
        sentence = (
            f"The learner is not registered at {partner}; its student administration registers the learner."
        )
        yield AwardReason(code=AwardRefusal.NOT_REGISTERED, partner=partner, sentence=sentence)


def _form_reasons(agreement: ConsortiumAgreement, facts: DeliberationFacts) -> Iterator[AwardReason]:
    """Name what keeps the award from its form, so that it is known before anybody is asked to sign (A10)."""
    awarding = awarding_in_scope(agreement, facts.learning_agreement.studied)
    found = award_form(agreement, awarding)
    if found.form is None:
        yield AwardReason(code=AwardRefusal.TOO_FEW_PARTNERS, sentence=found.sentence)


def _credit_reasons(agreement: ConsortiumAgreement, ects: Decimal) -> Iterator[AwardReason]:
    needed = agreement.programme.ects
    if ects < needed:
        sentence = (
            f"{plain(ects)} of {plain(needed)} ECTS credits are there; the rest has to be awarded first."
        )
        yield AwardReason(code=AwardRefusal.CREDITS_SHORT, sentence=sentence)
