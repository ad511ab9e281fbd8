"""The deciding vote where the members do not agree. Source: R193, V3."""

from dataclasses import dataclass

from models.ballot import Elector
from models.decision import Decision
from models.task import TaskKind
from workflows.casework import Casework
from workflows.motion import Motion
from workflows.refusals import refuse
from workflows.tasks import Answer, OpenTask


@dataclass(frozen=True)
class Cast:
    """The deciding vote, and whether the chair has given it or the programme leader."""

    answer: Answer
    by_chair: bool


class CastingVote:
    """
    Asks the chair, or the programme leader where there is no chair or the agreement says so.

    A chair who lets the time pass may be ill or away: from then on the programme leader may
    decide as well, and the first of the two answers counts.
    """

    def __init__(self, case: Casework, motion: Motion) -> None:
        self._case = case
        self._motion = motion
        self._asked: list[OpenTask] = []

    async def given(self, chair: Elector | None) -> Cast:
        """Return the deciding vote."""
        await self._ask(chair)
        while not await self._case.settled(self._asked, lambda: self._cast is not None):
            await self._case.escalate(self._asked)
            if chair is not None and len(self._asked) == 1:
                await self._ask(None)
        await self._case.close(self._asked, "the ballot is decided")
        cast = self._cast
        assert cast is not None  # noqa: S101 - that is what was waited for
        return cast

    async def _ask(self, chair: Elector | None) -> None:
        self._asked += await self._case.open((self._motion.casting_question(chair, self._is_undecided),))

    @property
    def _cast(self) -> Cast | None:
        for one in self._asked:
            if one.answer is not None and one.recorded:
                return Cast(answer=one.answer, by_chair=one.task.kind is TaskKind.CASTING_VOTE)
        return None

    def _is_undecided(self, _: Decision) -> None:
        given = next((one.answer for one in self._asked if one.answer is not None), None)
        if given is not None:
            raise refuse("AlreadyDecided", f"This is decided already: {given.receipt.sentence}")
