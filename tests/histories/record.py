"""
Records a history of every workflow: `.venv/bin/python -m tests.histories.record`, by hand.

Done once for each released order of steps; the test that replays the histories never makes them.
A history holds what real workflows have done, encrypted with the tests' keys, so that an older
one still tells when a change of a workflow no longer fits cases that are under way.
"""

import asyncio
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client

from engine.connection import connect
from engine.embedded import NAMESPACE, EmbeddedServer
from models.case import Phase
from models.clock import Clock
from models.decision import DateChange, Decision, DecisionKind, GradeEntry, PathChoice
from models.task import Task, TaskKind
from tests.harness import fixed_converter
from tests.partners.sandboxes import Sandbox
from tests.workflows.builders import COASTAL, DCE, PATH, an_intake, changed, quick, shipped
from tests.workflows.conftest import VERSIONS
from tests.workflows.people import FAILING_GRADES, learner, scale_of, staff
from tests.workflows.playing import Choice, Choose, Play, holding, straight
from tests.workflows.world import World, open_world, start_sandboxes

FOLDER = Path(__file__).parent
SECONDS_PER_DAY = 0.15


class Bumpy:
    """A recusal, failed examinations and a refused registration: side ways that a replay must follow."""

    def __init__(self) -> None:
        self._refused = False

    def __call__(self, task: Task) -> Choice:
        if task.kind is TaskKind.VOTE and task.partner == "uab":
            return {"option": "recuse", "reason": "We work together."}
        if task.kind is TaskKind.ENTER_RESULT and "attempt 1" in task.subject:
            return {"content": GradeEntry(grade=FAILING_GRADES[scale_of(DCE, task)])}
        if task.kind is TaskKind.CONFIRM_REGISTRATION and not self._refused:
            self._refused = True
            return {"option": "refuse", "reason": "The diploma is not translated."}
        return {}


async def way(world: World, programme: str, choose: Choose, cohort: str) -> str:
    """Take one learner through a programme."""
    agreement = quick(shipped(programme))
    intake = an_intake(agreement, await world.now(), cohort=cohort, days_to_rank=60, days_to_study=250)
    case = await world.apply(agreement, intake=intake)
    await Play(world, [case], choose).until_over(patience=200)
    return case


async def withdrawal(world: World) -> str:
    """Interrupt study, come back, and leave."""
    agreement = quick(shipped())
    intake = an_intake(agreement, await world.now(), cohort="leaving", days_to_study=250)
    case = await world.apply(agreement, intake=intake)
    result = TaskKind.ENTER_RESULT
    await Play(world, [case], holding(result)).until(
        lambda: any(task.kind is result for task in world.open_tasks(case)), "a result", 120
    )
    await world.send(
        f"learner/{case}",
        Decision(
            kind=DecisionKind.INTERRUPT,
            reason="Parental leave",
            content=DateChange(until=await world.now() + timedelta(days=90)),
            actor=staff(DCE, "jyu-aino-lehto"),
        ),
    )
    await world.withdraw(case)
    await Play(world, [case]).until_over()
    return case


async def change_of_path(world: World) -> str:
    """Change the path before study begins."""
    agreement = changed(quick(shipped(COASTAL)), "admission", places=None, embargo=False)
    agreement = changed(agreement, "admission.ballot", written_procedure=True)
    intake = an_intake(agreement, await world.now(), cohort="changing", days_to_study=250)
    case = await world.apply(agreement, intake=intake)
    await Play(world, [case]).until(lambda: world.file(case).case.phase is Phase.STUDY, "study", 120)
    await world.send(
        f"learner/{case}",
        Decision(
            kind=DecisionKind.CHANGE_PATH,
            reason="A project fits my work.",
            content=PathChoice(courses=(*PATH[:-1], "project")),
            actor=learner(case),
        ),
    )
    await Play(world, [case]).until_over(patience=200)
    return case


async def save(client: Client, workflow_id: str, name: str) -> None:
    handle = client.get_workflow_handle(workflow_id)
    history = await handle.fetch_history()
    content = {
        "workflow_id": workflow_id,
        "workflow": (await handle.describe()).workflow_type,
        "history": history.to_json_dict(),
    }
    text = json.dumps(content, separators=(",", ":"), sort_keys=True)
    (FOLDER / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


async def record(world: World) -> None:
    """Let five learners go their ways, then write down what their workflows did."""
    joint, straight_way, bumpy_way, left, changing = await asyncio.gather(
        way(world, COASTAL, straight, "joint"),
        way(world, DCE, straight, "straight"),
        way(world, DCE, Bumpy(), "bumpy"),
        withdrawal(world),
        change_of_path(world),
    )
    reconciliation = await world.start("ReconciliationWorkflow", world.clock, "reconciliation")
    await reconciliation.result()
    wanted = {
        "cohort": f"cohort/{COASTAL}/joint",
        "session": f"session/{COASTAL}-admission-committee/1",
        "reconciliation": "reconciliation",
        "learner-joint": f"learner/{joint}",
        "admission-joint": f"learner/{joint}/admission",
        "agreement-joint": f"learner/{joint}/agreement",
        "registration-joint": f"learner/{joint}/registration/1",
        "course-joint": f"learner/{joint}/course/internship",
        "learner-straight": f"learner/{straight_way}",
        "deliberation": f"learner/{straight_way}/deliberation/1",
        "award": f"learner/{straight_way}/award",
        "admission-bumpy": f"learner/{bumpy_way}/admission",
        "registration-bumpy": f"learner/{bumpy_way}/registration/1",
        "course-bumpy": f"learner/{bumpy_way}/course/teaching",
        "learner-left": f"learner/{left}",
        "course-left": f"learner/{left}/course/introduction",
        "learner-changed": f"learner/{changing}",
        "agreement-changed": f"learner/{changing}/agreement/2",
        "registration-undone": f"learner/{left}/registration/2",
    }
    for name, workflow_id in wanted.items():
        await save(world.client, workflow_id, name)


async def main() -> None:
    """Start an engine, partners and workers for this once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sandboxes = start_sandboxes(folder, VERSIONS)
        with ThreadPoolExecutor(len(sandboxes)) as pool:
            list(pool.map(Sandbox.start, sandboxes.values()))
        clock = Clock(epoch=datetime.now(UTC), rate=int(86400 / SECONDS_PER_DAY))
        with EmbeddedServer(folder / "engine") as server:
            client = await connect(fixed_converter(), address=server.address.target, namespace=NAMESPACE)
            async with open_world(client, folder, sandboxes, clock) as world:
                await record(world)
        for one in sandboxes.values():
            one.kill()


if __name__ == "__main__":
    asyncio.run(main())
