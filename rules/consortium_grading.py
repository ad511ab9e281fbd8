"""Whether results can be given, converted and summed up. Source: R217-R220, G9-G10, V57, V65, V67-V68."""

from collections import Counter
from collections.abc import Iterator, Mapping

from models.consortium import ConsortiumAgreement
from models.examination import ExaminationRegulations
from models.grading import Band, ConversionMethod, GradeOutcome, Scale
from models.problem import Finding, Path, ProblemCode
from rules.bavarian import is_german
from rules.consortium_paths import credit_partner
from rules.conversion_table import check_table
from rules.findings import error, warning
from rules.grading import check_scale, describe, higher_is_better, judge, number_of, scales_with

EXAMINATION = ("examination",)


def check_grading(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    examination = agreement.examination
    scales = scales_with(examination.scales)
    yield from _check_own_scales(examination)
    yield from _check_names(agreement, scales)
    yield from _check_tables(agreement, scales)
    yield from _check_compensation(examination, scales)
    joint = scales.get(examination.joint_scale)
    if joint is None:
        return
    yield from _check_conversion(agreement, scales, joint)
    yield from _check_classification(examination, joint)


def _check_own_scales(examination: ExaminationRegulations) -> Iterator[Finding]:
    counted = Counter(scale.id for scale in examination.scales)
    for index, scale in enumerate(examination.scales):
        path = (*EXAMINATION, "scales", index)
        if counted[scale.id] > 1:
            yield error((*path, "id"), ProblemCode.SCALE_TWICE, f"Two scales are called {scale.id}.")
        for sentence in check_scale(scale):
            yield error(path, ProblemCode.SCALE_DEFECT, sentence)


def _check_names(agreement: ConsortiumAgreement, scales: Mapping[str, Scale]) -> Iterator[Finding]:
    """Every scale is known, and whoever gives results has one (R217)."""
    for path, name in _scale_names(agreement):
        if name not in scales:
            yield error(
                path,
                ProblemCode.SCALE_UNKNOWN,
                f"There is no scale {name!r}; use one of the catalogue, such as fr-20, or define it under "
                "examination.scales.",
            )
    grading = {credit_partner(course) for course in agreement.programme.courses}
    for index, partner in enumerate(agreement.partnership.partners):
        if partner.id in grading and partner.scale is None:
            yield error(
                ("partnership", "partners", index),
                ProblemCode.SCALE_MISSING,
                f"{partner.id} gives results, so say on which scale; add scale, such as fr-20.",
            )


def _scale_names(agreement: ConsortiumAgreement) -> Iterator[tuple[Path, str]]:
    examination = agreement.examination
    yield (*EXAMINATION, "joint_scale"), examination.joint_scale
    for index, partner in enumerate(agreement.partnership.partners):
        if partner.scale is not None:
            yield ("partnership", "partners", index, "scale"), partner.scale
    for index, distribution in enumerate(examination.distributions):
        yield (*EXAMINATION, "distributions", index, "scale"), distribution.scale
    for name in examination.compensation.floors:
        yield (*EXAMINATION, "compensation", "floors", name), name


def _check_tables(agreement: ConsortiumAgreement, scales: Mapping[str, Scale]) -> Iterator[Finding]:
    examination = agreement.examination
    counted = Counter(table.id for table in examination.tables)
    for index, table in enumerate(examination.tables):
        path: Path = (*EXAMINATION, "tables", index)
        if counted[table.id] > 1:
            yield error((*path, "id"), ProblemCode.TABLE_TWICE, f"Two tables are called {table.id}.")
        if table.joint_scale != examination.joint_scale:
            yield error(
                (*path, "joint_scale"),
                ProblemCode.TABLE_FOR_OTHER_SCALE,
                f"The joint scale is {examination.joint_scale}, but this table leads to {table.joint_scale}.",
            )
        rows = [row.scale for row in table.rows]
        for problem in check_table(table, scales, agreement.programme.eqf_level):
            place: Path = (*path, "rows", rows.index(problem.scale)) if problem.scale in rows else path
            place = (*place, "bands", problem.band) if problem.band is not None else place
            yield error(place, ProblemCode.TABLE_DEFECT, problem.sentence)
        for number, row in enumerate(table.rows):
            for count, band in enumerate(row.bands):
                yield from _check_band(band, (*path, "rows", number, "bands", count))


def _check_band(band: Band, path: Path) -> Iterator[Finding]:
    """A joint value stands for one local grade, or the way back to local grades is refused."""
    if band.representative is None and band.worst != band.best:
        yield warning(
            path,
            ProblemCode.REPRESENTATIVE_MISSING,
            f"{band.joint} stands for {band.worst} to {band.best}; agree on a representative, or nobody can "
            "convert it back to this scale.",
        )


def _check_conversion(
    agreement: ConsortiumAgreement, scales: Mapping[str, Scale], joint: Scale
) -> Iterator[Finding]:
    """Each partner's scale leads to the joint scale by table, formula or distribution (R219, G9)."""
    examination = agreement.examination
    if examination.method is ConversionMethod.BAVARIAN and not is_german(joint):
        yield error(
            (*EXAMINATION, "method"),
            ProblemCode.FORMULA_NOT_GERMAN,
            f"The modified Bavarian formula leads to the German scale only, not to {joint.id}; "
            "agree on a table.",
        )
    for index, partner in enumerate(agreement.partnership.partners):
        if partner.scale and partner.scale in scales and not _converts(examination, partner.scale):
            yield error(
                ("partnership", "partners", index, "scale"),
                ProblemCode.CONVERSION_MISSING,
                f"Nothing leads from {partner.scale} of {partner.id} to the joint scale "
                f"{joint.id}; add a row to "
                "a table under examination.tables.",
            )


def _converts(examination: ExaminationRegulations, scale: str) -> bool:
    joint = examination.joint_scale
    if scale == joint or any(table.row(scale) for table in examination.tables):
        return True
    if examination.method is ConversionMethod.DISTRIBUTION:
        return {scale, joint} <= {distribution.scale for distribution in examination.distributions}
    return examination.method is ConversionMethod.BAVARIAN


def _check_compensation(
    examination: ExaminationRegulations, scales: Mapping[str, Scale]
) -> Iterator[Finding]:
    """A floor is a failing grade of its scale; the average is one of the joint scale (V57)."""
    policy = examination.compensation
    path = (*EXAMINATION, "compensation")
    for name, grade in policy.floors.items():
        scale = scales.get(name)
        if scale and judge(grade, scale).outcome is not GradeOutcome.FAILED:
            yield error(
                (*path, "floors", name),
                ProblemCode.COMPENSATION_FLOOR,
                f"{grade!r} is not a failing grade of {name}: {describe(scale)}, and passes from "
                f"{scale.pass_mark}.",
            )
    joint = scales.get(examination.joint_scale)
    if joint and policy.average_needed is not None and number_of(policy.average_needed, joint) is None:
        yield error(
            (*path, "average_needed"),
            ProblemCode.COMPENSATION_FLOOR,
            f"{policy.average_needed!r} has no number on the joint scale {joint.id}: {describe(joint)}.",
        )


def _check_classification(examination: ExaminationRegulations, joint: Scale) -> Iterator[Finding]:
    """Classes need averages, averages need numbers; classes stand best first (V67, V68)."""
    classification = examination.classification
    path = (*EXAMINATION, "classification")
    bands = classification.bands
    if bands and not classification.graded:
        yield error(
            (*path, "bands"),
            ProblemCode.CLASSES_WITHOUT_GRADE,
            "The award carries no final grade, so it has no classes; remove them or set graded to true.",
        )
    rises = higher_is_better(joint)
    if classification.graded and rises is None:
        yield error(
            path,
            ProblemCode.JOINT_SCALE_WITHOUT_NUMBERS,
            f"A final grade is an average, but the joint scale {joint.id} has no numbers; define it with "
            "numbers under examination.scales, or set graded to false.",
        )
    counted = Counter(band.code for band in bands)
    for index, band in enumerate(bands):
        if counted[band.code] > 1:
            yield error(
                (*path, "bands", index, "code"),
                ProblemCode.CLASS_TWICE,
                f"Two classes are called {band.code}.",
            )
    for index in range(1, len(bands)):
        before, here = bands[index - 1].from_average, bands[index].from_average
        if rises is not None and not (before > here if rises else before < here):
            yield error(
                (*path, "bands", index, "from_average"),
                ProblemCode.CLASS_ORDER,
                f"Classes stand best first, but {here} does not come after {before} on {joint.id}.",
            )
