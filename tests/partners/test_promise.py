"""Each adapter's promise: whatever the partner does, one active registration per learner and offering."""

import asyncio
from typing import Any

import pytest

from models.partner import AssociationState
from partners.errors import (
    PartnerPendingError,
    PartnerRefusalCode,
    PartnerRefusedError,
    PartnerUnavailableError,
)
from partners.identity import person_id
from tests.partners.sandboxes import Client, Sandbox, an_order, until_settled

REGISTER = {"operation": "register"}

SWITCHES: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "delay": [{"kind": "delay", "seconds": 0.3}],
    "500": [{"kind": "fail_500", **REGISTER}],
    "500 after the effect": [{"kind": "fail_500", "after_effect": True, **REGISTER}],
    "503": [{"kind": "unavailable_503", "seconds": 1, **REGISTER}],
    "timeout": [{"kind": "timeout", **REGISTER}],
    "timeout without effect": [{"kind": "timeout", "after_effect": False, **REGISTER}],
    "cut": [{"kind": "cut", **REGISTER}],
    "cut, shown late": [{"kind": "cut", **REGISTER}, {"kind": "show_later", "seconds": 0.2, **REGISTER}],
    "cut twice": [{"kind": "cut", "times": 2, **REGISTER}],
    "cut while the person is stored": [{"kind": "cut", "operation": "write_person"}],
    "person shown late": [
        {"kind": "cut", "operation": "write_person"},
        {"kind": "show_later", "seconds": 0.2, "operation": "write_person"},
        {"kind": "new_id", "operation": "write_person", "times": 2},
    ],
    "later": [{"kind": "accept_later", "seconds": 0.5}],
    "later, and the answer lost": [{"kind": "accept_later", "seconds": 0.2}, {"kind": "cut", **REGISTER}],
    "person taken for later": [{"kind": "accept_later", "seconds": 0.4, "operation": "write_person"}],
    "delivered twice": [{"kind": "duplicate_delivery", **REGISTER}],
    "person delivered twice": [{"kind": "duplicate_delivery", "operation": "write_person"}],
    "wrong JSON": [{"kind": "wrong_json", **REGISTER}],
    "wrong JSON when read": [{"kind": "wrong_json", "operation": "read_association", "times": 2}],
    "200 with code 500": [{"kind": "code_in_body", "code": 500, **REGISTER}],
    "200 with code 409": [{"kind": "code_in_body", "code": 409, "after_effect": True, **REGISTER}],
    "new ids": [{"kind": "new_id", "times": 9}, {"kind": "cut", **REGISTER}],
    "new ids, shown late": [
        {"kind": "new_id", "times": 9},
        {"kind": "show_later", "seconds": 0.2, "times": 9},
        {"kind": "wrong_json", "times": 2, **REGISTER},
    ],
    "no token": [{"kind": "fail_500", "operation": "token"}],
}


@pytest.mark.parametrize("name", SWITCHES)
async def test_ends_with_one_active_registration(sandbox: Sandbox, name: str) -> None:
    order = an_order()
    sandbox.switch(*SWITCHES[name])

    async with Client(sandbox) as client:
        receipt = await until_settled(client, order)

    assert receipt.state is AssociationState.ASSOCIATED
    assert receipt.student_number is not None
    (row,) = sandbox.effective(person_id("jyu", order.person))
    assert row["active"] == 1
    assert row["associations"][receipt.reference] == "associated"
    assert row["student_number"] == receipt.student_number


async def test_many_callers_with_the_same_order_end_with_one(sandbox: Sandbox) -> None:
    order = an_order()
    async with Client(sandbox) as client:
        receipts = await asyncio.gather(*(until_settled(client, order) for _ in range(6)))
        receipts.append(await until_settled(client, order))

    (row,) = sandbox.effective(person_id("jyu", order.person))
    assert row["active"] == 1
    assert row["associations"][receipts[-1].reference] == "associated"


async def test_second_registrations_are_reported_even_when_an_earlier_run_cancelled_them(
    sandbox: Sandbox,
) -> None:
    order = an_order()
    sandbox.switch({"kind": "duplicate_delivery", "operation": "register"})
    async with Client(sandbox) as client:
        first = await until_settled(client, order)
        again = await until_settled(client, order)

    assert again.reference == first.reference
    assert first.duplicates_cancelled == again.duplicates_cancelled == (0 if sandbox.version == 6 else 1)


async def test_refusal_needs_a_person_and_stays_until_that_person_tries_again(sandbox: Sandbox) -> None:
    order = an_order()
    sandbox.switch({"kind": "refuse", "reason": "No proof of identity."})
    async with Client(sandbox) as client:
        for _ in range(2):
            with pytest.raises(PartnerRefusedError, match="No proof of identity") as refused:
                await client.port.register(order)
            assert refused.value.code is PartnerRefusalCode.DENIED

        repaired = order.model_copy(update={"effect_key": f"{order.effect_key}/2"})
        assert (await client.port.register(repaired)).state is AssociationState.ASSOCIATED

    (row,) = sandbox.effective(person_id("jyu", order.person))
    assert row["active"] == 1


async def test_pending_is_told_and_becomes_associated(sandbox: Sandbox) -> None:
    order = an_order()
    sandbox.switch({"kind": "accept_later", "seconds": 1.0})
    async with Client(sandbox) as client:
        with pytest.raises(PartnerPendingError, match="has not decided yet"):
            await client.port.register(order)
        waiting = await client.port.look_up(order)
        await asyncio.sleep(1.0)
        receipt = await client.port.register(order)

    assert waiting is not None
    assert waiting.state is AssociationState.PENDING
    assert receipt.state is AssociationState.ASSOCIATED


async def test_pending_may_become_denied(sandbox: Sandbox) -> None:
    order = an_order()
    sandbox.switch({"kind": "accept_later", "seconds": 0.2, "then": "denied", "reason": "Places are gone."})
    async with Client(sandbox) as client:
        with pytest.raises((PartnerRefusedError, PartnerPendingError)):
            await client.port.register(order)
        await asyncio.sleep(0.3)
        with pytest.raises(PartnerRefusedError, match="Places are gone"):
            await client.port.register(order)


async def test_error_code_in_a_200_is_a_refusal_where_time_does_not_help(sandbox: Sandbox) -> None:
    sandbox.switch(
        {"kind": "code_in_body", "code": 422, "operation": "register", "reason": "Already enrolled"}
    )
    async with Client(sandbox) as client:
        with pytest.raises(PartnerRefusedError, match="Already enrolled") as refused:
            await client.port.register(an_order())

    assert refused.value.code is PartnerRefusalCode.DENIED


async def test_retry_after_is_passed_on(sandbox: Sandbox) -> None:
    sandbox.switch({"kind": "unavailable_503", "seconds": 7, "operation": "register"})
    async with Client(sandbox) as client:
        with pytest.raises(PartnerUnavailableError, match="503") as unavailable:
            await client.port.register(an_order())

    assert unavailable.value.retry_after == 7


async def test_enrolment_in_a_course_discloses_nothing_again(sandbox: Sandbox) -> None:
    order = an_order()
    enrolment = order.model_copy(update={"course": "course-1", "effect_key": f"{order.effect_key}/c"})
    async with Client(sandbox) as client:
        await client.port.register(order)
        receipt = await client.port.register(enrolment)
        disclosed = len(client.disclosures)

    assert receipt.state is AssociationState.ASSOCIATED
    assert disclosed == 1
    assert [row["active"] for row in sandbox.effective(person_id("jyu", order.person))] == [1, 1]
