"""Calls of a partner's student system: the wait for its answer, its silence, its refusal. Source: V29-V36."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from engine.search import WAITS_FOR
from models.actor import Role
from models.partner import PartnerReceipt
from models.partnership import Partner
from models.task import TaskKind
from workflows.casework import Casework
from workflows.steps import call_partner
from workflows.tasks import OpenTask, Question, option

Order = TypeVar("Order")
Call = Callable[[Any, Order], Awaitable[PartnerReceipt]]


class RefusedError(Exception):
    """A partner refuses; a person must help."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class PartnerDesk:
    """Drives partners' systems for one workflow, and makes their silence somebody's task."""

    def __init__(self, case: Casework, partners: tuple[Partner, ...]) -> None:
        self._case = case
        self._partners = {partner.id: partner for partner in partners}
        self._calls: dict[asyncio.Task[PartnerReceipt], str] = {}

    def partner(self, partner: str) -> Partner:
        """Give a partner of the agreement."""
        return self._partners[partner]

    def name(self, partner: str) -> str:
        """Tell what a partner is called, in English where it has such a name."""
        names = self._partners[partner].name
        return names.get("en") or next(iter(names.values()))

    async def call(
        self, step: Call[Order], order: Order, partner: str, act: str, days: int
    ) -> PartnerReceipt:
        """
        Have a partner's system do something, however long it takes; `RefusedError` when it will not.

        `act` completes "... at the partner", as in `Register`. After `days` working days without an
        answer the partner's student administration is asked to see to its system.
        """
        summary = f"{act} at {self.name(partner)}"
        call = asyncio.ensure_future(call_partner(step, order, partner, summary))
        self._calls[call] = partner
        self._show_calls()
        chased = False
        try:
            if not await self._answered(call, days):
                chased = True
                await self._chase(call, partner, act, days)
            return await call
        except ActivityError as failure:
            cause = failure.cause
            if isinstance(cause, ApplicationError):
                raise RefusedError(cause.type or "Refused", cause.message) from failure
            raise
        finally:
            await self._over(call)
            if chased:
                self.show_waiting(self._calls.values())

    async def _answered(self, call: "asyncio.Task[PartnerReceipt]", days: int) -> bool:
        return await self._case.until(call.done, self._case.due_in(days), "The partner's answer is expected")

    async def _over(self, call: "asyncio.Task[PartnerReceipt]") -> None:
        """Leave no call behind: one that is cancelled may still bring its effect, and says so."""
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        del self._calls[call]
        self._show_calls()

    async def _chase(self, call: "asyncio.Task[PartnerReceipt]", partner: str, act: str, days: int) -> None:
        """Make the silence of a partner somebody's task, again each period, until it has answered."""
        self.show_waiting(self._calls.values())
        while not call.done():
            (opened,) = await self._case.open((self._silence(partner, act, days),))
            while not await self._case.settled((opened,), partial(_heard, call, opened)):
                await self._case.escalate((opened,))
            await self._case.close((opened,), "the partner has answered")
            await self._answered(call, days)

    def _silence(self, partner: str, act: str, days: int) -> Question:
        return Question(
            kind=TaskKind.REPAIR_REGISTRATION,
            role=Role.STUDENT_ADMINISTRATION,
            partner=partner,
            subject=f"{self.name(partner)} has not answered in time ({act}). See to its student system",
            options=(option("noted", "I am seeing to it"),),
            working_days=days,
        )

    def show_waiting(self, partners: Iterable[str]) -> None:
        """
        Let operators find the cases that wait for these partners.

        Each time is an event of history: calls that are answered in a moment are not shown.
        """
        workflow.upsert_search_attributes([WAITS_FOR.value_set(sorted(set(partners)))])

    def _show_calls(self) -> None:
        self._case.details.show(systems=sorted(set(self._calls.values())))


def _heard(call: "asyncio.Task[PartnerReceipt]", opened: OpenTask) -> bool:
    return call.done() or opened.settled
