"""Course results: kept as received and as converted."""

from temporalio import activity

from models.record import CreditRecord, ResultRecord
from records.course import CourseRepository, Credit
from records.database import Database


class CourseActivities:
    """Keeps results and the credits that they bring; rows are added, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    def record_result(self, record: ResultRecord) -> None:
        """Add a result with both grades; the examiner's decision makes it once."""
        with self._database.transaction() as session:
            CourseRepository(session).add_result(record)

    @activity.defn
    def award_compensated(self, record: CreditRecord) -> None:
        """Award the credits of a course that the examination committee has compensated; once."""
        with self._database.transaction() as session:
            CourseRepository(session).award_credit(
                Credit(
                    case=record.case,
                    course=record.course,
                    partner=record.partner,
                    ects=record.ects,
                    decision_id=record.ballot_id,
                    at=record.at,
                )
            )
