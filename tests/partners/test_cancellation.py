"""A withdrawal is confirmed only when nothing of the registration is active, nor can become so late."""

import tempfile
from pathlib import Path

import pytest

from models.partner import AssociationState
from partners.errors import (
    PartnerPendingError,
    PartnerRefusalCode,
    PartnerRefusedError,
    PartnerUnavailableError,
)
from partners.identity import person_id
from partners.sandbox.switches import Operation
from tests.partners.sandboxes import Client, Sandbox, an_order, until_cancelled

REGISTER = {"operation": "register"}


async def test_cancel_may_be_repeated_and_leaves_nothing_active(sandbox: Sandbox) -> None:
    order = an_order()
    async with Client(sandbox) as client:
        await client.port.register(order)
        sandbox.switch({"kind": "cut", "operation": "cancel"})
        with pytest.raises(PartnerUnavailableError):
            await client.port.cancel(order)
        receipts = [await until_cancelled(client, order), await until_cancelled(client, order)]
        with pytest.raises(PartnerRefusedError) as refused:
            await client.port.register(order)

    code = person_id("jyu", order.person)
    assert [receipt.state for receipt in receipts] == [AssociationState.CANCELLED] * 2
    assert sandbox.effective(code)[0]["active"] == 0
    assert len(sandbox.effects(code, Operation.CANCEL)) == 1
    assert refused.value.code is PartnerRefusalCode.CANCELLED


async def test_cancelling_what_was_never_registered_is_done(sandbox: Sandbox) -> None:
    async with Client(sandbox) as client:
        receipt = await until_cancelled(client, an_order())

    assert receipt.state is AssociationState.CANCELLED
    assert receipt.reference == ""


async def test_registration_that_takes_effect_after_its_cancellation_was_asked_for_is_cancelled(
    sandbox: Sandbox,
) -> None:
    order = an_order()
    sandbox.switch({"kind": "delay", "seconds": 1.2, **REGISTER})
    async with Client(sandbox) as client:
        with pytest.raises(PartnerUnavailableError, match="in time"):
            await client.port.register(order)
        with pytest.raises(PartnerPendingError, match="looked at again") as early:
            await client.port.cancel(order)
        receipt = await until_cancelled(client, order)

    (row,) = sandbox.effective(person_id("jyu", order.person))
    assert early.value.retry_after == pytest.approx(0.8)
    assert receipt.state is AssociationState.CANCELLED
    assert (row["active"], row["associations"]) == (0, {receipt.reference: "cancelled"})


async def test_late_second_registration_is_cancelled_with_the_first() -> None:
    order = an_order()
    with tempfile.TemporaryDirectory() as folder, Sandbox(5, Path(folder) / "s.sqlite", new_ids=True) as jyu:
        jyu.switch({"kind": "delay", "seconds": 1.2, **REGISTER})
        async with Client(jyu) as client:
            with pytest.raises(PartnerUnavailableError, match="in time"):
                await client.port.register(order)
            await client.port.register(order)
            receipt = await until_cancelled(client, order)
        (row,) = jyu.effective(person_id("jyu", order.person))

    assert list(row["associations"].values()) == ["cancelled", "cancelled"]
    assert receipt.duplicates_cancelled == 1


async def test_confirmed_registration_is_cancelled_without_waiting(sandbox: Sandbox) -> None:
    order = an_order()
    async with Client(sandbox) as client:
        made = await client.port.register(order)
        undone = await client.port.cancel(order.model_copy(update={"is_confirmed": True}))

    assert (undone.reference, undone.state) == (made.reference, AssociationState.CANCELLED)


async def test_registration_after_a_cancelled_one_is_a_new_one(sandbox: Sandbox) -> None:
    order = an_order()
    again = order.model_copy(update={"number": 2, "effect_key": f"{order.effect_key}/n2"})
    async with Client(sandbox) as client:
        first = await client.port.register(order)
        await until_cancelled(client, order)
        second = await client.port.register(again)

    assert second.reference != first.reference
    assert second.student_number == first.student_number
    (row,) = sandbox.effective(person_id("jyu", order.person))
    assert row["active"] == 1
