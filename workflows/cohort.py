"""
A cohort: application window, places, ranking and reserve list, release of decisions.

Source: V12-V19; the design on embargoed decisions. A cohort collects references; what becomes of
a learner is decided in the learner's own workflow.
"""

from decimal import Decimal

from temporalio import workflow

from activities.cohort import CohortActivities
from engine.search import COHORT, PROGRAMME
from models.actor import Role
from models.admission import Places
from models.cohort import CohortProgress
from models.lifecycle import CohortInput
from models.ranking import Candidate, Ranking
from models.record import CandidateNotice, SeatFreed, SeatMessage, SeatNotice
from models.task import TaskKind
from rules.ranking import COUNTRY, promote, rank, ranking_policy
from workflows.collecting import Collecting
from workflows.steps import tell
from workflows.tasks import Question, option

_ENOUGH = Places(number=100_000)
PLACE, RESERVE, NONE = "place", "reserve", "none"


@workflow.defn
class CohortWorkflow(Collecting):
    """
    Rank those whom the committee admits, release the decisions, fill places that become free.

    It runs until study starts. A notice that arrives twice has the same message id and counts once.
    """

    @workflow.init
    def __init__(self, cohort: CohortInput) -> None:
        progress = cohort.progress
        super().__init__(cohort.context, progress.heard, cohort.most_messages)
        self._input = cohort
        self._candidates = {one.message_id: one for one in progress.candidates}
        self._gone = dict.fromkeys(progress.gone)
        self._ranked = dict.fromkeys(progress.ranked)
        self._ranking = progress.ranking or Ranking(policy=ranking_policy(cohort.places or _ENOUGH))
        self._has_ranked = progress.ranking is not None
        self._told = dict(progress.told)

    @workflow.run
    async def run(self, cohort: CohortInput) -> int:
        """Return how many places were given."""
        intake = cohort.intake
        workflow.upsert_search_attributes(
            [PROGRAMME.value_set(intake.programme), COHORT.value_set(intake.cohort)]
        )
        if not self._has_ranked:
            await self._collect()
            await self._release()
            self._rank()
            await self._tell_new_seats()
        while await self.until(self._must_act, intake.study_starts_at, "Study starts"):
            self._take_in_changes()
            await self._tell_new_seats()
            await self._begin_anew_if_long()
        await self.finish()
        return len(self._ranking.main)

    @workflow.signal
    def candidate(self, notice: CandidateNotice) -> None:
        """Hear that the committee has decided a case."""
        if self._is_new(notice.message_id):
            self._candidates[notice.message_id] = notice

    @workflow.signal
    def freed(self, notice: SeatFreed) -> None:
        """Hear that a learner has given up a place; it may come before the case is a candidate."""
        if self._is_new(notice.message_id):
            self._gone[notice.case] = None

    # History

    async def _collect(self) -> None:
        """Hear of candidates until places are given."""
        ranked_at = self._input.intake.ranked_at
        while await self.until(
            lambda: self._is_long, ranked_at, "Applications are decided and places are given"
        ):
            await self._begin_anew_if_long()

    async def _begin_anew_if_long(self) -> None:
        """Start a new history while no task is open; everything that was heard goes with it."""
        if not self._is_long:
            return
        await workflow.wait_condition(workflow.all_handlers_finished)
        progress = CohortProgress(
            candidates=tuple(self._candidates.values()),
            gone=tuple(self._gone),
            ranked=tuple(self._ranked),
            ranking=self._ranking if self._has_ranked else None,
            told=self._told,
            heard=self._heard,
        )
        workflow.continue_as_new(self._input.model_copy(update={"progress": progress}))

    # Places and release of decisions

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
        self._has_ranked = True
        self._ranking = self._in_order(tuple(self._candidates.values()))

    def _in_order(self, notices: tuple[CandidateNotice, ...]) -> Ranking:
        """Rank those who were admitted and still want a place."""
        self._ranked.update((one.message_id, None) for one in notices)
        wanting = [one for one in notices if one.admit and one.case not in self._gone]
        return rank(self._ranking.policy, tuple(_candidate(one) for one in wanting))

    def _must_act(self) -> bool:
        listed = (entry.case for entry in (*self._ranking.main, *self._ranking.reserve))
        return bool(self._late) or self._is_long or any(case in self._gone for case in listed)

    @property
    def _late(self) -> tuple[CandidateNotice, ...]:
        return tuple(one for one in self._candidates.values() if one.message_id not in self._ranked)

    def _take_in_changes(self) -> None:
        """Fill freed places from the reserve list; late decisions join its end (V13)."""
        joined = self._in_order(self._late)
        reserve = (*self._ranking.reserve, *joined.main, *joined.reserve)
        ranking = self._ranking.model_copy(update={"reserve": reserve})
        self._ranking = promote(ranking, self._gone).ranking

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
        return {
            one.case: places.get(one.case, waiting.get(one.case, NONE))
            for one in ranked
            if one.case not in self._gone
        }


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
