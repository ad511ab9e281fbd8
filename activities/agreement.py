"""Learning agreements and their signatures."""

from temporalio import activity

from models.agreement import LearningAgreement, SignedAgreement
from records.agreement import AgreementRepository
from records.database import Database


class AgreementActivities:
    """Keeps learning agreements, version by version, and who has signed them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    def save_agreement(self, agreement: LearningAgreement) -> None:
        """Keep a version; its number makes it once."""
        with self._database.transaction() as session:
            AgreementRepository(session).save(agreement)

    @activity.defn
    def sign_agreement(self, signed: SignedAgreement) -> None:
        """Keep a party's signature."""
        with self._database.transaction() as session:
            AgreementRepository(session).sign(signed)
