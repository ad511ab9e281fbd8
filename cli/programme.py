"""`collegium programme`: check the files of a programme, print their schema, list and show programmes."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.errors import REFUSED, WRONG_USE
from cli.printing import AsJSON, console, print_json
from models.consortium import ConsortiumAgreement
from models.directory import Directory
from models.problem import Problem, Severity
from programmes.checker import check_files, has_errors
from programmes.loader import (
    SHIPPED,
    ProgrammeFileError,
    ProgrammeFiles,
    agreement_hash,
    find_programme,
    list_programmes,
    load_agreement,
    load_directory,
)
from programmes.schema import FileKind, json_schema

app = typer.Typer(help="Check agreements and directories, and show programmes.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option("--programmes", help="Folder of the programmes.", show_default=False)]


@app.command("check")
def check(
    files: Annotated[
        list[Path], typer.Argument(help="Agreements, directories, or folders with both.", show_default=False)
    ],
    *,
    on: Annotated[
        datetime | None,
        typer.Option(help="Day on which offices are to be held; today if left out.", formats=["%Y-%m-%d"]),
    ] = None,
    as_json: AsJSON = False,
) -> None:
    """
    List all problems of agreements and directories at once.

    Ends with 0 when there is no error, 1 when there is one, 2 when used wrongly.
    """
    problems = check_files(files, on.date() if on else None)
    if as_json:
        print_json({"problems": [problem.model_dump(mode="json") for problem in problems]})
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(_summary(problems), err=True)
    raise typer.Exit(REFUSED if has_errors(problems) else 0)


def _summary(problems: tuple[Problem, ...]) -> str:
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    if not problems:
        return "No problems found."
    return f"{_count(errors, 'error')}, {_count(warnings, 'warning')}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@app.command("schema")
def schema(
    kind: Annotated[FileKind | None, typer.Argument(help="Which of the two files; both if left out.")] = None,
) -> None:
    """Print the JSON Schema of the agreement, the directory, or both."""
    if kind is None:
        print_json({str(each): json_schema(each) for each in FileKind})
    else:
        print_json(json_schema(kind))


@app.command("list")
def list_all(*, folder: Folder = SHIPPED, as_json: AsJSON = False) -> None:
    """List the programmes that are there."""
    rows = [_row(files) for files in list_programmes(folder)]
    if as_json:
        print_json({"programmes": rows})
        return
    table = Table("id", "title", "version", "ECTS", "partners")
    for row in rows:
        table.add_row(row["id"], row["title"], row["version"], row["ects"], ", ".join(row["partners"]))
    console().print(table)


@app.command("show")
def show(
    programme: Annotated[str, typer.Argument(help="Id of the programme, as in dce.", show_default=False)],
    *,
    folder: Folder = SHIPPED,
    as_json: AsJSON = False,
) -> None:
    """Show what a programme's agreement and directory say."""
    files = find_programme(programme, folder)
    if files is None:
        names = ", ".join(found.id for found in list_programmes(folder)) or "none"
        typer.echo(f"There is no programme {programme!r}; there are: {names}.", err=True)
        raise typer.Exit(WRONG_USE)
    agreement, directory = _load(files)
    if as_json:
        print_json(
            {
                "agreement": agreement.model_dump(mode="json"),
                "directory": directory.model_dump(mode="json"),
                "hash": agreement_hash(agreement),
            }
        )
        return
    _print_agreement(agreement)
    _print_people(directory)


def _load(files: ProgrammeFiles) -> tuple[ConsortiumAgreement, Directory]:
    try:
        return load_agreement(files.agreement), load_directory(files.directory)
    except ProgrammeFileError as failure:
        typer.echo(str(failure), err=True)
        raise typer.Exit(REFUSED) from failure


def _row(files: ProgrammeFiles) -> dict[str, Any]:
    try:
        agreement = load_agreement(files.agreement)
    except ProgrammeFileError:
        return {
            "id": files.id,
            "title": "cannot be read; check it",
            "version": "",
            "ects": "",
            "partners": [],
        }
    return {
        "id": agreement.id,
        "title": _text(agreement.programme.title),
        "version": agreement.version,
        "ects": str(agreement.programme.ects),
        "partners": [partner.id for partner in agreement.partnership.partners],
    }


def _print_agreement(agreement: ConsortiumAgreement) -> None:
    programme, award, screen = agreement.programme, agreement.award, console()
    screen.print(f"{_text(programme.title)} ({agreement.id}, version {agreement.version})")
    screen.print(_text(agreement.summary))
    screen.print(
        f"{programme.ects} ECTS credits, {programme.hours} hours, EQF level {programme.eqf_level}, "
        f"{programme.structure}; {award.form} award, {award.type.replace('_', ' ')}; "
        f"admission {agreement.admission.mode}; joint scale {agreement.examination.joint_scale}"
    )
    partners = Table("partner", "name", "role", "country", "awards", "scale", "system", title="Partners")
    for partner in agreement.partnership.partners:
        awards = "yes" if partner.degree_awarding else "no"
        partners.add_row(
            partner.id,
            _text(partner.name),
            partner.role,
            partner.country,
            awards,
            partner.scale or "",
            partner.adapter,
        )
    courses = Table("course", "title", "partner", "ECTS", "weeks", "needs", title="Courses")
    for course in programme.courses:
        weeks = f"{course.starts_in_week}-{course.starts_in_week + course.weeks - 1}"
        needs = ", ".join(course.prerequisites)
        courses.add_row(
            course.id, _text(course.title), course.offering_partner, str(course.ects), weeks, needs
        )
    screen.print(partners, courses)


def _print_people(directory: Directory) -> None:
    people = Table("person", "name", "partner", "offices", title="People in office")
    for person in directory.people:
        offices = dict.fromkeys(
            f"{office.role.replace('_', ' ')}{' (chair)' if office.chair else ''}"
            for office in person.offices
        )
        people.add_row(person.person, person.name, person.partner, ", ".join(offices))
    console().print(people)


def _text(texts: dict[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()))
