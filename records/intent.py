"""Decisions that people have made, kept until the engine has answered; each call is one transaction."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.decision import Receipt
from models.intent import Intent
from records.database import Database
from records.decision import DecisionRepository
from records.errors import ConflictingRecordError
from records.statements import all_of, insert_new, one_of
from records.tables.decision import IntentRow, IntentState


class IntentRecords:
    """Implements the engine's store of intents over the records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, intent: Intent) -> None:
        """Keep an intent; the same decision id again replaces its seal only."""
        with self._database.transaction() as session:
            values = {
                "decision_id": intent.decision_id,
                "content": intent,
                "state": IntentState.OPEN,
                "receipt": None,
                "code": None,
                "sentence": None,
            }
            if insert_new(session, IntentRow, values):
                return
            known = _row(session, intent.decision_id)
            if known is not None and _bare(known.content) != _bare(intent):
                raise ConflictingRecordError(
                    f"The decision id {intent.decision_id} stands for another decision."
                )
            again = update(IntentRow).where(IntentRow.decision_id == intent.decision_id)
            session.connection().execute(again.values(content=intent))

    def answered(self, decision_id: str, receipt: Receipt) -> None:
        """Close the intent: the decision is taken."""
        self._close(decision_id, {"state": IntentState.ANSWERED, "receipt": receipt})

    def refused(self, decision_id: str, code: str, sentence: str) -> None:
        """Close the intent: the decision is refused."""
        self._close(decision_id, {"state": IntentState.REFUSED, "code": code, "sentence": sentence})

    def open(self) -> Sequence[Intent]:
        """Return the intents without an answer, oldest first."""
        with self._database.reading() as session:
            query = select(IntentRow).where(IntentRow.state == IntentState.OPEN).order_by(IntentRow.seq)
            return [row.content for row in all_of(session, query)]

    def receipt_of(self, decision_id: str) -> Receipt | None:
        """Return the receipt of a decision that was taken, also when only the workflow recorded it."""
        with self._database.reading() as session:
            row = _row(session, decision_id)
            if row is not None and row.receipt is not None:
                return row.receipt
            return DecisionRepository(session).receipt_of(decision_id)

    def answer_to(self, task: str) -> Receipt | None:
        """Return the receipt of the decision that answered a task, None when none is recorded."""
        with self._database.reading() as session:
            return DecisionRepository(session).answer_to(task)

    def _close(self, decision_id: str, values: dict[str, object]) -> None:
        with self._database.transaction() as session:
            # An answer stays an answer, whatever a second sender heard later.
            closed = update(IntentRow).where(
                IntentRow.decision_id == decision_id, IntentRow.state != IntentState.ANSWERED
            )
            session.connection().execute(closed.values(values))


def _row(session: Session, decision_id: str) -> IntentRow | None:
    return one_of(session, select(IntentRow).where(IntentRow.decision_id == decision_id))


def _bare(intent: Intent) -> tuple[str, str, str]:
    """What was decided and by whom, without what a new seal changes."""
    content = intent.decision.model_dump_json(exclude={"actor"})
    return intent.workflow_id, intent.decision.actor.person, content
