"""One generic ballot for admission, deliberation, appeals and revocation. Source: V1-V6, V10, R68, R193."""

from dataclasses import dataclass

from temporalio import workflow

from activities.ballot import BallotActivities
from activities.session import SessionActivities
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
from models.session import AgendaItem, SessionInput, SessionMessage
from rules.ballot import may_vote, tally
from rules.electorate import replace_elector
from workflows.casework import Casework
from workflows.motion import Motion
from workflows.refusals import refuse
from workflows.steps import tell, write
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
        self._electorate: tuple[Elector, ...] = ()
        self._votes: dict[str, OpenTask] = {}
        self._record: BallotRecord | None = None
        self._session_id: str | None = None
        self._replacements: list[Replacement] = []

    async def decide(self, number: int) -> BallotOutcome:
        """Freeze the electorate, collect the votes, and bring about a decision."""
        await self._open(number)
        result = await self._collect()
        if result.state is BallotState.DEADLOCK:
            result = await self._break_deadlock(result)
        await self._close(result)
        return self._outcome(result)

    async def _open(self, number: int) -> None:
        motion = self._motion
        query = ElectorateQuery(
            programme=motion.programme,
            body=motion.body,
            policy=motion.policy,
            associates=motion.associates,
            at=self._case.now(),
        )
        frozen = await write(BallotActivities.freeze_electorate, query)
        self._electorate = frozen.electors
        opened = await self._case.open(
            [motion.vote_question(elector, self._may_vote) for elector in frozen.electors]
        )
        for elector, task in zip(frozen.electors, opened, strict=True):
            self._votes[elector.person] = task
        self._record = BallotRecord(
            ballot_id=f"{workflow.info().workflow_id}/ballot/{number}",
            case=opened[0].task.case or "",
            body=self._motion.body,
            subject=self._motion.subject,
            options=self._options,
            policy=self._motion.policy,
            electorate=self._electorate,
            opened_at=self._case.now(),
        )
        await self._tell_session(None)

    async def _tell_session(self, outcome: str | None) -> None:
        """Put the case on the agenda of the committee's meeting, unless it decides in writing (V4)."""
        motion, record = self._motion, self._record
        if motion.policy.written_procedure or record is None:
            return
        votes = self._given()
        item = AgendaItem(
            message_id=f"{record.ballot_id}/{outcome or 'opened'}",
            case=record.case,
            ballot_id=record.ballot_id,
            opened_at=record.opened_at,
            outcome=outcome,
            voters=tuple(vote.person for vote in votes),
            partners=tuple(vote.partner for vote in votes),
        )
        session = SessionInput(
            context=self._case.without_case(),
            body=motion.body,
            policy=motion.policy,
            lead=motion.lead,
            partners=motion.partners,
        )
        message = SessionMessage(session=session, item=item, session_id=self._session_id)
        self._session_id = await tell(SessionActivities.tell_session, message)

    async def _collect(self) -> Tally:
        tasks = tuple(self._votes.values())
        while True:
            in_time = await self._case.settled(tasks, lambda: bool(self._replacements) or self._goes_on)
            if self._replacements:
                tasks = await self._replace_members()
                continue
            result = self._tally(closed=not in_time)
            if result.state in _SETTLED:
                await self._case.close(tasks, "the ballot is decided")
                return result
            if result.code is TallyCode.ALL_RECUSED:
                await self._ask_for_members(result)
            await self._case.escalate(tasks)

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
        """Refuse a replacement that the rules do not allow."""
        self._replaced(decision)

    def replace(self, decision: Decision) -> str:
        """Note a replacement; the new member is asked as soon as the decision is in the records."""
        electorate, change = self._replaced(decision)
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
        found = replace_elector(self._electorate, self._given(), change.leaves, joins)
        if isinstance(found, BallotRefusal):
            raise refuse(found.code, found.sentence)
        return found, change

    async def _replace_members(self) -> tuple[OpenTask, ...]:
        """Ask the new members, and no longer those who left."""
        replacements, self._replacements = self._replacements, []
        for one in replacements:
            leaving = self._votes.pop(one.leaves, None)
            if leaving is not None:
                await self._case.close((leaving,), "another member has taken the seat")
            (self._votes[one.joins.person],) = await self._case.open(
                [self._motion.vote_question(one.joins, self._may_vote)]
            )
        return tuple(self._votes.values())

    def _tally(self, *, closed: bool = False) -> Tally:
        motion = self._motion
        return tally(motion.policy, self._electorate, self._given(), self._options, closed=closed)

    def _given(self) -> tuple[Vote, ...]:
        votes = []
        for elector in self._electorate:
            opened = self._votes.get(elector.person)
            if opened is not None and opened.answer is not None and opened.recorded:
                votes.append(_vote(elector, opened.answer))
        return tuple(votes)

    async def _break_deadlock(self, result: Tally) -> Tally:
        """Let the chair decide, or the programme leader: as the agreement says, or without a chair (R193)."""
        motion = self._motion
        casting = motion.policy.deadlock is DeadlockRule.CASTING_VOTE
        chairs = (one for one in self._electorate if one.chair and one.person not in result.recused)
        chair = next(chairs, None) if casting else None
        answer = await self._case.ask(motion.casting_question(chair))
        decided = answer.option if answer else motion.options[-1].code
        sentence = (
            "Decided by the casting vote of the chair." if chair else "Decided by the programme leader."
        )
        return result.model_copy(
            update={
                "state": BallotState.DECIDED,
                "option": decided,
                "code": TallyCode.CASTING_VOTE,
                "sentence": sentence,
            }
        )

    async def _close(self, result: Tally) -> None:
        if self._record is not None:
            update = {"tally": result, "outcome": result.option, "closed_at": self._case.now()}
            await write(BallotActivities.save_ballot, self._record.model_copy(update=update))
            await self._tell_session(result.option)

    def _outcome(self, result: Tally) -> BallotOutcome:
        answers = [one.answer for one in self._votes.values() if one.answer is not None]
        return BallotOutcome(
            option=result.option or "",
            tally=result,
            reasons=tuple(
                one.decision.reason
                for one in answers
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
        voter, given = decision.actor.person, self._given()
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
