"""
Open Education API v6: one effect exactly, because the identifier is ours and PUT may be repeated.

Source: standard v6 (`PUT /persons/{id}`, `PUT|PATCH .../{id}`); interop 1.2-1.7.
"""

from datetime import timedelta
from typing import NamedTuple

from models.partner import (
    AssociationState,
    DisclosureRequest,
    OfferingId,
    PartnerEndpoint,
    PartnerOrder,
    PartnerReceipt,
    ResultReport,
)
from partners.adapter import Answers, Now, utc_now
from partners.identity import association_id, effect_id, person_id
from partners.person import code_of_kind, person_v6
from partners.port import DisclosurePort
from partners.result import is_superseded, result_v6
from partners.wire import JSONObject, PartnerWire, said

ACCEPT = "application/vnd.oeapi+json;version=6.0"
_PUT = {"accept": ACCEPT, "content-type": "application/json"}
_PATCH = {"accept": ACCEPT, "content-type": "application/merge-patch+json"}

_STATES = {
    "associated": AssociationState.ASSOCIATED,
    "finished": AssociationState.ASSOCIATED,
    "pending": AssociationState.PENDING,
    "queued": AssociationState.QUEUED,
    "denied": AssociationState.DENIED,
    "cancelled": AssociationState.CANCELLED,
    "canceled": AssociationState.CANCELLED,
}
"""The standard's list is open, so validators let the spelling of v5 through; we read it, never send it."""


class _Target(NamedTuple):
    """The association that an order or a result is about."""

    kind: str
    offering: OfferingId
    association: str
    person: str

    @property
    def url(self) -> str:
        return f"{self.kind}-offering-associations/{self.association}"


class OEAPIPartner:
    """A partner that speaks Open Education API v6."""

    needs_person = False

    def __init__(
        self, endpoint: PartnerEndpoint, wire: PartnerWire, disclosure: DisclosurePort, now: Now = utc_now
    ) -> None:
        self._base = endpoint.base_url.rstrip("/")
        self._endpoint = endpoint
        self._wire = wire
        self._disclosure = disclosure
        self._answers = Answers(endpoint, now)

    async def register(self, order: PartnerOrder) -> PartnerReceipt:
        """
        Look, then put; what is there already is not put again.

        What was denied or cancelled is asked for again under a new effect key only: a person
        has looked into it then.
        """
        target = self._target(order)
        held = await self._get(target)
        if held is None or self._is_of_an_earlier_try(order, target, held):
            await self._ensure_person(order, target)
            held = await self._put(order, target)
        return self._answers.registered(self._receipt(order, target, held))

    async def cancel(self, order: PartnerOrder, asked_ago: timedelta = timedelta(0)) -> PartnerReceipt:
        """
        Tell the partner that for us it is cancelled (`remoteState` is the caller's).

        Where there is none, none is put in its place to be cancelled: that would need the
        person, whose data a partner need not see any more.
        """
        target = self._target(order)
        held = await self._get(target)
        if held is None:
            self._answers.must_have_settled(order, asked_ago)
            return self._answers.receipt(order, AssociationState.CANCELLED, "", "nothing was registered")
        before = self._receipt(order, target, held)
        if before.state in {AssociationState.CANCELLED, AssociationState.DENIED}:
            return before
        answer = await self._wire.write("PATCH", self._url(target), _PATCH, {"remoteState": "cancelled"})
        return self._answers.cancelled(self._receipt(order, target, answer.body))

    async def report_result(self, report: ResultReport) -> PartnerReceipt:
        """Enter the result with the enrolment, unless this or a later one stands there."""
        target = self._target(report)
        held = await self._get(target)
        if held is None:
            raise self._answers.not_enrolled(report)
        if not is_superseded(held.get("result"), report):
            body = {"result": result_v6(report)}
            held = (await self._wire.write("PATCH", self._url(target), _PATCH, body)).body
        return self._receipt(report, target, held)

    async def look_up(self, order: PartnerOrder) -> PartnerReceipt | None:
        target = self._target(order)
        held = await self._get(target)
        return None if held is None else self._receipt(order, target, held)

    def _target(self, about: PartnerOrder | ResultReport) -> _Target:
        offering = self._answers.offering(about.course)
        return _Target(
            kind="course" if about.course else "programme",
            offering=offering,
            association=association_id(about.case, about.number, about.partner, offering),
            person=person_id(about.partner, about.person),
        )

    def _url(self, target: _Target) -> str:
        return f"{self._base}/{target.url}"

    async def _get(self, target: _Target) -> JSONObject | None:
        return await self._wire.get(self._url(target), ACCEPT, {"expand": "person"})

    async def _ensure_person(self, order: PartnerOrder, target: _Target) -> None:
        """Put the person; for a course only if the partner does not know them, so as to disclose once."""
        url = f"{self._base}/persons/{target.person}"
        if order.course and await self._wire.get(url, ACCEPT) is not None:
            return
        person = await self._disclosure.disclose(
            DisclosureRequest(
                partner=order.partner,
                case=order.case,
                person=order.person,
                purpose="registration",
                effect_key=order.effect_key,
            )
        )
        body = person_v6(self._endpoint, target.person, person)
        answer = await self._wire.write("PUT", url, _PUT, body, may_be_empty=True)
        if answer.status == 202 and await self._wire.get(url, ACCEPT) is None:
            raise self._answers.pending(f"{order.partner} took the person and does not show them yet")

    def _is_of_an_earlier_try(self, order: PartnerOrder, target: _Target, held: JSONObject) -> bool:
        ext = held.get("ext")
        key = ext.get("effectKey") if isinstance(ext, dict) else None
        state = self._receipt(order, target, held).state
        is_over = state in {AssociationState.DENIED, AssociationState.CANCELLED}
        return is_over and key is not None and key != effect_id(order.partner, order.effect_key)

    async def _put(self, order: PartnerOrder, target: _Target) -> JSONObject:
        """
        Ask for the association.

        v6 defines no answer to PUT: one without the state, or without the person and thus the
        student number, is read again.
        """
        effect = effect_id(order.partner, order.effect_key)
        body = {
            "associationId": target.association,
            "role": "student",
            "state": "pending",
            "remoteState": "associated",
            "personId": target.person,
            f"{target.kind}OfferingId": target.offering,
            "ext": {
                "registrationKind": order.kind.value,
                "registrationNumber": order.number,
                "effectKey": effect,
            },
        }
        headers = {**_PUT, "idempotency-key": effect}
        answer = await self._wire.write("PUT", self._url(target), headers, body, may_be_empty=True)
        if "state" in answer.body and isinstance(answer.body.get("person"), dict):
            return answer.body
        held = await self._get(target)
        if held is None:
            raise self._answers.pending(f"{order.partner} took the order and shows nothing yet")
        return held

    def _receipt(
        self, about: PartnerOrder | ResultReport, target: _Target, held: JSONObject
    ) -> PartnerReceipt:
        state = _STATES.get(str(held.get("state")))
        if state is None:
            raise self._answers.nonsense(f"answered with the state {str(held.get('state'))[:40]!r}")
        if held.get("associationId", target.association) != target.association:
            raise self._answers.nonsense("answered about another registration")
        receipt = self._answers.receipt(about, state, target.association, said(held))
        number = code_of_kind(held.get("person"), "student_number")
        return receipt.model_copy(update={"student_number": number})
