"""A learner's path against the structure of the programme. Source: R98, R101-R102, R124-R125, A1."""

from collections import Counter
from decimal import Decimal
from itertools import chain

from models.admission import Recognised
from models.agreement import PathCode, PathDecision, PathProblem
from models.base import CourseId
from models.programme import OptionGroup, Programme, Structure
from rules.consortium_paths import admissible_ways
from rules.numbers import plain
from rules.wording import in_english, listed


def default_path(programme: Programme) -> tuple[CourseId, ...]:
    """
    Give the one path of a linear programme (R124), or the first admissible one of a branched programme.

    Empty when a branched programme has no admissible path.
    """
    if programme.structure is Structure.LINEAR:
        return order_of_study(programme, tuple(course.id for course in programme.courses))
    found = (check_path(programme, way) for way in admissible_ways(programme))
    return next((decision.courses for decision in found if decision.admissible), ())


def check_path(
    programme: Programme,
    courses: tuple[CourseId, ...],
    recognised: tuple[Recognised, ...] = (),
    begun: tuple[CourseId, ...] = (),
) -> PathDecision:
    """
    Check a path, recognised courses included, and name all its problems.

    `recognised` satisfies prerequisites also of courses outside the path; `begun` are courses that
    a change of path can no longer drop (G12).
    """
    known = {course.id for course in programme.courses}
    problems = [*_unknown(known, courses), *_twice(courses)]
    path = order_of_study(programme, tuple(course for course in courses if course in known))
    if programme.structure is Structure.LINEAR:
        problems += _against_the_given_path(known, path)
    else:
        problems += _against_the_structure(programme, path)
    problems += _prerequisites(programme, path, frozenset(one.course for one in recognised))
    problems += _dropped(path, begun)
    ects = sum((programme.course(course).ects for course in path), Decimal(0))
    if not problems and ects != programme.ects:
        sentence = f"The path has {plain(ects)} ECTS credits, the programme needs {plain(programme.ects)}."
        problems.append(PathProblem(code=PathCode.CREDITS_DO_NOT_ADD_UP, sentence=sentence))
    return PathDecision(
        courses=path,
        ects=ects,
        problems=tuple(problems),
        code=problems[0].code if problems else None,
        sentence=" ".join(problem.sentence for problem in problems) or "The path is admissible.",
    )


def order_of_study(programme: Programme, courses: tuple[CourseId, ...]) -> tuple[CourseId, ...]:
    """
    Put courses in the order of study, each once: by their first week, prerequisites before what needs them.

    Prerequisites that go in a circle, an error of the programme, are ignored where they would block.
    """
    places = {course.id: place for place, course in enumerate(programme.courses)}
    waiting = sorted(
        set(courses), key=lambda course: (programme.course(course).starts_in_week, places[course])
    )
    ordered: list[CourseId] = []
    while waiting:
        free = (one for one in waiting if not set(programme.course(one).prerequisites) & set(waiting))
        following = next(free, waiting[0])
        waiting.remove(following)
        ordered.append(following)
    return tuple(ordered)


def _unknown(known: set[CourseId], courses: tuple[CourseId, ...]) -> list[PathProblem]:
    return [
        PathProblem(
            code=PathCode.UNKNOWN_COURSE,
            course=course,
            sentence=f"The programme has no course {course}; its courses are {listed(sorted(known))}.",
        )
        for course in dict.fromkeys(courses)
        if course not in known
    ]


def _twice(courses: tuple[CourseId, ...]) -> list[PathProblem]:
    return [
        PathProblem(
            code=PathCode.COURSE_TWICE,
            course=course,
            sentence=f"{course} is named more than once; name it once.",
        )
        for course, times in Counter(courses).items()
        if times > 1
    ]


def _against_the_given_path(known: set[CourseId], path: tuple[CourseId, ...]) -> list[PathProblem]:
    missing = sorted(known - set(path))
    if not missing:
        return []
    sentence = f"Everybody takes every course of this programme; add {listed(missing)}."
    return [PathProblem(code=PathCode.PATH_IS_GIVEN, sentence=sentence)]


def _against_the_structure(programme: Programme, path: tuple[CourseId, ...]) -> list[PathProblem]:
    on_offer = {*programme.core, *chain.from_iterable(group.courses for group in programme.options)}
    core = [
        PathProblem(
            code=PathCode.CORE_COURSE_MISSING, course=course, sentence=f"{course} is for everybody; add it."
        )
        for course in programme.core
        if course not in path
    ]
    elsewhere = [
        PathProblem(
            code=PathCode.COURSE_NOT_ON_OFFER,
            course=course,
            sentence=f"{course} is neither a core course nor an option; leave it out.",
        )
        for course in path
        if course not in on_offer
    ]
    groups = (_against_group(group, path) for group in programme.options)
    return [*core, *elsewhere, *(problem for problem in groups if problem is not None)]


def _against_group(group: OptionGroup, path: tuple[CourseId, ...]) -> PathProblem | None:
    chosen = sum(course in path for course in group.courses)
    title = in_english(group.title)
    if chosen < group.min_courses:
        sentence = f"Choose at least {group.min_courses} of {title}: {listed(group.courses)}."
        return PathProblem(code=PathCode.TOO_FEW_OPTIONS, group=group.id, sentence=sentence)
    if chosen > group.max_courses:
        sentence = f"Choose at most {group.max_courses} of {title}: {listed(group.courses)}."
        return PathProblem(code=PathCode.TOO_MANY_OPTIONS, group=group.id, sentence=sentence)
    return None


def _prerequisites(
    programme: Programme, path: tuple[CourseId, ...], recognised: frozenset[CourseId]
) -> list[PathProblem]:
    return [
        PathProblem(
            code=PathCode.PREREQUISITE_MISSING,
            course=course,
            sentence=f"{course} needs {needed} first; add {needed} or leave {course} out.",
        )
        for course in path
        for needed in programme.course(course).prerequisites
        if needed not in path and needed not in recognised
    ]


def _dropped(path: tuple[CourseId, ...], begun: tuple[CourseId, ...]) -> list[PathProblem]:
    return [
        PathProblem(
            code=PathCode.COURSE_HAS_BEGUN,
            course=course,
            sentence=f"{course} has begun and stays in the path; add it.",
        )
        for course in begun
        if course not in path
    ]
