"""`collegium intake`: open, clone, extend and release intakes."""

import asyncio
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli.deciding import installation_of
from cli.errors import WrongUseError
from cli.filters import check_filters
from cli.installation import Installation
from cli.intake_checks import (
    DATES,
    check_intake,
    check_options,
    checked_agreement,
    make_intake,
    opened_sentence,
    ranks,
)
from cli.intakes import open_intake
from cli.printing import AsJSON, print_json, print_rows
from cli.values import move_by_days, read_moment
from cli.zones import Zones, local
from models.base import CohortId
from models.case import Intake
from models.consortium import ConsortiumAgreement
from records.consortium import ConsortiumRepository, IntakeRepository
from records.errors import UnknownRecordError

app = typer.Typer(help="Open intakes, clone them, extend deadlines, release decisions.", no_args_is_help=True)

ProgrammeArgument = Annotated[str, typer.Argument(metavar="PROGRAMME", help="As `programme list` names it.")]
CohortArgument = Annotated[str, typer.Argument(metavar="COHORT", help="Short name, as in 2026-autumn.")]

Ranked = Annotated[str | None, typer.Option(help="When places are given, where they are limited.")]
Release = Annotated[str | None, typer.Option(help="When embargoed decisions are told.")]
MOST_PLACES = 100_000
"""As in an agreement."""


@app.command("open")
def open_one(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    programme: ProgrammeArgument,
    cohort: CohortArgument,
    *,
    opens: Annotated[str, typer.Option(help="First day of application, as 2026-03-01.")],
    closes: Annotated[str, typer.Option(help="Last day of application.")],
    study_starts: Annotated[str, typer.Option(help="First day of study.")],
    ranked: Ranked = None,
    release: Release = None,
    places: Annotated[
        int | None, typer.Option(min=1, max=MOST_PLACES, help="Instead of the agreement's number.")
    ] = None,
    as_json: AsJSON = False,
) -> None:
    """Open an intake from the agreement as it is now."""
    installation = installation_of(context)
    agreement = checked_agreement(installation, programme)
    zone = agreement.zone
    closes_at = read_moment(closes, zone, "--closes", end=True)
    intake = make_intake(
        programme=agreement.id,
        cohort=cohort,
        agreement_version=agreement.version,
        opens_at=read_moment(opens, zone, "--opens"),
        closes_at=closes_at,
        ranked_at=_given(ranked, zone, "--ranked") or closes_at,
        release_at=_given(release, zone, "--release"),
        study_starts_at=read_moment(study_starts, zone, "--study-starts"),
        places=places,
    )
    check_options(agreement, ranked=ranked, release=release, places=places)
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
    ranked: Ranked = None,
    release: Release = None,
    places: Annotated[
        int | None, typer.Option(min=1, max=MOST_PLACES, help="Another number of places.")
    ] = None,
    as_json: AsJSON = False,
) -> None:
    """Open an intake like an earlier one, all dates moved, under the agreement as it is now."""
    installation = installation_of(context)
    agreement = checked_agreement(installation, programme)
    zone = agreement.zone
    given = {
        "ranked_at": _given(ranked, zone, "--ranked"),
        "release_at": _given(release, zone, "--release"),
        "places": places,
    }
    check_options(agreement, ranked=ranked, release=release, places=places)
    last = _last(installation, programme, source)
    if agreement.admission.places and not regulations_of(installation, last).admission.places and not ranked:
        raise WrongUseError(f"{last.cohort} had no limit: give --ranked, the day on which places are given.")
    values = moved_dates(last, read_moment(opens, zone, "--opens"), agreement)
    values |= {"cohort": cohort, "agreement_version": agreement.version, "cloned_from": last.cohort}
    values |= {name: value for name, value in given.items() if value is not None}
    _open(installation, agreement, make_intake(**values), as_json=as_json)


def moved_dates(last: Intake, opens_at: datetime, agreement: ConsortiumAgreement) -> dict[str, object]:
    """Move all dates by as many days as the opening moves, and leave out what has no effect any more."""
    zone = ZoneInfo(agreement.zone)
    days = (opens_at.astimezone(zone).date() - last.opens_at.astimezone(zone).date()).days
    if days == 0:
        raise WrongUseError(f"--opens is the day on which {last.cohort} opened; give a new one.")
    dates = {
        name: move_by_days(value, days, agreement.zone, "--opens")
        for name in DATES
        if (value := getattr(last, name)) is not None
    }
    # The last window may have been extended beyond the day on which nothing was ranked.
    if not ranks(agreement) or dates["ranked_at"] < dates["closes_at"]:
        dates["ranked_at"] = dates["closes_at"]
    if not agreement.admission.embargo:
        dates.pop("release_at", None)
    places = last.places if agreement.admission.places is not None else None
    return {"programme": agreement.id, "places": places, **dates, "opens_at": opens_at}


def _given(text: str | None, zone: str, option: str) -> datetime | None:
    return read_moment(text, zone, option) if text is not None else None


def regulations_of(installation: Installation, intake: Intake) -> ConsortiumAgreement:
    """Give the version of the agreement under which an intake was opened."""
    with installation.database.reading() as session:
        return ConsortiumRepository(session).agreement(intake.programme, intake.agreement_version)


def _last(installation: Installation, programme: str, source: str | None) -> Intake:
    with installation.database.reading() as session:
        found = [one for one in IntakeRepository(session).find(programme) if source in (None, one.cohort)]
    if not found:
        which = f"intake {source!r}" if source else "intake"
        raise WrongUseError(f"There is no {which} of {programme} to clone. Open one with `intake open`.")
    return found[-1]


def _open(
    installation: Installation, agreement: ConsortiumAgreement, intake: Intake, *, as_json: bool
) -> None:
    check_intake(intake, agreement, installation.now())

    async def opening() -> Intake:
        async with installation.connected() as connection:
            return await open_intake(installation, connection.client, intake, agreement)

    kept = asyncio.run(opening())
    if as_json:
        print_json(kept)
    else:
        typer.echo(opened_sentence(kept, agreement.zone))


@app.command("list")
def list_intakes(
    context: typer.Context,
    programme: Annotated[str | None, typer.Argument(help="Only of this programme.")] = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """List intakes with their dates."""
    installation = installation_of(context)
    check_filters(installation, programme=programme)
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
