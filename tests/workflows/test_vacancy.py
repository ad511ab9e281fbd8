"""Ballots for which a partner has nobody in office, on a server that skips waiting."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from models.actor import Role
from models.clock import Clock
from models.task import TaskKind
from programmes.loader import SHIPPED
from tests.partners.sandboxes import Sandbox
from tests.workflows.builders import DCE, changed, shipped
from tests.workflows.test_ballot import outcome, until_committee
from tests.workflows.world import World, eventually, open_world

IN_OFFICE = "{role: admission_committee, since: 2024-01-01, deputy: fernuni-tobias-keller}"


@pytest.fixture
async def vacancy(
    time_skipping: WorkflowEnvironment, sandboxes: dict[str, Sandbox], tmp_path: Path
) -> AsyncIterator[World]:
    """A world whose directory has nobody of FernUni on the admission committee."""
    folder = tmp_path / "programmes"
    shutil.copytree(SHIPPED / DCE, folder / DCE)
    path = folder / DCE / "directory.yaml"
    holders = path.read_text(encoding="utf-8")
    path.write_text(holders.replace(IN_OFFICE, f"{IN_OFFICE[:-1]}, until: 2025-01-01}}"), encoding="utf-8")
    clock = Clock(epoch=await time_skipping.get_current_time())
    async with open_world(
        time_skipping.client, tmp_path, sandboxes, clock, env=time_skipping, programmes=folder
    ) as world:
        yield world


async def test_no_vote_opens_while_a_partner_has_nobody_in_office(vacancy: World, tmp_path: Path) -> None:
    case, _ = await until_committee(vacancy, shipped())
    first = await vacancy.task(case, TaskKind.RESOLVE_BALLOT)
    await vacancy.answer(first, "filled")
    again = await vacancy.task(case, TaskKind.RESOLVE_BALLOT)

    shutil.copy(SHIPPED / DCE / "directory.yaml", tmp_path / "programmes" / DCE / "directory.yaml")
    await vacancy.answer(again, "filled")
    await vacancy.vote(case, "admit")

    assert first.role is Role.PROGRAMME_LEADER
    assert first.subject.startswith("Nobody of fernuni is in office for the admission committee.")
    assert again.task_id != first.task_id
    assert await vacancy.task(case, TaskKind.ANSWER_OFFER)
    assert outcome(vacancy, case) == ("admit", "MAJORITY")


async def test_a_vacant_seat_that_nobody_fills_is_escalated(vacancy: World) -> None:
    case, _ = await until_committee(vacancy, shipped())
    task = await vacancy.task(case, TaskKind.RESOLVE_BALLOT)

    await vacancy.skip(task.due_at - await vacancy.now() + timedelta(minutes=1))

    await eventually(lambda: vacancy.view(task).escalation_level, "an escalation")


async def test_an_associate_with_a_vote_and_without_a_member_keeps_the_vote_from_opening(
    skipping: World,
) -> None:
    agreement = changed(shipped(), "admission.ballot", associates_vote=True)
    case, _ = await until_committee(skipping, agreement, associates=("vela",))

    task = await skipping.task(case, TaskKind.RESOLVE_BALLOT)

    assert task.subject.startswith("Nobody of vela is in office")
