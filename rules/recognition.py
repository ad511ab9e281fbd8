"""Which prior learning counts towards a course, and for how many credits. Source: R199-R202, V74."""

from datetime import datetime
from decimal import Decimal

from models.admission import LearningKind, PriorLearningClaim, Recognised, RecognitionPolicy
from models.base import Ects
from models.programme import Course
from models.recognition import RecognitionCode, RecognitionDecision
from rules.numbers import plain

_NOTHING = Decimal(0)


def decide_recognition(
    claim: PriorLearningClaim,
    ruling_ects: Ects,
    policy: RecognitionPolicy,
    course: Course,
    already: Ects = _NOTHING,
    already_for_course: Ects = _NOTHING,
) -> RecognitionDecision:
    """
    Grant what the assessor confirmed, within the limits of the programme.

    `ruling_ects` is the assessor's finding, `already` the credits recognised in all so far and
    `already_for_course` those for this course. A claim below the EQF level is refused whole: a
    partial grant would put lower-level learning on the transcript of records. Where only whole
    courses are recognised, whatever falls short of the course is refused, not cut.
    """
    refusal = _check_claim(claim, policy, course)
    if refusal is not None:
        return refusal
    confirmed = min(ruling_ects, claim.ects_claimed, course.ects)
    if confirmed <= 0:
        return _refused(
            RecognitionCode.NOT_CONFIRMED,
            f"The assessor does not find that the prior learning covers {course.id}; the course is studied.",
        )
    if already_for_course >= course.ects:
        return _refused(
            RecognitionCode.ALREADY_RECOGNISED,
            f"{course.id} is recognised already; nothing is left to claim.",
        )
    if policy.whole_courses_only:
        return _grant_whole(confirmed, policy, course, already)
    return _grant_part(confirmed, policy, course, already, already_for_course)


def refuse_late_claim(claimed_at: datetime, due_at: datetime) -> RecognitionDecision | None:
    """Refuse a claim made after the period of the agreement; none when it is in time."""
    if claimed_at <= due_at:
        return None
    return _refused(
        RecognitionCode.CLAIMED_TOO_LATE,
        f"Prior learning could be claimed until {due_at:%d %B %Y}; the course is studied.",
    )


def _check_claim(
    claim: PriorLearningClaim, policy: RecognitionPolicy, course: Course
) -> RecognitionDecision | None:
    """Find what stands against a claim, whatever the assessor says."""
    too_old = policy.maximum_age_years is not None and claim.years_ago > policy.maximum_age_years
    found = {
        RecognitionCode.RECOGNITION_NOT_ALLOWED: (
            not policy.allowed,
            "This programme recognises no prior learning; every course is studied.",
        ),
        RecognitionCode.OTHER_COURSE: (
            claim.course != course.id,
            f"The claim names {claim.course}, not {course.id}; claim it for the right course.",
        ),
        RecognitionCode.ALREADY_USED: (
            claim.already_used,
            "This learning has counted towards an earlier award, and counts once only.",
        ),
        RecognitionCode.NON_FORMAL_NOT_ALLOWED: (
            claim.kind is not LearningKind.FORMAL and not policy.non_formal_allowed,
            "Only formal learning is recognised here; show a transcript of records instead.",
        ),
        RecognitionCode.EQF_LEVEL_TOO_LOW: (
            claim.eqf_level < policy.minimum_eqf_level,
            f"The learning is at EQF level {claim.eqf_level}; level {policy.minimum_eqf_level} is needed.",
        ),
        RecognitionCode.TOO_OLD: (
            too_old,
            f"The learning is {claim.years_ago} years old; at most {policy.maximum_age_years} years count.",
        ),
    }
    return next((_refused(code, sentence) for code, (holds, sentence) in found.items() if holds), None)


def _grant_whole(
    confirmed: Ects, policy: RecognitionPolicy, course: Course, already: Ects
) -> RecognitionDecision:
    if confirmed < course.ects:
        return _refused(
            RecognitionCode.NOT_THE_WHOLE_COURSE,
            f"The prior learning covers {plain(confirmed)} of {plain(course.ects)} ECTS credits of "
            f"{course.id}; only whole courses are recognised, so the course is studied.",
        )
    if already + course.ects > policy.ects_cap:
        return _cap_reached(policy, already)
    return _granted(course, course.ects, RecognitionCode.RECOGNISED)


def _grant_part(
    confirmed: Ects, policy: RecognitionPolicy, course: Course, already: Ects, for_course: Ects
) -> RecognitionDecision:
    room = policy.ects_cap - already
    if room <= 0:
        return _cap_reached(policy, already)
    granted = min(confirmed, room, course.ects - for_course)
    code = RecognitionCode.RECOGNISED if granted == confirmed else RecognitionCode.CAPPED
    return _granted(course, granted, code)


def _granted(course: Course, ects: Ects, code: RecognitionCode) -> RecognitionDecision:
    sentence = (
        f"{plain(ects)} ECTS credits of prior learning are recognised for {course.id}, without a grade."
    )
    if code is RecognitionCode.CAPPED:
        sentence += " More cannot be recognised."
    return RecognitionDecision(
        recognised=Recognised(course=course.id, ects=ects), code=code, sentence=sentence
    )


def _cap_reached(policy: RecognitionPolicy, already: Ects) -> RecognitionDecision:
    return _refused(
        RecognitionCode.CREDIT_CAP_REACHED,
        f"At most {plain(policy.ects_cap)} ECTS credits are recognised in all and {plain(already)} are "
        "already; the course is studied.",
    )


def _refused(code: RecognitionCode, sentence: str) -> RecognitionDecision:
    return RecognitionDecision(code=code, sentence=sentence)
