"""
From application to an accepted offer: completeness, evaluation, recognition, ballot, offer, appeal.

Source: guidelines, chapter Admission (R184-R203); V1-V28, V74.
"""

from decimal import Decimal

from temporalio import workflow

from activities.admission import AdmissionActivities
from activities.cohort import CohortActivities
from models.actor import Role
from models.admission import AdmissionMode, AdmissionOutcome, Application, PriorLearningClaim, Recognised
from models.ballot import BallotOutcome
from models.decision import Decision
from models.eligibility import AdmissionOption, Readiness, ReadinessFinding
from models.lifecycle import NO_CASE, AdmissionInput, AdmissionResult, CohortInput, CohortMessage
from models.programme import Course
from models.record import CandidateNotice, RecognitionRecord, SeatFreed, SeatNotice
from models.task import TaskKind
from rules.admission import (
    admission_options,
    check_completeness,
    check_eligibility,
    judge_readiness,
    needs_verification,
)
from rules.recognition import decide_recognition
from workflows.ballot import Ballot, Motion
from workflows.casework import Casework
from workflows.refusals import require
from workflows.steps import tell, write
from workflows.tasks import Answer, Question, option

CONDITIONALLY, REFUSE = AdmissionOption.ADMIT_CONDITIONALLY, AdmissionOption.REFUSE


class AdmissionEndsError(Exception):
    """The way ends here; carries how."""

    def __init__(self, outcome: AdmissionOutcome, sentence: str) -> None:
        super().__init__(sentence)
        self.outcome = outcome
        self.sentence = sentence


@workflow.defn
class AdmissionWorkflow(Casework):
    """
    Follow the joint admission framework for one application.

    Committee members of every partner rule on it; silence is not consent. Whoever is refused
    may appeal within the agreement's period, and the committee rules again.
    """

    @workflow.init
    def __init__(self, admission: AdmissionInput) -> None:
        super().__init__(admission.context)
        self._input = admission
        self._rules = admission.regulations
        self._application: Application = admission.application
        self._recognised: tuple[Recognised, ...] = ()
        self._eligibility = check_eligibility(admission.regulations, admission.application)
        self._readiness: Readiness | None = None
        self._conditional = False
        self._ballots = 0
        self._seats: dict[str, SeatNotice] = {}

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

    # Completeness

    async def _complete_application(self) -> None:
        """Ask for what is missing until it is there or the time is over (R186, R195)."""
        while (found := check_completeness(self._rules, self._application)).missing:
            answer = await self.ask(
                Question(
                    kind=TaskKind.SUPPLY_EVIDENCE,
                    role=Role.LEARNER,
                    assignee=self._context.person,
                    subject=found.sentence,
                    options=(option("supply", "Add the missing evidence"),),
                    working_days=self._rules.days_to_complete,
                    check=_carries_evidence,
                    expires=True,
                )
            )
            if answer is None:
                raise AdmissionEndsError(
                    AdmissionOutcome.INCOMPLETE,
                    "The application was not completed in time. A new one is possible.",
                )
            content = answer.decision.content
            if content is not None and content.content == "evidence":
                attainments = (*self._application.attainments, *content.attainments)
                self._application = self._application.model_copy(update={"attainments": attainments})

    # Credential evaluation and readiness

    async def _evaluate_credentials(self) -> None:
        """Verify documents and check formal requirements, only where the agreement asks for them (R197)."""
        if needs_verification(self._rules):
            await self._verify_documents()
        self._eligibility = check_eligibility(self._rules, self._application)
        if not self._eligibility.eligible:
            await self._refuse(AdmissionOutcome.INELIGIBLE, self._eligibility.sentence)
        if self._rules.mode is AdmissionMode.READINESS:
            await self._evaluate_readiness()

    async def _verify_documents(self) -> None:
        answer = await self.ask(
            Question(
                kind=TaskKind.VERIFY_DOCUMENTS,
                role=Role.STUDENT_ADMINISTRATION,
                partner=self._input.lead,
                subject="Check the originals of the applicant's documents",
                options=(
                    option("verified", "The documents are genuine"),
                    option("not_genuine", "They are not genuine or cannot be verified", needs_reason=True),
                ),
                working_days=self._rules.days_to_verify,
            )
        )
        if answer is not None and answer.option == "not_genuine":
            await self._refuse(AdmissionOutcome.INELIGIBLE, answer.decision.reason)
        attainments = tuple(
            one.model_copy(update={"verified": True}) for one in self._application.attainments
        )
        self._application = self._application.model_copy(update={"attainments": attainments})

    async def _evaluate_readiness(self) -> None:
        """Evaluate readiness; it advises the committee and the applicant, it binds nobody (R187-R189)."""
        answer = await self.ask(
            Question(
                kind=TaskKind.EVALUATE_READINESS,
                role=Role.PROGRAMME_LEADER,
                partner=self._input.lead,
                subject="Evaluate whether the applicant is ready for the programme",
                options=(
                    option("ready", "Ready"),
                    option("preparatory_unit", "Ready after a preparatory unit", needs_reason=True),
                    option("not_ready", "Not ready yet", needs_reason=True),
                ),
                working_days=self._rules.days_to_assess,
            )
        )
        if answer is not None:
            self._readiness = judge_readiness(self._rules, ReadinessFinding(answer.option))

    # Recognition of prior learning

    async def _assess_prior_learning(self) -> None:
        """Have each claim assessed by an examiner of the course, within the agreement's limits (V74)."""
        courses = {course.id: course for course in self._input.courses}
        for claim in self._application.claims:
            if claim.course in courses:
                await self._assess(claim, courses[claim.course])

    async def _assess(self, claim: PriorLearningClaim, course: Course) -> None:
        answer = await self.ask(
            Question(
                kind=TaskKind.ASSESS_PRIOR_LEARNING,
                role=Role.EXAMINER,
                partner=course.offering_partner,
                course=course.id,
                subject="Assess whether prior learning covers this course",
                options=(
                    option("recognise", "It covers the course"),
                    option("refuse", "It does not cover the course", needs_reason=True),
                ),
                working_days=self._rules.days_to_assess,
            )
        )
        confirmed = answer is not None and answer.option == "recognise"
        decision = decide_recognition(
            claim,
            _confirmed_ects(answer, course) if confirmed else Decimal(0),
            self._rules.recognition,
            course,
            sum((one.ects for one in self._recognised), start=Decimal(0)),
            sum((one.ects for one in self._recognised if one.course == course.id), start=Decimal(0)),
        )
        if decision.recognised is not None and answer is not None:
            recognised = decision.recognised.model_copy(update={"decided_by": answer.decision_id})
            self._recognised = (*self._recognised, recognised)
            await write(
                AdmissionActivities.save_recognition,
                RecognitionRecord(case=self._context.case, recognised=recognised, at=self.now()),
            )
        await self.tell(f"recognition/{claim.claim}", decision.sentence)

    # The committee

    async def _let_committee_rule(self) -> None:
        ruling = await self._ballot("Decide on the admission of this applicant")
        if ruling.option == REFUSE and not self._waits_for_cohort:
            ruling = await self._hear_appeal(ruling, AdmissionOutcome.REFUSED)
        await self._join_cohort(ruling)
        self._conditional = ruling.option == CONDITIONALLY

    async def _ballot(self, subject: str) -> BallotOutcome:
        self._ballots += 1
        advice = f". {self._readiness.sentence}" if self._readiness is not None else ""
        motion = Motion(
            programme=self._context.programme,
            body=Role.ADMISSION_COMMITTEE,
            subject=f"{subject}{advice}",
            options=admission_options(self._rules, self._eligibility, self._readiness),
            policy=self._rules.ballot,
            lead=self._input.lead,
            associates=self._input.associates,
            regulation="Agreement, section admission",
            scored=self._rules.places is not None,
        )
        return await Ballot(self, motion).decide(self._ballots)

    async def _hear_appeal(self, ruling: BallotOutcome, outcome: AdmissionOutcome) -> BallotOutcome:
        """Tell the refusal with the right of appeal; on appeal the committee rules once more (V20, V21)."""
        reasons = " ".join(ruling.reasons) or "The committee gave no further reason."
        if not await self._appealed(f"The admission committee refused the application. {reasons}"):
            raise AdmissionEndsError(outcome, f"The application was refused. {reasons}")
        second = await self._ballot("Decide on the applicant's appeal")
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
        ruling = await self._ballot("Decide on the applicant's appeal against ineligibility")
        if ruling.option == REFUSE:
            raise AdmissionEndsError(outcome, f"{told} The appeal was heard and the refusal stands.")

    # Places and release of decisions

    @property
    def _waits_for_cohort(self) -> bool:
        return self._rules.places is not None or self._rules.embargo

    @property
    def _cohort(self) -> CohortInput:
        rules = self._rules
        return CohortInput(
            context=self._context.model_copy(update={"case": NO_CASE, "person": NO_CASE}),
            intake=self._input.intake,
            places=rules.places,
            embargo=rules.embargo,
            lead=self._input.lead,
        )

    async def _join_cohort(self, ruling: BallotOutcome) -> None:
        if not self._waits_for_cohort:
            return
        score = sum(ruling.scores, start=Decimal(0)) / max(len(ruling.scores), 1)
        notice = CandidateNotice(
            message_id=f"{self._context.case}/candidate",
            case=self._context.case,
            programme=self._context.programme,
            cohort=self._context.cohort,
            admit=ruling.option != REFUSE,
            score=f"{score:.4f}",
            country=self._application.country,
            submitted_at=self._application.submitted_at,
            lot=self._application.lot,
        )
        await tell(CohortActivities.tell_cohort, CohortMessage(cohort=self._cohort, candidate=notice))
        starts = self._input.intake.study_starts_at
        if not await self.until(lambda: bool(self._seats), starts, "Release of the cohort's decisions"):
            raise AdmissionEndsError(
                AdmissionOutcome.NO_PLACE, "No decision was released before study started."
            )
        if ruling.option == REFUSE:
            await self._hear_appeal(ruling, AdmissionOutcome.REFUSED)

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
            await self._free_seat()
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
            await self._free_seat()
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

    async def _free_seat(self) -> None:
        if self._rules.places is not None:
            context = self._context
            freed = SeatFreed(
                message_id=f"{context.case}/freed",
                case=context.case,
                programme=context.programme,
                cohort=context.cohort,
            )
            await tell(CohortActivities.tell_cohort, CohortMessage(cohort=self._cohort, freed=freed))

    def _names_main_partner(self, decision: Decision) -> None:
        content = decision.content
        if content is None or content.content != "path" or content.main_partner is None:
            return
        require(
            content.main_partner in self._input.main_partners,
            "UnknownPartner",
            f"The main registration can be at: {', '.join(self._input.main_partners)}.",
        )


def _carries_evidence(decision: Decision) -> None:
    content = decision.content
    require(
        content is not None and content.content == "evidence",
        "EvidenceMissing",
        "Add at least one piece of evidence.",
    )


def _confirmed_ects(answer: Answer | None, course: Course) -> Decimal:
    """Tell what the assessor confirms: the whole course, unless fewer credits are named."""
    content = answer.decision.content if answer is not None else None
    return content.ects if content is not None and content.content == "recognition" else course.ects
