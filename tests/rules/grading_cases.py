"""Published tables and distributions of real consortia, and short ways to build grades."""

from decimal import Decimal

from models.grading import (
    Attempt,
    AttemptPolicy,
    Band,
    Conversion,
    ConversionMethod,
    ConversionPolicy,
    ConversionRow,
    ConversionTable,
    CourseResult,
    Distribution,
    Fill,
    GradeOutcome,
    LocalGrade,
    PublishedRow,
    PublishedTable,
    ReferenceGroup,
    Scale,
)
from rules.conversion import convert
from rules.conversion_table import import_table
from rules.course import record_attempt
from rules.grading import find_scale, scales_with

SCALES = scales_with()
GROUP = ReferenceGroup(isced_f="04", eqf_level=7)

LCT = PublishedTable(
    id="lct",
    version="2012",
    source="mundus-web.coli.uni-saarland.de, Assessment",
    joint_scale="ects-6",
    columns=("FX/F", "E", "D", "C", "B", "A"),
    rows=(
        PublishedRow(
            scale="fr-20",
            cells=("0-5.9", "6-9.99", "10-11.", "12-13.9", "14-15.9", "16-20"),
            compensable=("E",),
        ),
        PublishedRow(scale="mt-100", cells=("0-44", "45-49", "50-54", "55-69", "70-79", "80-100")),
        PublishedRow(scale="it-30", cells=("<= 17", "18-20", "21-24", "25-27", "28-29", "30-30 cum laude")),
    ),
)
_ROUNDED = "the table rounds to one decimal"
FILLS = (
    Fill(scale="fr-20", joint="FX/F", reads="0-5.99", reason=_ROUNDED),
    Fill(scale="fr-20", joint="D", reads="10-11.99", reason="the published cell is cut off"),
    Fill(scale="fr-20", joint="C", reads="12-13.99", reason=_ROUNDED),
    Fill(scale="fr-20", joint="B", reads="14-15.99", reason=_ROUNDED),
    Fill(scale="it-30", joint="A", reads="30-30L", reason="30 cum laude is written 30L"),
)


def lct_table() -> ConversionTable:
    table = import_table(LCT.model_copy(update={"fills": FILLS}), SCALES).table
    assert table is not None
    return table


def with_representatives(table: ConversionTable, scale: str, **grades: str) -> ConversionTable:
    """Agree on what a joint value becomes on one scale."""

    def agreed(row: ConversionRow) -> ConversionRow:
        bands = (band.model_copy(update={"representative": grades.get(band.joint)}) for band in row.bands)
        return row.model_copy(update={"bands": tuple(bands)})

    rows = tuple(agreed(row) if row.scale == scale else row for row in table.rows)
    return table.model_copy(update={"rows": rows})


def a_table(scale: str, joint_scale: str, *bands: str, compensable: str = "") -> ConversionTable:
    """Bands as in `0..9=F`."""
    read = []
    for band in bands:
        ends, _, joint = band.partition("=")
        worst, _, best = ends.partition("..")
        read.append(Band(worst=worst, best=best or worst, joint=joint, compensable=joint == compensable))
    row = ConversionRow(scale=scale, bands=tuple(read))
    return ConversionTable(id="agreed", version="1", source="test", joint_scale=joint_scale, rows=(row,))


def by_table(*tables: ConversionTable, joint_scale: str = "ects-6") -> ConversionPolicy:
    return ConversionPolicy(joint_scale=joint_scale, tables=tables)


def by_formula(**changes: object) -> ConversionPolicy:
    return ConversionPolicy.model_validate(
        {"joint_scale": "de-5", "method": ConversionMethod.BAVARIAN, **changes}
    )


def a_scale(definition: str) -> Scale:
    scale = find_scale(definition).scale
    assert scale is not None, definition
    return scale


def change(
    grade: str, scale: str, target: str, policy: ConversionPolicy, eqf_level: int | None = None
) -> Conversion:
    """Convert between scales that are named or defined."""
    source, to = a_scale(scale), a_scale(target)
    scales = scales_with((source, to))
    return convert(LocalGrade(scale=source.id, grade=grade), to.id, policy, scales, eqf_level)


def a_distribution(name: str, scale: str, shares: str, group: ReferenceGroup = GROUP) -> Distribution:
    """Shares as in `A 22, B 18`."""
    read = {pair.split()[0]: Decimal(pair.split()[1]) for pair in shares.split(",")}
    return Distribution(id=name, version="1", scale=scale, group=group, years="2022-2025", shares=read)


OPAVA = a_distribution("slu", "cz-letter", "A 22, B 18, C 23, D 17, E 20")
SOFIA = a_distribution("nsa", "bg-6", "6 10, 5 20, 4.50 30, 4 30, 3 10")


def by_shares(**changes: object) -> ConversionPolicy:
    facts = {"joint_scale": "bg-6", "method": ConversionMethod.DISTRIBUTION, "distributions": (OPAVA, SOFIA)}
    return ConversionPolicy.model_validate({**facts, **changes})


def attempts(
    *grades: str, policy: AttemptPolicy | None = None, scale: str = "fr-20", excused: bool = False
) -> tuple[Attempt, ...]:
    """Record one result after another."""
    taken: tuple[Attempt, ...] = ()
    for grade in grades:
        attempt = record_attempt(
            taken, grade, policy or AttemptPolicy(), SCALES[scale], excused=excused
        ).attempt
        assert attempt is not None, grade
        taken = (*taken, attempt)
    return taken


def a_result(course: str = "course-1", grade: str | None = "12", **changes: object) -> CourseResult:
    """A result of 5 ECTS on the French scale, which is also the joint scale."""
    outcome = GradeOutcome.FAILED if grade is not None and Decimal(grade) < 10 else GradeOutcome.PASSED
    facts = {
        "course": course,
        "partner": "lyon",
        "ects": Decimal(5),
        "outcome": outcome,
        "local": LocalGrade(scale="fr-20", grade=grade) if grade is not None else None,
        "joint": grade,
    }
    return CourseResult.model_validate({**facts, **changes})
