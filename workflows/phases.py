"""What each phase of the learner's way does: which child workflow, with what, and what it brings."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.workflow import ParentClosePolicy

from engine.search import COHORT, PROGRAMME
from models.actor import Role
from models.admission import AdmissionOutcome
from models.base import CourseId
from models.case import CaseState, Phase
from models.deliberation import DeliberationFacts
from models.lifecycle import (
    AdmissionInput,
    AdmissionResult,
    AgreementInput,
    AgreementResult,
    AwardInput,
    AwardResult,
    CourseInput,
    CourseOutcome,
    DeliberationInput,
    DeliberationResult,
    LearnerInput,
    LearnerProgress,
    RegistrationInput,
    RegistrationResult,
)
from models.programme import Course
from models.registration import (
    PlannedRegistration,
    RegistrationModel,
    RegistrationState,
    RegistrationTrigger,
)
from models.task import TaskKind
from rules.award import award_form, signing_partners
from rules.registration import cancellation_order, registrations_for_course, required_registrations
from workflows.admission import AdmissionWorkflow
from workflows.agreement import AgreementWorkflow
from workflows.award import AwardWorkflow
from workflows.casework import Casework
from workflows.course import CourseWorkflow
from workflows.deliberation import DeliberationWorkflow
from workflows.facts import deliberation_facts
from workflows.interruption import Interruption
from workflows.registration import RegistrationWorkflow
from workflows.tasks import Question, option

REGISTRATION_OPENS = timedelta(weeks=4)  # before a course that has a registration of its own

_STATES = {
    AdmissionOutcome.DECLINED: CaseState.DECLINED,
    AdmissionOutcome.EXPIRED: CaseState.DECLINED,
    AdmissionOutcome.WITHDRAWN: CaseState.WITHDRAWN,
}


class Phases:
    """The steps of the learner's way; keeps what they bring as the learner's progress."""

    def __init__(self, case: Casework, learner: LearnerInput) -> None:
        context = learner.context
        self._attributes = TypedSearchAttributes(
            [SearchAttributePair(PROGRAMME, context.programme), SearchAttributePair(COHORT, context.cohort)]
        )
        self._case = case
        self._context = context
        self._rules = learner.agreement
        self._intake = learner.intake
        self._application = learner.application
        self.progress: LearnerProgress = learner.progress
        self.sentence = ""
        self.award_number: str | None = None
        self.interruption = Interruption(case, learner.context.person, learner.agreement.interruption_months)
        self._steps: dict[Phase, Callable[[], Awaitable[None]]] = {
            Phase.ADMISSION: self._admission,
            Phase.AGREEMENT: self._agreement,
            Phase.PAYMENT: self._payment,
            Phase.REGISTRATION: self._registration,
            Phase.STUDY: self._study,
            Phase.DELIBERATION: self._deliberation,
            Phase.AWARD: self._award,
        }

    async def go_through(self, phase: Phase) -> None:
        """Go through one phase and note that it is over."""
        await self._steps[phase]()
        self._brings(done=(*self.progress.done, phase))

    def leave(self, state: CaseState, sentence: str) -> None:
        """Note that the way ends, and why."""
        self._brings(state=state)
        self.sentence = sentence

    # The phases

    async def _admission(self) -> None:
        result: AdmissionResult = await self._child(
            AdmissionWorkflow.run,
            AdmissionInput(
                context=self._context,
                regulations=self._rules.admission,
                intake=self._intake,
                application=self._application,
                lead=self._lead,
                associates=self._rules.partnership.associates,
                courses=self._rules.programme.courses,
                main_partners=tuple(partner.id for partner in self._rules.partnership.awarding),
            ),
            "admission",
            "Admission: completeness, committee decision, offer",
        )
        self._brings(recognised=result.recognised, main_partner=result.main_partner)
        if result.outcome is not AdmissionOutcome.ADMITTED:
            self.leave(_STATES.get(result.outcome, CaseState.REFUSED), result.sentence)

    async def _agreement(self) -> None:
        result: AgreementResult = await self._child(
            AgreementWorkflow.run,
            AgreementInput(
                context=self._context,
                agreement=self._rules,
                recognised=self.progress.recognised,
                sign_before=self._intake.study_starts_at,
            ),
            "agreement",
            "Learning agreement: path and signatures",
        )
        self._brings(agreement=result.agreement, signatures=result.signatures)
        if result.agreement is None:
            self.leave(CaseState.DECLINED, result.sentence)

    async def _payment(self) -> None:
        """Wait for the fee where something waits for it (V29, V42)."""
        await self._case.ask(
            Question(
                kind=TaskKind.CONFIRM_PAYMENT,
                role=Role.FINANCE_OFFICER,
                partner=self._lead,
                subject=f"Confirm that the fee is settled (category {self._application.fee_category})",
                options=(option("paid", "The fee is settled"),),
                working_days=self._rules.registration.days_to_pay,
                regulation="Agreement, section fees",
            )
        )

    async def _registration(self) -> None:
        await self._register(required_registrations(self._rules, self._studied, self._main))

    async def _register(self, planned: tuple[PlannedRegistration, ...]) -> None:
        number = self.progress.registration_number + 1
        self._brings(registration_number=number)
        result: RegistrationResult = await self._child(
            RegistrationWorkflow.run,
            RegistrationInput(
                context=self._context,
                regulations=self._rules.registration,
                number=number,
                planned=planned,
                partners=self._rules.partnership.partners,
                lead=self._lead,
                asked_for=self._rules.registration.trigger is RegistrationTrigger.AUTOMATIC,
            ),
            f"registration/{number}",
            "Registration at the partner universities",
        )
        active = tuple(one for one in result.registrations if one.state is RegistrationState.ACTIVE)
        self._brings(registrations=(*self.progress.registrations, *active))
        if not result.complete:
            self.leave(CaseState.REFUSED, f"The learner could not be registered: {result.sentence}")

    async def _study(self) -> None:
        """Study the courses of the learning agreement, each in its time (R123, R131)."""
        courses = [self._rules.programme.course(course) for course in self._studied]
        await asyncio.gather(*(self._course(course) for course in courses))

    async def _course(self, course: Course) -> None:
        """Register where each course has its own registration (R209), then study the course."""
        if self._rules.registration.model is RegistrationModel.PER_COURSE:
            await self._case.reach(self._starts(course) - REGISTRATION_OPENS, "Registration opens")
            await self._register(registrations_for_course(self._rules, self._studied, course.id, self._main))
            if self.progress.state is not CaseState.ACTIVE:
                return
        await self._case.reach(self._starts(course), "The course starts")
        await self.interruption.over()
        starts_at = max(self._starts(course), self._case.now())
        outcome: CourseOutcome = await self._child(
            CourseWorkflow.run,
            CourseInput(
                context=self._context,
                course=course,
                agreement=self._rules,
                ends_at=starts_at + timedelta(weeks=course.weeks),
                registration_number=max(self.progress.registration_number, 1),
            ),
            f"course/{course.id}",
            "Course: enrolment, examination, credits",
        )
        self._brings(results=(*self.progress.results, outcome))

    async def _deliberation(self) -> None:
        result: DeliberationResult = await self._child(
            DeliberationWorkflow.run,
            DeliberationInput(context=self._context, agreement=self._rules, facts=self.facts()),
            "deliberation/1",
            "Deliberation of the examination committee",
        )
        self._brings(decided=result)
        if not result.awarded:
            self.leave(CaseState.FAILED, result.sentence)

    async def _award(self) -> None:
        decided = self.progress.decided
        assert decided is not None  # noqa: S101 - deliberation comes before
        signing = signing_partners(self._rules, self._studied, self.progress.registrations)
        result: AwardResult = await self._child(
            AwardWorkflow.run,
            AwardInput(
                context=self._context,
                agreement=self._rules,
                facts=self.facts(),
                deliberation=decided,
                signing=signing,
                form=award_form(self._rules, signing),
            ),
            "award",
            "Joint award: register and signatures",
        )
        self.award_number = result.record.number
        self.leave(CaseState.AWARDED, result.sentence)

    async def undo_registrations(self) -> None:
        """Undo finished registrations in reverse order, as a registration of its own number."""
        active = cancellation_order(self.progress.registrations)
        if not active:
            return
        number = self.progress.registration_number + 1
        self._brings(registration_number=number)
        await self._child(
            RegistrationWorkflow.run,
            RegistrationInput(
                context=self._context,
                regulations=self._rules.registration,
                number=number,
                planned=(),
                partners=self._rules.partnership.partners,
                lead=self._lead,
                undo=active,
            ),
            f"registration/{number}",
            "Undo the registrations at the partner universities",
        )
        self._brings(registrations=())

    # What stands

    def facts(self) -> DeliberationFacts:
        """Gather everything that the award depends on."""
        return deliberation_facts(self._rules.programme, self.progress)

    @property
    def _lead(self) -> str:
        return self._rules.partnership.lead.id

    @property
    def _main(self) -> str:
        return self.progress.main_partner or self._lead

    @property
    def _path(self) -> tuple[CourseId, ...]:
        return self.progress.agreement.path if self.progress.agreement is not None else ()

    @property
    def _studied(self) -> tuple[CourseId, ...]:
        return self.progress.agreement.studied if self.progress.agreement is not None else ()

    def _starts(self, course: Course) -> datetime:
        return self._intake.study_starts_at + timedelta(weeks=course.starts_in_week - 1)

    def _brings(self, **changes: Any) -> None:
        self.progress = self.progress.model_copy(update=changes)

    async def _child(self, run: Any, argument: Any, name: str, summary: str) -> Any:
        """Run a child that is asked to stop, not cut off, when the learner's way ends."""
        return await workflow.execute_child_workflow(
            run,
            argument,
            id=f"learner/{self._context.case}/{name}",
            parent_close_policy=ParentClosePolicy.REQUEST_CANCEL,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary=summary,
            search_attributes=self._attributes,
        )
