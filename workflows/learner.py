"""
One learner's way through the programme, phase by phase, as the agreement orders the phases.

Source: the phase plan (V29, V35, R197, R209); states at the end of the variations.
"""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ChildWorkflowError, is_cancelled_exception

from engine.search import PHASE
from models.actor import Role
from models.case import CaseState, Phase
from models.decision import Decision, DecisionKind
from models.lifecycle import LearnerInput, LearnerProgress, LearnerResult
from rules.phase_plan import phase_plan
from workflows.casework import Casework
from workflows.ending import asked_to_stop, to_the_end
from workflows.phases import Phases
from workflows.places import CohortDesk
from workflows.refusals import refuse, require
from workflows.way import Way

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

    Each phase is a child workflow, or several. The learner may withdraw until the award is being
    signed: what is under way is undone by the child that does it, and finished registrations by
    a new one.
    """

    @workflow.init
    def __init__(self, learner: LearnerInput) -> None:
        super().__init__(learner.context, learner.progress.receipts, learner.progress.tasks)
        self._input = learner
        self._plan = phase_plan(learner.agreement)
        self._way = Way(self, learner)
        self._phases = Phases(self._way)
        rules = learner.agreement
        self._cohort = CohortDesk(learner.context, learner.intake, rules.admission, rules.partnership.lead.id)
        self._step: asyncio.Task[None] | None = None
        self._left: tuple[CaseState, str] | None = None

    @property
    def _progress(self) -> LearnerProgress:
        return self._way.progress

    @workflow.run
    async def run(self, learner: LearnerInput) -> LearnerResult:
        """Return how the way ended."""
        try:
            await self._follow_plan()
        except BaseException as failure:
            if not asked_to_stop(failure):
                raise
            self._left = self._left or (CaseState.WITHDRAWN, "The case was ended by an operator.")
        return await to_the_end(self._end())

    async def _follow_plan(self) -> None:
        for phase in self._plan:
            if phase in self._progress.done:
                continue
            await self._enter(phase)
            self._stop_if_asked_to()
            if not self._ended:
                await self._through(phase)
            if self._ended:
                return
            self._stop_if_asked_to()
            await self._continue_as_new_if_long()

    @staticmethod
    def _stop_if_asked_to() -> None:
        """Notice an operator's request that met the normal end of a step: the engine tells it only once."""
        if workflow.cancellation_reason() is not None:
            raise asyncio.CancelledError

    @property
    def _ended(self) -> bool:
        return self._left is not None or self._progress.state is not CaseState.ACTIVE

    async def _enter(self, phase: Phase) -> None:
        self._way.phase = phase
        workflow.upsert_search_attributes([PHASE.value_set(phase.value)])
        self.details.show(does=f"**Phase:** {phase.value}. {_STANDS[phase]}")
        await self._way.keep(f"phase/{phase.value}", _STANDS[phase])

    async def _through(self, phase: Phase) -> None:
        """Go through one phase; a withdrawal cancels what is under way and waits until it is undone."""
        self._step = asyncio.ensure_future(self._phases.go_through(phase))
        try:
            await self._step
        except BaseException as failure:
            cut_off = is_cancelled_exception(failure) or isinstance(failure, ChildWorkflowError)
            if self._left is None or not cut_off:
                raise

    async def _end(self) -> LearnerResult:
        """Undo what a learner who leaves has been registered for, and record how the way ended."""
        way = self._way
        if self._left is not None:
            way.leave(*self._left)
        state, sentence = self._progress.state, way.sentence
        if state in _LEFT:
            await self.close_all("the learner has left")
            await way.undo(self._progress.registrations)
            if self._left is not None or Phase.ADMISSION in self._progress.done:
                await self._cohort.give_up_place()
        await way.keep(f"end/{state.value}", sentence)
        await self.tell("end", sentence)
        await self.finish()
        return LearnerResult(state=state, sentence=sentence, award_number=way.award_number)

    async def _continue_as_new_if_long(self) -> None:
        """Start a new history between phases, with no child open, when this one has grown long."""
        if not workflow.info().is_continue_as_new_suggested():
            return
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._ended:
            return
        changes = {"receipts": self._receipts, "tasks": self.tasks_so_far}
        workflow.continue_as_new(
            self._input.model_copy(update={"progress": self._progress.model_copy(update=changes)})
        )

    # What people may decide without being asked

    def _may_act(self, decision: Decision) -> None:
        kinds = {
            DecisionKind.WITHDRAW: self._may_withdraw,
            DecisionKind.INTERRUPT: self._may_interrupt,
            DecisionKind.CHANGE_PATH: self._may_change_path,
        }
        check = kinds.get(decision.kind, super()._may_act)
        if decision.kind in kinds and self._ended:
            raise refuse("CaseClosed", "This case has ended, or is ending; nothing can be changed any more.")
        check(decision)

    def _may_withdraw(self, decision: Decision) -> None:
        actor = decision.actor
        require(
            actor.person == self._context.person or actor.holds(Role.PROGRAMME_LEADER),
            "NotYourCase",
            "Only the learner, or the programme leader on the learner's behalf, can withdraw.",
        )
        require(decision.reason.strip(), "ReasonMissing", "Say in a few words why you withdraw.")
        require(
            self._way.phase is not Phase.AWARD,
            "WrongPhase",
            "The award is already being signed; withdrawing is no longer possible.",
        )

    def _may_interrupt(self, decision: Decision) -> None:
        self._require_study("Only study can be interrupted; this case is elsewhere.")
        study = self._phases.study
        study.interruption.check(decision, courses_wait=study.courses_wait)

    def _may_change_path(self, decision: Decision) -> None:
        self._require_study("The path is changed while the learner studies; this case is elsewhere.")
        self._phases.study.check_change(decision)

    def _require_study(self, otherwise: str) -> None:
        studies = self._way.phase is Phase.STUDY and Phase.STUDY not in self._progress.done
        require(studies, "WrongPhase", otherwise)

    def _act(self, decision_id: str, decision: Decision) -> str:
        study = self._phases.study
        if decision.kind is DecisionKind.INTERRUPT:
            return study.interruption.begin(decision)
        if decision.kind is DecisionKind.CHANGE_PATH:
            return study.begin_change(decision)
        self._left = (CaseState.WITHDRAWN, f"The learner has withdrawn: {decision.reason}")
        self._way.ending = True
        if self._step is not None:
            self._step.cancel()
        return "Withdraw from the programme"
