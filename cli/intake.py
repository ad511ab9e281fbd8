"""`collegium intake`: open, clone, extend and release intakes."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Annotated

import typer
from pydantic import ValidationError

from cli.deciding import (
    installation_of,
)
from cli.errors import WrongUseError
from cli.installation import Installation
from cli.intakes import open_intake
from cli.printing import AsJSON, print_json, print_rows
from cli.values import read_moment
from cli.zones import Zones, local
from models.base import CohortId
from models.case import Intake
from models.consortium import ConsortiumAgreement
from models.problem import Severity
from programmes.checker import check_files
from programmes.loader import ProgrammeFileError
from records.consortium import IntakeRepository
from records.errors import UnknownRecordError

app = typer.Typer(help="Open intakes, clone them, extend deadlines, release decisions.", no_args_is_help=True)

ProgrammeArgument = Annotated[str, typer.Argument(metavar="PROGRAMME", help="As `programme list` names it.")]
CohortArgument = Annotated[str, typer.Argument(metavar="COHORT", help="Short name, as in 2026-autumn.")]

DATES = ("opens_at", "closes_at", "ranked_at", "release_at", "study_starts_at")


@app.command("open")
def open_one(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    programme: ProgrammeArgument,
    cohort: CohortArgument,
    *,
    opens: Annotated[str, typer.Option(help="First day of application, as 2026-03-01.")],
    closes: Annotated[str, typer.Option(help="Last day of application.")],
    study_starts: Annotated[str, typer.Option(help="First day of study.")],
    ranked: Annotated[str | None, typer.Option(help="When places are given, where they are limited.")] = None,
    release: Annotated[str | None, typer.Option(help="When embargoed decisions are told.")] = None,
    places: Annotated[int | None, typer.Option(min=1, help="Instead of the agreement's number.")] = None,
    as_json: AsJSON = False,
) -> None:
    """Open an intake from the agreement as it is now."""
    installation = installation_of(context)
    agreement = checked_agreement(installation, programme)
    zone = agreement.zone
    closes_at = read_moment(closes, zone, "--closes", end=True)
    intake = _intake(
        programme=agreement.id,
        cohort=cohort,
        agreement_version=agreement.version,
        opens_at=read_moment(opens, zone, "--opens"),
        closes_at=closes_at,
        ranked_at=read_moment(ranked, zone, "--ranked") if ranked else closes_at,
        release_at=read_moment(release, zone, "--release") if release else None,
        study_starts_at=read_moment(study_starts, zone, "--study-starts"),
        places=places,
    )
    if agreement.admission.places is not None and ranked is None:
        raise WrongUseError("The places are limited: give --ranked, the day on which they are given.")
    _open(installation, agreement, intake, as_json=as_json)


@app.command("clone")
def clone(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    programme: ProgrammeArgument,
    cohort: CohortArgument,
    *,
    opens: Annotated[str, typer.Option(help="First day of application; all dates move with it.")],
    source: Annotated[
        str | None, typer.Option("--from", help="Which intake; the last one if left out.")
    ] = None,
    places: Annotated[int | None, typer.Option(min=1, help="Another number of places.")] = None,
    as_json: AsJSON = False,
) -> None:
    """Open an intake like an earlier one, all dates moved, under the agreement as it is now."""
    installation = installation_of(context)
    agreement = checked_agreement(installation, programme)
    last = _last(installation, programme, source)
    moved = read_moment(opens, agreement.zone, "--opens") - last.opens_at
    if moved == timedelta(0):
        raise WrongUseError(f"--opens is the day on which {last.cohort} opened; give a new one.")
    dates = {name: value + moved for name in DATES if (value := getattr(last, name)) is not None}
    values = {**last.model_dump(), **dates, "cohort": cohort, "agreement_version": agreement.version}
    if dates["ranked_at"] < dates["closes_at"]:  # The last window was extended.
        values["ranked_at"] = dates["closes_at"]
    values |= {"cloned_from": last.cohort, "places": places or last.places}
    _open(installation, agreement, _intake(**values), as_json=as_json)


def checked_agreement(installation: Installation, programme: str) -> ConsortiumAgreement:
    """Load the regulations as they are now; refuse those that the checker finds errors in."""
    file = installation.library.agreement_file(programme)
    errors = tuple(one for one in check_files([file]) if one.severity is Severity.ERROR)
    if errors:
        raise ProgrammeFileError(errors)
    return installation.library.agreement(programme)


def _last(installation: Installation, programme: str, source: str | None) -> Intake:
    with installation.database.reading() as session:
        found = [one for one in IntakeRepository(session).find(programme) if source in (None, one.cohort)]
    if not found:
        which = f"intake {source!r}" if source else "intake"
        raise WrongUseError(f"There is no {which} of {programme} to clone. Open one with `intake open`.")
    return found[-1]


def _intake(**values: object) -> Intake:
    try:
        intake = Intake.model_validate(values)
    except ValidationError as problem:
        error = problem.errors()[0]
        raise WrongUseError(
            f"{error['loc'][-1]}: {error['msg']}. A cohort is a short name such as 2026-autumn."
        ) from problem
    _check_order(intake)
    return intake


def _check_order(intake: Intake) -> None:
    """Refuse dates in an order in which nothing can happen."""
    dates = [(name, value) for name in DATES if (value := getattr(intake, name)) is not None]
    for (earlier, first), (later, second) in pairwise(dates):
        if second < first:
            raise WrongUseError(
                f"{_words(later)} ({second:%Y-%m-%d}) is before {_words(earlier)} ({first:%Y-%m-%d})."
            )


def _words(field: str) -> str:
    return f"--{field.removesuffix('_at').replace('_', '-')}"


def _open(
    installation: Installation, agreement: ConsortiumAgreement, intake: Intake, *, as_json: bool
) -> None:
    if agreement.admission.embargo and intake.release_at is None:
        raise WrongUseError("Decisions are under embargo: give --release, the day on which they are told.")
    if intake.study_starts_at <= installation.now():
        raise WrongUseError(f"--study-starts ({intake.study_starts_at:%Y-%m-%d}) is in the past.")

    async def opening() -> Intake:
        async with installation.connected() as connection:
            return await open_intake(installation, connection.client, intake, agreement)

    kept = asyncio.run(opening())
    opens, closes, starts = (
        local(moment, agreement.zone) for moment in (kept.opens_at, kept.closes_at, kept.study_starts_at)
    )
    if as_json:
        print_json(kept)
    else:
        typer.echo(
            f"Intake {kept.cohort} of {kept.programme} (agreement {kept.agreement_version}) takes "
            f"applications from {opens:%-d %B %Y} to {closes:%-d %B %Y}; study starts on "
            f"{starts:%-d %B %Y}."
        )


@app.command("list")
def list_intakes(
    context: typer.Context,
    programme: Annotated[str | None, typer.Argument(help="Only of this programme.")] = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """List intakes with their dates."""
    installation = installation_of(context)
    with installation.database.reading() as session:
        intakes = IntakeRepository(session).find(programme)
    if as_json:
        print_json({"intakes": intakes})
        return
    zones = Zones(installation)
    columns = ("programme", "cohort", "agreement", "opens", "closes", "ranked", "release", "study", "places")
    rows = (
        (
            one.programme,
            one.cohort,
            one.agreement_version,
            *(local(getattr(one, name), zones.of_programme(one.programme)) for name in DATES),
            one.places,
        )
        for one in intakes
    )
    print_rows("Intakes", columns, rows, "There is no intake. Open one with `./collegium intake open`.")


def find_intake(installation: Installation, programme: str, cohort: CohortId) -> Intake:
    """Find an intake; name those there are when there is none."""
    with installation.database.reading() as session:
        intakes = IntakeRepository(session)
        try:
            return intakes.get(programme, cohort)
        except UnknownRecordError as problem:
            known = ", ".join(one.cohort for one in intakes.find(programme)) or "none"
            raise WrongUseError(
                f"There is no intake {cohort} of {programme}; there are: {known}."
            ) from problem
