"""A result is entered once, with the enrolment, and no older attempt replaces a newer one."""

import asyncio

import pytest

from partners.errors import PartnerRefusalCode, PartnerRefusedError, PartnerUnavailableError
from partners.identity import person_id
from partners.sandbox.switches import Operation
from tests.partners.sandboxes import Client, Sandbox, a_report, an_order


@pytest.mark.parametrize("switch", ["fail_500", "cut", "wrong_json", "duplicate_delivery", "timeout"])
async def test_result_is_entered_once(sandbox: Sandbox, switch: str) -> None:
    order = an_order(course="course-1")
    report = a_report(order)
    async with Client(sandbox) as client:
        await client.port.register(order)
        sandbox.switch({"kind": switch, "operation": "report_result"})
        for _ in range(8):
            try:
                receipt = await client.port.report_result(report)
                break
            except PartnerUnavailableError:
                await asyncio.sleep(0.3)
        await client.port.report_result(report)

    assert receipt.reference
    assert len(sandbox.effects(person_id("jyu", order.person), Operation.REPORT_RESULT)) == 1


async def test_late_repetition_of_an_older_attempt_does_not_replace_the_newer_result(
    sandbox: Sandbox,
) -> None:
    order = an_order(course="course-1")
    async with Client(sandbox) as client:
        await client.port.register(order)
        await client.port.report_result(a_report(order, grade="0", passed=False))
        await client.port.report_result(a_report(order, attempt=2, grade="3"))
        await client.port.report_result(a_report(order, grade="0", passed=False))

    effects = sandbox.effects(person_id("jyu", order.person), Operation.REPORT_RESULT)
    assert ['"score": "0"' in effect["detail"]["result"] for effect in effects] == [True, False]


async def test_result_without_an_enrolment_needs_a_person(sandbox: Sandbox) -> None:
    async with Client(sandbox) as client:
        with pytest.raises(PartnerRefusedError, match="Enrol the learner first") as refused:
            await client.port.report_result(a_report(an_order()))

    assert refused.value.code is PartnerRefusalCode.UNKNOWN
