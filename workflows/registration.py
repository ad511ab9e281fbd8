"""
Registration at every partner: the main one first, then the others side by side; or undoing them.

Source: R203-R210, V29-V36; the partner systems' promises in the design.
"""

import asyncio

from temporalio import workflow

from activities.registration import PartnerActivities, RegistrationActivities
from models.actor import Role
from models.base import CourseId, PartnerId
from models.lifecycle import RegistrationInput, RegistrationResult
from models.partner import AdapterKind, PartnerOrder, PartnerReceipt, RegistrationKind
from models.record import RegistrationRecord
from models.registration import (
    PartnerRegistration,
    PlannedRegistration,
    RefusalStep,
    RegistrationState,
)
from models.task import TaskKind
from rules.registration import may_be_registered, next_after_refusal
from workflows.casework import Casework
from workflows.ending import asked_to_stop, stop, to_the_end
from workflows.manual import ManualDesk
from workflows.partner import PartnerDesk, RefusedError
from workflows.steps import write
from workflows.tasks import Question, option

REGISTER, RETRY, WITHDRAW = "register", "retry", "withdraw_everywhere"


@workflow.defn
class RegistrationWorkflow(Casework):
    """
    Register a learner where the award needs it, or undo registrations in reverse order.

    A refusal needs a person, an outage needs time. When the workflow is cancelled, everything
    that it has asked of a partner is undone, and each partner's confirmation is awaited.
    """

    @workflow.init
    def __init__(self, registration: RegistrationInput) -> None:
        super().__init__(registration.context)
        self._input = registration
        self._rules = registration.regulations
        self._desk = PartnerDesk(self, registration.partners)
        self._by_hand = ManualDesk(self, self._rules.days_to_register)
        self._standing: dict[tuple[PartnerId, CourseId | None], PartnerRegistration] = {}
        self._withdrawn = ""

    @workflow.run
    async def run(self, registration: RegistrationInput) -> RegistrationResult:
        """Return every registration as it stands at the end."""
        try:
            if registration.undo:
                await to_the_end(self._undo(registration.undo))
            else:
                await self._triggered()
                await self._register_all()
        except BaseException as end:
            if asked_to_stop(end):
                await to_the_end(self._compensate("The learner has withdrawn."))
            raise
        finally:
            await to_the_end(self.finish())
        return self._result()

    async def _triggered(self) -> None:
        """Wait for a student administrator, unless the agreement registers by itself."""
        if self._input.asked_for:
            return
        names = ", ".join(self._desk.name(planned.partner) for planned in self._input.planned)
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
        await self._side_by_side(main)
        if not self._withdrawn:
            await self._side_by_side(others)
        if self._withdrawn:
            await to_the_end(self._compensate(self._withdrawn))

    async def _side_by_side(self, planned: list[PlannedRegistration]) -> None:
        """Register until each is settled, or until all is to be undone: then nobody is waited for."""
        if not planned:
            return
        self._desk.show_waiting(one.partner for one in planned)
        for wanted in planned:
            await self._stands(wanted, RegistrationState.REQUESTED)
        doing = [asyncio.ensure_future(self._register(one)) for one in planned]
        try:
            await workflow.wait_condition(lambda: bool(self._withdrawn) or all(one.done() for one in doing))
        finally:
            await stop(doing)
        for one in doing:
            if not one.cancelled():
                one.result()

    async def _register(self, planned: PlannedRegistration) -> None:
        """Bring about one registration; after a refusal a person repairs it, or all is undone."""
        attempt = 1
        while True:
            try:
                receipt = await self._register_once(planned, attempt)
            except RefusedError as refusal:
                if not await self._repaired(planned, refusal):
                    return
                attempt += 1
                await self._stands(planned, RegistrationState.REQUESTED)
            else:
                await self._stands(planned, RegistrationState.ACTIVE, receipt)
                return

    async def _register_once(self, planned: PlannedRegistration, attempt: int) -> PartnerReceipt:
        order = self._order(planned, attempt)
        if self._is_manual(planned):
            return await self._by_hand.register(planned.partner, order.effect_key)
        return await self._desk.call(
            PartnerActivities.register_at_partner,
            order,
            planned.partner,
            "Register",
            self._rules.days_to_register,
        )

    async def _repaired(self, planned: PlannedRegistration, refusal: RefusedError) -> bool:
        """Let a person decide after a refusal; True to try again, False when all is to be undone."""
        if next_after_refusal(self._rules.on_refusal).code is RefusalStep.CANCEL_EVERYWHERE:
            await self._stands(planned, RegistrationState.REFUSED, refusal=refusal)
            self._withdrawn = f"{self._desk.name(planned.partner)} refused: {refusal.sentence}"
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
        """Undo, in reverse order, everything that may have been registered by this workflow."""
        await self.close_all("the registration is being undone")
        self._withdrawn = reason
        asked = [one for one in self._standing.values() if may_be_registered(one)]
        await self._undo(tuple(reversed(asked)))

    async def _undo(self, registrations: tuple[PartnerRegistration, ...]) -> None:
        """Cancel registrations one after the other, each confirmed by its partner."""
        for registration in registrations:
            planned = PlannedRegistration(
                partner=registration.partner, kind=registration.kind, course=registration.course
            )
            receipt = await self._cancel(planned, registration)
            await self._stands(planned, RegistrationState.CANCELLED, receipt, number=registration.number)

    async def _cancel(
        self, planned: PlannedRegistration, registration: PartnerRegistration
    ) -> PartnerReceipt:
        order = self._order(planned, 1, number=registration.number)
        confirmed = registration.receipt is not None
        order = order.model_copy(
            update={"effect_key": f"{order.effect_key}/cancel", "is_confirmed": confirmed}
        )
        why = "The learner has left the programme."
        if not self._is_manual(planned):
            try:
                return await self._desk.call(
                    PartnerActivities.cancel_at_partner,
                    order,
                    planned.partner,
                    "Cancel the registration",
                    self._rules.days_to_register,
                )
            except RefusedError as refusal:
                why = refusal.sentence
        return await self._by_hand.cancel(planned.partner, order.effect_key, why)

    def _is_manual(self, planned: PlannedRegistration) -> bool:
        return self._desk.partner(planned.partner).adapter is AdapterKind.MANUAL

    def _order(self, planned: PlannedRegistration, attempt: int, number: int | None = None) -> PartnerOrder:
        context, number = self._context, number or self._input.number
        scope = planned.course or "programme"
        return PartnerOrder(
            effect_key=f"{context.case}/registration/{number}/{planned.partner}/{scope}/{attempt}",
            case=context.case,
            person=context.person,
            partner=planned.partner,
            programme=context.programme,
            number=number,
            kind=planned.kind,
            course=planned.course,
        )

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
