"""
One learner's way through the programme, phase by phase, as the agreement orders the phases.

Source: the phase plan (V29, V35, R197, R209); states at the end of the variations.
"""

import asyncio

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

from activities.case import CaseActivities
from engine.search import PHASE
from models.actor import Role
from models.case import CaseProgress, CaseState, Phase
from models.decision import Decision, DecisionKind
from models.lifecycle import LearnerInput, LearnerProgress, LearnerResult
from rules.phase_plan import phase_plan
from workflows.casework import Casework
from workflows.phases import Phases
from workflows.places import CohortDesk
from workflows.refusals import refuse, require
from workflows.steps import write

_LEFT = {CaseState.WITHDRAWN, CaseState.DECLINED, CaseState.REFUSED}
_STANDS = {
    Phase.ADMISSION: "The application is being decided.",
    Phase.AGREEMENT: "The place is accepted; the learning agreement is being settled and signed.",
    Phase.PAYMENT: "The learning agreement is signed; the fee is to be settled.",
    Phase.REGISTRATION: "The learner is being registered at the universities.",
    Phase.STUDY: "The learner studies.",
    Phase.DELIBERATION: "All results are in; the examination committee deliberates.",
    Phase.AWARD: "The award is decided; the universities sign it.",
}


@workflow.defn
class LearnerWorkflow(Casework):
    """
    Follow the phase plan from application to award.

    Each phase is a child workflow, or several. The learner may withdraw at any time: what is
    under way is undone by the child that does it, and finished registrations by a new one.
    """

    @workflow.init
    def __init__(self, learner: LearnerInput) -> None:
        super().__init__(learner.context, learner.progress.receipts)
        self._input = learner
        self._plan = phase_plan(learner.agreement)
        self._phases = Phases(self, learner)
        self._phase: Phase | None = None
        rules = learner.agreement
        self._cohort = CohortDesk(learner.context, learner.intake, rules.admission, rules.partnership.lead.id)
        self._step: asyncio.Task[str | None] | None = None
        self._left: tuple[CaseState, str] | None = None

    @property
    def _progress(self) -> LearnerProgress:
        return self._phases.progress

    @workflow.run
    async def run(self, learner: LearnerInput) -> LearnerResult:
        """Return how the way ended."""
        try:
            for phase in self._plan:
                if phase in self._progress.done:
                    continue
                await self._enter(phase)
                await self._through(phase)
                if self._ended:
                    break
                self._continue_as_new_if_long()
        except asyncio.CancelledError:
            if workflow.cancellation_reason() is None:
                raise  # The worker only drops it from its cache.
            self._left = (CaseState.WITHDRAWN, "The case was ended by an operator.")
        return await asyncio.shield(asyncio.ensure_future(self._end()))

    @property
    def _ended(self) -> bool:
        return self._left is not None or self._progress.state is not CaseState.ACTIVE

    async def _enter(self, phase: Phase) -> None:
        self._phase = phase
        workflow.upsert_search_attributes([PHASE.value_set(phase.value)])
        workflow.set_current_details(f"**Phase:** {phase.value}")
        await self._keep(f"phase/{phase.value}", _STANDS[phase])

    async def _through(self, phase: Phase) -> None:
        """Go through one phase; a withdrawal cancels what is under way and waits until it is undone."""
        self._step = asyncio.ensure_future(self._phases.go_through(phase))
        try:
            await self._step
        except BaseException as failure:
            if self._left is None or not is_cancelled_exception(failure):
                if is_cancelled_exception(failure):
                    await self._cancel_step()
                raise

    async def _cancel_step(self) -> None:
        if self._step is not None and not self._step.done():
            self._step.cancel()
            await asyncio.gather(self._step, return_exceptions=True)

    async def _end(self) -> LearnerResult:
        """Undo what a learner who leaves has been registered for, and record how the way ended."""
        await self._cancel_step()
        if self._left is not None:
            await self._phases.undo_registrations()
            self._phases.leave(*self._left)
        had_offer = self._left is not None or Phase.ADMISSION in self._progress.done
        if self._progress.state in _LEFT and had_offer:
            await self._cohort.give_up_place()
        state, sentence = self._progress.state, self._phases.sentence
        await self._keep(f"end/{state.value}", sentence)
        await self.tell("end", sentence)
        await self.finish()
        return LearnerResult(state=state, sentence=sentence, award_number=self._phases.award_number)

    def _continue_as_new_if_long(self) -> None:
        """Start a new history between phases, with no child open, when this one has grown long."""
        if workflow.info().is_continue_as_new_suggested():
            progress = self._progress.model_copy(update={"receipts": self._receipts})
            workflow.continue_as_new(self._input.model_copy(update={"progress": progress}))

    async def _keep(self, event: str, sentence: str) -> None:
        progress = self._progress
        agreement = progress.agreement
        await write(
            CaseActivities.record_progress,
            CaseProgress(
                case=self._context.case,
                phase=self._phase,
                state=progress.state,
                sentence=sentence,
                main_partner=progress.main_partner,
                path=agreement.path if agreement is not None else (),
                at=self.now(),
                event=event,
            ),
        )

    # Withdrawal

    def _may_act(self, decision: Decision) -> None:
        if decision.kind is DecisionKind.INTERRUPT:
            self._phases.interruption.check(self._phase, decision)
            return
        if decision.kind is not DecisionKind.WITHDRAW:
            super()._may_act(decision)
        actor = decision.actor
        require(
            actor.person == self._context.person or actor.holds(Role.PROGRAMME_LEADER),
            "NotYourCase",
            "Only the learner, or the programme leader on the learner's behalf, can withdraw.",
        )
        require(decision.reason.strip(), "ReasonMissing", "Say in a few words why you withdraw.")
        if self._left is not None:
            raise refuse("AlreadyDecided", "The withdrawal is already under way.")
        if self._phase is Phase.AWARD:
            raise refuse(
                "WrongPhase", "The award is already being signed; withdrawing is no longer possible."
            )

    def _act(self, decision_id: str, decision: Decision) -> str:
        if decision.kind is DecisionKind.INTERRUPT:
            return self._phases.interruption.begin(decision)
        self._left = (CaseState.WITHDRAWN, f"The learner has withdrawn: {decision.reason}")
        if self._step is not None:
            self._step.cancel()
        return "Withdraw from the programme"
