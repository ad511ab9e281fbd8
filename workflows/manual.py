"""Partners whose student administration registers by hand and confirms it here. Source: V29, V33."""

from models.actor import Role
from models.base import PartnerId
from models.decision import Decision
from models.partner import AssociationState, PartnerReceipt
from models.task import TaskKind
from workflows.casework import Casework
from workflows.partner import RefusedError
from workflows.refusals import require
from workflows.tasks import Question, option

CONFIRM = "confirm"
REFUSED_BY_HAND = "RefusedByHand"


class ManualDesk:
    """Asks a partner's student administration to do what its system cannot be told to."""

    def __init__(self, case: Casework, days: int) -> None:
        self._case = case
        self._days = days

    async def register(self, partner: PartnerId, effect_key: str) -> PartnerReceipt:
        """Return the student number that was confirmed; `RefusedError` when the partner cannot register."""
        answer = await self._case.ask(
            Question(
                kind=TaskKind.CONFIRM_REGISTRATION,
                role=Role.STUDENT_ADMINISTRATION,
                partner=partner,
                subject="Register the learner in your student system and confirm the student number",
                options=(
                    option(CONFIRM, "The learner is registered"),
                    option("refuse", "We cannot register this learner", needs_reason=True),
                ),
                working_days=self._days,
                check=_carries_number,
            )
        )
        content = answer.decision.content if answer is not None and answer.option == CONFIRM else None
        if content is None or content.content != "registration":
            reason = answer.decision.reason if answer is not None else "It was not needed any more."
            raise RefusedError(REFUSED_BY_HAND, reason)
        return self._receipt(partner, effect_key, content.evidence, content.student_number)

    async def cancel(self, partner: PartnerId, effect_key: str, why: str) -> PartnerReceipt:
        """Return when the student administration has confirmed the cancellation."""
        await self._case.ask(
            Question(
                kind=TaskKind.CONFIRM_CANCELLATION,
                role=Role.STUDENT_ADMINISTRATION,
                partner=partner,
                subject=f"{why} Cancel the registration in your student system and confirm it here",
                options=(option(CONFIRM, "The registration is cancelled"),),
                working_days=self._days,
            )
        )
        return self._receipt(partner, effect_key, "", None)

    def _receipt(
        self, partner: PartnerId, effect_key: str, evidence: str, student_number: str | None
    ) -> PartnerReceipt:
        active = student_number is not None
        return PartnerReceipt(
            effect_key=effect_key,
            partner=partner,
            state=AssociationState.ASSOCIATED if active else AssociationState.CANCELLED,
            reference=evidence,
            student_number=student_number,
            message="Confirmed by hand.",
            answered_at=self._case.now(),
        )


def _carries_number(decision: Decision) -> None:
    content = decision.content
    require(
        decision.option != CONFIRM or (content is not None and content.content == "registration"),
        "NumberMissing",
        "Give the student number in your system and where it can be seen.",
    )
