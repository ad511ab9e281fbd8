"""Whether awards on the way, and what the award counts towards, add up. Source: A3, A11, R16, R36."""

from collections import Counter
from collections.abc import Iterator

from models.consortium import ConsortiumAgreement
from models.problem import Finding, Path, ProblemCode
from rules.award_table import EQF_ALLOWED, TYPE_LEVELS
from rules.findings import Check, error

INTERMEDIATE: Path = ("award", "intermediate")


def _check_stackability(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """What stacks is not more than the whole (R36)."""
    for index, stack in enumerate(agreement.award.stackability):
        if stack.ects_cap > agreement.programme.ects:
            yield error(
                ("award", "stackability", index, "ects_cap"),
                ProblemCode.STACKED_CREDITS_TOO_MANY,
                f"{stack.ects_cap} ECTS credits cannot be taken out of a programme of "
                f"{agreement.programme.ects}.",
            )


def _check_intermediate(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """An award on the way has its own id, and a type of the programme's level (A3, R16)."""
    level = agreement.programme.eqf_level
    counted = Counter(entry.id for entry in agreement.award.intermediate)
    for index, entry in enumerate(agreement.award.intermediate):
        if counted[entry.id] > 1:
            yield error(
                (*INTERMEDIATE, index, "id"),
                ProblemCode.INTERMEDIATE_ID_TWICE,
                f"Two intermediate awards are called {entry.id}; give each its own id.",
            )
        if level in EQF_ALLOWED and level not in TYPE_LEVELS.get(entry.type, EQF_ALLOWED):
            yield error(
                (*INTERMEDIATE, index, "type"),
                ProblemCode.AWARD_TYPE_LEVEL,
                f"An award of the type {entry.type} is not given at EQF level {level}; undergraduate is 5 "
                "and 6, postgraduate 7 and 8.",
            )


def _check_courses(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """No course counts twice, and the parts are not more than the whole (A11)."""
    ects = {course.id: course.ects for course in agreement.programme.courses}
    uses = Counter(course for entry in agreement.award.intermediate for course in entry.courses)
    for index, entry in enumerate(agreement.award.intermediate):
        for number, course in enumerate(entry.courses):
            path = (*INTERMEDIATE, index, "courses", number)
            if course not in ects:
                yield error(path, ProblemCode.COURSE_UNKNOWN, f"The programme has no course {course}.")
            elif uses[course] > 1:
                yield error(
                    path,
                    ProblemCode.INTERMEDIATE_TWICE,
                    f"{course} counts in more than one intermediate award; it can count in one only.",
                )
    if sum(ects.get(course, 0) for course in uses) > agreement.programme.ects:
        yield error(
            INTERMEDIATE,
            ProblemCode.INTERMEDIATE_CREDITS_TOO_MANY,
            "The intermediate awards have more ECTS credits than the programme's "
            f"{agreement.programme.ects}.",
        )


STACKING_CHECKS = (
    Check(_check_stackability, {"award", "programme"}),
    Check(_check_intermediate, {"award", "programme"}),
    Check(_check_courses, {"award", "programme"}),
)
