"""Admission: recognised prior learning."""

from temporalio import activity

from models.record import RecognitionRecord
from records.admission import AdmissionRepository
from records.database import Database


class AdmissionActivities:
    """Keeps recognised prior learning."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    def save_recognition(self, record: RecognitionRecord) -> None:
        """Keep recognised prior learning; the decision that recognised it makes it once."""
        with self._database.transaction() as session:
            AdmissionRepository(session).recognise(record.case, record.recognised, record.at)
