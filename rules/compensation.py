"""
All courses together: the weighted average, and what it makes up for.

Source: V57 (compensation is decided when every course has a result; ungraded fails are never
compensated), V67 (exempt and pass/fail courses count in no average), R218.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from models.base import Ects
from models.grading import (
    Average,
    AverageCode,
    CompensationDecision,
    CompensationPolicy,
    CourseCompensation,
    CourseResult,
    GradeOutcome,
    Rounding,
    Scale,
)
from models.grading import CompensationCode as Code
from rules.grading import higher_is_better, number_of, read_grade
from rules.numbers import round_to

_FAILED = {GradeOutcome.FAILED, GradeOutcome.COMPENSABLE, GradeOutcome.ABSENT}
_SENTENCES = {
    Code.COMPENSATED: "The other results make up for it.",
    Code.NOTHING_TO_COMPENSATE: "Every course is passed.",
    Code.COMPENSATION_NOT_ALLOWED: "The agreement allows no compensation.",
    Code.RESULTS_MISSING: "Compensation is decided when every course has its result.",
    Code.COURSE_NOT_COMPENSABLE: "This course must be passed itself.",
    Code.NO_GRADE: "A fail without a grade cannot be compensated.",
    Code.BELOW_FLOOR: "The grade is too low to be compensated on its scale.",
    Code.TOO_MANY_CREDITS: "More credits are failed than may be compensated.",
    Code.AVERAGE_TOO_LOW: "The average is too low to make up for it.",
    Code.AVERAGE_NOT_KNOWN: "The average that compensation needs cannot be computed.",
}
_AVERAGE_SENTENCES = {
    AverageCode.NOTHING_GRADED: "No course has a grade: there is no average.",
    AverageCode.GRADE_MISSING: "A course has no final result, or a fail without a grade on the joint scale.",
    AverageCode.SCALE_HAS_NO_NUMBERS: "A grade on the joint scale has no number: give its values numbers.",
}


def is_at_least(value: Fraction | Decimal, mark: Decimal, scale: Scale) -> bool:
    """Tell whether a number is as good as a mark or better, in the direction of the scale."""
    return value <= mark if higher_is_better(scale) is False else value >= mark


def weighted_average(
    results: tuple[CourseResult, ...],
    joint: Scale,
    decimals: int = 2,
    rounding: Rounding = Rounding.HALF_UP,
) -> Average:
    """Average the joint grades, weighted by ECTS credits; exempt and pass/fail courses do not count."""
    counted, excluded = _sort_out(results, joint)
    ects = sum((result.ects for result in counted), Decimal(0))
    exact = _exact_average(counted, joint)
    names = tuple(result.course for result in excluded)
    if isinstance(exact, AverageCode):
        sentence = _AVERAGE_SENTENCES[exact]
        return Average(value=None, ects=ects, excluded=names, code=exact, sentence=sentence)
    value = round_to(exact, decimals, rounding)
    sentence = f"The average over {ects} ECTS credits is {value}."
    return Average(value=value, ects=ects, excluded=names, code=AverageCode.AVERAGE, sentence=sentence)


def _sort_out(
    results: tuple[CourseResult, ...], joint: Scale
) -> tuple[list[CourseResult], list[CourseResult]]:
    excluded = [result for result in results if _has_no_weight(result, joint)]
    return [result for result in results if result not in excluded], excluded


def _has_no_weight(result: CourseResult, joint: Scale) -> bool:
    """Exempt, or passed without a grade."""
    if result.outcome is GradeOutcome.PASSED and result.joint is not None:
        reading = read_grade(result.joint, joint)
        return reading is not None and reading.place is None
    return result.outcome is GradeOutcome.EXEMPT or result.outcome is GradeOutcome.PASSED


def _exact_average(counted: list[CourseResult], joint: Scale) -> Fraction | AverageCode:
    weights = sum((Fraction(result.ects) for result in counted), Fraction(0))
    if weights == 0:
        return AverageCode.NOTHING_GRADED
    total = Fraction(0)
    for result in counted:
        if result.joint is None or result.outcome in (None, GradeOutcome.WITHHELD):
            return AverageCode.GRADE_MISSING
        number = number_of(result.joint, joint)
        if number is None:
            return AverageCode.SCALE_HAS_NO_NUMBERS
        total += Fraction(number) * Fraction(result.ects)
    return total / weights


def compensate(
    results: tuple[CourseResult, ...],
    policy: CompensationPolicy,
    scales: Mapping[str, Scale],
    joint: Scale,
    programme_ects: Ects,
) -> CompensationDecision:
    """
    Decide which failed courses the other results make up for.

    Courses that may be compensated are compensated together or not at all: the agreement does
    not say which of them would go first.
    """
    failed = [result for result in results if result.outcome in _FAILED]
    if any(result.outcome in (None, GradeOutcome.WITHHELD) for result in results):
        return _all(failed, Code.RESULTS_MISSING)
    if not failed:
        return _all(failed, Code.NOTHING_TO_COMPENSATE)
    if not policy.allowed:
        return _all(failed, Code.COMPENSATION_NOT_ALLOWED)
    codes = {result.course: _compensable(result, policy, scales) for result in failed}
    narrow = [result for result in failed if codes[result.course] is Code.COMPENSATED]
    together = _together(narrow, results, policy, joint, programme_ects)
    codes.update({result.course: together for result in narrow})
    courses = tuple(
        CourseCompensation(course=course, code=code, sentence=_SENTENCES[code])
        for course, code in codes.items()
    )
    compensated = tuple(one.course for one in courses if one.code is Code.COMPENSATED)
    code = Code.COMPENSATED if compensated else courses[0].code
    return CompensationDecision(
        compensated=compensated, courses=courses, code=code, sentence=_SENTENCES[code]
    )


def _all(failed: list[CourseResult], code: Code) -> CompensationDecision:
    courses = (
        CourseCompensation(course=result.course, code=code, sentence=_SENTENCES[code]) for result in failed
    )
    return CompensationDecision(courses=tuple(courses), code=code, sentence=_SENTENCES[code])


def _compensable(result: CourseResult, policy: CompensationPolicy, scales: Mapping[str, Scale]) -> Code:
    """Look at one failed course alone."""
    if not result.compensable:
        return Code.COURSE_NOT_COMPENSABLE
    scale = scales.get(result.local.scale) if result.local is not None else None
    if result.local is None or scale is None:
        return Code.NO_GRADE
    reached = read_grade(result.local.grade, scale)
    if reached is None or reached.place is None:
        return Code.NO_GRADE
    floor = read_grade(policy.floors.get(scale.id, ""), scale)
    if floor is None or floor.place is None or reached.place > floor.place:
        return Code.BELOW_FLOOR
    return Code.COMPENSATED


def _together(
    narrow: list[CourseResult],
    results: tuple[CourseResult, ...],
    policy: CompensationPolicy,
    joint: Scale,
    programme_ects: Ects,
) -> Code:
    room = allowance(results, policy, programme_ects)
    if room is not None and sum((result.ects for result in narrow), Decimal(0)) > room:
        return Code.TOO_MANY_CREDITS
    if policy.average_needed is None:
        return Code.COMPENSATED
    mark = number_of(policy.average_needed, joint)
    average = _exact_average(_sort_out(results, joint)[0], joint)
    if mark is None or isinstance(average, AverageCode):
        return Code.AVERAGE_NOT_KNOWN
    return Code.COMPENSATED if is_at_least(average, mark, joint) else Code.AVERAGE_TOO_LOW


def allowance(
    results: tuple[CourseResult, ...], policy: CompensationPolicy, programme_ects: Ects
) -> Ects | None:
    """Tell how many ECTS credits may be compensated; none means no limit."""
    limits = [] if policy.max_ects is None else [policy.max_ects]
    if policy.max_percent is not None:
        exempt = [result.ects for result in results if result.outcome is GradeOutcome.EXEMPT]
        base = programme_ects - sum(exempt, Decimal(0)) if policy.exemptions_reduce else programme_ects
        limits.append(round_to(Fraction(base) * policy.max_percent / 100, 0, Rounding.HALF_UP))
    return min(limits, default=None)
