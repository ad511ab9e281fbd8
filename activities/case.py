"""Where a case stands, and what its learner is told."""

from temporalio import activity

from models.case import CaseProgress
from models.record import Notice
from records.case import CaseRepository
from records.database import Database
from records.notice import NoticeRepository


class CaseActivities:
    """Keeps the progress of cases and the notices to learners."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    def record_progress(self, progress: CaseProgress) -> None:
        """Keep where the case stands now; the event's name makes it once."""
        with self._database.transaction() as session:
            CaseRepository(session).record_progress(progress)

    @activity.defn
    def send_notice(self, notice: Notice) -> None:
        """Leave a message for the learner; the key makes it once."""
        with self._database.transaction() as session:
            NoticeRepository(session).send(notice)
