"""What workflows share that let a committee decide: the ballot under way, and changes of its members."""

from models.actor import Role
from models.ballot import BallotOutcome
from models.case import CaseContext
from models.decision import Decision, DecisionKind
from workflows.ballot import Ballot
from workflows.casework import Casework
from workflows.motion import Motion
from workflows.refusals import require


class Balloting(Casework):
    """A workflow that lets a committee decide, and its members be replaced while it does."""

    def __init__(self, context: CaseContext) -> None:
        super().__init__(context)
        self._ballot: Ballot | None = None
        self._ballots = 0

    async def _put_to_vote(self, motion: Motion) -> BallotOutcome:
        """Let a body decide; each ballot of a workflow has its own number."""
        self._ballots += 1
        self._ballot = Ballot(self, motion)
        try:
            return await self._ballot.decide(self._ballots)
        finally:
            self._ballot = None

    def _may_act(self, decision: Decision) -> None:
        if decision.kind is not DecisionKind.REPLACE_ELECTOR or self._ballot is None:
            super()._may_act(decision)
            return
        require(
            decision.actor.holds(Role.PROGRAMME_LEADER),
            "WrongRole",
            "Only the programme leader can replace a member of a ballot.",
        )
        require(decision.reason.strip(), "ReasonMissing", "Say why the member is replaced.")
        self._ballot.check_replacement(decision)

    def _act(self, decision_id: str, decision: Decision) -> str:
        if self._ballot is None:
            return super()._act(decision_id, decision)
        return self._ballot.replace(decision)
