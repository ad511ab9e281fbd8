"""Whether the programme hangs together. Source: R11-R12, R97-R103, R211-R213, A1, A4, A6, A7, A11, G3."""

from collections import Counter
from collections.abc import Iterator

from models.consortium import ConsortiumAgreement
from models.problem import Finding, Path, ProblemCode
from models.programme import AssessmentKind, Course, CourseKind, Programme, Structure
from rules.consortium_paths import MOST_WAYS, admissible_ways, count_choices
from rules.findings import Check, error, warning

WEEKLY_HOURS = (6, 12)
"""About 8 hours a week are meant; outside of these it is worth a look (R100, G3)."""


def _check_curriculum(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    programme = agreement.programme
    yield from _check_outcomes(programme)
    yield from _check_structure(programme)
    yield from _check_places(programme)
    for index, course in enumerate(programme.courses):
        yield from _check_course(programme, course, ("programme", "courses", index))
        yield from _check_assessments(course, ("programme", "courses", index))
    references = tuple(_check_references(programme))
    cycles = tuple(_check_prerequisites(programme))
    yield from references
    yield from cycles
    if not references and not cycles:
        yield from _check_ways(programme)


def _check_outcomes(programme: Programme) -> Iterator[Finding]:
    """Every learning outcome belongs to a course, and every course to an outcome (R11)."""
    known = Counter(outcome.id for outcome in programme.outcomes)
    used = {outcome for course in programme.courses for outcome in course.outcomes}
    for index, outcome in enumerate(programme.outcomes):
        path = ("programme", "outcomes", index, "id")
        if known[outcome.id] > 1:
            yield error(path, ProblemCode.OUTCOME_TWICE, f"Two learning outcomes are called {outcome.id}.")
        if outcome.id not in used:
            yield warning(
                path,
                ProblemCode.OUTCOME_UNUSED,
                f"No course leads to the learning outcome {outcome.id}; name it in a course or remove it.",
            )
    for index, course in enumerate(programme.courses):
        for number, name in enumerate(course.outcomes):
            if name not in known:
                yield error(
                    ("programme", "courses", index, "outcomes", number),
                    ProblemCode.OUTCOME_UNKNOWN,
                    f"The programme has no learning outcome {name}; add it under programme.outcomes.",
                )


def _check_structure(programme: Programme) -> Iterator[Finding]:
    if programme.structure is Structure.LINEAR and programme.options:
        yield error(
            ("programme", "options"),
            ProblemCode.STRUCTURE_WITH_CHOICE,
            "A linear programme has no option groups; make the structure branched or move courses to core.",
        )
    if programme.structure is Structure.BRANCHED and not programme.options:
        yield error(
            ("programme", "structure"),
            ProblemCode.STRUCTURE_WITHOUT_CHOICE,
            "A branched programme has at least one option group; add one or make the structure linear.",
        )
    groups = Counter(group.id for group in programme.options)
    for index, group in enumerate(programme.options):
        path: Path = ("programme", "options", index)
        if groups[group.id] > 1:
            yield error(
                (*path, "id"), ProblemCode.OPTION_GROUP_TWICE, f"Two option groups are called {group.id}."
            )
        if not group.min_courses <= group.max_courses <= len(group.courses):
            yield error(
                path,
                ProblemCode.OPTION_GROUP_UNSATISFIABLE,
                f"From {group.id}, {group.min_courses} to {group.max_courses} of "
                f"{len(group.courses)} courses "
                "are to be chosen; make min_courses <= max_courses <= number of courses.",
            )


def _check_places(programme: Programme) -> Iterator[Finding]:
    """Each course has one id and stands in one place of the structure (A11)."""
    ids = Counter(course.id for course in programme.courses)
    placed = Counter(programme.core)
    placed.update(course for group in programme.options for course in group.courses)
    for index, course in enumerate(programme.courses):
        path = ("programme", "courses", index, "id")
        if ids[course.id] > 1:
            yield error(path, ProblemCode.COURSE_TWICE, f"Two courses are called {course.id}.")
        if placed[course.id] > 1:
            yield error(
                path,
                ProblemCode.COURSE_COUNTED_TWICE,
                f"{course.id} stands in more than one place of core and options; it can count only once.",
            )
        if not placed[course.id]:
            yield error(
                path,
                ProblemCode.COURSE_UNREACHABLE,
                f"Nobody can take {course.id}; put it into core or into an option group.",
            )


def _check_course(programme: Programme, course: Course, path: Path) -> Iterator[Finding]:
    if course.ects == 0:
        yield error(
            (*path, "ects"),
            ProblemCode.COURSE_WITHOUT_ECTS,
            f"{course.id} carries no ECTS credits; every course of the programme does.",
        )
    if course.eqf_level not in (None, programme.eqf_level):
        yield warning(
            (*path, "eqf_level"),
            ProblemCode.COURSE_LEVEL_DIFFERS,
            f"{course.id} is at EQF level {course.eqf_level}, the programme at {programme.eqf_level}; "
            "courses are of sufficiently homogeneous level.",
        )
    for number, language in enumerate(course.languages):
        if language not in programme.languages:
            yield warning(
                (*path, "languages", number),
                ProblemCode.COURSE_LANGUAGE,
                f"{course.id} is taught in {language}, which is not a language of the programme.",
            )
    yield from _check_workload(programme, course, path)


def _check_workload(programme: Programme, course: Course, path: Path) -> Iterator[Finding]:
    if course.kind is CourseKind.INTERNSHIP or programme.ects == 0:
        return
    weekly = course.ects * programme.hours / programme.ects / course.weeks
    if not WEEKLY_HOURS[0] <= weekly <= WEEKLY_HOURS[1]:
        yield warning(
            (*path, "weeks"),
            ProblemCode.WEEKLY_WORKLOAD,
            f"{course.id} asks for {weekly:.1f} hours a week; "
            f"{WEEKLY_HOURS[0]} to {WEEKLY_HOURS[1]} suit people who work.",
        )


def _check_assessments(course: Course, path: Path) -> Iterator[Finding]:
    """Credit needs a summative assessment (A7, R213); the weights of these make 100 percent."""
    summative = [entry for entry in course.assessments if entry.kind is AssessmentKind.SUMMATIVE]
    if not summative:
        yield error(
            path,
            ProblemCode.SUMMATIVE_MISSING,
            f"{course.id} has no summative assessment, so it cannot award credits; add one to "
            "its assessments.",
        )
    elif sum(entry.weight_percent for entry in summative) != 100:
        yield error(
            (*path, "assessments"),
            ProblemCode.WEIGHTS_NOT_100,
            f"The weights of the summative assessments of {course.id} make "
            f"{sum(entry.weight_percent for entry in summative)} percent; they must make 100.",
        )


def _check_references(programme: Programme) -> Iterator[Finding]:
    """Core, option groups and prerequisites name courses of this programme."""
    known = {course.id for course in programme.courses}
    for path, name in _references(programme):
        if name not in known:
            yield error(
                path,
                ProblemCode.COURSE_UNKNOWN,
                f"The programme has no course {name}; correct the name or add it to programme.courses.",
            )


def _references(programme: Programme) -> Iterator[tuple[Path, str]]:
    for index, course in enumerate(programme.core):
        yield ("programme", "core", index), course
    for number, group in enumerate(programme.options):
        for index, course in enumerate(group.courses):
            yield ("programme", "options", number, "courses", index), course
    for number, entry in enumerate(programme.courses):
        for index, course in enumerate(entry.prerequisites):
            yield ("programme", "courses", number, "prerequisites", index), course


def _check_prerequisites(programme: Programme) -> Iterator[Finding]:
    """Prerequisites lead nowhere in a circle, and are over before the course starts (R98)."""
    by_id = {course.id: course for course in programme.courses}
    for index, course in enumerate(programme.courses):
        path: Path = ("programme", "courses", index, "prerequisites")
        if course.id in _all_before(course, by_id):
            yield error(
                path,
                ProblemCode.PREREQUISITE_CYCLE,
                f"{course.id} is, by way of its prerequisites, its own prerequisite; break the circle.",
            )
            continue
        for number, name in enumerate(course.prerequisites):
            before = by_id.get(name)
            if before and before.starts_in_week + before.weeks > course.starts_in_week:
                yield error(
                    (*path, number),
                    ProblemCode.PREREQUISITE_TOO_LATE,
                    f"{name} ends in week {before.starts_in_week + before.weeks - 1}, but {course.id}, which "
                    f"needs it, starts in week {course.starts_in_week}.",
                )


def _all_before(course: Course, by_id: dict[str, Course]) -> set[str]:
    found: set[str] = set()
    waiting = list(course.prerequisites)
    while waiting:
        name = waiting.pop()
        if name not in found and name in by_id:
            found.add(name)
            waiting.extend(by_id[name].prerequisites)
    return found


def _check_ways(programme: Programme) -> Iterator[Finding]:
    """Every admissible way through the programme makes its ECTS credits (A1)."""
    if count_choices(programme) > MOST_WAYS:
        yield warning(
            ("programme", "options"),
            ProblemCode.PATHS_NOT_ALL_CHECKED,
            f"There are more than {MOST_WAYS} ways through the programme; only the first ones were checked.",
        )
    ects = {course.id: course.ects for course in programme.courses}
    sums = sorted({sum(ects[course] for course in way) for way in admissible_ways(programme)})
    if not sums:
        yield error(
            ("programme", "options"),
            ProblemCode.NO_PATH,
            "No choice from the option groups keeps their numbers and the prerequisites of the courses.",
        )
    elif sums != [programme.ects]:
        found = f"{sums[0]}" if len(sums) == 1 else f"between {sums[0]} and {sums[-1]}"
        yield error(
            ("programme", "ects"),
            ProblemCode.PATH_ECTS,
            f"The programme has {programme.ects} ECTS credits, but the ways through it make {found}; "
            "every way must make the programme's.",
        )


CURRICULUM_CHECKS = (Check(_check_curriculum, {"programme"}),)
