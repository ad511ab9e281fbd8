"""
The learning agreement: the learner's path, and the signatures of learner, partnership and host.

Source: R102, R123-R132, G12; signed before study starts, and again when the path changes.
"""

from datetime import datetime

from temporalio import workflow

from activities.agreement import AgreementActivities
from models.actor import Role
from models.agreement import (
    AgreementParty,
    AgreementSignature,
    LearningAgreement,
    SignatureNeeded,
    SignedAgreement,
)
from models.base import CourseId
from models.decision import Decision
from models.lifecycle import AgreementInput, AgreementResult
from models.programme import Structure
from models.task import TaskKind
from rules.agreement import default_path, learning_agreement, signatures_missing
from rules.choice import check_choice
from workflows.casework import Casework
from workflows.refusals import require
from workflows.steps import write
from workflows.tasks import Answer, Question, option

SIGN = "sign"


@workflow.defn
class AgreementWorkflow(Casework):
    """Settle the individual study path, then collect every signature that the agreement needs."""

    @workflow.init
    def __init__(self, agreement: AgreementInput) -> None:
        super().__init__(agreement.context)
        self._input = agreement
        self._regulations = agreement.agreement
        self._signatures: list[AgreementSignature] = []

    @workflow.run
    async def run(self, agreement: AgreementInput) -> AgreementResult:
        """Return the signed learning agreement, or none and why."""
        try:
            path = agreement.path or await self._choose_path()
            if not path:
                return AgreementResult(agreement=None, sentence="No path was chosen before study started.")
            drawn_up = await self._draw_up(path)
            while missing := self._missing(drawn_up):
                if not await self._signed_by(missing[0], drawn_up):
                    return AgreementResult(agreement=None, sentence=_NOT_SIGNED[missing[0].party])
            return AgreementResult(agreement=drawn_up, signatures=tuple(self._signatures))
        finally:
            await self.finish()

    async def _choose_path(self) -> tuple[CourseId, ...]:
        """Take the one path of a linear programme, or ask the learner (R101, R124, R125)."""
        programme = self._regulations.programme
        if programme.structure is Structure.LINEAR:
            return default_path(programme)
        answer = await self.ask(
            Question(
                kind=TaskKind.CHOOSE_PATH,
                role=Role.LEARNER,
                assignee=self._context.person,
                subject="Choose the courses of your path",
                options=(option("choose", "Choose this path"),),
                working_days=self._regulations.days_to_choose_path,
                due_at=self._before_study(self._regulations.days_to_choose_path),
                regulation="Agreement, section programme: core courses and option groups",
                check=self._is_admissible,
                expires=True,
            )
        )
        content = answer.decision.content if answer is not None else None
        return content.courses if content is not None and content.content == "path" else ()

    def _is_admissible(self, decision: Decision) -> None:
        content = decision.content
        require(
            content is not None and content.content == "path" and content.courses,
            "PathMissing",
            "Name the courses of your path.",
        )
        if content is not None and content.content == "path":
            found = check_choice(self._regulations, content.courses, self._input.recognised)
            require(found.admissible, found.code or "PathNotAdmissible", found.sentence)

    async def _draw_up(self, path: tuple[CourseId, ...]) -> LearningAgreement:
        drawn_up = learning_agreement(
            self._regulations, self._context.case, path, self._input.recognised, self._input.version
        )
        await write(AgreementActivities.save_agreement, drawn_up)
        return drawn_up

    # Signatures

    def _missing(self, drawn_up: LearningAgreement) -> tuple[SignatureNeeded, ...]:
        return signatures_missing(drawn_up, self._regulations.partnership.lead.id, self._signatures)

    async def _signed_by(self, needed: SignatureNeeded, drawn_up: LearningAgreement) -> bool:
        """Ask one party; the learner's silence or refusal ends it, the others' is escalated."""
        of_learner = needed.party is AgreementParty.LEARNER
        days = self._regulations.days_to_sign_agreement
        answer = await self.ask(
            Question(
                kind=TaskKind.SIGN_AGREEMENT,
                role=needed.role,
                partner=needed.partner,
                assignee=self._context.person if of_learner else None,
                subject=_SUBJECTS[needed.party],
                options=(option(SIGN, "Sign"), option("decline", "Do not sign", needs_reason=True)),
                working_days=days,
                due_at=self._before_study(days) if of_learner else None,
                regulation="Agreement, section learning agreement: signed before study starts",
                expires=of_learner,
            )
        )
        if answer is None or answer.option != SIGN:
            return False
        await self._sign(needed, drawn_up, answer)
        return True

    async def _sign(self, needed: SignatureNeeded, drawn_up: LearningAgreement, answer: Answer) -> None:
        signature = AgreementSignature(
            role=needed.role,
            partner=needed.partner,
            person=answer.decision.actor.person,
            name=answer.decision.actor.name,
            signed_at=answer.receipt.decided_at,
            digest=drawn_up.digest,
        )
        self._signatures.append(signature)
        signed = SignedAgreement(case=drawn_up.case, version=drawn_up.version, signature=signature)
        await write(AgreementActivities.sign_agreement, signed)

    def _before_study(self, days: int) -> datetime | None:
        """End the learner's period with the start of study, unless study has begun (R131)."""
        ends = self.due_in(days)
        starts = self._input.sign_before
        return starts if self.now() < starts < ends else None


_SUBJECTS = {
    AgreementParty.LEARNER: "Sign your learning agreement",
    AgreementParty.PARTNERSHIP: "Sign the learning agreement for the partnership",
    AgreementParty.HOST: "Confirm that the host university has signed the learning agreement",
}
_NOT_SIGNED = {
    AgreementParty.LEARNER: "The learning agreement was not signed in time.",
    AgreementParty.PARTNERSHIP: "The partnership did not sign the learning agreement.",
    AgreementParty.HOST: "The host university did not sign the learning agreement.",
}
