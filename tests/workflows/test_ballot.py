"""Ballots of the admission committee, on a server that skips waiting."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import DecisionRefusedError
from models.actor import Role
from models.ballot import BallotRule, DeadlockRule, QuorumRule
from models.consortium import ConsortiumAgreement
from models.decision import Decision, DecisionKind, ElectorChange
from models.lifecycle import AdmissionResult
from models.task import TaskKind
from records.ballot import BallotRepository
from tests.harness import decide_in_skipped_time
from tests.workflows.builders import DCE, an_admission, changed, shipped
from tests.workflows.people import decision_for, holder, staff
from tests.workflows.world import World, eventually

CONFLICT = "The applicant works in my department."


async def open_ballot(world: World, agreement: ConsortiumAgreement | None = None) -> tuple[str, Any]:
    """Bring an application before the committee of four."""
    case, handle = await until_committee(world, agreement or shipped())
    await world.task(case, TaskKind.VOTE)
    return case, handle


async def until_committee(world: World, agreement: ConsortiumAgreement, **fields: Any) -> tuple[str, Any]:
    """Bring an application to the point where the committee is called."""
    context = await world.enter(agreement)
    given = an_admission(agreement, context, **fields)
    handle = await world.start("AdmissionWorkflow", given, f"learner/{context.case}/admission")
    await world.answer_next(context.case, TaskKind.VERIFY_DOCUMENTS)
    await world.answer_next(context.case, TaskKind.EVALUATE_READINESS)
    return context.case, handle


def outcome(world: World, case: str) -> tuple[str | None, str]:
    with world.parts.database.reading() as session:
        (ballot,) = BallotRepository(session).of_case(case)
    return ballot.outcome, ballot.tally.code if ballot.tally else ""


async def test_a_ballot_without_quorum_is_escalated_and_stays_open(skipping: World) -> None:
    case, _ = await open_ballot(skipping)
    missing = await skipping.task(case, TaskKind.VOTE, partner="anadolu")
    for partner in ("jyu", "fernuni", "uab"):
        await skipping.answer(await skipping.task(case, TaskKind.VOTE, partner=partner), "admit")

    await skipping.skip(timedelta(days=20))
    view = await eventually(
        lambda: next((one for one in [skipping.view(missing)] if one.escalation_level), None),
        "an escalation",
    )

    assert view.reminded_at is not None
    assert view.due_at > missing.due_at
    assert [task.kind for task in skipping.open_tasks(case)] == [TaskKind.VOTE]
    await skipping.answer(missing, "refuse", reason="Too little experience.")
    assert await skipping.task(case, TaskKind.ANSWER_OFFER)


async def test_the_chairs_own_vote_decides_a_tie(skipping: World) -> None:
    case, _ = await open_ballot(skipping)

    await skipping.vote(case, "admit", "refuse", "admit", "refuse", reason="As discussed.")

    assert await skipping.task(case, TaskKind.ANSWER_OFFER)
    assert outcome(skipping, case) == ("admit", "CASTING_VOTE")


async def test_a_chair_who_abstained_is_asked_for_the_casting_vote(skipping: World) -> None:
    case, _ = await open_ballot(skipping)

    await skipping.vote(case, "abstain", "refuse", "admit", "abstain", reason="As discussed.")
    casting = await skipping.task(case, TaskKind.CASTING_VOTE, assignee="jyu-aino-lehto")
    refused = await skipping.refusal(casting.workflow_id, decision_for(DCE, casting, "admit", reason=" "))
    await skipping.answer(casting, "admit", reason="The portfolio decides.")

    assert refused.code == "ReasonMissing"
    assert await skipping.task(case, TaskKind.ANSWER_OFFER)
    assert outcome(skipping, case) == ("admit", "CASTING_VOTE")


async def test_a_deadlock_is_referred_to_the_programme_leader_where_the_agreement_says_so(
    skipping: World,
) -> None:
    case, _ = await open_ballot(skipping, changed(shipped(), "admission.ballot", deadlock=DeadlockRule.REFER))

    await skipping.vote(case, "admit", "refuse", "admit", "refuse", reason="As discussed.")
    task = await skipping.task(case, TaskKind.RESOLVE_BALLOT)
    await skipping.answer(task, "refuse", reason="The committee could not agree.")

    assert task.role is Role.PROGRAMME_LEADER
    assert await skipping.task(case, TaskKind.ANSWER_REFUSAL)


async def test_a_recused_member_leaves_the_ballot_to_the_others(skipping: World) -> None:
    case, _ = await open_ballot(skipping)
    conflicted = await skipping.task(case, TaskKind.VOTE, partner="uab")

    await skipping.answer(conflicted, "recuse", reason=CONFLICT)
    refused = await skipping.refusal(conflicted.workflow_id, decision_for(DCE, conflicted, "admit"))
    for partner in ("jyu", "fernuni", "anadolu"):
        await skipping.answer(await skipping.task(case, TaskKind.VOTE, partner=partner), "admit")

    assert refused.code == "AlreadyDecided"
    assert await skipping.task(case, TaskKind.ANSWER_OFFER)
    with skipping.parts.database.reading() as session:
        (ballot,) = BallotRepository(session).of_case(case)
    assert ballot.tally is not None
    assert ballot.tally.recused == ("uab-ines-carvalho",)


async def test_a_member_who_is_replaced_is_no_longer_asked(skipping: World) -> None:
    case, _ = await open_ballot(skipping)
    leaving = await skipping.task(case, TaskKind.VOTE, partner="uab")
    change = ElectorChange(leaves="uab-ines-carvalho", joins="uab-rui-tavares", name="Rui Tavares")
    decision = Decision(
        kind=DecisionKind.REPLACE_ELECTOR,
        reason="She is ill.",
        content=change,
        actor=holder(DCE, Role.PROGRAMME_LEADER),
    )

    refused = await skipping.refusal(
        leaving.workflow_id, decision.model_copy(update={"actor": staff(DCE, "uab-rui-tavares")})
    )
    await skipping.send(leaving.workflow_id, decision)
    joined = await skipping.task(case, TaskKind.VOTE, assignee="uab-rui-tavares")
    late = await skipping.refusal(leaving.workflow_id, decision_for(DCE, leaving, "admit"))
    await skipping.answer(joined, "admit")
    for partner in ("jyu", "fernuni", "anadolu"):
        await skipping.answer(await skipping.task(case, TaskKind.VOTE, partner=partner), "admit")

    assert (refused.code, late.code) == ("WrongRole", "TaskClosed")
    assert await skipping.task(case, TaskKind.ANSWER_OFFER)


async def test_when_everybody_is_recused_the_ballot_is_escalated_until_members_are_named(
    skipping: World,
) -> None:
    case, handle = await open_ballot(skipping)
    await skipping.vote(case, "recuse", reason=CONFLICT)

    change = ElectorChange(leaves="uab-ines-carvalho", joins="uab-rui-tavares", name="Rui Tavares")
    leader = staff(DCE, "jyu-aino-lehto")
    decision = Decision(
        kind=DecisionKind.REPLACE_ELECTOR, reason="All are recused.", content=change, actor=leader
    )
    await skipping.send(f"learner/{case}/admission", decision)
    await skipping.answer(await skipping.task(case, TaskKind.VOTE, assignee="uab-rui-tavares"), "refuse")
    await skipping.answer_next(case, TaskKind.ANSWER_REFUSAL, "accept")

    assert AdmissionResult.model_validate(await handle.result()).outcome == "refused"


def replacement(leaves: str, joins: str, name: str) -> Decision:
    return Decision(
        kind=DecisionKind.REPLACE_ELECTOR,
        reason="As the rector has decided.",
        content=ElectorChange(leaves=leaves, joins=joins, name=name),
        actor=staff(DCE, "jyu-aino-lehto"),
    )


async def test_a_member_who_was_recused_and_replaced_does_not_come_back(skipping: World) -> None:
    case, _ = await open_ballot(skipping)
    conflicted = await skipping.task(case, TaskKind.VOTE, partner="uab")
    await skipping.answer(conflicted, "recuse", reason=CONFLICT)
    await skipping.send(
        conflicted.workflow_id, replacement("uab-ines-carvalho", "uab-rui-tavares", "Rui Tavares")
    )

    refused = await skipping.refusal(
        conflicted.workflow_id, replacement("uab-rui-tavares", "uab-ines-carvalho", "Inês Carvalho")
    )

    assert refused.code == "Recused"


# The end of the time to vote


def half_of_the_members() -> ConsortiumAgreement:
    """Let half of the members decide, if nobody of them is against it."""
    return changed(
        shipped(),
        "admission.ballot",
        rule=BallotRule.CONSENSUS,
        quorum=QuorumRule.SHARE_OF_MEMBERS,
        quorum_share=Decimal("0.5"),
    )


async def test_when_the_time_is_over_those_who_voted_decide_if_they_are_the_quorum(skipping: World) -> None:
    case, _ = await open_ballot(skipping, half_of_the_members())
    silent = await skipping.task(case, TaskKind.VOTE, partner="anadolu")
    for partner in ("jyu", "fernuni"):
        await skipping.answer(await skipping.task(case, TaskKind.VOTE, partner=partner), "admit")

    await skipping.skip(silent.due_at - await skipping.now() + timedelta(minutes=1))

    assert await skipping.task(case, TaskKind.ANSWER_OFFER)
    assert outcome(skipping, case) == ("admit", "CONSENSUS")


async def test_a_vote_that_arrives_in_the_grace_still_counts(skipping: World) -> None:
    case, _ = await open_ballot(skipping, half_of_the_members())
    late = await skipping.task(case, TaskKind.VOTE, partner="anadolu")
    await skipping.answer(await skipping.task(case, TaskKind.VOTE, partner="uab"), "recuse", reason=CONFLICT)
    for partner in ("jyu", "fernuni"):
        await skipping.answer(await skipping.task(case, TaskKind.VOTE, partner=partner), "admit")

    await skipping.skip(late.due_at - await skipping.now() + timedelta(seconds=3))
    await skipping.answer(late, "refuse", reason="Too little experience.")

    assert await skipping.task(case, TaskKind.ANSWER_OFFER)
    assert outcome(skipping, case) == ("admit", "CASTING_VOTE")


async def test_a_member_whose_vote_is_on_its_way_to_the_records_cannot_be_replaced(skipping: World) -> None:
    case, _ = await open_ballot(skipping)
    task = await skipping.task(case, TaskKind.VOTE, partner="uab")
    assert skipping.env is not None

    async def decide(decision: Decision, decision_id: str) -> Any:
        return await decide_in_skipped_time(
            skipping.env,  # type: ignore[arg-type] # it is there, as just asserted
            task.workflow_id,
            decision,
            clock=skipping.clock,
            decision_id=decision_id,
        )

    with skipping.parts.database.transaction():  # Nothing reaches the records meanwhile.
        voting = asyncio.create_task(decide(decision_for(DCE, task, "admit"), "vote-of-uab"))
        await accepted(skipping, task.workflow_id, "vote-of-uab")
        with pytest.raises(DecisionRefusedError) as refused:
            await decide(replacement("uab-ines-carvalho", "uab-rui-tavares", "Rui Tavares"), "replace-uab")
    await voting

    assert refused.value.code == "AlreadyVoted"


async def accepted(world: World, workflow_id: str, decision_id: str) -> None:
    """Wait until a workflow has accepted a decision, whether the records have it or not."""
    handle = world.client.get_workflow_handle(workflow_id)
    for _ in range(100):
        history = await handle.fetch_history()
        taken = [one.workflow_execution_update_accepted_event_attributes for one in history.events]
        if any(one.protocol_instance_id == decision_id for one in taken):
            return
        await asyncio.sleep(0.03)
    raise AssertionError(f"{workflow_id} did not accept {decision_id}.")


async def test_when_the_chair_is_silent_the_programme_leader_may_cast_the_deciding_vote(
    skipping: World,
) -> None:
    case, handle = await open_ballot(skipping)
    await skipping.vote(case, "abstain", "refuse", "admit", "abstain", reason="As discussed.")
    casting = await skipping.task(case, TaskKind.CASTING_VOTE)

    early = await skipping.refusal(
        casting.workflow_id, replacement("jyu-aino-lehto", "jyu-mikko-salo", "Mikko Salo")
    )
    await skipping.skip(casting.due_at - await skipping.now() + timedelta(minutes=1))
    resolve = await skipping.task(case, TaskKind.RESOLVE_BALLOT)
    await skipping.answer(resolve, "refuse", reason="The portfolio is too thin.")
    refusal = await skipping.task(case, TaskKind.ANSWER_REFUSAL)
    late = await skipping.refusal(
        casting.workflow_id, decision_for(DCE, casting, "admit", reason="It is enough.")
    )

    assert (early.code, late.code) == ("VotingIsOver", "TaskClosed")
    assert resolve.role is Role.PROGRAMME_LEADER
    assert "The portfolio is too thin." in refusal.subject
    await skipping.answer(refusal, "accept")
    assert "too thin" in AdmissionResult.model_validate(await handle.result()).sentence
