"""`collegium learner correct`: what a student administration corrects or adds of a learner's own data."""

from typing import Annotated

import typer
from pydantic import ValidationError

from cli.application import check_birth
from cli.deciding import AsPerson, Reference, actor_of, find_case, installation_of
from cli.errors import RefusedError, WrongUseError
from cli.printing import AsJSON, print_json
from models.actor import Role
from models.person import Person
from records.person import PersonRepository


def correct(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    reference: Reference,
    *,
    given_name: Annotated[str | None, typer.Option(help="As in the passport.")] = None,
    family_name: Annotated[str | None, typer.Option(help="As in the passport.")] = None,
    birth_date: Annotated[str | None, typer.Option(help="As 1994-05-17.")] = None,
    nationality: Annotated[str | None, typer.Option(help="As FI.")] = None,
    person: AsPerson,
    as_json: AsJSON = False,
) -> None:
    """Correct or add a learner's data, such as a missing date of birth; partners are not told of it."""
    given = {
        "given_name": given_name,
        "family_name": family_name,
        "birth_date": birth_date,
        "nationality": nationality,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if not changes:
        raise WrongUseError(
            "Say what is to be corrected: --given-name, --family-name, --birth-date, --nationality."
        )
    installation = installation_of(context)
    case = find_case(installation, reference)
    actor = actor_of(installation, person, case)
    if not actor.holds(Role.STUDENT_ADMINISTRATION):
        raise RefusedError(
            "Only a student administration of the programme corrects a learner's data. [WrongRole]"
        )
    now = installation.now()
    with installation.database.transaction() as session:
        persons = PersonRepository(session)
        check_birth(_checked(persons.get(case.person), changes).birth_date, now)
        corrected = persons.correct(case.person, changes, actor.person, now)
    if as_json:
        print_json(corrected)
    else:
        names = ", ".join(name.replace("_", " ") for name in changes)
        typer.echo(f"Corrected for {corrected.called}: {names}.")


def _checked(known: Person, changes: dict[str, str]) -> Person:
    try:
        return Person.model_validate({**known.model_dump(), **changes})
    except ValidationError as problem:
        error = problem.errors()[0]
        raise WrongUseError(f"--{str(error['loc'][-1]).replace('_', '-')}: {error['msg']}.") from problem
