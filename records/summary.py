"""Counts over the records, for overviews and for the demo's last line."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import CohortId, ProgrammeId
from models.case import CaseState
from records.registration import RegistrationCount, RegistrationRepository
from records.tables.award import AwardRow
from records.tables.case import CaseRow
from records.tables.decision import DecisionRow, TaskRow, TaskState
from records.tables.study import RegistrationRow


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Where the cases of a programme stand."""

    programme: ProgrammeId | None
    cohort: CohortId | None
    learners: int
    states: dict[CaseState, int]
    """Every state, also those without a case."""
    registrations: tuple[RegistrationCount, ...]
    duplicates_cancelled: int
    """Second registrations that partners had and that were found and cancelled."""
    awards: int
    decisions: int
    open_tasks: int

    def count(self, state: CaseState) -> int:
        """How many cases are in a state."""
        return self.states[state]


def summarise(
    session: Session, programme: ProgrammeId | None = None, cohort: CohortId | None = None
) -> Summary:
    """Count the cases of a programme or of one cohort, and what belongs to them."""
    counted = select(CaseRow.state, func.count()).group_by(CaseRow.state)
    cases = select(CaseRow.case)
    if programme is not None:
        counted, cases = (
            counted.where(CaseRow.programme == programme),
            cases.where(CaseRow.programme == programme),
        )
    if cohort is not None:
        counted, cases = counted.where(CaseRow.cohort == cohort), cases.where(CaseRow.cohort == cohort)
    states: dict[CaseState, int] = dict.fromkeys(CaseState, 0)
    for state, number in session.execute(counted):
        states[state] = number
    awards = select(func.count()).where(AwardRow.case.in_(cases), AwardRow.conferred_at.is_not(None))
    decisions = select(func.count()).where(DecisionRow.case.in_(cases))
    tasks = select(func.count()).where(TaskRow.case.in_(cases), TaskRow.state == TaskState.OPEN)
    receipts = select(RegistrationRow.content).where(RegistrationRow.case.in_(cases))
    duplicates = sum(
        found.receipt.duplicates_cancelled for found in session.scalars(receipts) if found.receipt
    )
    return Summary(
        programme=programme,
        cohort=cohort,
        learners=sum(states.values()),
        states=states,
        registrations=RegistrationRepository(session).counts(programme, cohort),
        duplicates_cancelled=duplicates,
        awards=session.scalar(awards) or 0,
        decisions=session.scalar(decisions) or 0,
        open_tasks=session.scalar(tasks) or 0,
    )
