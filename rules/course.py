"""
One course: which attempt comes next, which result counts, when it is over, who awards its credits.

Source: R139, R213, R227, G8; V48, V54-V56. A referral is a further attempt that may be capped at
the pass mark; a deferral costs nothing: the number and the cap of the attempt stay.
"""

from decimal import Decimal

from models.award import AwardRegulations, CreditAwarding
from models.base import EqfLevel, PartnerId
from models.grading import (
    AbsenceRule,
    Attempt,
    AttemptDecision,
    AttemptPolicy,
    CountingRule,
    CourseCode,
    CourseStanding,
    CourseState,
    CreditCode,
    CreditDecision,
    GradeOutcome,
    LocalGrade,
    NextAttempt,
    Scale,
)
from models.programme import AssessmentKind, Course
from rules.grading import judge, pass_mark, read_grade

_NOT_EXAMINED = (GradeOutcome.EXEMPT, GradeOutcome.COMPENSATED)
"""Credits without a passed assessment are not an examiner's to give (A7, R213)."""


def _slot(attempts: tuple[Attempt, ...], policy: AttemptPolicy) -> NextAttempt | None:
    """Tell which attempt a result that comes now belongs to; none when there is no attempt left."""
    if not attempts:
        return NextAttempt(number=1, capped=False)
    last = attempts[-1]
    if last.deferred or last.outcome is GradeOutcome.WITHHELD:
        return NextAttempt(number=last.number, capped=last.capped)
    if last.outcome is GradeOutcome.PASSED or last.number >= policy.attempts:
        return None
    return NextAttempt(number=last.number + 1, capped=policy.resit_capped)


def next_attempt(attempts: tuple[Attempt, ...], policy: AttemptPolicy) -> NextAttempt | None:
    """Tell the attempt that the learner may make next; none while a result is withheld."""
    withheld = bool(attempts) and attempts[-1].outcome is GradeOutcome.WITHHELD
    return None if withheld else _slot(attempts, policy)


def record_attempt(
    earlier: tuple[Attempt, ...],
    grade: str,
    policy: AttemptPolicy,
    scale: Scale,
    eqf_level: EqfLevel | None = None,
    *,
    excused: bool = False,
) -> AttemptDecision:
    """
    Take a result, or say why it is not taken.

    `excused` says that the reasons of an absence were accepted. A withheld result is settled by
    the next one, under the same number.
    """
    slot = _slot(earlier, policy)
    if slot is None:
        over = standing(earlier, policy, scale)
        return AttemptDecision(attempt=None, code=over.code, sentence=over.sentence)
    judgement = judge(grade, scale, eqf_level)
    if judgement.grade is None or judgement.outcome is None:
        code = CourseCode.GRADE_OUTSIDE_SCALE
        return AttemptDecision(attempt=None, code=code, sentence=judgement.sentence)
    if judgement.outcome in _NOT_EXAMINED:
        sentence = (
            f"“{judgement.grade.grade}” is not the result of an examination: prior learning is recognised at "
            "admission, and the examination committee compensates."
        )
        return AttemptDecision(attempt=None, code=CourseCode.NOT_A_RESULT, sentence=sentence)
    attempt = Attempt(
        number=slot.number,
        grade=judgement.grade,
        counted=_cap(judgement.grade, scale, eqf_level) if slot.capped else judgement.grade,
        outcome=judgement.outcome,
        capped=slot.capped,
        deferred=judgement.outcome is GradeOutcome.ABSENT and excused and _may_defer(earlier, policy),
    )
    return AttemptDecision(attempt=attempt, code=CourseCode.ATTEMPT_RECORDED, sentence=_say(attempt))


def _may_defer(earlier: tuple[Attempt, ...], policy: AttemptPolicy) -> bool:
    used = sum(attempt.deferred for attempt in earlier)
    return policy.absence is AbsenceRule.FAIL_UNLESS_EXCUSED and used < policy.deferrals


def _cap(grade: LocalGrade, scale: Scale, eqf_level: EqfLevel | None) -> LocalGrade:
    reached, mark = read_grade(grade.grade, scale), read_grade(pass_mark(scale, eqf_level), scale)
    if reached is None or mark is None or reached.place is None or mark.place is None:
        return grade
    return LocalGrade(scale=scale.id, grade=mark.text) if reached.place < mark.place else grade


def _say(attempt: Attempt) -> str:
    number = f"Attempt {attempt.number}"
    if attempt.deferred:
        return f"{number} is deferred: the absence is excused and costs no attempt."
    if attempt.counted != attempt.grade:
        return (
            f"{number}: {attempt.grade.grade} counts as {attempt.counted.grade}, the cap of further attempts."
        )
    return f"{number}: {attempt.grade.grade}, {attempt.outcome.value}."


def counting_attempt(attempts: tuple[Attempt, ...], policy: AttemptPolicy, scale: Scale) -> Attempt | None:
    """
    Tell which result stands: the pass, else the best or the last fail, as the agreement says.

    A result that was withheld and is settled, or deferred and tried again, no longer stands.
    """
    latest = {attempt.number: attempt for attempt in attempts}
    settled = [attempt for attempt in latest.values() if not attempt.deferred]
    if not settled:
        return None
    last = settled[-1]
    if last.outcome is GradeOutcome.PASSED or policy.counts is CountingRule.LAST:
        return last
    return min(reversed(settled), key=lambda attempt: _merit(attempt, scale))


def _merit(attempt: Attempt, scale: Scale) -> Decimal:
    reading = read_grade(attempt.counted.grade, scale)
    return reading.place if reading is not None and reading.place is not None else Decimal("Infinity")


def standing(attempts: tuple[Attempt, ...], policy: AttemptPolicy, scale: Scale) -> CourseStanding:
    """Tell whether the course is open, passed or finally failed, and which result counts."""
    counting = counting_attempt(attempts, policy, scale)
    coming = next_attempt(attempts, policy)
    last = attempts[-1] if attempts else None
    if last is not None and last.outcome is GradeOutcome.PASSED:
        state, code, sentence = CourseState.PASSED, CourseCode.COURSE_PASSED, "The course is passed."
    elif last is not None and last.outcome is GradeOutcome.WITHHELD:
        state, code = CourseState.WITHHELD, CourseCode.RESULT_WITHHELD
        sentence = "The result is withheld until the open case is decided."
    elif coming is None:
        state, code = CourseState.FAILED, CourseCode.NO_ATTEMPT_LEFT
        sentence = f"The course is finally failed: all attempts are used ({policy.attempts})."
    else:
        state, code = CourseState.OPEN, _why_open(last)
        capped = ", capped at the pass mark" if coming.capped else ""
        sentence = f"Attempt {coming.number} of {policy.attempts} is open{capped}."
    return CourseStanding(state=state, counting=counting, next=coming, code=code, sentence=sentence)


def _why_open(last: Attempt | None) -> CourseCode:
    if last is None:
        return CourseCode.ATTEMPT_OPEN
    return CourseCode.DEFERRED if last.deferred else CourseCode.RESIT_OPEN


def award_credit(
    course: Course, outcome: GradeOutcome, award: AwardRegulations, awarding: tuple[PartnerId, ...]
) -> CreditDecision:
    """
    Award a course's ECTS credits for a passed summative assessment, by the university that awards them.

    That is the teaching university, or the delegate that the agreement names with its clause
    (R227, G8). `awarding` lists the partners that may award credits.
    """
    if outcome is GradeOutcome.EXEMPT:
        sentence = f"The credits of {course.id} come from recognised prior learning."
        return _no_credit(CreditCode.CREDIT_RECOGNISED, sentence)
    if outcome not in (GradeOutcome.PASSED, GradeOutcome.COMPENSATED):
        return _no_credit(CreditCode.NOT_PASSED, f"{course.id} is not passed: it brings no credits.")
    if not any(assessment.kind is AssessmentKind.SUMMATIVE for assessment in course.assessments):
        sentence = f"{course.id} has no summative assessment: it brings no credits (R213)."
        return _no_credit(CreditCode.NO_SUMMATIVE_ASSESSMENT, sentence)
    partner: PartnerId | None = course.credit_partner or course.offering_partner
    if award.credit_awarding is CreditAwarding.DELEGATED:
        partner = award.delegated_to if award.delegation_clause else None
    if partner is None:
        sentence = "Credits are delegated, but the agreement does not say to whom and by which clause."
        return _no_credit(CreditCode.DELEGATION_WITHOUT_CLAUSE, sentence)
    if partner not in awarding:
        sentence = f"{partner} may not award credits: the agreement must name who does for {course.id}."
        return _no_credit(CreditCode.CANNOT_AWARD_CREDITS, sentence)
    sentence = f"{partner} awards {course.ects} ECTS credits for {course.id}."
    return CreditDecision(
        ects=course.ects, awarded_by=partner, code=CreditCode.CREDIT_AWARDED, sentence=sentence
    )


def _no_credit(code: CreditCode, sentence: str) -> CreditDecision:
    return CreditDecision(ects=Decimal(0), awarded_by=None, code=code, sentence=sentence)
