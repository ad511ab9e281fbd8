"""
From application to an accepted offer: completeness, evaluation, recognition, ballot, offer, appeal.

Source: guidelines, chapter Admission (R184-R203); V1-V28, V74.
"""

from decimal import Decimal

from temporalio import workflow

from models.actor import Role
from models.admission import AdmissionOutcome
from models.ballot import BallotOutcome
from models.decision import Decision
from models.eligibility import AdmissionOption
from models.lifecycle import AdmissionInput, AdmissionResult
from models.record import CandidateNotice, SeatNotice
from models.task import TaskKind
from rules.admission import (
    admission_options,
)
from workflows.motion import Motion
from workflows.places import CohortDesk
from workflows.recognition import AdmissionEndsError, CredentialEvaluation
from workflows.refusals import require
from workflows.tasks import Question, option

CONDITIONALLY, REFUSE = AdmissionOption.ADMIT_CONDITIONALLY, AdmissionOption.REFUSE


@workflow.defn
class AdmissionWorkflow(CredentialEvaluation):
    """
    Follow the joint admission framework for one application.

    Committee members of every partner rule on it; silence is not consent. Whoever is refused
    may appeal within the agreement's period, and the committee rules again.
    """

    @workflow.init
    def __init__(self, admission: AdmissionInput) -> None:
        super().__init__(admission)
        self._conditional = False
        self._seats: dict[str, SeatNotice] = {}
        self._cohort = CohortDesk(admission.context, admission.intake, admission.regulations, admission.lead)

    @workflow.run
    async def run(self, admission: AdmissionInput) -> AdmissionResult:
        """Return the accepted offer, or why there is none."""
        try:
            await self._complete_application()
            await self._evaluate_credentials()
            await self._assess_prior_learning()
            await self._let_committee_rule()
            await self._obtain_place()
            await self._meet_condition()
            return await self._offer_place()
        except AdmissionEndsError as end:
            return AdmissionResult(outcome=end.outcome, sentence=end.sentence)
        finally:
            await self.finish()

    @workflow.signal
    def seat(self, notice: SeatNotice) -> None:
        """Hear from the cohort whether there is a place."""
        self._seats.setdefault(notice.message_id, notice)

    # The committee

    async def _let_committee_rule(self) -> None:
        ruling = await self._vote_on("Decide on the admission of this applicant")
        if ruling.option == REFUSE and not self._cohort.is_needed:
            ruling = await self._hear_appeal(ruling, AdmissionOutcome.REFUSED)
        ruling = await self._join_cohort(ruling)
        self._conditional = ruling.option == CONDITIONALLY

    async def _vote_on(self, subject: str) -> BallotOutcome:
        advice = f". {self._readiness.sentence}" if self._readiness is not None else ""
        motion = Motion(
            programme=self._context.programme,
            body=Role.ADMISSION_COMMITTEE,
            subject=f"{subject}{advice}",
            options=admission_options(self._rules, self._eligibility, self._readiness),
            policy=self._rules.ballot,
            lead=self._input.lead,
            associates=self._input.associates,
            partners=self._input.main_partners,
            regulation="Agreement, section admission",
            scored=self._rules.places is not None,
        )
        return await self._put_to_vote(motion)

    async def _hear_appeal(self, ruling: BallotOutcome, outcome: AdmissionOutcome) -> BallotOutcome:
        """Tell the refusal with the right of appeal; on appeal the committee rules once more (V20, V21)."""
        reasons = " ".join(dict.fromkeys(ruling.reasons)) or "The committee gave no further reason."
        if not await self._appealed(f"The admission committee refused the application. {reasons}"):
            raise AdmissionEndsError(outcome, f"The application was refused. {reasons}")
        second = await self._vote_on("Decide on the applicant's appeal")
        if second.option == REFUSE:
            raise AdmissionEndsError(outcome, "The appeal was heard and the refusal stands.")
        return second

    async def _appealed(self, told: str) -> bool:
        await self.tell(f"refusal/{self._ballots}", told)
        answer = await self.ask(
            Question(
                kind=TaskKind.ANSWER_REFUSAL,
                role=Role.LEARNER,
                assignee=self._context.person,
                subject=f"{told} You may appeal, with a reason, or let it stand.",
                options=(
                    option("appeal", "Appeal", needs_reason=True),
                    option("accept", "Let it stand"),
                ),
                working_days=self._rules.days_to_appeal,
                expires=True,
            )
        )
        return answer is not None and answer.option == "appeal"

    async def _refuse(self, outcome: AdmissionOutcome, told: str) -> None:
        if not await self._appealed(told):
            raise AdmissionEndsError(outcome, told)
        ruling = await self._vote_on("Decide on the applicant's appeal against ineligibility")
        if ruling.option == REFUSE:
            raise AdmissionEndsError(outcome, f"{told} The appeal was heard and the refusal stands.")

    # Places and release of decisions

    async def _join_cohort(self, ruling: BallotOutcome) -> BallotOutcome:
        """Tell the cohort and wait for its release; return the ruling, or the one after an appeal."""
        if not self._cohort.is_needed:
            return ruling
        score = sum(ruling.scores, start=Decimal(0)) / max(len(ruling.scores), 1)
        notice = CandidateNotice(
            message_id=f"{self._context.case}/candidate/{self._ballots}",
            case=self._context.case,
            programme=self._context.programme,
            cohort=self._context.cohort,
            admit=ruling.option != REFUSE,
            score=f"{score:.4f}",
            country=self._application.country,
            submitted_at=self._application.submitted_at,
            lot=self._application.lot,
        )
        await self._cohort.join(notice)
        starts = self._input.intake.study_starts_at
        if not await self.until(lambda: bool(self._seats), starts, "Release of the cohort's decisions"):
            raise AdmissionEndsError(
                AdmissionOutcome.NO_PLACE, "No decision was released before study started."
            )
        if ruling.option == REFUSE:
            second = await self._hear_appeal(ruling, AdmissionOutcome.REFUSED)
            self._seats.clear()
            return await self._join_cohort(second)
        return ruling

    async def _obtain_place(self) -> None:
        """Wait on the reserve list until a place becomes free or study starts (V13)."""
        if self._rules.places is None:
            return
        starts = self._input.intake.study_starts_at
        await self.until(lambda: self._seat in {"place", "none"}, starts, "Reserve list until study starts")
        if self._seat == "place":
            return
        raise AdmissionEndsError(
            AdmissionOutcome.NO_PLACE, "The application was good enough, but all places are taken."
        )

    @property
    def _seat(self) -> str:
        seats = {notice.seat for notice in self._seats.values()}
        return next((seat for seat in ("place", "none", "reserve") if seat in seats), "")

    # Condition and offer

    async def _meet_condition(self) -> None:
        """Wait for the condition of a conditional admission; unmet, the offer lapses (V22, V27)."""
        if not self._conditional:
            return
        answer = await self.ask(
            Question(
                kind=TaskKind.MEET_CONDITION,
                role=Role.STUDENT_ADMINISTRATION,
                partner=self._input.lead,
                subject="Confirm that the applicant has met the condition of admission",
                options=(
                    option("met", "The condition is met"),
                    option("not_met", "It is not met", needs_reason=True),
                ),
                working_days=self._rules.days_to_meet_condition,
                expires=True,
            )
        )
        if answer is None or answer.option != "met":
            await self._cohort.give_up_place()
            raise AdmissionEndsError(
                AdmissionOutcome.LAPSED, "The condition of admission was not met in time."
            )

    async def _offer_place(self) -> AdmissionResult:
        answer = await self.ask(
            Question(
                kind=TaskKind.ANSWER_OFFER,
                role=Role.LEARNER,
                assignee=self._context.person,
                subject="You are offered a place. Accept it and choose where your main registration is",
                options=(option("accept", "Accept the place"), option("decline", "Decline the place")),
                working_days=self._rules.days_to_confirm,
                check=self._names_main_partner,
                expires=True,
            )
        )
        if answer is None or answer.option == "decline":
            await self._cohort.give_up_place()
            if answer is None:
                raise AdmissionEndsError(AdmissionOutcome.EXPIRED, "The offer was not accepted in time.")
            raise AdmissionEndsError(AdmissionOutcome.DECLINED, "The learner declined the offer.")
        content = answer.decision.content
        chosen = content.main_partner if content is not None and content.content == "path" else None
        return AdmissionResult(
            outcome=AdmissionOutcome.ADMITTED,
            sentence="The learner accepted the offer.",
            recognised=self._recognised,
            main_partner=chosen or self._application.main_partner or self._input.lead,
        )

    def _names_main_partner(self, decision: Decision) -> None:
        content = decision.content
        if content is None or content.content != "path" or content.main_partner is None:
            return
        require(
            content.main_partner in self._input.main_partners,
            "UnknownPartner",
            f"The main registration can be at: {', '.join(self._input.main_partners)}.",
        )
