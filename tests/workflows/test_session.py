"""Meetings of the admission committee: agenda, attendance, closing, and what goes to the next meeting."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from activities.session import SessionActivities
from engine.errors import DecisionRefusedError
from models.actor import Role
from models.ballot import QuorumRule
from models.consortium import ConsortiumAgreement
from models.decision import Decision, DecisionKind
from models.lifecycle import NO_CASE
from models.session import AgendaItem, SessionInput, SessionMessage, SessionRecord
from models.task import Task, TaskKind
from records.session import CommitteeSession, SessionRepository
from tests.harness import decide_in_skipped_time
from tests.workflows.builders import COASTAL, a_context, an_admission, changed, shipped
from tests.workflows.people import decision_for, staff
from tests.workflows.test_ballot import accepted
from tests.workflows.world import World, eventually

MEETING = f"session/{COASTAL}-admission-committee"
CHAIR, KALKARA, ADRIATICO = "armor-maelle-kervella", "kalkara-maria-zahra", "adriatico-giulia-ferri"


def in_meetings(**ballot: Any) -> ConsortiumAgreement:
    """Let the committee decide in meetings, with a place for everybody."""
    agreement = changed(shipped(COASTAL), "admission", places=None, embargo=False)
    return changed(agreement, "admission.ballot", written_procedure=False, **ballot)


async def before_the_committee(world: World, agreement: ConsortiumAgreement | None = None) -> str:
    """Bring an application on the agenda; return its case."""
    agreement = agreement or in_meetings()
    context = await world.enter(agreement)
    given = an_admission(agreement, context)
    await world.start("AdmissionWorkflow", given, f"learner/{context.case}/admission")
    await world.answer_next(context.case, TaskKind.VERIFY_DOCUMENTS)
    await world.task(context.case, TaskKind.VOTE)
    return context.case


async def chairs_task(world: World, number: int = 1) -> Task:
    """Wait until the chair is asked to hold a meeting."""
    return await eventually(
        lambda: next((one for one in world.waiting() if one.workflow_id == f"{MEETING}/{number}"), None),
        f"meeting {number}",
    )


def kept(world: World, number: int = 1) -> CommitteeSession:
    with world.parts.database.reading() as session:
        return SessionRepository(session).get(f"{MEETING}/{number}")


async def minutes(world: World, number: int = 1) -> str:
    """Wait for the minutes of a meeting that is closed."""
    return await eventually(lambda: kept(world, number).minutes, f"the minutes of meeting {number}")


async def on_agenda(world: World, cases: int, outcome: str | None = None, number: int = 1) -> None:
    """Wait until so many cases with this outcome stand on a meeting's agenda."""
    handle = world.client.get_workflow_handle(f"{MEETING}/{number}")
    items: list[Any] = []
    for _ in range(200):
        items = await handle.query("agenda")
        if sum(item["outcome"] == outcome for item in items) == cases:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"Not {cases} cases with outcome {outcome} on the agenda: {items}")


async def test_the_chair_closes_a_meeting_when_every_case_is_decided(skipping: World) -> None:
    case = await before_the_committee(skipping)
    task = await chairs_task(skipping)

    early = await skipping.refusal(task.workflow_id, decision_for(COASTAL, task))
    await skipping.vote(case, "admit")
    await on_agenda(skipping, 1, "admit")
    stranger = await skipping.refusal(
        task.workflow_id, decision_for(COASTAL, task, actor=staff(COASTAL, "armor-yann-legoff"))
    )
    await skipping.answer(task)

    assert (early.code, stranger.code) == ("AgendaOpen", "WrongRole")
    assert f"Case {case}. Decide on the admission of this applicant: admit." in await minutes(skipping)
    assert set(kept(skipping).attendance) >= {CHAIR, KALKARA}


async def test_a_case_that_is_withdrawn_while_members_vote_does_not_hold_up_the_meeting(
    skipping: World,
) -> None:
    case = await before_the_committee(skipping)
    task = await chairs_task(skipping)

    await skipping.client.get_workflow_handle(f"learner/{case}/admission").cancel()
    await on_agenda(skipping, 1, "withdrawn")
    await skipping.answer(task)

    assert await minutes(skipping) == f"Present: 0 members.\nCase {case}: withdrawn."
    second = await before_the_committee(skipping)
    assert await chairs_task(skipping, 2)
    await on_agenda(skipping, 1, number=2)
    assert second != case


async def test_a_meeting_of_a_share_of_the_members_can_be_closed_without_a_partner(skipping: World) -> None:
    agreement = in_meetings(quorum=QuorumRule.SHARE_OF_MEMBERS, quorum_share=Decimal("0.6"))
    case = await before_the_committee(skipping, agreement)
    task = await chairs_task(skipping)
    silent = await skipping.task(case, TaskKind.VOTE, assignee=ADRIATICO)
    for person in (CHAIR, KALKARA):
        await skipping.answer(await skipping.task(case, TaskKind.VOTE, assignee=person), "admit")

    await on_agenda(skipping, 1, "admit")
    await skipping.answer(task)

    assert f"Case {case}." in await minutes(skipping)
    assert ADRIATICO not in kept(skipping).attendance
    assert skipping.view(silent).outcome


# A meeting by itself


def an_item(number: int, outcome: str | None = None) -> AgendaItem:
    """Return a ballot on which only the chair has voted."""
    return AgendaItem(
        message_id=f"case000{number}/{outcome or 'opened'}",
        case=f"case000{number}",
        ballot_id=f"learner/case000{number}/admission/ballot/1",
        opened_at=datetime(2026, 3, 27, tzinfo=UTC),
        outcome=outcome,
        members=(CHAIR, KALKARA, ADRIATICO),
        voters=(CHAIR,) if outcome else (),
        partners=("armor",) if outcome else (),
    )


def a_session(world: World, **fields: Any) -> SessionInput:
    values: dict[str, Any] = {
        "context": a_context(shipped(COASTAL), world.clock, NO_CASE),
        "body": Role.ADMISSION_COMMITTEE,
        "policy": in_meetings().admission.ballot,
        "lead": "armor",
        "partners": ("armor", "kalkara", "adriatico"),
    }
    return SessionInput(**(values | fields))


async def tell(world: World, item: AgendaItem, session_id: str | None = None) -> str:
    """Tell the meeting as a case does."""
    activities = SessionActivities(world.parts.database, world.client, world.parts.queue)
    message = SessionMessage(session=a_session(world), item=item, session_id=session_id)
    told = await activities.tell_session(message)
    world.started.append(told)
    return told


def attendance(person: str) -> Decision:
    return Decision(kind=DecisionKind.ATTEND, actor=staff(COASTAL, person))


async def test_members_who_did_not_vote_put_themselves_on_the_attendance_list(skipping: World) -> None:
    meeting = await tell(skipping, an_item(1, "admit"))
    task = await chairs_task(skipping)

    too_few = await skipping.refusal(meeting, decision_for(COASTAL, task))
    guest = await skipping.refusal(meeting, attendance("armor-yann-legoff"))
    for person in (KALKARA, ADRIATICO):
        await skipping.send(meeting, attendance(person))
    again = await skipping.refusal(meeting, attendance(KALKARA))
    await skipping.answer(task)

    assert (too_few.code, guest.code, again.code) == ("NoQuorum", "WrongRole", "AlreadyPresent")
    assert too_few.sentence.startswith("Nobody of kalkara and adriatico is on the attendance list")
    assert await minutes(skipping)
    assert set(kept(skipping).attendance) == {CHAIR, KALKARA, ADRIATICO}


async def test_what_comes_after_the_chair_has_closed_the_meeting_goes_to_the_next_one(
    skipping: World,
) -> None:
    first = await tell(skipping, an_item(1, "admit"))
    for person in (KALKARA, ADRIATICO):
        await skipping.send(first, attendance(person))
    task = await chairs_task(skipping)
    assert skipping.env is not None

    with skipping.parts.database.transaction():  # The chair's decision stays on its way to the records.
        closing = asyncio.create_task(
            decide_in_skipped_time(
                skipping.env, first, decision_for(COASTAL, task), clock=skipping.clock, decision_id="close"
            )
        )
        await accepted(skipping, first, "close")
        handle = skipping.client.get_workflow_handle(first)
        await handle.signal("put_on_agenda", an_item(2))
        with pytest.raises(DecisionRefusedError) as late:
            await decide_in_skipped_time(
                skipping.env,
                first,
                attendance("armor-maelle-kervella"),
                clock=skipping.clock,
                decision_id="late",
            )
    await closing
    await on_agenda(skipping, 1, number=2)
    second = await tell(skipping, an_item(2, "refuse"), session_id=first)
    await on_agenda(skipping, 1, "refuse", number=2)
    repeated = await tell(skipping, an_item(1, "admit"), session_id=first)

    assert late.value.code == "MeetingClosed"
    assert kept(skipping).agenda == (an_item(1).ballot_id,)
    assert (second, repeated) == (f"{MEETING}/2", first)


async def test_a_message_that_comes_late_or_twice_opens_nothing_again(skipping: World) -> None:
    meeting = await tell(skipping, an_item(1, "admit"))
    handle = skipping.client.get_workflow_handle(meeting)

    await tell(skipping, an_item(1))
    await tell(skipping, an_item(1, "admit"))
    await handle.signal("put_on_agenda", an_item(2))

    await on_agenda(skipping, 1, number=1)
    await on_agenda(skipping, 1, "admit")


async def test_nobody_is_asked_to_meet_for_a_case_that_is_withdrawn_already(skipping: World) -> None:
    await tell(skipping, an_item(1, "withdrawn"))
    await on_agenda(skipping, 1, "withdrawn")
    nobody = [one for one in skipping.waiting() if one.kind is TaskKind.HOLD_SESSION]

    await tell(skipping, an_item(2))

    assert nobody == []
    assert await chairs_task(skipping)


@pytest.mark.real_engine
@pytest.mark.asyncio(loop_scope="session")
async def test_a_long_meeting_continues_as_new_with_all_it_has_heard(world: World, unique: str) -> None:
    still = world.in_real_time()
    meeting = f"{MEETING}-{unique}/1"
    handle = await still.start("SessionWorkflow", a_session(still, most_messages=3), meeting)
    await handle.signal("put_on_agenda", an_item(1))
    task = await eventually(
        lambda: next((one for one in still.waiting() if one.workflow_id == meeting), None), "the chair's task"
    )
    attended = await still.send(meeting, attendance(KALKARA), f"attend-{unique}")

    for item in (an_item(2), an_item(1, "admit"), an_item(2, "admit"), an_item(3, "admit"), an_item(1)):
        await handle.signal("put_on_agenda", item)
    items = await handle.query("agenda")
    again = await still.send(meeting, attendance(KALKARA), f"attend-{unique}")
    await still.send(meeting, attendance(ADRIATICO))
    await still.answer(task)
    record = SessionRecord.model_validate(await still.client.get_workflow_handle(meeting).result())

    assert [item["outcome"] for item in items] == ["admit"] * 3
    assert again == attended
    assert set(record.attendance) == {CHAIR, KALKARA, ADRIATICO}
    assert (
        await still.client.get_workflow_handle(meeting).describe()
    ).run_id != handle.first_execution_run_id
    assert [one.task_id for one in still.waiting() if one.workflow_id == meeting] == []
