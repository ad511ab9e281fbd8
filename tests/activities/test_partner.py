"""Partners' errors in the engine's words, against a real sandbox partner of either version."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.registration import PartnerActivities
from models.partner import AssociationState
from partners.port import PartnerPort
from tests.partners.sandboxes import Client, Sandbox, a_report, an_order


@pytest.fixture(scope="module", params=[6, 5], ids=["v6", "v5"])
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with Sandbox(request.param, folder / "sandbox.sqlite") as running:
        yield running


@pytest.fixture
async def partner(sandbox: Sandbox) -> AsyncIterator[PartnerActivities]:
    sandbox.switch()
    async with Client(sandbox) as client:
        yield PartnerActivities(lambda _programme, _partner: client.port)


def an_attempt(after: timedelta = timedelta(0)) -> ActivityEnvironment:
    """Run an attempt that began so long after the case had asked for the step."""
    engine = ActivityEnvironment()
    engine.info = replace(engine.info, started_time=engine.info.scheduled_time + after)
    return engine


async def test_a_registration_is_made_reported_and_undone(partner: PartnerActivities) -> None:
    engine, order = an_attempt(after=timedelta(seconds=1)), an_order(course="course-1")

    made = await engine.run(partner.register_at_partner, order)
    again = await engine.run(partner.register_at_partner, order)
    reported = await engine.run(partner.report_result_to_partner, a_report(order))
    undone = await engine.run(partner.cancel_at_partner, order)

    assert (made.state, made.reference) == (AssociationState.ASSOCIATED, again.reference)
    assert reported.state is AssociationState.ASSOCIATED
    assert undone.state is AssociationState.CANCELLED


async def test_nothing_there_counts_as_undone_only_when_no_late_call_can_change_it(
    partner: PartnerActivities,
) -> None:
    order = an_order()

    with pytest.raises(ApplicationError, match="looked at again") as early:
        await an_attempt().run(partner.cancel_at_partner, order)
    undone = await an_attempt(after=timedelta(seconds=1)).run(partner.cancel_at_partner, order)

    assert not early.value.non_retryable
    assert early.value.next_retry_delay == timedelta(seconds=0.8)
    assert undone.state is AssociationState.CANCELLED


async def test_a_partner_without_an_endpoint_needs_a_person() -> None:
    ports: dict[str, PartnerPort] = {}
    partner = PartnerActivities(lambda _, partner: ports[partner])

    with pytest.raises(ApplicationError, match="Add its endpoint there") as missing:
        await ActivityEnvironment().run(partner.register_at_partner, an_order())

    assert missing.value.non_retryable
    assert missing.value.type == "NoOfferingInDirectory"


async def test_a_refusal_needs_a_person_and_is_not_tried_again(
    partner: PartnerActivities, sandbox: Sandbox
) -> None:
    sandbox.switch({"kind": "refuse", "reason": "The birth date is missing."})

    with pytest.raises(ApplicationError, match=r"The birth date is missing\.") as refused:
        await ActivityEnvironment().run(partner.register_at_partner, an_order())

    assert refused.value.non_retryable
    assert refused.value.type
    assert "Error" not in refused.value.type


@pytest.mark.parametrize(
    ("switch", "delay"),
    [
        ({"kind": "unavailable_503", "seconds": 7}, timedelta(seconds=7)),
        ({"kind": "fail_500"}, None),
        ({"kind": "cut", "operation": "register"}, None),
        ({"kind": "wrong_json", "operation": "register"}, None),
    ],
    ids=["503 with Retry-After", "500", "cut connection", "wrong JSON"],
)
async def test_an_outage_needs_time_and_is_tried_again(
    partner: PartnerActivities, sandbox: Sandbox, switch: dict[str, object], delay: timedelta | None
) -> None:
    sandbox.switch(switch)

    with pytest.raises(ApplicationError) as outage:
        await ActivityEnvironment().run(partner.register_at_partner, an_order())

    assert not outage.value.non_retryable
    assert outage.value.type == "PartnerUnavailableError"
    if delay is not None:
        assert outage.value.next_retry_delay == delay


async def test_a_partner_that_has_not_decided_yet_is_asked_again(
    partner: PartnerActivities, sandbox: Sandbox
) -> None:
    sandbox.switch({"kind": "accept_later", "seconds": 0.5})
    order = an_order()

    with pytest.raises(ApplicationError) as pending:
        await ActivityEnvironment().run(partner.register_at_partner, order)

    assert not pending.value.non_retryable
    assert pending.value.type == "PartnerPendingError"
    assert pending.value.next_retry_delay is None  # so the engine waits longer each time
