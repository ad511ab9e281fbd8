"""What a body is asked to decide, and the tasks by which its members are asked. Source: V1-V6, R193."""

from dataclasses import dataclass

from models.actor import Role
from models.ballot import ABSTAIN, RECUSE, BallotPolicy, Elector
from models.base import PartnerId, ProgrammeId
from models.decision import Decision
from models.task import TaskKind, TaskOption
from rules.electorate import entitled_partners
from rules.wording import listed
from workflows.refusals import refuse
from workflows.tasks import Check, Question, option


@dataclass(frozen=True)
class Motion:
    """What a body is asked to decide."""

    programme: ProgrammeId
    body: Role
    subject: str
    options: tuple[TaskOption, ...]
    policy: BallotPolicy
    lead: PartnerId
    partners: tuple[PartnerId, ...]
    """Partners that award: nothing is decided without a member of each."""
    associates: tuple[PartnerId, ...] = ()
    """Partners that have a vote only where the policy says so (R63)."""
    regulation: str = ""
    scored: bool = False
    """Members give a score with their vote, where places are limited."""

    @property
    def entitled(self) -> tuple[PartnerId, ...]:
        """List the partners that have a vote, whether anybody of theirs is in office or not."""
        return entitled_partners(self.policy, self.partners, self.associates)

    def vote_question(self, elector: Elector, check: Check) -> Question:
        """Ask a member for the vote."""
        return Question(
            kind=TaskKind.VOTE,
            role=self.body,
            partner=elector.partner,
            assignee=elector.person,
            subject=self.subject,
            options=(
                *self.options,
                option(ABSTAIN, "Abstain"),
                option(RECUSE, "I have a conflict of interest", needs_reason=True),
            ),
            working_days=self.policy.days_to_vote,
            regulation=self.regulation,
            check=check,
        )

    def casting_question(self, chair: Elector | None, check: Check) -> Question:
        """Ask the chair for the deciding vote, or the programme leader."""
        return Question(
            kind=TaskKind.CASTING_VOTE if chair else TaskKind.RESOLVE_BALLOT,
            role=self.body if chair else Role.PROGRAMME_LEADER,
            partner=chair.partner if chair else self.lead,
            assignee=chair.person if chair else None,
            subject=f"The members do not agree: {self.subject}",
            options=tuple(one.model_copy(update={"needs_reason": True}) for one in self.options),
            working_days=self.policy.days_to_vote,
            regulation=self.regulation,
            check=check,
        )

    def vacancy_question(self, vacant: tuple[PartnerId, ...]) -> Question:
        """Ask the programme leader to have a vacant seat filled; the directory is read again then."""
        return Question(
            kind=TaskKind.RESOLVE_BALLOT,
            role=Role.PROGRAMME_LEADER,
            partner=self.lead,
            subject=(
                f"Nobody of {listed(vacant)} is in office for the {self.body.replace('_', ' ')}. Add an "
                f"office-holder to the directory, or a deputy of one who is absent; then answer here: "
                f"{self.subject}"
            ),
            options=(option("filled", "The directory names somebody now"),),
            working_days=self.policy.days_to_vote,
            regulation=self.regulation,
        )

    def members_question(self, why: str) -> Question:
        """Ask the programme leader to name other members; the task closes by itself when that is done."""
        return Question(
            kind=TaskKind.RESOLVE_BALLOT,
            role=Role.PROGRAMME_LEADER,
            partner=self.lead,
            subject=f"{why} {self.subject}",
            options=(option("named", "Other members are named"),),
            working_days=self.policy.days_to_vote,
            regulation=self.regulation,
            check=_nobody_is_named,
        )


def _nobody_is_named(_: Decision) -> None:
    raise refuse("NobodyNamed", "Replace a member of the ballot; this task then closes by itself.")
