"""The award register: number, signatures, entry into force."""

from temporalio import activity

from models.award import AwardRecord
from models.awarding import SupplementFacts
from models.record import AwardOpening, Conferral, SignatureRecord, SupplementQuery
from programmes.library import ProgrammeLibrary
from records.award import AwardRepository
from records.consortium import ConsortiumRepository
from records.database import Database
from records.person import PersonRepository
from rules.award import signatories


class AwardActivities:
    """Keeps the lead's register of awards."""

    def __init__(self, database: Database, library: ProgrammeLibrary) -> None:
        self._database = database
        self._library = library

    @activity.defn
    def look_up_supplement(self, query: SupplementQuery) -> SupplementFacts:
        """Tell what only records and directory know: whether name, birth date and signatories are there."""
        with self._database.reading() as session:
            person = PersonRepository(session).get(query.person)
            agreement = ConsortiumRepository(session).agreement(query.programme, query.agreement_version)
        directory, on = self._library.directory(query.programme), query.at.date()
        return SupplementFacts(
            holder_name=bool(person.given_name and person.family_name),
            birth_date=person.birth_date is not None,
            signatories=tuple(
                partner for partner in query.awarding if signatories(agreement, directory, partner, on)
            ),
        )

    @activity.defn
    def open_award(self, opening: AwardOpening) -> AwardRecord:
        """Give the case its number in the register; the same case gets the same number."""
        with self._database.transaction() as session:
            return AwardRepository(session).enter(opening)

    @activity.defn
    def sign_award(self, record: SignatureRecord) -> None:
        """Keep a university's signature; one of each university."""
        with self._database.transaction() as session:
            AwardRepository(session).sign(record)

    @activity.defn
    def confer_award(self, conferral: Conferral) -> None:
        """Note that the award is in force."""
        with self._database.transaction() as session:
            AwardRepository(session).confer(conferral.number, conferral.at)
