"""
Registration at every partner: the main one first, then the others side by side; or undoing them.

Source: R203-R210, V29-V36; the partner systems' promises in the design.
"""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from activities.registration import RegistrationActivities
from engine.search import WAITS_FOR
from models.actor import Role
from models.base import CourseId, PartnerId
from models.lifecycle import RegistrationInput, RegistrationResult
from models.partner import PartnerReceipt, RegistrationKind
from models.record import RegistrationRecord
from models.registration import (
    PartnerRefusalRule,
    PartnerRegistration,
    PlannedRegistration,
    RegistrationState,
)
from models.task import TaskKind
from workflows.partner import PartnerDesk, RefusedError
from workflows.steps import write
from workflows.tasks import Question, option

REGISTER, RETRY, WITHDRAW = "register", "retry", "withdraw_everywhere"


@workflow.defn
class RegistrationWorkflow(PartnerDesk):
    """
    Register a learner where the award needs it, or undo registrations in reverse order.

    A refusal needs a person, an outage needs time. When the workflow is cancelled, everything
    that it has asked of a partner is undone, and each partner's confirmation is awaited.
    """

    @workflow.init
    def __init__(self, registration: RegistrationInput) -> None:
        super().__init__(registration)
        self._standing: dict[tuple[PartnerId, CourseId | None], PartnerRegistration] = {}
        self._withdrawn = ""

    @workflow.run
    async def run(self, registration: RegistrationInput) -> RegistrationResult:
        """Return every registration as it stands at the end."""
        try:
            if registration.undo:
                await self._undo(registration.undo)
            else:
                await self._triggered()
                await self._register_all()
        except (asyncio.CancelledError, ActivityError) as end:
            if not is_cancelled_exception(end) or workflow.cancellation_reason() is None:
                raise
            await asyncio.shield(asyncio.ensure_future(self._compensate("The learner has withdrawn.")))
            raise
        finally:
            await self.finish()
        return self._result()

    async def _triggered(self) -> None:
        """Wait for a student administrator, unless the agreement registers by itself."""
        if self._input.asked_for:
            return
        names = ", ".join(self._name(planned.partner) for planned in self._input.planned)
        await self.ask(
            Question(
                kind=TaskKind.TRIGGER_REGISTRATION,
                role=Role.STUDENT_ADMINISTRATION,
                partner=self._input.planned[0].partner,
                subject=f"Register the learner at {names}",
                options=(option(REGISTER, "Register now"),),
                working_days=self._rules.days_to_trigger,
                regulation="Agreement, section registration",
            )
        )

    async def _register_all(self) -> None:
        """Register at the main partner, then at the others side by side (R204, R205)."""
        main = [one for one in self._input.planned if one.kind is RegistrationKind.MAIN]
        others = [one for one in self._input.planned if one.kind is not RegistrationKind.MAIN]
        self._waits_for(main)
        for planned in main:
            await self._register(planned)
        if not self._withdrawn:
            self._waits_for(others)
            await asyncio.gather(*(self._register(planned) for planned in others))
        self._waits_for([])
        if self._withdrawn:
            await self._compensate(self._withdrawn)

    @staticmethod
    def _waits_for(registrations: list[PlannedRegistration]) -> None:
        """Show operators which partners this case waits for."""
        partners = sorted({one.partner for one in registrations})
        workflow.upsert_search_attributes([WAITS_FOR.value_set(partners)])

    async def _register(self, planned: PlannedRegistration) -> None:
        """Bring about one registration; after a refusal a person repairs it, or all is undone."""
        await self._stands(planned, RegistrationState.REQUESTED)
        attempt = 1
        while True:
            try:
                receipt = await self._register_once(planned, attempt)
            except RefusedError as refusal:
                if not await self._repaired(planned, refusal):
                    return
                attempt += 1
            else:
                await self._stands(planned, RegistrationState.ACTIVE, receipt)
                return

    async def _repaired(self, planned: PlannedRegistration, refusal: RefusedError) -> bool:
        """Let a person decide after a refusal; True to try again, False when all is to be undone."""
        if self._rules.on_refusal is PartnerRefusalRule.WITHDRAW_EVERYWHERE:
            await self._stands(planned, RegistrationState.REFUSED, refusal=refusal)
            self._withdrawn = f"{self._name(planned.partner)} refused: {refusal.sentence}"
            return False
        await self._stands(planned, RegistrationState.HELD, refusal=refusal)
        answer = await self.ask(
            Question(
                kind=TaskKind.REPAIR_REGISTRATION,
                role=Role.STUDENT_ADMINISTRATION,
                partner=planned.partner,
                subject=f"The registration was refused: {refusal.sentence}",
                options=(
                    option(RETRY, "Corrected, register again"),
                    option(WITHDRAW, "Undo the registrations everywhere", needs_reason=True),
                ),
                working_days=self._rules.days_to_register,
                regulation="Agreement, section registration: when a partner refuses",
            )
        )
        if answer is not None and answer.option == RETRY:
            return True
        self._withdrawn = answer.decision.reason if answer else refusal.sentence
        return False

    # Undoing

    async def _compensate(self, reason: str) -> None:
        """Undo, in reverse order, everything that was asked of a partner in this workflow."""
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        states = (RegistrationState.REQUESTED, RegistrationState.ACTIVE, RegistrationState.HELD)
        asked = [one for one in self._standing.values() if one.state in states]
        self._withdrawn = reason
        await self._undo(tuple(reversed(asked)))

    async def _undo(self, registrations: tuple[PartnerRegistration, ...]) -> None:
        """Cancel registrations one after the other, each confirmed by its partner."""
        for registration in registrations:
            planned = PlannedRegistration(
                partner=registration.partner, kind=registration.kind, course=registration.course
            )
            try:
                receipt = await self._cancel_once(planned, registration)
            except RefusedError as refusal:
                await self._cancelled_by_hand(planned, refusal.sentence)
                receipt = self._receipt_by_hand(planned.partner, "", None)
            await self._stands(planned, RegistrationState.CANCELLED, receipt, number=registration.number)

    # What stands

    async def _stands(
        self,
        planned: PlannedRegistration,
        state: RegistrationState,
        receipt: PartnerReceipt | None = None,
        *,
        refusal: RefusedError | None = None,
        number: int | None = None,
    ) -> None:
        standing = PartnerRegistration(
            partner=planned.partner,
            kind=planned.kind,
            course=planned.course,
            state=state,
            number=number or self._input.number,
            receipt=receipt,
            since=self.now(),
            refusal_code=refusal.code if refusal else "",
            sentence=refusal.sentence if refusal else "",
        )
        self._standing[planned.partner, planned.course] = standing
        await write(
            RegistrationActivities.save_registration,
            RegistrationRecord(case=self._context.case, registration=standing),
        )

    def _result(self) -> RegistrationResult:
        standing = tuple(self._standing.values())
        complete = all(one.state is RegistrationState.ACTIVE for one in standing)
        sentence = self._withdrawn or "Registered at every partner."
        return RegistrationResult(registrations=standing, complete=complete, sentence=sentence)
