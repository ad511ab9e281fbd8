"""
One learner among people who do what they may, what they may not, or nothing; time passes when told.

A model for hypothesis: its steps are drawn at random, its invariants hold after each of them. The
server skips waiting, so that a case of a year is a matter of seconds and a step is the same again.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from temporalio.service import RPCError

from engine.errors import DecisionRefusedError
from models.actor import Role
from models.case import CaseState
from models.clock import Clock
from models.consortium import ConsortiumAgreement
from models.decision import DateChange, Decision, DecisionKind, Receipt
from models.task import Task
from records.timeline import CaseFile
from tests.harness import time_skipping_engine
from tests.partners.sandboxes import Sandbox
from tests.workflows.builders import COASTAL, DAY, changed, shipped
from tests.workflows.people import decision_for, holder, learner, staff
from tests.workflows.world import World, open_world

Answer = TypeVar("Answer")
ENDED = {state for state in CaseState if state not in {CaseState.ACTIVE, CaseState.INTERRUPTED}}
QUIET_LOOKS = 3
LOOK_SECONDS = 0.02
MOST_LOOKS = 400
MOST_STEPS_TO_THE_END = 150


Change = Callable[[ConsortiumAgreement], ConsortiumAgreement]
Begin = Callable[..., "OneLearner"]


@dataclass
class Refused:
    """A decision that was not taken, and why."""

    code: str
    sentence: str


@dataclass
class OneLearner:
    """A world of its own with one learner in it, driven from code that is not asynchronous."""

    sandboxes: Mapping[str, Sandbox]
    folder: Path
    programme: str
    case: str = ""
    world: World = field(init=False, repr=False)
    agreement: ConsortiumAgreement = field(init=False, repr=False)
    withdrew: bool = False
    taken: list[Receipt] = field(default_factory=list)
    runner: asyncio.Runner = field(default_factory=asyncio.Runner, repr=False)
    stack: AsyncExitStack = field(default_factory=AsyncExitStack, repr=False)

    # Beginning and end

    def begin(self, change: Change = lambda same: same) -> None:
        """Let the learner apply, to a programme whose agreement may be changed first."""
        self._run(self._begin(change))

    def close(self) -> None:
        for one in self.sandboxes.values():
            one.switch()
        self._run(self.stack.aclose())
        self.runner.close()

    async def _begin(self, change: Change) -> None:
        env = await self.stack.enter_async_context(time_skipping_engine())
        clock = Clock(epoch=await env.get_current_time())
        opened = open_world(env.client, self.folder, self.sandboxes, clock, env=env)
        self.world = await self.stack.enter_async_context(opened)
        agreement = shipped(self.programme)
        if self.programme == COASTAL:  # One learner has no cohort to be ranked in, and no meeting.
            agreement = changed(agreement, "admission", places=None, embargo=False)
            agreement = changed(agreement, "admission.ballot", written_procedure=True)
            agreement = changed(agreement, "examination.ballot", written_procedure=True)
        self.agreement = change(agreement)
        self.case = await self.world.apply(self.agreement)
        await self._quiet()

    def _run(self, coroutine: Coroutine[Any, Any, Answer]) -> Answer:
        return self.runner.run(coroutine)

    # What stands

    def file(self) -> CaseFile:
        return self.world.file(self.case)

    def tasks(self) -> list[Task]:
        """List what waits for somebody, each with its deadline as it is now."""
        views = sorted(self.file().waits_for, key=lambda view: view.task.task_id)
        return [view.task.model_copy(update={"due_at": view.due_at}) for view in views]

    def now(self) -> datetime:
        """Tell the business time."""
        return self._run(self.world.now())

    @property
    def over(self) -> bool:
        return self.file().case.state in ENDED

    # What people do

    def answer(self, task: Task, option: int = 0) -> Receipt | Refused:
        """Let the task's own person give an answer, with all that it needs."""
        chosen = task.options[option % len(task.options)].code
        return self.decide(task.workflow_id, decision_for(self.programme, task, chosen))

    def decide(self, workflow_id: str, decision: Decision) -> Receipt | Refused:
        """Send what somebody decides."""
        return self._run(self._send(workflow_id, decision))

    def answer_as(self, person: str, task: Task) -> Receipt | Refused:
        """Let a person of the directory answer who may not be entitled to."""
        decision = decision_for(self.programme, task, actor=staff(self.programme, person))
        return self._run(self._send(task.workflow_id, decision))

    def answer_with_nonsense(self, task: Task) -> Receipt | Refused:
        decision = decision_for(self.programme, task).model_copy(update={"option": "as_you_like"})
        return self._run(self._send(task.workflow_id, decision))

    def answer_at_once(self, task: Task, option: int) -> list[Receipt | Refused]:
        """Let two sign-ins of the same office answer the same task at the same moment."""

        async def both() -> list[Receipt | Refused]:
            choices = (task.options[0].code, task.options[option % len(task.options)].code)
            decisions = (decision_for(self.programme, task, one) for one in choices)
            return list(
                await asyncio.gather(*(self._send(task.workflow_id, one, quiet=False) for one in decisions))
            )

        answers = self._run(both())
        self._run(self._quiet())
        return answers

    def extend(self, task: Task, days: int) -> Receipt | Refused:
        """Let the programme leader move a deadline; one that has passed, to a day from now."""
        decision = Decision(
            kind=DecisionKind.EXTEND_DEADLINE,
            task=task.task_id,
            reason="The learner was ill.",
            content=DateChange(until=max(task.due_at, self.now()) + DAY * days),
            actor=holder(self.programme, Role.PROGRAMME_LEADER),
        )
        return self._run(self._send(task.workflow_id, decision))

    def act(self, kind: DecisionKind, **fields: Any) -> Receipt | Refused:
        """Let the learner decide something that nobody asked for."""
        decision = Decision(kind=kind, actor=learner(self.case), **fields)
        return self._run(self._send(f"learner/{self.case}", decision))

    def interrupt(self, days: int) -> Receipt | Refused:
        """Let the programme leader interrupt study."""
        decision = Decision(
            kind=DecisionKind.INTERRUPT,
            reason="The learner asked for it in writing.",
            content=DateChange(until=self.now() + DAY * days),
            actor=holder(self.programme, Role.PROGRAMME_LEADER),
        )
        return self.decide(f"learner/{self.case}", decision)

    def withdraw(self) -> Receipt | Refused:
        answer = self.act(DecisionKind.WITHDRAW, reason="A new post leaves no time.")
        self.withdrew = self.withdrew or isinstance(answer, Receipt)
        return answer

    async def _send(self, workflow_id: str, decision: Decision, *, quiet: bool = True) -> Receipt | Refused:
        try:
            receipt = await self.world.send(workflow_id, decision)
        except DecisionRefusedError as refusal:
            return Refused(refusal.code, refusal.sentence)
        self.taken.append(receipt)
        if quiet:
            await self._quiet()
        return receipt

    def operate(self, act: str, workflow_id: str = "") -> None:
        """Let an operator `cancel` or `terminate` a workflow of the case in the engine."""

        async def do() -> None:
            handle = self.world.client.get_workflow_handle(workflow_id or f"learner/{self.case}")
            await getattr(handle, act)()
            await asyncio.sleep(0.2)
            await self._quiet()

        self._run(do())

    # Time

    def pass_time(self, days: float) -> None:
        self._run(self._pass(timedelta(days=days)))

    async def _pass(self, period: timedelta) -> None:
        await self.world.skip(period)
        await self._quiet()

    async def _quiet(self) -> None:
        """Wait until no workflow of the case does anything but wait for people or dates."""
        before, same = "", 0
        for _ in range(MOST_LOOKS):
            looks = [await self._look(f"learner/{self.case}")]
            busy = any(look.busy for look in looks)
            now = repr(looks)
            same = same + 1 if now == before and not busy else 0
            if same == QUIET_LOOKS:
                return
            before = now
            if busy:  # A partner is called again after a delay, which only passes when told.
                await self.world.skip(timedelta(seconds=1))
            await asyncio.sleep(LOOK_SECONDS)
        raise AssertionError(f"The case never comes to rest: {before}")

    async def _look(self, workflow_id: str) -> "Look":
        try:
            found = await self.world.client.get_workflow_handle(workflow_id).describe()
        except RPCError:
            return Look(workflow_id, 0, 0, ())
        raw = found.raw_description
        children = [child.workflow_id for child in raw.pending_children]
        return Look(
            workflow_id,
            found.history_length,
            len(raw.pending_activities),
            tuple([await self._look(child) for child in sorted(children)]),
        )

    def apply_and_withdraw(self) -> str:
        """Let another learner apply and withdraw before anything else happens; return the case."""

        async def hurry() -> str:
            case = await self.world.apply(self.agreement)
            await self.world.withdraw(case)
            await self.world.client.get_workflow_handle(f"learner/{case}").result()
            return case

        return self._run(hurry())

    # To the end

    def go_straight_on(self) -> None:
        """Let everybody answer what waits now as leads to the award; without a task, let time pass."""
        tasks = self.tasks()
        for task in tasks:
            self.answer(task)
        if not tasks and not self.over:
            self.pass_time(21)

    def come_to_an_end(self) -> None:
        """Go straight on until the case has ended: it always can."""
        for _ in range(MOST_STEPS_TO_THE_END):
            if self.over:
                return
            self.go_straight_on()
        waiting = [(task.kind.value, task.subject) for task in self.tasks()]
        raise AssertionError(f"The case does not end: {self.file().case}, waiting for {waiting}")

    def leads_on(self) -> bool:
        """Tell whether a case that waits for nobody goes on by itself when time passes."""
        for _ in range(26):
            if self.tasks() or self.over:
                return True
            self.pass_time(21)
        return False


@dataclass(frozen=True)
class Look:
    """How a workflow stands, as the engine tells it."""

    workflow_id: str
    events: int
    activities: int
    children: "tuple[Look, ...]"

    @property
    def busy(self) -> bool:
        return self.activities > 0 or any(child.busy for child in self.children)
