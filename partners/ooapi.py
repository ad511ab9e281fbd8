"""
Open Education API v5 with client credentials: at most one active registration.

Deployed v5 knows only a user's token and has no key against repetition; this is a profile of
ours. It waits out the partner's processing time and looks again before it believes anything,
so that a second registration (a lost answer, a crash, a double delivery) is seen, cancelled
and reported. Source: standard v5; interop 1.2-1.7.
"""

import asyncio
from datetime import timedelta

import structlog

from models.partner import (
    AssociationState,
    DisclosureRequest,
    PartnerEndpoint,
    PartnerOrder,
    PartnerReceipt,
    ResultReport,
)
from partners.adapter import Answers, Now, utc_now
from partners.errors import PartnerUnavailableError
from partners.identity import effect_id, person_id
from partners.ooapi_reading import Held, HeldAssociations, Reader, reference_of
from partners.person import person_v5
from partners.port import DisclosurePort
from partners.result import is_superseded, result_v5
from partners.wire import JSONObject, PartnerWire, said

_ACCEPT = "application/json"
_POST = {"accept": _ACCEPT, "content-type": "application/json"}
_PATCH = {"accept": _ACCEPT, "content-type": "application/merge-patch+json"}

_log = structlog.get_logger(__name__)


class OOAPIPartner:
    """A partner that speaks Open Education API v5."""

    needs_person = False

    def __init__(
        self, endpoint: PartnerEndpoint, wire: PartnerWire, disclosure: DisclosurePort, now: Now = utc_now
    ) -> None:
        self._base = endpoint.base_url.rstrip("/")
        self._endpoint = endpoint
        self._wire = wire
        self._disclosure = disclosure
        self._answers = Answers(endpoint, now)
        self._reader = Reader(endpoint, wire, self._answers)
        self._processing = float(endpoint.processing_seconds)

    async def register(self, order: PartnerOrder) -> PartnerReceipt:
        """
        Look; ask if there is none; wait; look again and settle on one.

        The wait comes on every run: an earlier run may have died right after asking, and
        nobody would know. What the partner has not decided yet is not waited for: it will be
        looked at again anyway.
        """
        offering = self._answers.offering(order.course)
        held = await self._reader.associations(order, offering)
        if held.active and held.active[0].state is not AssociationState.ASSOCIATED:
            return await self._settle(order, held)
        if not held.active and not held.answers_to(order):
            await self._ask(order, offering, held)
        await asyncio.sleep(self._processing)
        held = await self._reader.associations(order, offering)
        return await self._settle(order, held)

    async def cancel(self, order: PartnerOrder, asked_ago: timedelta = timedelta(0)) -> PartnerReceipt:
        """Cancel everything active, and look again when nothing can take effect late any more."""
        offering = self._answers.offering(order.course)
        held = await self._reader.associations(order, offering)
        for one in held.active:
            await self._cancel(order, one)
        self._answers.must_have_settled(order, asked_ago)
        known = {one.identifier: one for one in [*held.active, *held.of(reference_of(order, offering))]}
        if not known:
            return self._answers.receipt(order, AssociationState.CANCELLED, "", "nothing was registered")
        undone = [one for one in known.values() if one.state is not AssociationState.DENIED]
        receipt = self._answers.receipt(order, AssociationState.CANCELLED, next(iter(known)))
        return receipt.model_copy(update={"duplicates_cancelled": max(len(undone) - 1, 0)})

    async def report_result(self, report: ResultReport) -> PartnerReceipt:
        """Enter the result with the active enrolment, unless this or a later one stands there."""
        offering = self._answers.offering(report.course)
        held = await self._reader.associations(report, offering)
        if not held.active:
            raise self._answers.not_enrolled(report)
        chosen = held.active[0]
        if not is_superseded(chosen.body.get("result"), report):
            await self._patch(chosen, {"result": result_v5(report)})
        return self._receipt(report, chosen, held)

    async def look_up(self, order: PartnerOrder) -> PartnerReceipt | None:
        offering = self._answers.offering(order.course)
        held = await self._reader.associations(order, offering)
        ours = held.active or held.of(reference_of(order, offering))
        return self._receipt(order, ours[0], held) if ours else None

    async def _ask(self, order: PartnerOrder, offering: str, held: HeldAssociations) -> None:
        effect = effect_id(order.partner, order.effect_key)
        try:
            person = held.persons[0] if held.persons else await self._post_person(order)
            body = {
                "associationId": reference_of(order, offering),
                "associationType": f"{'course' if order.course else 'program'}OfferingAssociation",
                "role": "student",
                "state": "pending",
                "remoteState": "associated",
                "person": person,
                "offering": await self._reader.offering(offering),
                "ext": {
                    "reference": reference_of(order, offering),
                    "effectKey": effect,
                    "registrationKind": order.kind.value,
                    "registrationNumber": order.number,
                },
            }
            headers = {**_POST, "idempotency-key": effect}
            answer = await self._wire.write("POST", f"{self._base}/associations/external/me", headers, body)
        except PartnerUnavailableError as error:
            error.retry_after = max(error.retry_after or 0.0, self._endpoint.settling_seconds)
            raise
        self._reader.state(answer.body)

    async def _post_person(self, order: PartnerOrder) -> str:
        person = await self._disclosure.disclose(
            DisclosureRequest(
                partner=order.partner,
                case=order.case,
                person=order.person,
                purpose="registration",
                effect_key=order.effect_key,
            )
        )
        body = person_v5(self._endpoint, person_id(order.partner, order.person), person)
        answer = await self._wire.write("POST", f"{self._base}/persons", _POST, body)
        if not isinstance(answer.body.get("personId"), str):
            raise self._answers.nonsense("stored a person without saying under which id")
        return str(answer.body["personId"])

    async def _settle(self, order: PartnerOrder, held: HeldAssociations) -> PartnerReceipt:
        """Keep one, cancel the rest; the count includes those that an earlier run cancelled."""
        if not held.active:
            ours = held.answers_to(order)
            if not ours:
                raise self._answers.pending(f"{order.partner} took the order and shows nothing yet")
            return self._answers.registered(self._receipt(order, ours[0], held))
        kept, *others = held.active
        for other in others:
            await self._cancel(order, other)
            _log.info("duplicate cancelled", partner=order.partner, case=order.case)
        cancelled = [one for one in held.answers_to(order) if one.is_cancelled]
        receipt = self._receipt(order, kept, held)
        receipt = receipt.model_copy(update={"duplicates_cancelled": len(others) + len(cancelled)})
        return self._answers.registered(receipt)

    async def _cancel(self, order: PartnerOrder, one: Held) -> None:
        """Cancel one and believe it only when the partner says so."""
        body = await self._patch(one, {"remoteState": "canceled"})
        state = self._reader.state(body)
        self._answers.cancelled(self._answers.receipt(order, state, one.identifier, said(body)))

    async def _patch(self, one: Held, body: JSONObject) -> JSONObject:
        url = f"{self._base}/associations/{one.identifier}"
        return (await self._wire.write("PATCH", url, _PATCH, body)).body

    def _receipt(
        self, about: PartnerOrder | ResultReport, one: Held, held: HeldAssociations
    ) -> PartnerReceipt:
        receipt = self._answers.receipt(about, one.state, one.identifier, said(one.body))
        return receipt.model_copy(update={"student_number": held.student_number})
