"""
Before the committee rules: completeness, credential evaluation, readiness, recognition of prior learning.

Source: guidelines, "Install credential evaluation" (R186-R202); V22-V25, V74.
"""

from abc import abstractmethod
from datetime import datetime
from decimal import Decimal
from functools import partial

from activities.admission import AdmissionActivities
from models.actor import Role
from models.admission import AdmissionMode, AdmissionOutcome, Application, PriorLearningClaim, Recognised
from models.decision import Decision
from models.eligibility import Readiness, ReadinessFinding
from models.lifecycle import AdmissionInput
from models.programme import Course
from models.record import RecognitionRecord
from models.task import TaskKind
from rules.admission import (
    check_completeness,
    check_eligibility,
    judge_readiness,
    needs_verification,
)
from rules.recognition import decide_recognition
from workflows.balloting import Balloting
from workflows.refusals import require
from workflows.steps import write
from workflows.tasks import Answer, Question, option


class AdmissionEndsError(Exception):
    """The way ends here; carries how."""

    def __init__(self, outcome: AdmissionOutcome, sentence: str) -> None:
        super().__init__(sentence)
        self.outcome = outcome
        self.sentence = sentence


class CredentialEvaluation(Balloting):
    """What admission finds out about an application, for the committee to rule on."""

    def __init__(self, admission: AdmissionInput) -> None:
        super().__init__(admission.context)
        self._input = admission
        self._rules = admission.regulations
        self._application: Application = admission.application
        self._recognised: tuple[Recognised, ...] = ()
        self._eligibility = check_eligibility(admission.regulations, admission.application)
        self._readiness: Readiness | None = None

    @abstractmethod
    async def _refuse(self, outcome: AdmissionOutcome, told: str) -> None:
        """Tell a refusal with the right of appeal; returns when the appeal succeeds."""

    # Completeness

    async def _complete_application(self) -> None:
        """
        Ask for what is missing until it is there or the time is over (R186, R195).

        Supplying something that does not help gives no more time; only an extension does.
        """
        due_at = self.due_in(self._rules.days_to_complete)
        while (found := check_completeness(self._rules, self._application)).missing:
            (opened,) = await self.open((self._missing(found.sentence, due_at),))
            answer = await self.answer_to(opened)
            if answer is None:
                raise AdmissionEndsError(
                    AdmissionOutcome.INCOMPLETE,
                    "The application was not completed in time. A new one is possible.",
                )
            due_at = opened.task.due_at
            content = answer.decision.content
            if content is not None and content.content == "evidence":
                attainments = (*self._application.attainments, *content.attainments)
                self._application = self._application.model_copy(update={"attainments": attainments})

    def _missing(self, sentence: str, due_at: datetime) -> Question:
        return Question(
            kind=TaskKind.SUPPLY_EVIDENCE,
            role=Role.LEARNER,
            assignee=self._context.person,
            subject=sentence,
            options=(option("supply", "Add the missing evidence"),),
            working_days=self._rules.days_to_complete,
            due_at=due_at,
            check=_carries_evidence,
            expires=True,
        )

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
                check=partial(_is_of_course, course),
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


def _carries_evidence(decision: Decision) -> None:
    content = decision.content
    require(
        content is not None and content.content == "evidence",
        "EvidenceMissing",
        "Add at least one piece of evidence.",
    )


def _is_of_course(course: Course, decision: Decision) -> None:
    content = decision.content
    if content is None or content.content != "recognition":
        return
    require(
        content.course == course.id and content.ects <= course.ects,
        "TooManyCredits",
        f"This is about {course.id}: recognise at most its {course.ects} ECTS credits.",
    )


def _confirmed_ects(answer: Answer | None, course: Course) -> Decimal:
    """Tell what the assessor confirms: the whole course, unless fewer credits are named."""
    content = answer.decision.content if answer is not None else None
    return content.ects if content is not None and content.content == "recognition" else course.ects
