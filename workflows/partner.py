"""One registration at one partner: the call, the silence, the confirmation by hand, the cancellation."""

import asyncio
from functools import partial

from temporalio.exceptions import ActivityError, ApplicationError

from activities.registration import PartnerActivities
from models.actor import Role
from models.base import PartnerId
from models.decision import Decision
from models.lifecycle import RegistrationInput
from models.partner import AdapterKind, AssociationState, PartnerOrder, PartnerReceipt
from models.registration import (
    PartnerRegistration,
    PlannedRegistration,
)
from models.task import TaskKind
from workflows.casework import Casework
from workflows.refusals import require
from workflows.steps import call_partner
from workflows.tasks import OpenTask, Question, option


class RefusedError(Exception):
    """A partner refuses; a person must help."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class PartnerDesk(Casework):
    """Drives one partner at a time, by its system or through its student administration."""

    def __init__(self, registration: RegistrationInput) -> None:
        super().__init__(registration.context)
        self._input = registration
        self._rules = registration.regulations
        self._partners = {partner.id: partner for partner in registration.partners}
        self._calls: list[asyncio.Task[PartnerReceipt]] = []

    async def _register_once(self, planned: PlannedRegistration, attempt: int) -> PartnerReceipt:
        if self._partners[planned.partner].adapter is AdapterKind.MANUAL:
            return await self._confirmed_by_hand(planned)
        call = asyncio.ensure_future(
            call_partner(
                PartnerActivities.register_at_partner,
                self._order(planned, attempt),
                planned.partner,
                f"Register at {self._name(planned.partner)}",
            )
        )
        self._calls.append(call)
        return await self._watched(planned, call)

    async def _watched(
        self, planned: PlannedRegistration, call: "asyncio.Task[PartnerReceipt]"
    ) -> PartnerReceipt:
        """Await a partner's answer; silence past the deadline becomes somebody's task."""
        deadline = self.due_in(self._rules.days_to_register)
        if not await self.until(call.done, deadline, "The partner's answer is expected"):
            await self._chase(planned, call)
        try:
            return await call
        except ActivityError as failure:
            cause = failure.cause
            if isinstance(cause, ApplicationError):
                raise RefusedError(cause.type or "Refused", cause.message) from failure
            raise

    async def _chase(self, planned: PlannedRegistration, call: "asyncio.Task[PartnerReceipt]") -> None:
        """Make the silence of a partner somebody's task, again each period, until it has answered."""
        while not call.done():
            (opened,) = await self.open((self._silence_of(planned),))
            answered = partial(_over, call, opened)
            while not await self.settled((opened,), answered):
                await self.escalate((opened,))
            await self.close((opened,), "the partner has answered")
            deadline = self.due_in(self._rules.days_to_register)
            await self.until(call.done, deadline, "The partner's answer is expected")

    def _silence_of(self, planned: PlannedRegistration) -> Question:
        name = self._name(planned.partner)
        return Question(
            kind=TaskKind.REPAIR_REGISTRATION,
            role=Role.STUDENT_ADMINISTRATION,
            partner=planned.partner,
            subject=f"{name} has not answered the registration in time. See to its student system",
            options=(option("noted", "I am seeing to it"),),
            working_days=self._rules.days_to_register,
        )

    async def _confirmed_by_hand(self, planned: PlannedRegistration) -> PartnerReceipt:
        answer = await self.ask(
            Question(
                kind=TaskKind.CONFIRM_REGISTRATION,
                role=Role.STUDENT_ADMINISTRATION,
                partner=planned.partner,
                subject="Register the learner in your student system and confirm the student number",
                options=(
                    option("confirm", "The learner is registered"),
                    option("refuse", "We cannot register this learner", needs_reason=True),
                ),
                working_days=self._rules.days_to_register,
                check=_carries_number,
            )
        )
        content = answer.decision.content if answer else None
        if answer is None or content is None or content.content != "registration":
            raise RefusedError("RefusedByHand", answer.decision.reason if answer else "No answer.")
        return self._receipt_by_hand(planned.partner, content.evidence, content.student_number)

    async def _cancel_once(
        self, planned: PlannedRegistration, registration: PartnerRegistration
    ) -> PartnerReceipt:
        if self._partners[planned.partner].adapter is AdapterKind.MANUAL:
            await self._cancelled_by_hand(planned, "The learner has withdrawn")
            return self._receipt_by_hand(planned.partner, "", None)
        order = self._order(planned, 1, number=registration.number)
        order = order.model_copy(update={"effect_key": f"{order.effect_key}/cancel"})
        call = asyncio.ensure_future(
            call_partner(
                PartnerActivities.cancel_at_partner,
                order,
                planned.partner,
                f"Cancel the registration at {self._name(planned.partner)}",
            )
        )
        return await self._watched(planned, call)

    async def _cancelled_by_hand(self, planned: PlannedRegistration, why: str) -> None:
        await self.ask(
            Question(
                kind=TaskKind.CONFIRM_CANCELLATION,
                role=Role.STUDENT_ADMINISTRATION,
                partner=planned.partner,
                subject=f"{why}. Cancel the registration in your student system and confirm it here",
                options=(option("confirm", "The registration is cancelled"),),
                working_days=self._rules.days_to_register,
            )
        )

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

    def _receipt_by_hand(
        self, partner: PartnerId, evidence: str, student_number: str | None
    ) -> PartnerReceipt:
        active = student_number is not None
        return PartnerReceipt(
            effect_key=f"{self._context.case}/registration/{self._input.number}/{partner}/by-hand",
            partner=partner,
            state=AssociationState.ASSOCIATED if active else AssociationState.CANCELLED,
            reference=evidence,
            student_number=student_number,
            message="Confirmed by hand.",
            answered_at=self.now(),
        )

    def _name(self, partner: PartnerId) -> str:
        names = self._partners[partner].name
        return names.get("en") or next(iter(names.values()))


def _over(call: "asyncio.Task[PartnerReceipt]", opened: OpenTask) -> bool:
    return call.done() or opened.settled


def _carries_number(decision: Decision) -> None:
    content = decision.content
    require(
        decision.option != "confirm" or (content is not None and content.content == "registration"),
        "NumberMissing",
        "Give the student number in your system and where it can be seen.",
    )
