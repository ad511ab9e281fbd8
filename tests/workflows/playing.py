"""Lets people do their tasks, many at once, until something has happened."""

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Any

from engine.errors import DecisionRefusedError
from models.case import CaseState
from models.decision import Receipt
from models.task import Task, TaskKind
from records.case import CaseRepository, CaseView
from tests.workflows.world import World

Choice = dict[str, Any]
Choose = Callable[[Task], Choice | None]
"""Says what a person answers (parts of the decision), or None to leave the task alone."""

_OVERTAKEN = {"AlreadyDecided", "TaskClosed", "CaseClosed", "UnknownTask"}
"""The ballot was decided, or the learner left, while this decision was on its way."""
_TOO_EARLY = {"AgendaOpen", "NoQuorum"}


def straight(_: Task) -> Choice:
    """Let everybody do what leads to the award."""
    return {}


class Play:
    """People of a world who answer the tasks of some cases, and those that belong to no case."""

    def __init__(self, world: World, cases: Collection[str], choose: Choose = straight) -> None:
        self._world = world
        self._cases = set(cases)
        self._choose = choose
        self._busy: set[str] = set()
        self._doing: set[asyncio.Task[None]] = set()
        self.receipts: list[Receipt] = []

    async def until(self, done: Callable[[], bool], what: str, patience: float = 120) -> None:
        """Let people act until something holds."""
        deadline = time.monotonic() + patience
        while not await asyncio.to_thread(done):
            if time.monotonic() > deadline:
                raise AssertionError(f"Not in {patience:g} seconds: {what}. {self._stands()}")
            for task in await asyncio.to_thread(self._world.waiting):
                self._take_up(task)
            for one in [doing for doing in self._doing if doing.done()]:
                self._doing.discard(one)
                one.result()
            await asyncio.sleep(0.05)
        await asyncio.gather(*self._doing)

    async def until_over(self, patience: float = 120) -> dict[str, CaseState]:
        """Let people act until every case has ended; return how."""
        await self.until(lambda: all(not _runs(case) for case in self._views()), "all cases end", patience)
        return {case.case: case.state for case in self._views()}

    def _take_up(self, task: Task) -> None:
        if task.task_id in self._busy or (task.case is not None and task.case not in self._cases):
            return
        choice = self._choose(task)
        if choice is not None:
            self._busy.add(task.task_id)
            self._doing.add(asyncio.create_task(self._answer(task, choice)))

    async def _answer(self, task: Task, choice: Choice) -> None:
        try:
            self.receipts.append(await self._world.answer(task, **choice))
        except DecisionRefusedError as refusal:
            if refusal.code in _TOO_EARLY:
                self._busy.discard(task.task_id)
            elif refusal.code not in _OVERTAKEN and not _released_by_date(task, refusal):
                raise

    def _views(self) -> list[CaseView]:
        with self._world.parts.database.reading() as session:
            return [CaseRepository(session).get(case) for case in sorted(self._cases)]

    def _stands(self) -> str:
        waiting = [task.task_id for case in self._cases for task in self._world.open_tasks(case)]
        return f"{[(one.case, one.phase, one.state) for one in self._views()]}, open: {waiting}"


def _released_by_date(task: Task, refusal: DecisionRefusedError) -> bool:
    """Decisions are released on their date by themselves; whoever comes a moment later has lost nothing."""
    return task.kind is TaskKind.RELEASE_DECISIONS and refusal.code == "TooLate"


def _runs(case: CaseView) -> bool:
    return case.state in {CaseState.ACTIVE, CaseState.INTERRUPTED}


def holding(*kinds: TaskKind, choose: Choose = straight) -> Choose:
    """Leave tasks of these kinds alone."""
    return lambda task: None if task.kind in kinds else choose(task)
