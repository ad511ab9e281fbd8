"""`collegium learner`: apply, list, show, and what learners decide themselves."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from cli import learner_acts
from cli.application import Submission, hand_in
from cli.application_example import EXAMPLE
from cli.applying import submit
from cli.deciding import Reference, find_case, installation_of
from cli.errors import WrongUseError
from cli.filters import NOTHING_FITS, check_filters
from cli.installation import Installation
from cli.intake import find_intake
from cli.learner_data import correct
from cli.learner_show import print_case
from cli.printing import AsJSON, print_json, print_rows
from cli.zones import Zones
from models.admission import EvidenceKind
from models.application_form import Applicant, ApplicationFile, EvidenceFile
from models.case import CaseState, Phase
from programmes.document import read_document
from programmes.loader import validate
from records.case import CaseFilter, CaseRepository
from records.person import PersonRepository
from records.timeline import case_file

app = typer.Typer(help="Apply, follow a learner's way, decide what is the learner's.", no_args_is_help=True)

for _act in (
    learner_acts.accept,
    learner_acts.decline,
    learner_acts.choose,
    learner_acts.change,
    learner_acts.sign,
    learner_acts.interrupt,
    learner_acts.withdraw,
    learner_acts.appeal,
    learner_acts.supply,
    correct,
):
    app.command(_act.__name__)(_act)


@app.command("apply")
def apply(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="The application in YAML or JSON.", show_default=False),
    ] = None,
    *,
    programme: Annotated[str | None, typer.Option(help="Unless the file names it.")] = None,
    cohort: Annotated[str | None, typer.Option(help="Unless the file names it.")] = None,
    key: Annotated[str, typer.Option(help="Names this application: handed in twice it is one.")] = "",
    given_name: Annotated[str | None, typer.Option(help="Without a file.")] = None,
    family_name: Annotated[str | None, typer.Option(help="Without a file.")] = None,
    mail: Annotated[str | None, typer.Option(help="Without a file.")] = None,
    birth_date: Annotated[str | None, typer.Option(help="Without a file, as 1994-05-17.")] = None,
    nationality: Annotated[str | None, typer.Option(help="Without a file, as FI.")] = None,
    evidence: Annotated[
        list[str] | None, typer.Option(metavar="KIND=FILE", help="Without a file; once for each piece.")
    ] = None,
    main_partner: Annotated[str | None, typer.Option(help="Where the main registration is to be.")] = None,
    acknowledge_notice: Annotated[
        bool, typer.Option("--acknowledge-notice", help="The agreement's notice to applicants is read.")
    ] = False,
    example: Annotated[
        bool, typer.Option("--example", help="Print an application to start from, and do nothing else.")
    ] = False,
    as_json: AsJSON = False,
) -> None:
    """Apply to an intake; the same application again changes nothing."""
    if example:
        typer.echo(EXAMPLE, nl=False)
        return
    installation = installation_of(context)
    person = {
        "given_name": given_name,
        "family_name": family_name,
        "mail": mail,
        "birth_date": birth_date,
        "nationality": nationality,
    }
    if file is not None:
        _check_no_options({**person, "evidence": evidence, "main_partner": main_partner})
        asked, folder = validate(read_document(file), ApplicationFile), file.parent
    else:
        asked, folder = _of_options(person, evidence or [], main_partner), Path()
    asked = asked.model_copy(
        update={
            "programme": programme or asked.programme,
            "cohort": cohort or asked.cohort,
            "key": key or asked.key,
            "acknowledged_notice": acknowledge_notice or asked.acknowledged_notice,
        }
    )
    if asked.programme is None or asked.cohort is None:
        raise WrongUseError("Name the intake: --programme and --cohort, or both in the file.")
    intake = find_intake(installation, asked.programme, asked.cohort)
    submission = asyncio.run(_submit(installation, asked, intake.cohort, folder))
    _print_submission(submission, as_json=as_json)


def _check_no_options(given: Mapping[str, object]) -> None:
    """Refuse what is in the file already: it would be left out in silence."""
    options = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if options:
        raise WrongUseError(f"{', '.join(options)} goes without a FILE; write it into the file.")


def _of_options(
    person: dict[str, str | None], evidence: list[str], main_partner: str | None
) -> ApplicationFile:
    missing = [name for name in ("given_name", "family_name", "mail") if not person[name]]
    if missing:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise WrongUseError(f"Give a FILE with the application, or {options}.")
    pieces = [one.partition("=") for one in evidence]
    kinds = [kind.value for kind in EvidenceKind]
    for kind, separator, path in pieces:
        if not separator or kind not in kinds:
            raise WrongUseError(
                f"--evidence {kind}{separator}{path} is not KIND=FILE; kinds are {', '.join(kinds)}."
            )
    try:
        return ApplicationFile(
            person=Applicant.model_validate(person),
            evidence=tuple(EvidenceFile(file=path, kind=EvidenceKind(kind)) for kind, _, path in pieces),
            main_partner=main_partner,
        )
    except ValidationError as problem:
        error = problem.errors()[0]
        raise WrongUseError(f"--{str(error['loc'][-1]).replace('_', '-')}: {error['msg']}.") from problem


async def _submit(
    installation: Installation, asked: ApplicationFile, cohort: str, folder: Path
) -> Submission:
    """Reach the engine first, then write, then start: what fails half-way is done by the next try."""
    intake = find_intake(installation, asked.programme or "", cohort)
    async with installation.connected() as connection:
        handed = hand_in(installation, asked, intake, folder)
        await submit(
            installation, connection.client, handed.intake, handed.person, handed.application, handed.case
        )
    return handed


def _print_submission(submission: Submission, *, as_json: bool) -> None:
    if as_json:
        print_json({"case": submission.case, "person": submission.person.ref, "known": submission.known})
        return
    said = "was handed in before; nothing changed" if submission.known else "is in"
    typer.echo(f"The application {said}. Case {submission.case}, learner {submission.person.ref}.")


@app.command("list")
def list_learners(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    *,
    programme: Annotated[str | None, typer.Option(help="Only of this programme.")] = None,
    cohort: Annotated[str | None, typer.Option(help="Only of this intake.")] = None,
    phase: Annotated[Phase | None, typer.Option(help="Only in this phase.")] = None,
    state: Annotated[CaseState | None, typer.Option(help="Only in this state.")] = None,
    waits_for: Annotated[str | None, typer.Option(help="Only those who wait for this partner.")] = None,
    as_json: AsJSON = False,
) -> None:
    """List learners and where they stand."""
    installation = installation_of(context)
    check_filters(installation, programme=programme, cohort=cohort, partner=waits_for)
    wanted = CaseFilter(programme=programme, cohort=cohort, phase=phase, state=state, waits_for=waits_for)
    with installation.database.reading() as session:
        cases = CaseRepository(session).find(wanted)
        names = {case.person: PersonRepository(session).get(case.person).called for case in cases}
    if as_json:
        print_json({"learners": [{**vars(case), "name": names[case.person]} for case in cases]})
        return
    columns = ("case", "learner", "name", "programme", "cohort", "phase", "state", "where things stand")
    rows = (
        (
            *(case.case, case.person, names[case.person], case.programme, case.cohort),
            *(case.phase, case.state, case.sentence),
        )
        for case in cases
    )
    print_rows(
        "Learners", columns, rows, NOTHING_FITS if wanted != CaseFilter() else "Nobody has applied yet."
    )


@app.command("show")
def show(context: typer.Context, reference: Reference, *, as_json: AsJSON = False) -> None:
    """Show a learner's whole case: everything that happened, and what it waits for."""
    installation = installation_of(context)
    case = find_case(installation, reference)
    with installation.database.reading() as session:
        whole = case_file(session, case.case)
    if as_json:
        print_json(whole)
    else:
        print_case(whole, Zones(installation).of_case(case.case))
