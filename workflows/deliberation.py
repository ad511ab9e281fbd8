"""
Deliberation: the computed proposal, the examination committee's ballot, the appeal.

Source: R73, R228, R229, V57-V58, V62, V66-V67.
"""

from temporalio import workflow

from activities.course import CourseActivities
from models.actor import Role
from models.ballot import BallotOutcome
from models.lifecycle import DeliberationInput, DeliberationResult
from models.record import CreditRecord
from models.task import TaskKind
from rules.deliberation import compensation_credits, propose_award
from workflows.balloting import Balloting
from workflows.motion import Motion
from workflows.steps import write
from workflows.tasks import Question, option

AWARD = "award"


@workflow.defn
class DeliberationWorkflow(Balloting):
    """Compute what the regulations propose and let the examination committee of all partners decide."""

    @workflow.init
    def __init__(self, deliberation: DeliberationInput) -> None:
        super().__init__(deliberation.context)
        self._input = deliberation
        self._proposal = propose_award(deliberation.agreement, deliberation.facts)

    @workflow.run
    async def run(self, deliberation: DeliberationInput) -> DeliberationResult:
        """Return the committee's decision; the record of it is in the minutes."""
        try:
            ruling = await self._vote_on("Deliberate on the award")
            if ruling.option != AWARD and await self._appealed(ruling):
                ruling = await self._vote_on("Decide on the learner's appeal against the deliberation")
            if ruling.option == AWARD:
                await self._award_compensated_courses()
            return self._result(ruling)
        finally:
            await self.finish()

    async def _vote_on(self, subject: str) -> BallotOutcome:
        """Put the computed proposal to the vote; a deviation from it needs a reason."""
        proposal, rules = self._proposal, self._input.agreement
        motion = Motion(
            programme=self._context.programme,
            body=Role.EXAMINATION_COMMITTEE,
            subject=f"{subject}. Proposal by the regulations: {proposal.sentence}",
            options=proposal.options,
            policy=rules.examination.ballot,
            lead=rules.partnership.lead.id,
            associates=rules.partnership.associates,
            partners=tuple(partner.id for partner in rules.partnership.awarding),
            regulation="Agreement, section examination",
        )
        return await self._put_to_vote(motion)

    async def _award_compensated_courses(self) -> None:
        """Let the teaching universities award the credits of courses that are compensated (R227, V57)."""
        found = compensation_credits(self._input.agreement, self._proposal.compensated)
        for course, credit in found.items():
            if credit.awarded_by is not None:
                await write(
                    CourseActivities.award_compensated,
                    CreditRecord(
                        case=self._context.case,
                        course=course,
                        partner=credit.awarded_by,
                        ects=credit.ects,
                        ballot_id=f"{workflow.info().workflow_id}/ballot/{self._ballots}",
                        at=self.now(),
                    ),
                )

    async def _appealed(self, ruling: BallotOutcome) -> bool:
        reasons = " ".join(ruling.reasons) or self._proposal.sentence
        told = f"The examination committee did not award the qualification. {reasons}"
        await self.tell(f"deliberation/{self._input.number}/{self._ballots}", told)
        answer = await self.ask(
            Question(
                kind=TaskKind.ANSWER_REFUSAL,
                role=Role.LEARNER,
                assignee=self._context.person,
                subject=f"{told} You may appeal, with a reason, or let it stand.",
                options=(option("appeal", "Appeal", needs_reason=True), option("accept", "Let it stand")),
                working_days=self._input.agreement.examination.days_to_appeal,
                expires=True,
            )
        )
        return answer is not None and answer.option == "appeal"

    def _result(self, ruling: BallotOutcome) -> DeliberationResult:
        proposal = self._proposal
        if ruling.option != AWARD:
            reasons = " ".join(ruling.reasons) or proposal.sentence
            return DeliberationResult(awarded=False, sentence=f"The qualification was not awarded. {reasons}")
        return DeliberationResult(
            awarded=True,
            sentence="The examination committee awarded the qualification.",
            classification=proposal.classification,
            average=proposal.value,
            compensated=proposal.compensated,
        )
