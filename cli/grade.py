"""`collegium grade`: what a grade becomes on another scale, and which scales there are."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.errors import REFUSED, WRONG_USE, exit_status
from cli.printing import AsJSON, console
from models.consortium import ConsortiumAgreement
from models.grading import (
    Conversion,
    ConversionMethod,
    ConversionPolicy,
    LocalGrade,
    Rounding,
    Scale,
    ScaleReading,
)
from models.problem import Severity
from programmes.loader import ProgrammeFileError, load_agreement
from rules.bavarian import is_german
from rules.consortium_grading import GRADING_CHECKS
from rules.conversion import conversion_policy, convert
from rules.grading import describe, find_scale, scales_with

_LONGEST_GRADE = 24

app = typer.Typer(help="Convert grades between scales and list the scales.", no_args_is_help=True)


@app.callback()
def _grade() -> None:
    """Convert grades between scales and list the scales."""


@app.command("convert")
def convert_grade(  # noqa: PLR0913 the options of the command
    source: Annotated[str, typer.Option("--from", help="Scale of the grade: a name or best=6,pass=4.")],
    target: Annotated[str, typer.Option("--to", help="Scale to convert to: a name or best=6,pass=4.")],
    grade: Annotated[str, typer.Option("--grade", help="The grade as it was given, e.g. 14,5 or 30L.")],
    method: Annotated[
        ConversionMethod | None, typer.Option("--method", help="Instead of what the agreement says.")
    ] = None,
    rounding: Annotated[
        Rounding | None, typer.Option("--rounding", help="Of the modified Bavarian formula.")
    ] = None,
    agreement: Annotated[
        Path | None, typer.Option("--agreement", help="Agreement file with tables and rules.")
    ] = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """
    Convert one grade and say how and by which table.

    Ends with 0 when there is a grade on the other scale, 1 when there is none or the agreement has
    mistakes, 2 when used wrongly.
    """
    policy, own, eqf_level = _regulations(agreement, as_json=as_json)
    found = [_scale(find_scale(name, own), as_json=as_json) for name in (source, target)]
    if not 0 < len(grade.strip()) <= _LONGEST_GRADE:
        raise _wrong("GRADE_NOT_READABLE", "Give a grade of 1 to 24 characters.", as_json=as_json)
    policy = _choose(policy, method, rounding, german=agreement is None and is_german(found[1]))
    conversion = convert(
        LocalGrade(scale=found[0].id, grade=grade.strip()),
        found[1].id,
        policy,
        scales_with((*own, *found)),
        eqf_level,
    )
    _show(conversion, (source, target), as_json=as_json)
    raise typer.Exit(0 if conversion.converted else REFUSED)


def _choose(
    policy: ConversionPolicy, method: ConversionMethod | None, rounding: Rounding | None, *, german: bool
) -> ConversionPolicy:
    """Put the command line over the agreement; without one, the formula leads to the German scale."""
    chosen = method or (ConversionMethod.BAVARIAN if german else policy.method)
    keeps_tables = method in (None, ConversionMethod.TABLE)
    return policy.model_copy(
        update={
            "method": chosen,
            "rounding": rounding or policy.rounding,
            "tables": policy.tables if keeps_tables else (),
        }
    )


def _regulations(
    file: Path | None, *, as_json: bool
) -> tuple[ConversionPolicy, tuple[Scale, ...], int | None]:
    """Take the rules of conversion out of an agreement; one that converts wrongly converts nothing."""
    if file is None:
        return ConversionPolicy(joint_scale=""), (), None
    agreement = _load(file, as_json=as_json)
    findings = (found for check in GRADING_CHECKS for found in check.run(agreement))
    mistakes = [found.sentence for found in findings if found.severity is Severity.ERROR]
    if mistakes:
        sentence = f"{file}: {' '.join(mistakes)} `programme check` tells the lines."
        raise _ended(REFUSED, "AGREEMENT_WITH_MISTAKES", sentence, as_json=as_json)
    examination = agreement.examination
    return conversion_policy(examination), examination.scales, agreement.programme.eqf_level


def _load(file: Path, *, as_json: bool) -> ConsortiumAgreement:
    try:
        return load_agreement(file)
    except ProgrammeFileError as failure:
        raise _ended(
            exit_status(failure), "AGREEMENT_NOT_READABLE", str(failure), as_json=as_json
        ) from failure


def _scale(reading: ScaleReading, *, as_json: bool) -> Scale:
    if reading.scale is None:
        raise _wrong(reading.code or "SCALE_UNKNOWN", reading.sentence, as_json=as_json)
    return reading.scale


def _wrong(code: str, sentence: str, *, as_json: bool) -> typer.Exit:
    return _ended(WRONG_USE, code, sentence, as_json=as_json)


def _ended(status: int, code: str, sentence: str, *, as_json: bool) -> typer.Exit:
    """Say what is wrong; on standard output as JSON where that was asked for."""
    if as_json:
        typer.echo(json.dumps({"result": None, "reason": str(code), "sentence": sentence}))
    else:
        typer.echo(sentence, err=True)
    return typer.Exit(status)


def _show(conversion: Conversion, names: tuple[str, str], *, as_json: bool) -> None:
    facts = {
        "from": names[0],
        "to": names[1],
        "grade": conversion.grade.grade,
        "result": conversion.result,
        "outcome": conversion.outcome,
        "method": conversion.method,
        "rounding": conversion.rounding,
        "table": conversion.table,
        "table_version": conversion.table_version,
        "reason": conversion.code,
        "sentence": conversion.sentence,
        "candidates": list(conversion.candidates),
        "needs_confirmation": conversion.needs_confirmation,
    }
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    table = Table(show_header=False, box=None)
    for name, value in facts.items():
        if value not in (None, [], False):
            shown = ", ".join(value) if isinstance(value, list) else str(value)
            table.add_row(name.replace("_", " "), shown)
    console().print(table)


@app.command("scales")
def list_scales(
    agreement: Annotated[
        Path | None, typer.Option("--agreement", help="Agreement file with scales of its own.")
    ] = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """List the scales by name, with what passes and how well each is known."""
    own = _load(agreement, as_json=as_json).examination.scales if agreement else ()
    scales = scales_with(own)
    if as_json:
        listed = [scale.model_dump(mode="json", exclude_defaults=True) for scale in scales.values()]
        typer.echo(json.dumps(listed, ensure_ascii=False))
        return
    table = Table("scale", "country", "passes from", "known", "grades", "note")
    for name, scale in sorted(scales.items()):
        codes = ", ".join(special.code for special in scale.special)
        grades = describe(scale).removeprefix("it ") + (f"; also {codes}" if codes else "")
        known = scale.confidence.value if scale.confidence else ""
        table.add_row(name, scale.country or "", scale.pass_mark, known, grades, scale.note)
    console().print(table)
