"""Decisions that workflows have accepted: who decided what, when and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actor import Actor
from models.base import CaseId, PersonRef
from models.decision import Content, DecisionKind, Receipt
from models.record import DecisionRecord
from models.task import TaskKind
from records.effects import add_effect
from records.errors import ConflictingRecordError, UnknownRecordError
from records.statements import all_of, one_of
from records.tables.decision import DecisionRow, TaskRow


@dataclass(frozen=True, kw_only=True)
class DecisionView:
    """A decision as it is kept."""

    decision_id: str
    workflow_id: str
    case: CaseId | None
    kind: DecisionKind
    task: str | None
    task_kind: TaskKind | None
    option: str
    reason: str
    content: Content | None
    actor: Actor
    subject: str
    sentence: str
    signed_at: datetime
    recorded_at: datetime

    @property
    def person(self) -> PersonRef:
        """Who decided."""
        return self.actor.person


class DecisionRepository:
    """Adds decisions and finds precedents."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, record: DecisionRecord) -> bool:
        """Add a decision; the same again changes nothing, another under its id is refused."""
        decision, actor = record.decision, record.decision.actor
        values = {
            "decision_id": record.decision_id,
            "workflow_id": record.workflow_id,
            "case": record.case,
            "kind": decision.kind,
            "task": decision.task,
            "task_kind": self._task_kind(decision.task),
            "option": decision.option,
            "reason": decision.reason,
            "content": decision.content,
            "actor": actor,
            "person": actor.person,
            "subject": record.subject,
            "sentence": record.sentence,
            "signed_at": actor.signed_at,
            "recorded_at": record.recorded_at,
        }
        added = add_effect(
            self._session,
            DecisionRow,
            values,
            at=record.recorded_at,
            code=decision.option or decision.kind,
            case=record.case,
            actor=actor.person,
        )
        if not added and not _same(self.get(record.decision_id), record):
            raise ConflictingRecordError(f"The decision id {record.decision_id} stands for another decision.")
        return added

    def get(self, decision_id: str) -> DecisionView:
        """Return a decision; `UnknownRecordError` when there is none."""
        row = self._row(decision_id)
        if row is None:
            raise UnknownRecordError(f"There is no decision {decision_id} in the records.")
        return _view(row)

    def receipt_of(self, decision_id: str) -> Receipt | None:
        """Return the receipt of a decision, None when it is not recorded."""
        row = self._row(decision_id)
        return _receipt(row) if row is not None else None

    def answer_to(self, task: str) -> Receipt | None:
        """Return the receipt of the decision that answered a task, None when none is recorded."""
        query = select(DecisionRow).where(
            DecisionRow.task == task, DecisionRow.kind == DecisionKind.ANSWER_TASK
        )
        row = one_of(self._session, query)
        return _receipt(row) if row is not None else None

    def of_case(self, case: CaseId) -> tuple[DecisionView, ...]:
        """Return the decisions of a case, oldest first."""
        query = select(DecisionRow).where(DecisionRow.case == case)
        query = query.order_by(DecisionRow.recorded_at, DecisionRow.decision_id)
        return tuple(_view(row) for row in all_of(self._session, query))

    def precedents(
        self, kind: TaskKind, option: str, reason: str = "", limit: int = 20
    ) -> tuple[DecisionView, ...]:
        """Return earlier decisions on the same kind of question with the same answer, newest first."""
        row = DecisionRow
        query = select(row).where(row.task_kind == kind, row.option == option)
        if reason:
            query = query.where(row.reason.icontains(reason, autoescape=True))
        found = all_of(self._session, query.order_by(row.recorded_at.desc(), row.decision_id).limit(limit))
        return tuple(_view(precedent) for precedent in found)

    def _row(self, decision_id: str) -> DecisionRow | None:
        return one_of(self._session, select(DecisionRow).where(DecisionRow.decision_id == decision_id))

    def _task_kind(self, task: str | None) -> TaskKind | None:
        if task is None:
            return None
        query = select(TaskRow.content).where(TaskRow.task_id == task)
        found = self._session.connection().execute(query).scalar()  # one column: this is on everybody's way
        return found.kind if found is not None else None


def _same(known: DecisionView, record: DecisionRecord) -> bool:
    """Compare what was decided and by whom; a decision that was sealed again is the same."""
    decision = record.decision
    return (
        known.workflow_id == record.workflow_id
        and known.person == decision.actor.person
        and (known.kind, known.task, known.option, known.reason, known.content)
        == (decision.kind, decision.task, decision.option, decision.reason, decision.content)
    )


def _receipt(row: DecisionRow) -> Receipt:
    return Receipt(
        decision_id=row.decision_id,
        kind=row.kind,
        task=row.task,
        option=row.option,
        person=row.person,
        name=row.actor.name,
        decided_at=row.recorded_at,
        sentence=row.sentence,
    )


def _view(row: DecisionRow) -> DecisionView:
    return DecisionView(**{name: getattr(row, name) for name in DecisionView.__dataclass_fields__})
