"""
A committee's meeting: cases by reference, who is there, whether there is a quorum, and its closing.

Source: V2, V4, V6, R193-R194, R229. The vote on a case belongs to the case's own workflow.
"""

from typing import NoReturn

from temporalio import workflow

from activities.session import SessionActivities
from engine.search import PROGRAMME
from models.decision import Decision, DecisionKind
from models.session import (
    WITHDRAWN,
    AgendaItem,
    HeldTask,
    SessionInput,
    SessionMessage,
    SessionProgress,
    SessionRecord,
)
from models.task import TaskKind
from rules.session import may_close
from workflows.collecting import Collecting
from workflows.refusals import refuse, require
from workflows.steps import tell, write
from workflows.tasks import OpenTask, Question, option

CLOSE = "close"


@workflow.defn
class SessionWorkflow(Collecting):
    """
    Keep a meeting's agenda until its chair closes it; the minutes are written from the records.

    Cases join by signal, once by their message id. It cannot be closed while a case of its
    agenda is undecided or the quorum is missing. What comes after the chair has closed it goes
    to the next meeting.
    """

    @workflow.init
    def __init__(self, session: SessionInput) -> None:
        progress = session.progress
        super().__init__(session.context, progress.heard, session.most_messages)
        self._input = session
        self._agenda = {item.ballot_id: item for item in progress.agenda}
        self._later: dict[str, AgendaItem] = {}
        self._present = dict(progress.present)
        self._opened_at = progress.opened_at or self.now()
        self._held = self._carried(progress.hold) if progress.hold is not None else None

    @workflow.run
    async def run(self, session: SessionInput) -> SessionRecord:
        """Return the meeting with its agenda and attendance."""
        # A committee decides on cases of several cohorts, so that a meeting belongs to none of them.
        workflow.upsert_search_attributes([PROGRAMME.value_set(session.context.programme)])
        await workflow.wait_condition(self._has_business)
        await self._hold(await self._ask_chair())
        record = self._record(closed=True)
        await write(SessionActivities.save_session, record)
        await self.finish()
        await self._hand_over()
        return record

    @workflow.signal
    def put_on_agenda(self, item: AgendaItem) -> None:
        """Hear that a ballot has opened, or what it has decided; whoever voted was present."""
        if not self._is_new(item.message_id):
            return
        later = self._is_closing and item.ballot_id not in self._agenda
        agenda = self._later if later else self._agenda
        known = agenda.get(item.ballot_id)
        if known is not None and known.outcome is not None:
            return  # An opening that comes after its outcome opens nothing again.
        agenda[item.ballot_id] = item
        if not later:
            self._present.update(zip(item.voters, item.partners, strict=False))

    @workflow.query
    def agenda(self) -> list[AgendaItem]:
        """List the cases of the meeting."""
        return list(self._agenda.values())

    def _has_business(self) -> bool:
        """Tell whether there is a case to decide; nobody meets for what was withdrawn."""
        return any(item.outcome != WITHDRAWN for item in self._agenda.values())

    @property
    def _is_closing(self) -> bool:
        return self._held is not None and self._held.answer is not None

    # The chair

    async def _ask_chair(self) -> OpenTask:
        """Ask the chair to hold the meeting; a meeting that continues as new has asked already."""
        if self._held is None:
            await write(SessionActivities.save_session, self._record(closed=False))
            (self._held,) = await self.open((self._question,))
        return self._held

    async def _hold(self, held: OpenTask) -> None:
        """Wait until the chair has closed the meeting."""
        while not held.settled:
            if not await self.settled((held,), lambda: held.settled or (held.waiting and self._is_long)):
                await self.escalate((held,))
            elif not held.settled:
                await workflow.wait_condition(workflow.all_handlers_finished)
                if held.waiting:
                    self._begin_anew(held)

    def _begin_anew(self, held: OpenTask) -> NoReturn:
        hold = HeldTask(task=held.task, escalations=held.escalations, reminded=held.reminded)
        progress = SessionProgress(
            opened_at=self._opened_at,
            agenda=tuple(self._agenda.values()),
            present=self._present,
            hold=hold,
            heard=self._heard,
        )
        workflow.continue_as_new(self._input.model_copy(update={"progress": progress}))

    def _carried(self, hold: HeldTask) -> OpenTask:
        """Take up the chair's task, which people see already."""
        carried = OpenTask(
            task=hold.task, question=self._question, escalations=hold.escalations, reminded=hold.reminded
        )
        self._tasks[hold.task.task_id] = carried
        return carried

    @property
    def _question(self) -> Question:
        return Question(
            kind=TaskKind.HOLD_SESSION,
            role=self._input.body,
            partner=self._input.lead,
            subject="Hold the meeting and close it when every case of the agenda is decided",
            options=(option(CLOSE, "Close the meeting"),),
            working_days=self._input.policy.days_to_vote,
            regulation="Agreement: quorum, decisions in a meeting",
            check=self._may_close,
        )

    def _may_close(self, decision: Decision) -> None:
        chairs = [office for office in decision.actor.offices if office.chair]
        require(
            any(office.role is self._input.body for office in chairs),
            "NotTheChair",
            "Only the chair closes the meeting.",
        )
        session, agenda = self._input, tuple(self._agenda.values())
        refusal = may_close(agenda, session.policy, session.partners, self._present)
        if refusal is not None:
            raise refuse(refusal.code, refusal.sentence)

    # Attendance

    def _may_act(self, decision: Decision) -> None:
        if decision.kind is not DecisionKind.ATTEND:
            super()._may_act(decision)
        require(
            decision.actor.holds(self._input.body),
            "WrongRole",
            "Only members of this committee attend its meeting.",
        )
        require(not self._is_closing, "MeetingClosed", "The chair has closed this meeting.")
        require(
            decision.actor.person not in self._present,
            "AlreadyPresent",
            "You are on the attendance list already.",
        )

    def _act(self, decision_id: str, decision: Decision) -> str:
        body = self._input.body
        partner = next((one.partner for one in decision.actor.offices if one.role is body), None)
        self._present[decision.actor.person] = partner
        return "Attend the meeting"

    # What remains

    async def _hand_over(self) -> None:
        """Put on the next meeting's agenda what came after this one was closed."""
        fresh = self._input.model_copy(update={"progress": SessionProgress()})
        while self._later:
            ballot_id, item = next(iter(self._later.items()))
            await tell(SessionActivities.tell_session, SessionMessage(session=fresh, item=item))
            if self._later[ballot_id] == item:
                del self._later[ballot_id]

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
