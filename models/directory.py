"""The directory of a programme: people in office, and the partners' systems. Read when used."""

from pydantic import Field

from models.actor import Role
from models.base import CourseId, Day, Flag, Localised, Model, PartnerId, PersonRef, ProgrammeId
from models.partner import PartnerEndpoint


class HeldOffice(Model):
    """An office, with the dates between which it is held."""

    role: Role
    chair: Flag = False
    courses: tuple[CourseId, ...] = ()
    """For examiners: the courses whose results they enter (R226)."""
    since: Day
    until: Day | None = None
    deputy: PersonRef | None = None
    """Who stands in when the office-holder is absent."""


class Absence(Model):
    """Days on which a person is away and the deputy acts."""

    since: Day
    until: Day


class OfficeHolder(Model):
    """A person of a partner who acts in the programme."""

    person: PersonRef
    name: str
    partner: PartnerId
    title: Localised | None = None
    mail: str = ""
    offices: tuple[HeldOffice, ...]
    absences: tuple[Absence, ...] = ()


class Directory(Model):
    """Office-holders, endpoints and key references of one programme."""

    programme: ProgrammeId
    people: tuple[OfficeHolder, ...] = Field(min_length=1)
    endpoints: tuple[PartnerEndpoint, ...] = ()

    def endpoint(self, partner: PartnerId) -> PartnerEndpoint:
        """Find a partner's endpoint; `KeyError` when there is none."""
        for candidate in self.endpoints:
            if candidate.partner == partner:
                return candidate
        raise KeyError(partner)

    def person(self, person: PersonRef) -> OfficeHolder:
        """Find an office-holder; `KeyError` when there is none."""
        for candidate in self.people:
            if candidate.person == person:
                return candidate
        raise KeyError(person)
