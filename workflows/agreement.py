"""
The learning agreement: the learner's path, and the signatures of learner and partnership.

Source: R102, R123-R132, G12; signed before study starts.
"""

from temporalio import workflow

from activities.agreement import AgreementActivities
from models.actor import Role
from models.agreement import AgreementSignature, LearningAgreement, SignedAgreement
from models.base import CourseId, PartnerId
from models.decision import Decision
from models.lifecycle import AgreementInput, AgreementResult
from models.programme import Structure
from models.task import TaskKind
from rules.agreement import check_path, default_path, learning_agreement
from workflows.casework import Casework
from workflows.refusals import require
from workflows.steps import write
from workflows.tasks import Answer, Question, option


@workflow.defn
class AgreementWorkflow(Casework):
    """Settle the individual study path, then collect both signatures before study starts."""

    @workflow.init
    def __init__(self, agreement: AgreementInput) -> None:
        super().__init__(agreement.context)
        self._input = agreement
        self._regulations = agreement.agreement
        self._signatures: list[AgreementSignature] = []

    @workflow.run
    async def run(self, agreement: AgreementInput) -> AgreementResult:
        """Return the signed learning agreement, or none when it was not signed in time."""
        try:
            path = await self._choose_path()
            if path is None:
                return AgreementResult(agreement=None, sentence="No path was chosen before study started.")
            drawn_up = await self._draw_up(path)
            if not await self._learner_signs(drawn_up):
                return AgreementResult(
                    agreement=None, sentence="The learning agreement was not signed in time."
                )
            await self._partnership_signs(drawn_up)
            return AgreementResult(agreement=drawn_up, signatures=tuple(self._signatures))
        finally:
            await self.finish()

    async def _choose_path(self) -> tuple[CourseId, ...] | None:
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
                regulation="Agreement, section programme: core courses and option groups",
                check=self._is_admissible,
                expires=True,
            )
        )
        if answer is None:
            return None
        content = answer.decision.content
        return content.courses if content is not None and content.content == "path" else None

    def _is_admissible(self, decision: Decision) -> None:
        content = decision.content
        require(
            content is not None and content.content == "path" and content.courses,
            "PathMissing",
            "Name the courses of your path.",
        )
        if content is not None and content.content == "path":
            found = check_path(self._regulations.programme, content.courses, self._input.recognised)
            require(found.admissible, found.code or "PathNotAdmissible", found.sentence)

    async def _draw_up(self, path: tuple[CourseId, ...]) -> LearningAgreement:
        drawn_up = learning_agreement(
            self._regulations, self._context.case, path, self._input.recognised, self._input.version
        )
        await write(AgreementActivities.save_agreement, drawn_up)
        return drawn_up

    async def _learner_signs(self, drawn_up: LearningAgreement) -> bool:
        answer = await self.ask(
            Question(
                kind=TaskKind.SIGN_AGREEMENT,
                role=Role.LEARNER,
                assignee=self._context.person,
                subject="Sign your learning agreement",
                options=(option("sign", "Sign"), option("decline", "Do not sign", needs_reason=True)),
                working_days=self._regulations.days_to_sign_agreement,
                regulation="Agreement, section learning agreement: signed before study starts",
                expires=True,
            )
        )
        if answer is None or answer.option != "sign":
            return False
        await self._signed(drawn_up, answer, Role.LEARNER, None)
        return True

    async def _partnership_signs(self, drawn_up: LearningAgreement) -> None:
        lead = self._regulations.partnership.lead.id
        answer = await self.ask(
            Question(
                kind=TaskKind.SIGN_AGREEMENT,
                role=Role.PROGRAMME_LEADER,
                partner=lead,
                subject="Sign the learning agreement for the partnership",
                options=(option("sign", "Sign"),),
                working_days=self._regulations.days_to_sign_agreement,
                regulation="Agreement, section learning agreement: signed before study starts",
            )
        )
        if answer is not None:
            await self._signed(drawn_up, answer, Role.PROGRAMME_LEADER, lead)

    async def _signed(
        self, drawn_up: LearningAgreement, answer: Answer, role: Role, partner: PartnerId | None
    ) -> None:
        signature = AgreementSignature(
            role=role,
            partner=partner,
            person=answer.decision.actor.person,
            name=answer.decision.actor.name,
            signed_at=answer.receipt.decided_at,
            digest=drawn_up.digest,
        )
        self._signatures.append(signature)
        signed = SignedAgreement(case=drawn_up.case, version=drawn_up.version, signature=signature)
        await write(AgreementActivities.sign_agreement, signed)
