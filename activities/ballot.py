"""Ballots: the electorate that the directory names, and the outcome that the records keep."""

from temporalio import activity

from models.ballot import BallotRecord, Electorate, ElectorateQuery
from programmes.library import ProgrammeLibrary
from records.ballot import BallotRepository
from records.database import Database
from rules.electorate import freeze_electorate


class BallotActivities:
    """Reads office-holders when a ballot opens and keeps what came out."""

    def __init__(self, database: Database, library: ProgrammeLibrary) -> None:
        self._database = database
        self._library = library

    @activity.defn
    def freeze_electorate(self, query: ElectorateQuery) -> Electorate:
        """Name the members of a body as the directory has them on that day, deputies for the absent."""
        people = self._library.directory(query.programme).people
        on = query.at.date()
        electors = freeze_electorate(query.policy, people, query.body, on, frozenset(query.associates))
        return Electorate(electors=electors)

    @activity.defn
    def save_ballot(self, record: BallotRecord) -> None:
        """Keep a closed ballot with its electorate and tally."""
        with self._database.transaction() as session:
            BallotRepository(session).save(record)
