"""Whether every partner's grades lead to the joint scale. Source: R219, G9, V59, V65."""

from collections import Counter
from collections.abc import Iterator, Mapping

from models.base import EqfLevel
from models.consortium import ConsortiumAgreement
from models.grading import (
    Band,
    ConversionCode,
    ConversionMethod,
    ConversionTable,
    Distribution,
    GradeOutcome,
    Scale,
)
from models.problem import Finding, Path, ProblemCode
from rules.bavarian import apply_formula, is_german
from rules.conversion import conversion_policy
from rules.conversion_table import check_table
from rules.distribution import choose_pair
from rules.findings import Check, error, warning
from rules.grading import judge, number_of, scales_with

TABLES: Path = ("examination", "tables")
DISTRIBUTIONS: Path = ("examination", "distributions")

_FORMULA_PROBLEMS = {
    ConversionCode.SCALE_HAS_NO_NUMBERS: "its grades have no numbers, which the formula needs",
    ConversionCode.SCALE_WITHOUT_WIDTH: "its best grade is its lowest pass, so the formula has no result",
}


def _check_tables(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    examination = agreement.examination
    scales = scales_with(examination.scales)
    counted = Counter(table.id for table in examination.tables)
    for index, table in enumerate(examination.tables):
        if counted[table.id] > 1:
            yield error((*TABLES, index, "id"), ProblemCode.TABLE_TWICE, f"Two tables are called {table.id}.")
        if table.joint_scale != examination.joint_scale:
            yield error(
                (*TABLES, index, "joint_scale"),
                ProblemCode.TABLE_FOR_OTHER_SCALE,
                f"The joint scale is {examination.joint_scale}, but this table leads to {table.joint_scale}.",
            )
        yield from _check_rows(table, (*TABLES, index), scales, agreement.programme.eqf_level)


def _check_rows(
    table: ConversionTable, path: Path, scales: Mapping[str, Scale], eqf_level: EqfLevel
) -> Iterator[Finding]:
    rows = [row.scale for row in table.rows]
    for problem in check_table(table, scales, eqf_level):
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


def _check_one_table_for_each_scale(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Two tables for one scale would give a grade two results, of which the first is taken unseen."""
    first: dict[str, str] = {}
    for index, table in enumerate(agreement.examination.tables):
        for number, row in enumerate(table.rows):
            other = first.setdefault(row.scale, table.id)
            if other != table.id:
                yield error(
                    (*TABLES, index, "rows", number),
                    ProblemCode.SCALE_IN_TWO_TABLES,
                    f"The table {other} has a row for {row.scale}, too; keep one of the two.",
                )


def _check_distributions(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    scales = scales_with(agreement.examination.scales)
    for index, distribution in enumerate(agreement.examination.distributions):
        scale = scales.get(distribution.scale)
        if scale is not None:
            yield from _check_shares(distribution, scale, (*DISTRIBUTIONS, index, "shares"))


def _check_shares(distribution: Distribution, scale: Scale, path: Path) -> Iterator[Finding]:
    """A distribution counts passing grades, each once (R222)."""
    seen: set[str] = set()
    for grade in distribution.shares:
        judgement = judge(grade, scale, distribution.group.eqf_level)
        written = judgement.grade.grade if judgement.grade else grade
        if judgement.outcome is not GradeOutcome.PASSED:
            yield error(
                (*path, grade),
                ProblemCode.SHARE_NOT_OF_A_PASS,
                f"{grade!r} is not a passing grade of {scale.id}; shares count passing grades only.",
            )
        elif written in seen:
            yield error(
                (*path, grade),
                ProblemCode.SHARE_TWICE,
                f"{grade!r} is the same grade as {written!r}, which has a share; add them up.",
            )
        seen.add(written)


def _check_conversion(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Each partner's scale leads to the joint scale by table, formula or distribution (R219, G9)."""
    examination = agreement.examination
    scales = scales_with(examination.scales)
    joint = scales.get(examination.joint_scale)
    if joint is None:
        return
    if examination.method is ConversionMethod.BAVARIAN and not is_german(joint):
        yield error(
            ("examination", "method"),
            ProblemCode.FORMULA_NOT_GERMAN,
            f"The modified Bavarian formula leads to the German scale only, not to {joint.id}; "
            "agree on a table.",
        )
        return
    for index, partner in enumerate(agreement.partnership.partners):
        scale = scales.get(partner.scale or "")
        problem = _what_is_missing(agreement, scale, joint) if scale else None
        if problem:
            path = ("partnership", "partners", index, "scale")
            yield error(path, problem[0], problem[1])


def _what_is_missing(
    agreement: ConsortiumAgreement, scale: Scale, joint: Scale
) -> tuple[ProblemCode, str] | None:
    examination = agreement.examination
    if scale.id == joint.id or any(table.row(scale.id) for table in examination.tables):
        return None
    if examination.method is ConversionMethod.BAVARIAN:
        return _formula_problem(scale, agreement)
    if examination.method is ConversionMethod.DISTRIBUTION:
        pair = choose_pair(conversion_policy(examination), scale.id, joint.id)
        if pair is ConversionCode.DISTRIBUTIONS_NOT_COMPARABLE:
            return (
                ProblemCode.DISTRIBUTIONS_NOT_COMPARABLE,
                f"The distributions of {scale.id} and {joint.id} need exactly one reference group that both "
                "count; add it to the other scale, or name the group that counts as examination.group.",
            )
        if not isinstance(pair, ConversionCode):
            return None
    return (
        ProblemCode.CONVERSION_MISSING,
        f"Nothing leads from {scale.id} to the joint scale {joint.id}; add a row to a table under "
        "examination.tables.",
    )


def _formula_problem(scale: Scale, agreement: ConsortiumAgreement) -> tuple[ProblemCode, str] | None:
    """Try the formula on every value that passes; a scale of pass and fail only has nothing to compute."""
    level, rounding = agreement.programme.eqf_level, agreement.examination.rounding
    if len(scale.values) == 2 and number_of(scale.values[0], scale) is None:
        return None
    grades = [one for one in scale.values if judge(one, scale, level).outcome is GradeOutcome.PASSED]
    for grade in grades or [f"{scale.best}"]:
        result = apply_formula(grade, scale, rounding, level)
        if isinstance(result, ConversionCode):
            return (
                ProblemCode.FORMULA_WITHOUT_RESULT,
                f"The formula cannot convert {grade} of {scale.id}: {_FORMULA_PROBLEMS[result]}; agree on a "
                "table, or define the scale with numbers under examination.scales.",
            )
    return None


CONVERSION_CHECKS = (
    Check(_check_tables, {"examination", "programme"}),
    Check(_check_one_table_for_each_scale, {"examination"}),
    Check(_check_distributions, {"examination"}),
    Check(_check_conversion, {"examination", "partnership", "programme"}),
)
