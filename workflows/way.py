"""What a learner's way has brought so far, and the child workflows in which its steps are taken."""

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import ChildWorkflowError, is_cancelled_exception
from temporalio.workflow import ParentClosePolicy

from activities.case import CaseActivities
from engine.search import COHORT, PROGRAMME
from models.actor import Role
from models.base import CourseId, PartnerId
from models.case import CaseProgress, CaseState, Phase
from models.deliberation import DeliberationFacts
from models.lifecycle import LearnerInput, LearnerProgress, RegistrationInput, RegistrationResult
from models.partner import RegistrationKind
from models.registration import (
    PartnerRegistration,
    PlannedRegistration,
    RegistrationState,
    RegistrationTrigger,
)
from models.task import TaskKind
from rules.registration import cancellation_order
from workflows.casework import Casework
from workflows.facts import deliberation_facts
from workflows.registration import RegistrationWorkflow
from workflows.steps import write
from workflows.tasks import Question, option


class WayEndsError(Exception):
    """The way ends here; the sentence says why."""

    def __init__(self, state: CaseState, sentence: str) -> None:
        super().__init__(sentence)
        self.state = state
        self.sentence = sentence


class Way:
    """Keeps the learner's progress; the phases bring it on."""

    def __init__(self, case: Casework, learner: LearnerInput) -> None:
        context = learner.context
        self._attributes = TypedSearchAttributes(
            [SearchAttributePair(PROGRAMME, context.programme), SearchAttributePair(COHORT, context.cohort)]
        )
        self.case = case
        self.context = context
        self.rules = learner.agreement
        self.intake = learner.intake
        self.application = learner.application
        self.progress: LearnerProgress = learner.progress
        self.phase: Phase | None = None
        self.sentence = ""
        self.award_number: str | None = None
        self.ending = False
        """The learner leaves: what is cancelled now is not to be started again."""

    @property
    def lead(self) -> str:
        """The lead university."""
        return self.rules.partnership.lead.id

    @property
    def main(self) -> str:
        """Where the main registration is."""
        return self.progress.main_partner or self.lead

    @property
    def studied(self) -> tuple[CourseId, ...]:
        """The courses to be studied, as the learning agreement has them now."""
        return self.progress.agreement.studied if self.progress.agreement is not None else ()

    def facts(self) -> DeliberationFacts:
        """Gather everything that the award depends on."""
        return deliberation_facts(self.rules.programme, self.progress)

    def brings(self, **changes: Any) -> None:
        """Keep what a step has brought."""
        self.progress = self.progress.model_copy(update=changes)

    def leave(self, state: CaseState, sentence: str) -> None:
        """Note that the way ends, and why."""
        self.brings(state=state)
        self.sentence = sentence

    async def keep(self, event: str, sentence: str, state: CaseState | None = None) -> None:
        """Tell the records where the case stands; the event's name, unique in the case, makes it once."""
        progress = self.progress
        agreement = progress.agreement
        await write(
            CaseActivities.record_progress,
            CaseProgress(
                case=self.context.case,
                phase=self.phase,
                state=state or progress.state,
                sentence=sentence,
                main_partner=progress.main_partner,
                path=agreement.path if agreement is not None else (),
                at=self.case.now(),
                event=event,
            ),
        )

    # Registrations

    async def register(self, planned: tuple[PlannedRegistration, ...]) -> int:
        """
        Register the learner where it is planned; return the number of the registration.

        `WayEndsError` when a partner refuses and the agreement has everything undone.
        """
        number = self._next_registration()
        if not planned:
            return number
        asked_for = self.rules.registration.trigger is RegistrationTrigger.AUTOMATIC
        result: RegistrationResult = await self.child(
            RegistrationWorkflow.run,
            self._registration(number, planned=planned, asked_for=asked_for),
            f"registration/{number}",
            "Registration at the partner universities",
            leaves=tuple(self.unconfirmed(number, one.partner, one.kind, one.course) for one in planned),
        )
        active = tuple(one for one in result.registrations if one.state is RegistrationState.ACTIVE)
        self.brings(registrations=(*self.progress.registrations, *active))
        if not result.complete:
            sentence = f"The learner could not be registered: {result.sentence}"
            raise WayEndsError(CaseState.REFUSED, sentence)
        return number

    async def undo(self, registrations: tuple[PartnerRegistration, ...]) -> None:
        """Undo finished registrations in reverse order, as a registration of its own number."""
        active = cancellation_order(registrations)
        if not active:
            return
        number = self._next_registration()
        await self.child(
            RegistrationWorkflow.run,
            self._registration(number, planned=(), undo=active),
            f"registration/{number}",
            "Undo the registrations at the partner universities",
            undoes=True,
        )
        left = tuple(one for one in self.progress.registrations if one not in active)
        self.brings(registrations=left)

    def unconfirmed(
        self, number: int, partner: PartnerId, kind: RegistrationKind, course: CourseId | None
    ) -> PartnerRegistration:
        """Name a registration that may be there although nobody has confirmed it."""
        return PartnerRegistration(
            partner=partner,
            kind=kind,
            course=course,
            state=RegistrationState.REQUESTED,
            number=number,
            since=self.case.now(),
        )

    def _next_registration(self) -> int:
        number = self.progress.registration_number + 1
        self.brings(registration_number=number)
        return number

    def _registration(self, number: int, **fields: Any) -> RegistrationInput:
        return RegistrationInput(
            context=self.context,
            regulations=self.rules.registration,
            number=number,
            partners=self.rules.partnership.partners,
            lead=self.lead,
            **fields,
        )

    # Steps

    async def child(
        self,
        run: Any,
        argument: Any,
        name: str,
        summary: str,
        *,
        undoes: bool = False,
        leaves: tuple[PartnerRegistration, ...] = (),
    ) -> Any:
        """
        Take a step in a child workflow that is asked to stop, not cut off, when the way ends.

        A child that was cut off in the engine is started again when the programme leader says so; one
        that undoes something also while the way ends. `leaves` is what a child that was cut off may
        leave at partners: it is undone with the rest when the learner leaves.
        """
        again = 0
        while True:
            if self._is_ending and not undoes:
                self._remember(leaves if again else ())
                raise asyncio.CancelledError
            try:
                return await workflow.execute_child_workflow(
                    run,
                    argument,
                    id=f"learner/{self.context.case}/{name}" + (f"/again/{again}" if again else ""),
                    parent_close_policy=ParentClosePolicy.REQUEST_CANCEL,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    static_summary=summary,
                    search_attributes=self._attributes,
                )
            except ChildWorkflowError as failure:
                if self._is_ending and not undoes:
                    undone = is_cancelled_exception(failure) and not again
                    self._remember(() if undone else leaves)
                    raise
                again += 1
                await self._let_start_again(summary, leaves)

    @property
    def _is_ending(self) -> bool:
        return self.ending or workflow.cancellation_reason() is not None

    def _remember(self, left: tuple[PartnerRegistration, ...]) -> None:
        self.brings(registrations=(*self.progress.registrations, *left))

    async def _let_start_again(self, summary: str, leaves: tuple[PartnerRegistration, ...]) -> None:
        try:
            await self._ask_to_start_again(summary)
        except asyncio.CancelledError:
            self._remember(leaves)
            raise

    async def _ask_to_start_again(self, summary: str) -> None:
        await self.case.ask(
            Question(
                kind=TaskKind.RESTART_STEP,
                role=Role.PROGRAMME_LEADER,
                partner=self.lead,
                subject=f"“{summary}” was cut off. Start it again, or withdraw the learner",
                options=(option("again", "Start it again", needs_reason=True),),
                working_days=self.rules.registration.days_to_trigger,
            )
        )
