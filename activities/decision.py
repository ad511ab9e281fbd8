"""People's decisions: kept after the workflow has accepted them, never before."""

from temporalio import activity

from models.decision import DecisionKind
from models.record import DecisionRecord
from records.database import Database
from records.decision import DecisionRepository
from records.task import TaskRepository


class DecisionActivities:
    """Keeps accepted decisions; their rows are added, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    def record_decision(self, record: DecisionRecord) -> None:
        """Add the decision and show its effect in the task list, in one transaction."""
        with self._database.transaction() as session:
            DecisionRepository(session).add(record)
            tasks, decision = TaskRepository(session), record.decision
            if decision.task is None:
                return
            if decision.kind is DecisionKind.ANSWER_TASK:
                person = decision.actor.person
                tasks.close([decision.task], decision.option, record.recorded_at, person)
            elif decision.content is not None and decision.content.content == "date":
                tasks.extend(decision.task, decision.content.until)
