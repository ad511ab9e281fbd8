"""Whether results can be given and summed up. Source: R217-R220, G10, V57, V67-V68."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from models.consortium import ConsortiumAgreement
from models.examination import ClassBand
from models.grading import GradeOutcome, Scale
from models.problem import Finding, Path, ProblemCode
from rules.bavarian import best_number
from rules.consortium_conversion import CONVERSION_CHECKS
from rules.consortium_paths import credit_partner
from rules.findings import Check, error
from rules.grading import check_scale, describe, higher_is_better, judge, number_of, scales_with

EXAMINATION = ("examination",)


def _check_own_scales(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    examination = agreement.examination
    counted = Counter(scale.id for scale in examination.scales)
    for index, scale in enumerate(examination.scales):
        path = (*EXAMINATION, "scales", index)
        if counted[scale.id] > 1:
            yield error((*path, "id"), ProblemCode.SCALE_TWICE, f"Two scales are called {scale.id}.")
        for sentence in check_scale(scale):
            yield error(path, ProblemCode.SCALE_DEFECT, sentence)


def _check_names(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Every scale is known (R217)."""
    scales = scales_with(agreement.examination.scales)
    for path, name in _scale_names(agreement):
        if name not in scales:
            yield error(
                path,
                ProblemCode.SCALE_UNKNOWN,
                f"There is no scale {name!r}; use one of the catalogue, such as fr-20, or define it under "
                "examination.scales.",
            )


def _check_grading_partners(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Whoever gives results has a scale (R217)."""
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


def _check_compensation(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """A floor is a failing grade of its scale; the average is one of the joint scale (V57)."""
    examination = agreement.examination
    policy, scales = examination.compensation, scales_with(examination.scales)
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


def _check_classification(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Classes need averages, and averages need numbers (V67, V68)."""
    examination = agreement.examination
    joint = scales_with(examination.scales).get(examination.joint_scale)
    if joint is None:
        return
    classification = examination.classification
    path = (*EXAMINATION, "classification")
    bands = classification.bands
    if bands and not classification.graded:
        yield error(
            (*path, "bands"),
            ProblemCode.CLASSES_WITHOUT_GRADE,
            "The award carries no final grade, so it has no classes; remove them or set graded to true.",
        )
    if classification.graded and higher_is_better(joint) is None:
        yield error(
            path,
            ProblemCode.JOINT_SCALE_WITHOUT_NUMBERS,
            f"A final grade is an average, but the joint scale {joint.id} has no numbers; define it with "
            "numbers under examination.scales, or set graded to false.",
        )
    yield from _check_classes(bands, joint, (*path, "bands"))


def _check_classes(bands: tuple[ClassBand, ...], joint: Scale, path: Path) -> Iterator[Finding]:
    """Classes stand best first, each within reach of an average on the joint scale (V68)."""
    rises, ends = higher_is_better(joint), _ends(joint)
    counted = Counter(band.code for band in bands)
    for index, band in enumerate(bands):
        if counted[band.code] > 1:
            yield error(
                (*path, index, "code"), ProblemCode.CLASS_TWICE, f"Two classes are called {band.code}."
            )
        if ends and not min(ends) <= band.from_average <= max(ends):
            yield error(
                (*path, index, "from_average"),
                ProblemCode.CLASS_OUTSIDE_SCALE,
                f"No average on {joint.id} is {band.from_average}: {describe(joint)}.",
            )
    for index in range(1, len(bands)):
        before, here = bands[index - 1].from_average, bands[index].from_average
        if rises is not None and not (before > here if rises else before < here):
            yield error(
                (*path, index, "from_average"),
                ProblemCode.CLASS_ORDER,
                f"Classes stand best first, but {here} does not come after {before} on {joint.id}.",
            )


def _ends(scale: Scale) -> tuple[Decimal, Decimal] | None:
    """Tell the numbers of the best and the worst grade; none where one of them is not known."""
    best = best_number(scale)
    worst = number_of(scale.values[-1], scale) if scale.values else scale.worst
    return None if best is None or worst is None else (best, worst)


GRADING_CHECKS = (
    Check(_check_own_scales, {"examination"}),
    Check(_check_names, {"examination", "partnership"}),
    Check(_check_grading_partners, {"partnership", "programme"}),
    *CONVERSION_CHECKS,
    Check(_check_compensation, {"examination"}),
    Check(_check_classification, {"examination"}),
)
