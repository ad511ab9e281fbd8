"""One generic ballot for admission, deliberation, appeals and revocation. Source: V1-V6, V10, R68, R193."""

from dataclasses import dataclass

from temporalio import workflow

from activities.ballot import BallotActivities
from models.ballot import (
    BallotOutcome,
    BallotRecord,
    BallotRefusal,
    BallotState,
    DeadlockRule,
    Elector,
    ElectorateQuery,
    Tally,
    TallyCode,
    Vote,
)
from models.base import PersonRef
from models.decision import Decision, ElectorChange
from models.directory import OfficeHolder
from rules.ballot import may_vote, tally
from rules.electorate import replace_elector, vacant_seats
from workflows.agenda import AgendaDesk
from workflows.casework import Casework
from workflows.casting import Cast, CastingVote
from workflows.ending import asked_to_stop, to_the_end
from workflows.motion import Motion
from workflows.refusals import refuse
from workflows.steps import write
from workflows.tasks import Answer, OpenTask

_SETTLED = (BallotState.DECIDED, BallotState.DEADLOCK)


@dataclass(frozen=True)
class Replacement:
    """A member who leaves a frozen electorate, and the one who takes the seat."""

    leaves: PersonRef
    joins: Elector


class Ballot:
    """
    Members vote by their own tasks; the agreement's rule says when and how it is decided.

    The electorate is frozen when the ballot opens. Silence is not consent: at the deadline the
    ballot is escalated and stays open until there is a quorum.
    """

    def __init__(self, case: Casework, motion: Motion) -> None:
        self._case = case
        self._motion = motion
        self._agenda = AgendaDesk(case, motion)
        self._electorate: tuple[Elector, ...] = ()
        self._votes: dict[str, OpenTask] = {}
        self._former: list[Vote] = []
        """Of members who were replaced: nobody acts twice in one case."""
        self._replacements: list[Replacement] = []
        self._voting_is_over = False
        self._cast: Cast | None = None

    async def decide(self, number: int) -> BallotOutcome:
        """Freeze the electorate, collect the votes, and bring about a decision."""
        try:
            electors = await self._members()
            record = await self._open(electors, number)
            result = await self._collect()
            if result.state is BallotState.DEADLOCK:
                result = await self._break_deadlock(result)
            await self._close(record, result)
        except BaseException as end:
            if asked_to_stop(end):
                await to_the_end(self._agenda.withdraw())
            raise
        return self._outcome(result)

    async def _members(self) -> tuple[Elector, ...]:
        """Read who is in office; where a partner with a vote has nobody, the programme leader is asked."""
        motion = self._motion
        while True:
            query = ElectorateQuery(
                programme=motion.programme,
                body=motion.body,
                policy=motion.policy,
                associates=motion.associates,
                at=self._case.now(),
            )
            electors = (await write(BallotActivities.freeze_electorate, query)).electors
            vacant = vacant_seats(electors, motion.entitled)
            if electors and not vacant:
                return electors
            await self._case.ask(motion.vacancy_question(vacant or motion.partners))

    async def _open(self, electors: tuple[Elector, ...], number: int) -> BallotRecord:
        self._electorate = electors
        motion = self._motion
        opened = await self._case.open([motion.vote_question(one, self._may_vote) for one in electors])
        self._votes = {one.person: task for one, task in zip(electors, opened, strict=True)}
        record = BallotRecord(
            ballot_id=f"{workflow.info().workflow_id}/ballot/{number}",
            case=opened[0].task.case or "",
            body=motion.body,
            subject=motion.subject,
            options=self._options,
            policy=motion.policy,
            electorate=electors,
            opened_at=self._case.now(),
        )
        await self._agenda.put(record)
        return record

    async def _collect(self) -> Tally:
        while True:
            tasks = tuple(self._votes.values())
            in_time = await self._case.settled(tasks, lambda: bool(self._replacements) or self._goes_on)
            if self._replacements:
                await self._replace_members()
                continue
            result = self._tally(closed=not in_time)
            if not in_time and result.state in _SETTLED:
                if not await self._time_is_over(tasks):
                    continue
                result = self._tally(closed=True)
            if result.state in _SETTLED:
                self._voting_is_over = True
                await self._case.close(tasks, "the ballot is decided")
                return result
            if result.code is TallyCode.ALL_RECUSED:
                await self._ask_for_members(result)
            await self._case.escalate(tasks)

    async def _time_is_over(self, tasks: tuple[OpenTask, ...]) -> bool:
        """
        Let votes that are on their way arrive before silence counts as absence.

        False when meanwhile a member was replaced or got more time: then the vote goes on.
        """
        changes = sum(one.changes for one in tasks)

        def goes_on() -> bool:
            return bool(self._replacements) or sum(one.changes for one in tasks) != changes

        await self._case.within_grace(lambda: goes_on() or not any(one.waiting for one in tasks))
        await workflow.wait_condition(lambda: all(one.waiting or one.settled for one in tasks))
        return not goes_on()

    @property
    def _goes_on(self) -> bool:
        """Tell whether the members have nothing more to say."""
        result = self._tally()
        return result.state in _SETTLED or result.code is TallyCode.ALL_RECUSED

    async def _ask_for_members(self, result: Tally) -> None:
        """Let the programme leader replace members where every one of them is recused."""
        (opened,) = await self._case.open((self._motion.members_question(result.sentence),))
        while not await self._case.settled((opened,), lambda: bool(self._replacements)):
            await self._case.escalate((opened,))
        await self._case.close((opened,), "other members are named")

    def check_replacement(self, decision: Decision) -> None:
        """Refuse a replacement that the rules do not allow, or that would come too late to matter."""
        if self._voting_is_over:
            raise refuse(
                "VotingIsOver",
                "The members have voted. When the chair does not give the casting vote in time, "
                "the programme leader is asked.",
            )
        self._replaced(decision)

    def replace(self, decision: Decision) -> str:
        """Note a replacement; the new member is asked next, and the one who leaves no longer."""
        electorate, change = self._replaced(decision)
        self._former += [one for one in self._given(recorded=False) if one.person == change.leaves]
        joins = next(one for one in electorate if one.person == change.joins)
        self._electorate = electorate
        self._replacements.append(Replacement(leaves=change.leaves, joins=joins))
        return f"{change.name} takes the place of {change.leaves} in the ballot"

    def _replaced(self, decision: Decision) -> tuple[tuple[Elector, ...], ElectorChange]:
        change = decision.content
        if change is None or change.content != "elector":
            raise refuse("ElectorMissing", "Name the member who leaves and the one who joins.")
        leaver = next((one for one in self._electorate if one.person == change.leaves), None)
        partner = leaver.partner if leaver else self._motion.lead
        joins = OfficeHolder(person=change.joins, name=change.name, partner=partner, offices=())
        accepted = (*self._given(recorded=False), *self._former)
        found = replace_elector(self._electorate, accepted, change.leaves, joins)
        if isinstance(found, BallotRefusal):
            raise refuse(found.code, found.sentence)
        return found, change

    async def _replace_members(self) -> None:
        """Ask the new members, and no longer those who left."""
        replacements, self._replacements = self._replacements, []
        for one in replacements:
            leaving = self._votes.pop(one.leaves, None)
            if leaving is not None:
                await self._case.close((leaving,), "another member has taken the seat")
            (self._votes[one.joins.person],) = await self._case.open(
                [self._motion.vote_question(one.joins, self._may_vote)]
            )

    def _tally(self, *, closed: bool = False) -> Tally:
        motion = self._motion
        given = self._given(recorded=True)
        return tally(motion.policy, self._electorate, given, self._options, motion.entitled, closed=closed)

    def _given(self, *, recorded: bool) -> tuple[Vote, ...]:
        """List the votes that count already: those in the records; or those that are accepted, too."""
        seats = [(elector, self._votes.get(elector.person)) for elector in self._electorate]
        return tuple(
            _vote(elector, task.answer)
            for elector, task in seats
            if task is not None and task.answer is not None and (task.recorded or not recorded)
        )

    async def _break_deadlock(self, result: Tally) -> Tally:
        """Let the chair decide, or the programme leader: as the agreement says, or without a chair (R193)."""
        casting = self._motion.policy.deadlock is DeadlockRule.CASTING_VOTE
        chairs = (one for one in self._electorate if one.chair and one.person not in result.recused)
        chair = next(chairs, None) if casting else None
        self._cast = cast = await CastingVote(self._case, self._motion).given(chair)
        who = "the casting vote of the chair" if cast.by_chair else "the programme leader"
        return result.model_copy(
            update={
                "state": BallotState.DECIDED,
                "option": cast.answer.option,
                "code": TallyCode.CASTING_VOTE,
                "sentence": f"Decided by {who}.",
            }
        )

    async def _close(self, record: BallotRecord, result: Tally) -> None:
        closed = record.model_copy(
            update={
                "electorate": self._electorate,
                "tally": result,
                "outcome": result.option,
                "closed_at": self._case.now(),
            }
        )
        await write(BallotActivities.save_ballot, closed)
        await self._agenda.put(closed, self._given(recorded=False))

    def _outcome(self, result: Tally) -> BallotOutcome:
        answers = [one.answer for one in self._votes.values() if one.answer is not None]
        decisive = [*answers, self._cast.answer] if self._cast is not None else answers
        return BallotOutcome(
            option=result.option or "",
            tally=result,
            reasons=tuple(
                one.decision.reason
                for one in decisive
                if one.option == result.option and one.decision.reason.strip()
            ),
            scores=tuple(
                one.decision.content.score
                for one in answers
                if one.decision.content is not None and one.decision.content.content == "score"
            ),
        )

    @property
    def _options(self) -> tuple[str, ...]:
        return tuple(one.code for one in self._motion.options)

    def _may_vote(self, decision: Decision) -> None:
        voter, given = decision.actor.person, self._given(recorded=False)
        refusal = may_vote(self._electorate, given, voter, decision.option, self._options)
        if refusal is not None:
            raise refuse(refusal.code, refusal.sentence)
        scored = decision.content is not None and decision.content.content == "score"
        if self._motion.scored and decision.option == self._motion.options[0].code and not scored:
            raise refuse("ScoreMissing", "Places are limited: give a score from 0 to 100 with your vote.")


def _vote(elector: Elector, answer: Answer) -> Vote:
    return Vote(
        person=elector.person,
        partner=elector.partner,
        option=answer.option,
        reason=answer.decision.reason,
    )
