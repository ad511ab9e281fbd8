"""Interruption of study: decided by the programme leader, for a limited time. Source: V45-V46."""

from datetime import datetime, timedelta

from temporalio import workflow

from models.actor import Role
from models.case import CaseState
from models.decision import DateChange, Decision
from models.task import TaskKind
from workflows.refusals import refuse, require
from workflows.tasks import Question, option
from workflows.way import Way

_MONTH = timedelta(days=31)


class Interruption:
    """
    Lets courses that have not started wait until the learner is back.

    Courses that are under way go on; the date of return is agreed when the interruption begins.
    """

    def __init__(self, way: Way) -> None:
        self._way = way
        self._until: datetime | None = None
        self._number = 0

    def check(self, decision: Decision, *, courses_wait: bool) -> None:
        """Refuse an interruption without a reason or effect, or longer than the agreement allows."""
        require(
            decision.actor.holds(Role.PROGRAMME_LEADER),
            "WrongRole",
            "The programme leader decides on an interruption, at the learner's written request.",
        )
        require(self._until is None, "AlreadyDecided", "Study is interrupted already.")
        require(courses_wait, "WrongPhase", "Only courses that have not begun can wait, and there are none.")
        require(decision.reason.strip(), "ReasonMissing", "Say why study is interrupted.")
        until, now, most = _return(decision).until, self._way.case.now(), self._way.rules.interruption_months
        require(now < until, "DateMissing", "The date of return lies in the past; give a later one.")
        require(
            until <= now + _MONTH * most,
            "TooLong",
            f"The agreement allows an interruption of {most} months at most.",
        )

    def begin(self, decision: Decision) -> str:
        """Note the date of return; say what was decided."""
        self._until = _return(decision).until
        return f"Interrupt study until {self._until:%-d %B %Y}"

    async def over(self) -> None:
        """Wait for the learner to come back."""
        await workflow.wait_condition(lambda: self._until is None)

    async def watch(self) -> None:
        """Show each interruption, and end it when the learner is back, at the latest on the agreed date."""
        while True:
            await workflow.wait_condition(lambda: self._until is not None)
            self._number += 1
            await self._wait_for_return()
            self._until = None
            await self._way.keep(f"resumed/{self._number}", "The learner studies again.")

    async def _wait_for_return(self) -> None:
        until = self._until
        assert until is not None  # noqa: S101 - the caller has waited for it
        sentence = f"Study is interrupted until {until:%-d %B %Y}."
        await self._way.keep(f"interrupted/{self._number}", sentence, CaseState.INTERRUPTED)
        await self._way.case.ask(
            Question(
                kind=TaskKind.RESUME_STUDY,
                role=Role.LEARNER,
                assignee=self._way.context.person,
                subject="Your study is interrupted. Tell us when you are back",
                options=(option("resume", "I am back"),),
                working_days=1,
                due_at=until,
                expires=True,
            )
        )


def _return(decision: Decision) -> DateChange:
    content = decision.content
    if content is None or content.content != "date":
        raise refuse("DateMissing", "Give the date of the learner's return.")
    return content
