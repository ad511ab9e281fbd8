"""What goes wrong at the partners of the demo: one is down for a while, one refuses once."""

import asyncio
from collections.abc import Mapping

import httpx

from cli.stories import Learner, Story
from models.base import PartnerId
from models.task import Task, TaskKind
from partners.identity import person_id

DOWN_SECONDS = 4.0


class Outages:
    """
    Sets the sandboxes' switches when the play comes to the registrations.

    The last partner with a sandbox is down when the first learner is registered; the one before
    it refuses the learner whose story says so, once.
    """

    def __init__(self, sandboxes: Mapping[PartnerId, str], partners: tuple[PartnerId, ...]) -> None:
        self._sandboxes = dict(sandboxes)
        self._partners = [partner for partner in partners if partner in sandboxes]
        self._down = False
        self._running: set[asyncio.Task[None]] = set()

    async def before(self, task: Task, learner: Learner | None) -> None:
        """Prepare what goes wrong before a student administrator registers a learner."""
        if task.kind is not TaskKind.TRIGGER_REGISTRATION or not self._partners:
            return
        if learner is not None and learner.story is Story.PARTNER_REFUSES:
            await self._refuse_once(self._partners[0], learner)
        if not self._down:
            self._down = True
            await self._set(self._partners[-1], {"kind": "unavailable_503", "times": 100_000, "seconds": 1})
            back = asyncio.create_task(self._come_back())
            self._running.add(back)
            back.add_done_callback(self._running.discard)

    async def _come_back(self) -> None:
        await asyncio.sleep(DOWN_SECONDS)
        await self._set(self._partners[-1])

    async def _refuse_once(self, partner: PartnerId, learner: Learner) -> None:
        switch = {
            "kind": "refuse",
            "operation": "register",
            "person": person_id(partner, learner.person.ref),
            "reason": "The name differs from the one in our register",
        }
        await self._set(partner, switch)

    async def _set(self, partner: PartnerId, *switches: Mapping[str, object]) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.put(
                f"{self._sandboxes[partner]}/sandbox/switches", json={"switches": list(switches)}
            )
            answer.raise_for_status()
