"""
A committee's meeting: cases by reference, who is there, whether there is a quorum, and its closing.

Source: V2, V4, V6, R193-R194, R229. The vote on a case belongs to the case's own workflow.
"""

from temporalio import workflow

from activities.session import SessionActivities
from models.base import PartnerId, PersonRef
from models.decision import Decision, DecisionKind
from models.session import AgendaItem, SessionInput, SessionRecord
from models.task import TaskKind
from workflows.casework import Casework
from workflows.refusals import require
from workflows.steps import write
from workflows.tasks import Question, option

CLOSE = "close"


@workflow.defn
class SessionWorkflow(Casework):
    """
    Keep a meeting's agenda until its chair closes it; the minutes are written from the records.

    Cases join by signal, once by their message id. It cannot be closed while a case of its
    agenda is undecided or the quorum is missing.
    """

    @workflow.init
    def __init__(self, session: SessionInput) -> None:
        super().__init__(session.context)
        self._input = session
        self._agenda: dict[str, AgendaItem] = {}
        self._present: dict[PersonRef, PartnerId | None] = {}
        self._opened_at = self.now()

    @workflow.run
    async def run(self, session: SessionInput) -> SessionRecord:
        """Return the meeting with its agenda and attendance."""
        await workflow.wait_condition(lambda: bool(self._agenda))
        await write(SessionActivities.save_session, self._record(closed=False))
        await self.ask(
            Question(
                kind=TaskKind.HOLD_SESSION,
                role=session.body,
                partner=session.lead,
                subject="Hold the meeting and close it when every case of the agenda is decided",
                options=(option(CLOSE, "Close the meeting"),),
                working_days=session.policy.days_to_vote,
                regulation="Agreement: quorum, decisions in a meeting",
                check=self._may_close,
            )
        )
        record = self._record(closed=True)
        await write(SessionActivities.save_session, record)
        await self.finish()
        return record

    @workflow.signal
    def put_on_agenda(self, item: AgendaItem) -> None:
        """Hear that a ballot has opened, or what it has decided; whoever voted was present."""
        self._agenda[item.ballot_id] = item
        for person, partner in zip(item.voters, item.partners, strict=False):
            self._present[person] = partner

    @workflow.query
    def agenda(self) -> list[AgendaItem]:
        """List the cases of the meeting."""
        return list(self._agenda.values())

    def _may_close(self, decision: Decision) -> None:
        chairs = [office for office in decision.actor.offices if office.chair]
        require(
            any(office.role is self._input.body for office in chairs),
            "NotTheChair",
            "Only the chair closes the meeting.",
        )
        undecided = sum(item.outcome is None for item in self._agenda.values())
        require(not undecided, "AgendaOpen", f"{undecided} of the cases on the agenda are not decided yet.")
        missing = sorted(set(self._input.partners) - set(self._present.values()))
        require(not missing, "NoQuorum", f"Nobody of {', '.join(missing)} was present: there is no quorum.")

    def _may_act(self, decision: Decision) -> None:
        if decision.kind is not DecisionKind.ATTEND:
            super()._may_act(decision)
        require(
            decision.actor.holds(self._input.body),
            "WrongRole",
            "Only members of this committee attend its meeting.",
        )

    def _act(self, decision_id: str, decision: Decision) -> str:
        body = self._input.body
        partner = next((one.partner for one in decision.actor.offices if one.role is body), None)
        self._present[decision.actor.person] = partner
        return "Attend the meeting"

    def _record(self, *, closed: bool) -> SessionRecord:
        return SessionRecord(
            session_id=workflow.info().workflow_id,
            programme=self._context.programme,
            body=self._input.body,
            agenda=tuple(self._agenda.values()),
            attendance=tuple(self._present),
            opened_at=self._opened_at,
            closed_at=self.now() if closed else None,
        )
