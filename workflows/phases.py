"""What each phase of the learner's way does: which child workflow, with what, and what it brings."""

from collections.abc import Awaitable, Callable

from models.admission import AdmissionOutcome
from models.case import CaseState, Phase
from models.lifecycle import (
    AdmissionInput,
    AdmissionResult,
    AgreementInput,
    AgreementResult,
    AwardInput,
    AwardResult,
    DeliberationInput,
    DeliberationResult,
)
from rules.award import award_form, signing_partners
from rules.deliberation import compensation_credits, with_compensation
from rules.registration import required_registrations
from workflows.admission import AdmissionWorkflow
from workflows.agreement import AgreementWorkflow
from workflows.award import AwardWorkflow
from workflows.deliberation import DeliberationWorkflow
from workflows.fee import charge_fee, settle_fee
from workflows.study import Study
from workflows.way import Way, WayEndsError

_STATES = {
    AdmissionOutcome.DECLINED: CaseState.DECLINED,
    AdmissionOutcome.EXPIRED: CaseState.DECLINED,
    AdmissionOutcome.WITHDRAWN: CaseState.WITHDRAWN,
}


class Phases:
    """The steps of the learner's way, one after the other."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self.study = Study(way)
        self._steps: dict[Phase, Callable[[], Awaitable[None]]] = {
            Phase.ADMISSION: self._admission,
            Phase.AGREEMENT: self._agreement,
            Phase.PAYMENT: self._payment,
            Phase.REGISTRATION: self._registration,
            Phase.STUDY: self.study.run,
            Phase.DELIBERATION: self._deliberation,
            Phase.AWARD: self._award,
        }

    async def go_through(self, phase: Phase) -> None:
        """Go through one phase and note that it is over, or that the way ends with it."""
        way = self._way
        try:
            await self._steps[phase]()
        except WayEndsError as end:
            way.leave(end.state, end.sentence)
        else:
            way.brings(done=(*way.progress.done, phase))

    async def _admission(self) -> None:
        way = self._way
        partnership = way.rules.partnership
        result: AdmissionResult = await way.child(
            AdmissionWorkflow.run,
            AdmissionInput(
                context=way.context,
                regulations=way.rules.admission,
                intake=way.intake,
                application=way.application,
                lead=way.lead,
                associates=partnership.associates,
                courses=way.rules.programme.courses,
                main_partners=tuple(partner.id for partner in partnership.awarding),
            ),
            "admission",
            "Admission: completeness, committee decision, offer",
        )
        way.brings(recognised=result.recognised, main_partner=result.main_partner)
        if result.outcome is not AdmissionOutcome.ADMITTED:
            raise WayEndsError(_STATES.get(result.outcome, CaseState.REFUSED), result.sentence)

    async def _agreement(self) -> None:
        way = self._way
        await charge_fee(way)
        result: AgreementResult = await way.child(
            AgreementWorkflow.run,
            AgreementInput(
                context=way.context,
                agreement=way.rules,
                recognised=way.progress.recognised,
                sign_before=way.intake.study_starts_at,
            ),
            "agreement",
            "Learning agreement: path and signatures",
        )
        if result.agreement is None:
            raise WayEndsError(CaseState.DECLINED, result.sentence)
        way.brings(agreement=result.agreement, signatures=result.signatures)

    async def _payment(self) -> None:
        """Wait for the fee where something waits for it (V29, V42)."""
        await settle_fee(self._way)

    async def _registration(self) -> None:
        way = self._way
        await way.register(required_registrations(way.rules, way.studied, way.main))

    async def _deliberation(self) -> None:
        way = self._way
        result: DeliberationResult = await way.child(
            DeliberationWorkflow.run,
            DeliberationInput(context=way.context, agreement=way.rules, facts=way.facts()),
            "deliberation/1",
            "Deliberation of the examination committee",
        )
        way.brings(decided=result)
        if not result.awarded:
            raise WayEndsError(CaseState.FAILED, result.sentence)

    async def _award(self) -> None:
        way = self._way
        decided = way.progress.decided
        assert decided is not None  # noqa: S101 - deliberation comes before
        signing = signing_partners(way.rules, way.studied, way.progress.registrations)
        credits_made_up = compensation_credits(way.rules, decided.compensated)
        result: AwardResult = await way.child(
            AwardWorkflow.run,
            AwardInput(
                context=way.context,
                agreement=way.rules,
                facts=with_compensation(way.facts(), credits_made_up),
                deliberation=decided,
                signing=signing,
                form=award_form(way.rules, signing),
            ),
            "award",
            "Joint award: register and signatures",
        )
        way.award_number = result.record.number
        way.leave(CaseState.AWARDED, result.sentence)
