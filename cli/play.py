"""The people of the demo: each sees only the tasks of their own, and answers by the client that all use."""

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from decimal import Decimal
from typing import Any

from cli.grades import failing_grade, passing_grade
from cli.installation import Connection, Installation
from cli.outage import Outages
from cli.people import actor_for
from cli.stories import Learner, Story, missing_evidence
from engine.errors import DecisionRefusedError, EngineUnavailableError, NotYetAnsweredError
from models.actor import Actor, Role
from models.ballot import RECUSE
from models.base import PersonRef
from models.case import CaseState
from models.consortium import ConsortiumAgreement
from models.decision import (
    Content,
    DateChange,
    Decision,
    DecisionKind,
    EvidenceSupply,
    GradeEntry,
    PathChoice,
    RegistrationConfirmation,
    Scoring,
)
from models.task import Task, TaskKind
from records.case import CaseFilter, CaseRepository, CaseView
from records.course import CourseRepository
from records.task import TaskRepository
from rules.consortium_paths import admissible_ways
from rules.grading import scales_with

LOOK_SECONDS = 0.15
AT_ONCE = 24
NOT_YET = frozenset({"AgendaOpen", "NoQuorum"})
"""The chair looks again later."""


class Play:
    """
    Lets people do their tasks until every learner's story has come to its end.

    People look at their own list of tasks, as the task command shows it, and decide through the
    same sender; nobody knows more than the records show them.
    """

    def __init__(
        self,
        installation: Installation,
        connection: Connection,
        agreement: ConsortiumAgreement,
        learners: tuple[Learner, ...],
        outages: Outages,
        seed: int,
    ) -> None:
        self._installation = installation
        self._connection = connection
        self._agreement = agreement
        self._learners = {learner.case: learner for learner in learners}
        self._outages = outages
        self._seed = seed
        self._scales = scales_with(agreement.examination.scales)
        self._staff = tuple(one.person for one in installation.library.directory(agreement.id).people)
        self._busy: set[str] = set()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()
        self._withdrawn: set[str] = set()
        self.refused: Counter[str] = Counter()
        """Decisions that workflows did not take, by code."""
        self.taken = 0

    async def run(self) -> tuple[CaseView, ...]:
        """Play until all stories have ended; return the cases as they stand."""
        while True:
            cases = await asyncio.to_thread(self._cases)
            if all(self._over(case) for case in cases):
                await asyncio.gather(*self._running)
                return cases
            await self._withdraw_those_who_leave()
            for person in await asyncio.to_thread(self._people_with_tasks):
                for task in await asyncio.to_thread(self._own_tasks, person):
                    self._take_up(person, task)
            await asyncio.sleep(LOOK_SECONDS)

    # What people see

    def _cases(self) -> tuple[CaseView, ...]:
        with self._installation.database.reading() as session:
            return CaseRepository(session).find(CaseFilter(programme=self._agreement.id))

    def _over(self, case: CaseView) -> bool:
        learner = self._learners.get(case.case)
        return learner is None or learner.holds_at is not None or case.state is not CaseState.ACTIVE

    def _people_with_tasks(self) -> list[PersonRef]:
        """Spare those a look at their list for whom there is nothing."""
        with self._installation.database.reading() as session:
            waiting = [view.task for view in TaskRepository(session).waiting()]
        new = [task for task in waiting if task.task_id not in self._busy]
        assigned = {task.assignee for task in new if task.assignee is not None}
        if all(task.assignee is not None for task in new):
            return sorted(assigned)
        return sorted({*assigned, *self._staff})

    def _own_tasks(self, person: PersonRef) -> list[Task]:
        actor = self._actor(person)
        with self._installation.database.reading() as session:
            return [view.task for view in TaskRepository(session).for_person(person, actor.offices)]

    def _actor(self, person: PersonRef) -> Actor:
        return actor_for(self._installation, person, self._agreement.id)

    # What people do

    def _take_up(self, person: PersonRef, task: Task) -> None:
        learner = self._learners.get(task.case or "")
        if task.task_id in self._busy:
            return
        if learner and learner.holds_at is task.kind:
            if task.assignee == learner.person.ref:
                self._start(task, self._give_more_time(task))
            return
        if learner and learner.story is Story.INCOMPLETE and task.kind is TaskKind.SUPPLY_EVIDENCE:
            return
        self._start(task, self._do(person, task, learner))

    def _start(self, task: Task, what: Coroutine[Any, Any, None]) -> None:
        self._busy.add(task.task_id)
        doing = asyncio.create_task(what)
        self._running.add(doing)
        doing.add_done_callback(self._running.discard)

    async def _do(self, person: PersonRef, task: Task, learner: Learner | None) -> None:
        async with self._gate:
            decision = self._decide(self._actor(person), task, learner)
            await self._outages.before(task, learner)
            await self._send(task.workflow_id, decision)

    async def _give_more_time(self, task: Task) -> None:
        """Let the programme leader extend a learner's deadline: on the demo's clock it is over in no time."""
        people = self._installation.library.directory(self._agreement.id).people
        leader = next(
            one for one in people if any(held.role is Role.PROGRAMME_LEADER for held in one.offices)
        )
        decision = Decision(
            kind=DecisionKind.EXTEND_DEADLINE,
            task=task.task_id,
            reason="Left open for whoever looks into the demo.",
            content=DateChange(until=task.due_at + timedelta(days=36_500)),
            actor=self._actor(leader.person),
        )
        await self._send(task.workflow_id, decision)

    async def _send(self, workflow_id: str, decision: Decision) -> None:
        try:
            await self._connection.sender.send(workflow_id, decision)
            self.taken += 1
        except DecisionRefusedError as refusal:
            self.refused[refusal.code] += 1
            if refusal.code in NOT_YET:
                self._busy.discard(decision.task or "")
        except (NotYetAnsweredError, EngineUnavailableError):
            await self._connection.sender.resend_open()

    def _decide(self, actor: Actor, task: Task, learner: Learner | None) -> Decision:
        option, reason = task.options[0].code, ""
        story = learner.story if learner else Story.STRAIGHT
        if task.kind is TaskKind.VOTE:
            option, reason = self._vote(task, story)
        if task.kind is TaskKind.ANSWER_REFUSAL:
            option = "accept"
        chosen = next(one for one in task.options if one.code == option)
        if chosen.needs_reason and not reason:
            reason = "Settled with those concerned."
        content = self._content(task, story, option)
        return Decision(task=task.task_id, option=option, reason=reason, content=content, actor=actor)

    def _vote(self, task: Task, story: Story) -> tuple[str, str]:
        codes = [one.code for one in task.options]
        if task.role is Role.ADMISSION_COMMITTEE and story is Story.REFUSED:
            return "refuse", "The motivation does not fit the aims of the programme."
        lead = self._agreement.partnership.lead.id
        if story is Story.RECUSED_VOTE and task.role is Role.ADMISSION_COMMITTEE and task.partner != lead:
            others = [one.id for one in self._agreement.partnership.awarding if one.id != lead]
            if task.partner == others[0]:
                return RECUSE, "The applicant works in my department."
        return codes[0], ""

    def _content(self, task: Task, story: Story, option: str) -> Content | None:
        chance = random.Random(f"{self._seed}/{task.task_id}")  # noqa: S311 - a play, not a secret
        match task.kind:
            case TaskKind.ENTER_RESULT:
                return GradeEntry(grade=self._grade(task, story, chance))
            case TaskKind.CONFIRM_REGISTRATION if option == "confirm":
                number = f"{(task.partner or '').upper()}-{chance.randrange(10**6, 10**7)}"
                return RegistrationConfirmation(
                    student_number=number, evidence="Extract of our student register"
                )
            case TaskKind.SUPPLY_EVIDENCE:
                return EvidenceSupply(attainments=(missing_evidence(self._agreement),))
            case TaskKind.CHOOSE_PATH:
                ways = admissible_ways(self._agreement.programme)
                return PathChoice(courses=tuple(chance.choice(ways)))
            case TaskKind.VOTE if task.role is Role.ADMISSION_COMMITTEE and self._agreement.admission.places:
                return Scoring(score=Decimal(chance.randrange(500, 1000)) / 10)
            case _:
                return None

    def _grade(self, task: Task, story: Story, chance: random.Random) -> str:
        course = self._agreement.programme.course(task.course or "")
        partner = self._agreement.partnership.partner(course.offering_partner)
        awarding = self._agreement.partnership.partner(course.credit_partner or course.offering_partner)
        scale = self._scales[partner.scale or awarding.scale or self._agreement.examination.joint_scale]
        first = "attempt 1" in task.subject
        if story is Story.RESIT and first and course.id == self._agreement.programme.core[0]:
            return failing_grade(scale)
        return passing_grade(scale, course.eqf_level or self._agreement.programme.eqf_level, chance)

    # Withdrawal

    async def _withdraw_those_who_leave(self) -> None:
        """Let a learner leave who has the first result and wants no more."""
        for learner in self._learners.values():
            if learner.story is not Story.WITHDRAWS or learner.case in self._withdrawn:
                continue
            if learner.holds_at is None and await asyncio.to_thread(self._has_a_result, learner.case):
                self._withdrawn.add(learner.case)
                decision = Decision(
                    kind=DecisionKind.WITHDRAW,
                    reason="A new post leaves no time for the programme.",
                    actor=self._actor(learner.person.ref),
                )
                await self._send(f"learner/{learner.case}", decision)

    def _has_a_result(self, case: str) -> bool:
        with self._installation.database.reading() as session:
            return bool(CourseRepository(session).results(case))
