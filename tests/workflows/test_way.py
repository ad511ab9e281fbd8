"""What breaks on a learner's way, on the real server: a step that is cut off, a partner that is silent."""

import pytest

from models.case import CaseState
from models.lifecycle import LearnerResult
from models.task import TaskKind
from tests.workflows.builders import an_intake, changed, quick, shipped
from tests.workflows.playing import Play, holding
from tests.workflows.world import World

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_engine]


async def until(world: World, case: str, kind: TaskKind) -> None:
    """Let everybody go straight on until a task of this kind is open, and leave it open."""
    await Play(world, [case], holding(kind)).until(
        lambda: any(task.kind is kind for task in world.open_tasks(case)), f"a task {kind.value}"
    )


async def test_a_step_that_was_cut_off_in_the_engine_is_started_again(world: World) -> None:
    agreement = quick(shipped())
    case = await world.apply(agreement, intake=an_intake(agreement, await world.now(), days_to_study=250))
    await until(world, case, TaskKind.TRIGGER_REGISTRATION)

    await world.client.get_workflow_handle(f"learner/{case}/registration/1").terminate("By mistake.")
    await world.answer_next(case, TaskKind.RESTART_STEP)
    await Play(world, [case]).until_over()

    handle = world.client.get_workflow_handle(f"learner/{case}", result_type=LearnerResult)
    assert (await handle.result()).state is CaseState.AWARDED
    assert world.duplicates(case) == 0


async def test_a_partner_that_is_silent_at_enrolment_is_somebodys_task(world: World) -> None:
    agreement = changed(quick(shipped()), "registration", days_to_register=1)
    case = await world.apply(agreement, intake=an_intake(agreement, await world.now(), days_to_study=250))
    await until(world, case, TaskKind.CONFIRM_REGISTRATION)
    down = {"kind": "unavailable_503", "operation": "register", "times": 1000, "seconds": 0}
    world.sandboxes["jyu"].switch(down)
    try:
        await world.answer_next(case, TaskKind.CONFIRM_REGISTRATION)
        task = await world.task(case, TaskKind.REPAIR_REGISTRATION, patience=60, partner="jyu")
    finally:
        world.sandboxes["jyu"].switch()
    await Play(world, [case]).until_over()

    assert "has not answered in time (Enrol)" in task.subject
    assert world.duplicates(case) == 0
