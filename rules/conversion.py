"""
From a local grade to another scale: the agreed table first, then the agreement's method.

A pass abroad is a pass and a fail abroad is a fail (V59). Where no single grade follows, the
conversion is refused with the candidates named, and a person decides (G9).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.base import EqfLevel
from models.examination import ExaminationRegulations
from models.grading import (
    Band,
    Conversion,
    ConversionMethod,
    ConversionPolicy,
    ConversionRow,
    ConversionTable,
    GradeOutcome,
    LocalGrade,
    Scale,
)
from models.grading import ConversionCode as Code
from rules.bavarian import apply_formula, is_german
from rules.conversion_table import grade_at, holds, order_bands
from rules.distribution import answering, choose_pair, stretches
from rules.grading import judge, read_grade

_MOST_CANDIDATES = 12
_SENTENCES = {
    Code.SCALE_HAS_NO_NUMBERS: "The scale {source} has letters without numbers: the formula needs numbers.",
    Code.SCALE_WITHOUT_WIDTH: "The best grade of {source} is its lowest pass: the formula has no result.",
    Code.NO_DISTRIBUTION: "There is no distribution of grades for both {source} and {target}.",
    Code.DISTRIBUTIONS_NOT_COMPARABLE: "State one reference group that {source} and {target} both count.",
}
_CARRIED = {GradeOutcome.ABSENT, GradeOutcome.WITHHELD, GradeOutcome.EXEMPT}


@dataclass(frozen=True)
class _Case:
    """One grade on its way to another scale."""

    grade: LocalGrade
    outcome: GradeOutcome
    source: Scale
    target: Scale
    policy: ConversionPolicy
    eqf_level: EqfLevel | None

    def ends(self, code: Code, sentence: str, **facts: object) -> Conversion:
        """Close the case; both grades and how they came about stay together."""
        given: dict[str, object] = {"grade": self.grade, "target": self.target.id, "outcome": self.outcome}
        return Conversion.model_validate({**given, "code": code, "sentence": sentence, **facts})


def conversion_policy(examination: ExaminationRegulations) -> ConversionPolicy:
    """Take what an agreement says of conversion out of its examination rules."""
    return ConversionPolicy(
        joint_scale=examination.joint_scale,
        method=examination.method,
        tables=examination.tables,
        distributions=examination.distributions,
        group=examination.group,
        rounding=examination.rounding,
        tie_rule=examination.tie_rule,
        tie_break=examination.tie_break,
    )


def convert(
    grade: LocalGrade,
    target: str,
    policy: ConversionPolicy,
    scales: Mapping[str, Scale],
    eqf_level: EqfLevel | None = None,
) -> Conversion:
    """Convert a grade to the scale `target`; a refusal keeps the grade and says what to do."""
    for name in (grade.scale, target):
        if name not in scales:
            sentence = f"There is no scale {name!r}: name one of the catalogue or define it in the agreement."
            return Conversion(grade=grade, target=target, code=Code.SCALE_UNKNOWN, sentence=sentence)
    judgement = judge(grade.grade, scales[grade.scale], eqf_level)
    if judgement.grade is None or judgement.outcome is None:
        return Conversion(
            grade=grade, target=target, code=Code.GRADE_OUTSIDE_SCALE, sentence=judgement.sentence
        )
    case = _Case(judgement.grade, judgement.outcome, scales[grade.scale], scales[target], policy, eqf_level)
    return _convert(case, scales)


def _convert(case: _Case, scales: Mapping[str, Scale]) -> Conversion:
    if case.outcome in _CARRIED:
        return case.ends(Code.NO_GRADE, f"{case.grade.grade}: there is no grade to convert.")
    if case.source.id == case.target.id:
        return case.ends(Code.SAME_SCALE, "It is the same scale.", result=case.grade.grade)
    for table in case.policy.tables:
        answer = _by_table(case, table, scales)
        if answer is not None:
            return answer
    return _without_grade(case) if _is_ungraded(case) else _by_method(case)


def _is_ungraded(case: _Case) -> bool:
    """Tell whether a result only says pass or fail: a code beside the order, or a scale of two words."""
    reading = read_grade(case.grade.grade, case.source)
    return (
        reading is None or reading.place is None or (len(case.source.values) == 2 and reading.number is None)
    )


def _without_grade(case: _Case) -> Conversion:
    if case.outcome is GradeOutcome.PASSED:
        return case.ends(Code.PASS_WITHOUT_GRADE, "Passed without a grade: it counts in no average (R218).")
    return case.ends(Code.FAILING_GRADE, "Failed without a grade: it stays a fail.")


def _by_method(case: _Case) -> Conversion:
    if case.policy.method is ConversionMethod.BAVARIAN:
        return _by_formula(case)
    if case.policy.method is ConversionMethod.DISTRIBUTION:
        return _by_distribution(case)
    sentence = f"No agreed table leads from {case.source.title} to {case.target.title}: agree on one."
    return case.ends(Code.NO_TABLE, sentence, method=ConversionMethod.TABLE)


def _by_table(case: _Case, table: ConversionTable, scales: Mapping[str, Scale]) -> Conversion | None:
    joint = scales.get(table.joint_scale)
    here, there = table.row(case.source.id), table.row(case.target.id)
    if joint is None:
        return None
    if here is not None and case.target.id == joint.id:
        return _to_joint(case, table, here)
    if there is not None and case.source.id == joint.id:
        return _to_local(case, table, there, case.grade.grade)
    if here is None or there is None:
        return None
    band = _band(here, case.grade.grade, case.source)
    return _to_local(case, table, there, band.joint) if band else _not_in_table(case, table)


def _facts(table: ConversionTable) -> dict[str, object]:
    return {"method": ConversionMethod.TABLE, "table": table.id, "table_version": table.version}


def _band(row: ConversionRow, grade: str, scale: Scale) -> Band | None:
    """Find the band of a grade; honours that no band names count as the best ordinary grade."""
    found = next((band for band in row.bands if holds(band, grade, scale)), None)
    reading = read_grade(grade, scale)
    if found is None and reading is not None and reading.place is not None and reading.place < 0:
        return next((band for band in row.bands if holds(band, _best(scale), scale)), None)
    return found


def _best(scale: Scale) -> str:
    return scale.values[0] if scale.best is None else f"{scale.best}"


def _to_joint(case: _Case, table: ConversionTable, row: ConversionRow) -> Conversion | None:
    band = _band(row, case.grade.grade, case.source)
    if band is None:
        return _not_in_table(case, table)
    joint = judge(band.joint, case.target, case.eqf_level).outcome
    outcome = case.outcome
    if joint is not outcome:
        if outcome is GradeOutcome.PASSED or not band.compensable:
            sentence = f"{case.grade.grade} is {outcome.value}, but {band.joint} is not: correct {table.id}."
            return case.ends(Code.OUTCOME_WOULD_CHANGE, sentence, **_facts(table))
        outcome = GradeOutcome.COMPENSABLE
    filled = f" The band was completed: {band.filled}" if band.filled else ""
    compensable = " It fails unless it is compensated." if outcome is GradeOutcome.COMPENSABLE else ""
    sentence = f"{case.grade.grade} is {band.joint} by the table {table.id}, version {table.version}."
    return case.ends(
        Code.CONVERTED_BY_TABLE,
        sentence + compensable + filled,
        result=band.joint,
        **{**_facts(table), "outcome": outcome},
    )


def _not_in_table(case: _Case, table: ConversionTable) -> Conversion | None:
    if _is_ungraded(case):
        return None
    sentence = f"The table {table.id} has no band for {case.grade.grade} of {case.source.title}: complete it."
    return case.ends(Code.NOT_IN_TABLE, sentence, **_facts(table))


def _to_local(case: _Case, table: ConversionTable, row: ConversionRow, joint: str) -> Conversion:
    """Go from a joint value to a local scale, which has an answer only where the partners agreed on one."""
    agreed = [band.representative for band in row.bands if band.joint == joint and band.representative]
    candidates = _with_outcome(agreed or _grades(row, joint, case.target), case)
    if not candidates:
        sentence = f"No grade of {case.target.title} answers to {joint} and is {case.outcome.value}."
        return case.ends(Code.NO_EQUIVALENT, sentence, **_facts(table))
    if len(candidates) > 1:
        shown = _shown(candidates)
        sentence = (
            f"{joint} answers to {', '.join(shown)} of {case.target.title}: choose one, or agree on a"
            f" representative grade in the table {table.id}."
        )
        return case.ends(Code.CONVERSION_AMBIGUOUS, sentence, candidates=shown, **_facts(table))
    sentence = f"{case.grade.grade} is {joint}, and {joint} is {candidates[0]}, by the table {table.id}."
    return case.ends(Code.CONVERTED_BY_TABLE, sentence, result=candidates[0], **_facts(table))


def _grades(row: ConversionRow, joint: str, scale: Scale) -> list[str]:
    return [
        grade_at(best + step, scale)
        for _, band, best, worst in order_bands(row, scale)
        if band.joint == joint
        for step in range(int(worst - best) + 1)
    ]


def _with_outcome(grades: list[str], case: _Case) -> list[str]:
    return [one for one in grades if judge(one, case.target, case.eqf_level).outcome is case.outcome]


def _shown(candidates: list[str]) -> tuple[str, ...]:
    if len(candidates) <= _MOST_CANDIDATES:
        return tuple(candidates)
    return (f"{candidates[-1]} to {candidates[0]}",)


def _by_formula(case: _Case) -> Conversion:
    facts = {"method": ConversionMethod.BAVARIAN, "rounding": case.policy.rounding}
    if not is_german(case.target):
        sentence = f"The formula leads to the German scale only, not to {case.target.title}."
        return case.ends(Code.TARGET_NOT_GERMAN, sentence, **facts)
    if case.outcome is GradeOutcome.FAILED:
        sentence = f"{case.grade.grade} fails and stays a fail: the formula holds for passing grades only."
        return case.ends(Code.FAILING_GRADE, sentence, **facts)
    result = apply_formula(case.grade.grade, case.source, case.policy.rounding, case.eqf_level)
    if isinstance(result, Code):
        return case.ends(result, _sentence(result, case), **facts)
    sentence = (
        f"{case.grade.grade} is {result} by the modified Bavarian formula ({case.policy.rounding.value})."
    )
    return case.ends(Code.CONVERTED_BY_FORMULA, sentence, result=result, **facts)


def _sentence(code: Code, case: _Case) -> str:
    return _SENTENCES[code].format(source=case.source.title, target=case.target.title)


def _by_distribution(case: _Case) -> Conversion:
    method: dict[str, object] = {"method": ConversionMethod.DISTRIBUTION}
    if case.outcome is GradeOutcome.FAILED:
        sentence = f"{case.grade.grade} fails and stays a fail: distributions count passing grades only."
        return case.ends(Code.FAILING_GRADE, sentence, **method)
    pair = choose_pair(case.policy, case.source.id, case.target.id)
    if isinstance(pair, Code):
        return case.ends(pair, _sentence(pair, case), **method)
    ours, theirs = (
        stretches(one, scale) for one, scale in zip(pair, (case.source, case.target), strict=True)
    )
    facts = {
        **method,
        "table": f"{pair[0].id}, {pair[1].id}",
        "table_version": f"{pair[0].version}, {pair[1].version}",
        "needs_confirmation": True,
    }
    grade = next((one.grade for one in ours if _same(one.grade, case)), "")
    grades = answering(grade, ours, theirs, case.policy)
    return _from_distribution(case, grades, facts)


def _same(grade: str, case: _Case) -> bool:
    reading = read_grade(grade, case.source)
    return reading is not None and reading.text == case.grade.grade


def _from_distribution(case: _Case, grades: tuple[str, ...], facts: dict[str, object]) -> Conversion:
    rule = case.policy.tie_rule.value.replace("_", " ")
    if not grades:
        sentence = f"The distribution of {case.source.title} does not count {case.grade.grade}."
        return case.ends(Code.NOT_IN_DISTRIBUTION, sentence, **facts)
    if len(grades) > 1:
        sentence = (
            f"{case.grade.grade} answers to {' and to '.join(grades)} alike ({rule}): a person chooses."
        )
        return case.ends(Code.CONVERSION_AMBIGUOUS, sentence, candidates=grades, **facts)
    sentence = (
        f"{case.grade.grade} is {grades[0]} by the shares of grades ({rule}); the committee confirms it."
    )
    return case.ends(Code.CONVERTED_BY_DISTRIBUTION, sentence, result=grades[0], **facts)
