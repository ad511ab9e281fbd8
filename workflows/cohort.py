"""
A cohort: application window, places, ranking and reserve list, release of decisions.

Source: V12-V19; the design on embargoed decisions. A cohort collects references; what becomes of
a learner is decided in the learner's own workflow.
"""

from decimal import Decimal

from temporalio import workflow

from activities.cohort import CohortActivities
from models.actor import Role
from models.admission import Places
from models.lifecycle import CohortInput
from models.ranking import Candidate, Ranking
from models.record import CandidateNotice, SeatFreed, SeatMessage, SeatNotice
from models.task import TaskKind
from rules.ranking import COUNTRY, promote, rank, ranking_policy
from workflows.casework import Casework
from workflows.steps import tell
from workflows.tasks import Question, option

_ENOUGH = Places(number=1_000_000)
PLACE, RESERVE, NONE = "place", "reserve", "none"


@workflow.defn
class CohortWorkflow(Casework):
    """
    Rank those whom the committee admits, release the decisions, fill places that become free.

    It runs until study starts. A notice that arrives twice has the same message id and counts once.
    """

    @workflow.init
    def __init__(self, cohort: CohortInput) -> None:
        super().__init__(cohort.context)
        self._input = cohort
        self._candidates: dict[str, CandidateNotice] = {}
        self._seen: set[str] = set()
        self._freed: list[str] = []
        self._ranked: set[str] = set()
        self._ranking = Ranking(policy=ranking_policy(cohort.places or _ENOUGH))
        self._told: dict[str, str] = {}

    @workflow.run
    async def run(self, cohort: CohortInput) -> int:
        """Return how many places were given."""
        intake = cohort.intake
        await self.reach(intake.ranked_at, "Applications are decided and places are given")
        await self._release()
        self._rank()
        await self._tell_new_seats()
        while await self.until(self._changed, intake.study_starts_at, "Study starts"):
            self._take_in_changes()
            await self._tell_new_seats()
        await self.finish()
        return len(self._ranking.main)

    @workflow.signal
    def candidate(self, notice: CandidateNotice) -> None:
        """Hear that the committee has decided a case."""
        self._candidates.setdefault(notice.message_id, notice)

    @workflow.signal
    def freed(self, notice: SeatFreed) -> None:
        """Hear that a learner has given up a place."""
        if notice.message_id not in self._seen:
            self._seen.add(notice.message_id)
            self._freed.append(notice.case)

    async def _release(self) -> None:
        """Let the programme leader release embargoed decisions, or the release date do it."""
        release_at = self._input.intake.release_at
        if not self._input.embargo or release_at is None or self.now() >= release_at:
            return
        await self.ask(
            Question(
                kind=TaskKind.RELEASE_DECISIONS,
                role=Role.PROGRAMME_LEADER,
                partner=self._input.lead,
                subject=f"Release the admission decisions of cohort {self._input.intake.cohort}",
                options=(option("release", "Release the decisions now"),),
                working_days=1,
                due_at=release_at,
                expires=True,
            )
        )

    def _rank(self) -> None:
        """Put everybody in order; equal candidates are told apart by the lots drawn at application (V17)."""
        admitted = [one for one in self._candidates.values() if one.admit]
        self._ranked = set(self._candidates)
        self._ranking = rank(self._ranking.policy, tuple(_candidate(one) for one in admitted))

    def _changed(self) -> bool:
        return bool(self._freed) or not self._ranked.issuperset(self._candidates)

    def _take_in_changes(self) -> None:
        """Fill freed places from the reserve list; late decisions join its end (V13)."""
        late = [one for one in self._candidates.values() if one.message_id not in self._ranked]
        self._ranked.update(one.message_id for one in late)
        joined = rank(self._ranking.policy, tuple(_candidate(one) for one in late if one.admit))
        reserve = (*self._ranking.reserve, *joined.main, *joined.reserve)
        ranking = self._ranking.model_copy(update={"reserve": reserve})
        freed, self._freed = tuple(self._freed), []
        self._ranking = promote(ranking, freed).ranking

    async def _tell_new_seats(self) -> None:
        """Tell each case what is new for it, once."""
        for case, seat in self._seats().items():
            if self._told.get(case) == seat:
                continue
            self._told[case] = seat
            notice = SeatNotice(
                message_id=f"{self._input.intake.cohort}/{case}/{seat}", seat=seat, sentence=_SENTENCES[seat]
            )
            await tell(CohortActivities.tell_seat, SeatMessage(case=case, notice=notice))

    def _seats(self) -> dict[str, str]:
        places = {entry.case: PLACE for entry in self._ranking.main}
        waiting = {entry.case: RESERVE for entry in self._ranking.reserve}
        ranked = [one for one in self._candidates.values() if one.message_id in self._ranked]
        return {one.case: places.get(one.case, waiting.get(one.case, NONE)) for one in ranked}


_SENTENCES = {
    PLACE: "There is a place.",
    RESERVE: "All places are taken; the application is on the reserve list.",
    NONE: "There is no place.",
}


def _candidate(notice: CandidateNotice) -> Candidate:
    return Candidate(
        case=notice.case,
        score=Decimal(notice.score),
        quota_keys={COUNTRY: notice.country} if notice.country else {},
        submitted_at=notice.submitted_at,
        lot=notice.lot,
    )
