"""Who acts at the command line: an office-holder of a directory, or a learner of the records."""

from datetime import UTC, datetime

from cli.installation import Installation
from models.actor import Actor, Office, Role
from models.base import PartnerId, PersonRef, ProgrammeId
from records.errors import RecordsError
from records.person import PersonRepository
from rules.office import offices_of


class UnknownPersonError(LookupError):
    """Nobody of that name is in the directories or the records; the sentence says where to look."""


def actor_for(installation: Installation, person: PersonRef, programme: ProgrammeId | None = None) -> Actor:
    """
    Find a person with the offices held today, in one programme or in all of them.

    The actor is sealed when the decision is sent, so its times are only placeholders here.
    """
    now = installation.now()
    names, offices = _in_directories(installation, person, programme)
    if not names:
        if programme is not None and _in_directories(installation, person, None)[0]:
            raise UnknownPersonError(
                f"{person} has no office in {programme}; its directory.yaml names who has."
            )
        names, offices = [_learner_name(installation, person)], [Office(role=Role.LEARNER)]
    return Actor(
        person=person,
        name=names[0],
        offices=tuple(dict.fromkeys(offices)),
        signed_at=now,
        expires_at=datetime.now(UTC),
    )


def programmes_led_by(installation: Installation, person: PersonRef) -> dict[ProgrammeId, PartnerId]:
    """Name the programmes whose leader at the lead university this person is today, with that university."""
    library, on = installation.library, installation.now().date()
    led = {}
    for one in library.programmes():
        lead = library.agreement(one).partnership.lead.id
        offices = offices_of(library.directory(one), person, on)
        if any(office.role is Role.PROGRAMME_LEADER and office.partner == lead for office in offices):
            led[one] = lead
    return led


def _in_directories(
    installation: Installation, person: PersonRef, programme: ProgrammeId | None
) -> tuple[list[str], list[Office]]:
    library, on = installation.library, installation.now().date()
    names: list[str] = []
    offices: list[Office] = []
    for one in (programme,) if programme else library.programmes():
        directory = library.directory(one)
        found = next((holder for holder in directory.people if holder.person == person), None)
        if found is not None:
            names.append(found.name)
            offices.extend(offices_of(directory, person, on))
    return names, offices


def _learner_name(installation: Installation, person: PersonRef) -> str:
    try:
        with installation.database.reading() as session:
            return PersonRepository(session).get(person).called
    except RecordsError as problem:
        raise UnknownPersonError(
            f"Nobody is called {person!r} here. Staff are named in the programme's directory.yaml; "
            "learners by the reference that `./collegium learner list` shows."
        ) from problem
