"""Interruption of study: decided by the programme leader, for a limited time. Source: V45-V46."""

from datetime import datetime, timedelta

from models.actor import Role
from models.base import PersonRef
from models.case import Phase
from models.decision import DateChange, Decision
from models.task import TaskKind
from workflows.casework import Casework
from workflows.refusals import refuse, require
from workflows.tasks import Question, option

_MONTH = timedelta(days=31)


class Interruption:
    """
    Lets courses that have not started wait until the learner is back.

    Courses that are under way go on; the date of return is agreed when the interruption begins.
    """

    def __init__(self, case: Casework, person: PersonRef, most_months: int) -> None:
        self._case = case
        self._person = person
        self._most = most_months
        self._until: datetime | None = None

    def check(self, phase: Phase | None, decision: Decision) -> None:
        """Refuse an interruption outside study, without a reason, or for longer than the agreement allows."""
        require(
            decision.actor.holds(Role.PROGRAMME_LEADER),
            "WrongRole",
            "The programme leader decides on an interruption, at the learner's written request.",
        )
        require(phase is Phase.STUDY, "WrongPhase", "Only study can be interrupted; this case is elsewhere.")
        require(decision.reason.strip(), "ReasonMissing", "Say why study is interrupted.")
        until, now = _return(decision).until, self._case.now()
        require(now < until, "DateMissing", "The date of return lies in the past; give a later one.")
        require(
            until <= now + _MONTH * self._most,
            "TooLong",
            f"The agreement allows an interruption of {self._most} months at most.",
        )

    def begin(self, decision: Decision) -> str:
        """Note the date of return; say what was decided."""
        self._until = _return(decision).until
        return f"Interrupt study until {self._until:%-d %B %Y}"

    async def over(self) -> None:
        """Wait for the learner to come back, at the latest on the date that was agreed."""
        while self._until is not None and self._case.now() < self._until:
            answer = await self._case.ask(
                Question(
                    kind=TaskKind.RESUME_STUDY,
                    role=Role.LEARNER,
                    assignee=self._person,
                    subject="Your study is interrupted. Tell us when you are back",
                    options=(option("resume", "I am back"),),
                    working_days=1,
                    due_at=self._until,
                    expires=True,
                )
            )
            if answer is not None:
                self._until = None


def _return(decision: Decision) -> DateChange:
    content = decision.content
    if content is None or content.content != "date":
        raise refuse("DateMissing", "Give the date of the learner's return.")
    return content
