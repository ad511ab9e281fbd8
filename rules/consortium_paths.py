"""The admissible ways through a programme: everybody's courses and one choice from each option group."""

from collections.abc import Iterator
from itertools import chain, combinations, islice, product

from models.base import CourseId, PartnerId
from models.programme import Course, OptionGroup, Programme

Way = tuple[CourseId, ...]

MOST_WAYS = 20_000
"""So many ways are looked at; beyond them, checking would take too long."""


def admissible_ways(programme: Programme, most: int = MOST_WAYS) -> tuple[Way, ...]:
    """List the ways that keep the numbers of the option groups and every prerequisite (R101, R102)."""
    choices = [tuple(islice(_choices(group), most)) for group in programme.options]
    candidates = (tuple(chain(programme.core, *chosen)) for chosen in islice(product(*choices), most))
    prerequisites = {course.id: frozenset(course.prerequisites) for course in programme.courses}
    return tuple(way for way in candidates if all(prerequisites[course] <= set(way) for course in way))


def count_choices(programme: Programme) -> int:
    """Count the combinations of the option groups, before prerequisites."""
    total = 1
    for group in programme.options:
        total *= sum(1 for _ in islice(_choices(group), MOST_WAYS + 1))
    return total


def visited_partners(programme: Programme, way: Way) -> frozenset[PartnerId]:
    """Name the partners that offer the courses of a way or award their credits (G6)."""
    courses = [programme.course(course) for course in way]
    return frozenset(
        {entry.offering_partner for entry in courses} | {credit_partner(entry) for entry in courses}
    )


def credit_partner(course: Course) -> PartnerId:
    """Name who awards a course's credits where they are not delegated (R227)."""
    return course.credit_partner or course.offering_partner


def _choices(group: OptionGroup) -> Iterator[Way]:
    for size in range(group.min_courses, min(group.max_courses, len(group.courses)) + 1):
        yield from combinations(group.courses, size)
