"""Registration at four partners, two interfaces and by hand, on a server that skips waiting."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from models.consortium import ConsortiumAgreement
from models.lifecycle import RegistrationResult
from models.registration import PartnerRefusalRule, RegistrationState
from models.task import TaskKind
from records.registration import RegistrationRepository
from tests.workflows.builders import DCE, a_context, changed, shipped
from tests.workflows.ends import a_registration
from tests.workflows.people import decision_for
from tests.workflows.world import World, eventually


async def start(world: World, agreement: ConsortiumAgreement | None = None, **fields: Any) -> tuple[str, Any]:
    agreement = agreement or shipped()
    context = await world.enter(agreement)
    given = a_registration(agreement, context, **fields)
    handle = await world.start(
        "RegistrationWorkflow", given, f"learner/{context.case}/registration/{given.number}"
    )
    return context.case, handle


async def ended(handle: Any) -> RegistrationResult:
    return RegistrationResult.model_validate(await handle.result())


@contextmanager
def switched(world: World, partner: str, **switch: Any) -> Iterator[None]:
    """Let a partner's system misbehave."""
    world.sandboxes[partner].switch(switch)
    try:
        yield
    finally:
        world.sandboxes[partner].switch()


def events(world: World, case: str) -> list[tuple[str, str]]:
    """List what became of the registrations, in the order in which it did."""
    with world.parts.database.reading() as session:
        found = RegistrationRepository(session).events(case)
        return [(one.registration.partner, one.registration.state.value) for one in found]


async def test_a_student_administrator_triggers_and_every_partner_registers(skipping: World) -> None:
    case, handle = await start(skipping, asked_for=False)

    await skipping.answer_next(case, TaskKind.TRIGGER_REGISTRATION)
    await skipping.answer_next(case, TaskKind.CONFIRM_REGISTRATION)

    result = await ended(handle)
    assert result.complete
    assert {one.partner: one.state for one in result.registrations} == dict.fromkeys(
        ("jyu", "fernuni", "uab", "anadolu"), RegistrationState.ACTIVE
    )
    assert all(one.receipt and one.receipt.student_number for one in result.registrations)
    assert skipping.registered(case) == {"jyu": 1, "fernuni": 1, "uab": 1}
    assert events(skipping, case)[:2] == [("jyu", "requested"), ("jyu", "active")]


async def test_a_refused_registration_is_held_repaired_and_tried_again(skipping: World) -> None:
    with switched(skipping, "fernuni", kind="refuse", reason="The birth date is missing."):
        case, handle = await start(skipping)
        await skipping.answer_next(case, TaskKind.CONFIRM_REGISTRATION)
        task = await skipping.task(case, TaskKind.REPAIR_REGISTRATION, partner="fernuni")
    await skipping.answer(task, "retry")

    result = await ended(handle)
    assert "The birth date is missing." in task.subject
    assert result.complete
    assert ("fernuni", "held") in events(skipping, case)
    assert skipping.registered(case) == {"jyu": 1, "fernuni": 1, "uab": 1}


async def test_a_person_may_undo_everything_after_a_refusal(skipping: World) -> None:
    with switched(skipping, "fernuni", kind="refuse"):
        case, handle = await start(skipping)
        await skipping.answer_next(case, TaskKind.CONFIRM_REGISTRATION)
        task = await skipping.task(case, TaskKind.REPAIR_REGISTRATION, partner="fernuni")
    await skipping.answer(task, "withdraw_everywhere", reason="It will not be accepted.")
    await skipping.answer_next(case, TaskKind.CONFIRM_CANCELLATION)

    result = await ended(handle)
    assert not result.complete
    assert skipping.registered(case) == {}
    assert {one.state for one in result.registrations} == {RegistrationState.CANCELLED}


async def test_where_the_agreement_says_so_one_refusal_undoes_all_in_reverse_order(
    skipping: World,
) -> None:
    strict = changed(shipped(), "registration", on_refusal=PartnerRefusalRule.WITHDRAW_EVERYWHERE)
    with switched(skipping, "uab", kind="refuse", reason="No place in the group."):
        case, handle = await start(skipping, strict)
        await skipping.answer_next(case, TaskKind.CONFIRM_REGISTRATION)
        await skipping.answer_next(case, TaskKind.CONFIRM_CANCELLATION)
        result = await ended(handle)

    cancelled = [partner for partner, state in events(skipping, case) if state == "cancelled"]
    requested = [partner for partner, state in events(skipping, case) if state == "requested"]
    assert "No place in the group." in result.sentence
    assert cancelled == [partner for partner in reversed(requested) if partner != "uab"]
    assert ("uab", "refused") in events(skipping, case)
    assert skipping.registered(case) == {}


async def test_a_partner_without_a_system_may_refuse_by_hand(skipping: World) -> None:
    case, handle = await start(skipping)
    task = await skipping.task(case, TaskKind.CONFIRM_REGISTRATION, partner="anadolu")

    numberless = await skipping.refusal(task.workflow_id, decision_for(DCE, task, "confirm", content=None))
    await skipping.answer(task, "refuse", reason="The diploma is not translated.")
    repair = await skipping.task(case, TaskKind.REPAIR_REGISTRATION, partner="anadolu")
    await skipping.answer(repair, "retry")
    await skipping.answer_next(case, TaskKind.CONFIRM_REGISTRATION)

    assert numberless.code == "NumberMissing"
    assert "The diploma is not translated." in repair.subject
    assert (await ended(handle)).complete


@pytest.mark.parametrize("kind", ["fail_500", "cut", "wrong_json", "duplicate_delivery", "accept_later"])
async def test_a_disturbed_registration_is_made_once(skipping: World, kind: str) -> None:
    with switched(skipping, "fernuni", kind=kind, operation="register", seconds=0.2):
        case, handle = await start(skipping)
        await skipping.answer_next(case, TaskKind.CONFIRM_REGISTRATION)
        result = await ended(handle)

    assert result.complete
    assert skipping.registered(case) == {"jyu": 1, "fernuni": 1, "uab": 1}
    assert skipping.duplicates(case) == 0


async def test_finished_registrations_are_undone_in_the_order_given(skipping: World) -> None:
    case, handle = await start(skipping)
    await skipping.answer_next(case, TaskKind.CONFIRM_REGISTRATION)
    made = (await ended(handle)).registrations
    given = tuple(reversed(made))
    context = a_context(shipped(), skipping.clock, case)
    undoing = await skipping.start(
        "RegistrationWorkflow",
        a_registration(shipped(), context, number=2, planned=(), undo=given),
        f"learner/{case}/registration/2",
    )
    await skipping.answer_next(case, TaskKind.CONFIRM_CANCELLATION)
    await eventually(lambda: not skipping.registered(case), "no registration")

    await ended(undoing)
    cancelled = [partner for partner, state in events(skipping, case) if state == "cancelled"]
    assert cancelled == [one.partner for one in given]
