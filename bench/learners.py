"""
Real learners of a shipped programme, on the straight way, with people who answer at once.

The clock is so fast that hardly anybody waits for a date, yet no deadline comes near: courses last a
week instead of eight, periods for answers are eight times as long, study begins on admission. All
else is the programme's own: its partners, committees, scales, systems and regulations.
"""

import asyncio
import random
import time
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, literal_column, select
from temporalio.client import Client

from cli.applying import random_reference, submit
from cli.installation import Connection, Installation
from cli.intakes import open_intake
from cli.outage import Outages
from cli.play import Play
from cli.stories import Learner, Story, make_application, make_person
from engine.errors import DecisionRefusedError, NotYetAnsweredError
from models.actor import Actor
from models.base import PersonRef
from models.case import Intake
from models.consortium import ConsortiumAgreement
from models.decision import Decision
from models.task import Task
from records.tables.decision import TaskRow

DAYS_PER_SECOND = 4
RATE = DAYS_PER_SECOND * 86_400
LONGER = 8
LOOK_SECONDS = 0.03


def without_dates(agreement: ConsortiumAgreement) -> ConsortiumAgreement:
    """Shorten the courses to a week, all at once, and lengthen what people have to answer in."""
    content: dict[str, Any] = _lengthened(agreement.model_dump())
    for course in content["programme"]["courses"]:
        course["starts_in_week"] = course["weeks"] = 1
    return ConsortiumAgreement.model_validate(content)


def _lengthened(content: Any) -> Any:
    if isinstance(content, dict):
        return {
            key: value * LONGER
            if isinstance(value, int) and str(key).startswith("days_to_")
            else _lengthened(value)
            for key, value in content.items()
        }
    if isinstance(content, (list, tuple)):
        return type(content)(_lengthened(one) for one in content)
    return content


class QuickPeople(Play):
    """People who see a task as soon as it is in the records, and decide at once."""

    def __init__(
        self, installation: Installation, connection: Connection, agreement: ConsortiumAgreement
    ) -> None:
        super().__init__(installation, connection, agreement, (), Outages({}, ()), seed=1)
        self._actors: dict[PersonRef, Actor] = {}
        self._last = 0
        self.seconds: list[float] = []
        """How long each decision took until it was accepted and visible in the task list."""

    async def follow(self) -> None:
        """Answer every task that is opened, until cancelled."""
        async with asyncio.TaskGroup() as deciding:
            while True:
                for task in await asyncio.to_thread(self._newly_opened):
                    deciding.create_task(self._answer(task))
                await asyncio.sleep(LOOK_SECONDS)

    def _newly_opened(self) -> list[Task]:
        """Read only what is new: the bench's own cost is to stay small."""
        rowid: ColumnElement[int] = literal_column("tasks.rowid")
        query = select(rowid, TaskRow.content).where(rowid > self._last).order_by(rowid)
        with self._installation.database.reading() as session:
            rows = session.connection().execute(query).all()
        self._last = rows[-1][0] if rows else self._last
        return [content for _, content in rows if content is not None]

    async def _answer(self, task: Task) -> None:
        actor = await asyncio.to_thread(self._who_does, task)
        decision = self._decide(actor, task, None)
        started = time.perf_counter()
        try:
            await self._until_answered(task.workflow_id, decision)
        except DecisionRefusedError as refusal:
            self.refused[refusal.code] += 1
        else:
            self.seconds.append(time.perf_counter() - started)

    async def _until_answered(self, workflow_id: str, decision: Decision) -> None:
        """Send a decision, and again when the sender's patience ends first; the id makes it once."""
        decision_id = uuid.uuid4().hex
        while True:
            try:
                await self._connection.sender.send(workflow_id, decision, decision_id)
            except NotYetAnsweredError:
                self.refused["NotYetAnswered"] += 1
            else:
                return

    def _who_does(self, task: Task) -> Actor:
        if task.assignee is not None:
            return self._known(task.assignee)
        people = (self._known(person) for person in self._staff)
        return next(one for one in people if one.holds(task.role, task.partner, task.course))

    def _known(self, person: PersonRef) -> Actor:
        if person not in self._actors:
            self._actors[person] = self._actor(person)
        return self._actors[person]


class Cohort:
    """Takes learners of one intake through the programme."""

    def __init__(
        self, installation: Installation, connection: Connection, agreement: ConsortiumAgreement
    ) -> None:
        self._installation = installation
        self._connection = connection
        self._agreement = agreement
        self._chance = random.Random(1)  # noqa: S311 - a bench, not a secret
        self._intake: Intake | None = None
        self._number = 0

    async def open(self) -> None:
        """Open an intake in which study has begun and applications stay open."""
        now = self._installation.now()
        intake = Intake(
            programme=self._agreement.id,
            cohort=f"{now.year}-bench",
            agreement_version=self._agreement.version,
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=3650),
            ranked_at=now + timedelta(days=3651),
            study_starts_at=now + timedelta(days=1),
        )
        self._intake = await open_intake(self._installation, self._connection.client, intake, self._agreement)

    async def learner(self) -> str:
        """Take one learner from application to the end; return the case."""
        assert self._intake is not None  # noqa: S101 - `open` comes first
        one = self._invent()
        await submit(
            self._installation, self._connection.client, self._intake, one.person, one.application, one.case
        )
        await self._connection.client.get_workflow_handle(f"learner/{one.case}").result()
        return one.case

    def _invent(self) -> Learner:
        self._number += 1
        case, now = random_reference(), self._installation.now()
        person = make_person(case, self._number, self._chance, now)
        application = make_application(Story.STRAIGHT, self._agreement, person, self._chance, now)
        return Learner(self._number, case, person, Story.STRAIGHT, application)


async def histories_of(client: Client, cases: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    """Tell events and bytes of each history of each learner, as the engine counts them."""
    found: dict[str, list[tuple[int, int]]] = {case: [] for case in cases}
    async for one in client.list_workflows('WorkflowId STARTS_WITH "learner/"'):
        case = one.id.split("/")[1]
        if case in found:
            found[case].append((one.history_length, one.raw_info.history_size_bytes))
    return found
