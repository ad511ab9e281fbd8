"""A learner's enrolment in one course, in the system of who offers it. Source: R133, R230, V38."""

from decimal import Decimal
from typing import TypeVar

from activities.registration import PartnerActivities
from models.actor import Role
from models.course import Attempt
from models.lifecycle import CourseInput
from models.partner import AdapterKind, PartnerOrder, RegistrationKind, ResultReport
from models.scale import GradeOutcome
from models.task import TaskKind
from workflows.casework import Casework
from workflows.partner import Call, PartnerDesk, RefusedError
from workflows.tasks import Question, option

Order = TypeVar("Order", PartnerOrder, ResultReport)


class Enrolment:
    """
    Enrols, reports results and undoes the enrolment; where a partner has no system it does nothing.

    Such a partner knows its learners by the registration.
    """

    def __init__(self, case: Casework, course: CourseInput) -> None:
        partnership = course.agreement.partnership
        self._case = case
        self._input = course
        self._partner = partnership.partner(course.course.offering_partner)
        self._desk = PartnerDesk(case, partnership.partners)
        self._days = course.agreement.registration.days_to_register
        self._asked = self._confirmed = False

    @property
    def _has_system(self) -> bool:
        return self._partner.adapter is not AdapterKind.MANUAL

    async def enrol(self) -> None:
        """Enrol the learner in the course."""
        if self._has_system:
            self._asked = True
            await self._at_partner(PartnerActivities.register_at_partner, self._order(), "Enrol", self._days)
            self._confirmed = True

    async def report(self, attempt: Attempt, number: int, ects: Decimal) -> None:
        """Enter a result in the offering partner's system; `number` counts the results of this course."""
        if not self._has_system:
            return
        order, days = self._order(), self._input.agreement.examination.days_to_transfer
        report = ResultReport(
            effect_key=f"{order.effect_key}/result/{number}",
            case=order.case,
            person=order.person,
            partner=order.partner,
            programme=order.programme,
            number=order.number,
            course=self._input.course.id,
            attempt=number,
            grade=attempt.grade.grade,
            scale=attempt.grade.scale,
            passed=attempt.outcome is GradeOutcome.PASSED,
            ects=ects,
            result_on=self._case.now().date(),
        )
        await self._at_partner(PartnerActivities.report_result_to_partner, report, "Report the result", days)

    async def undo(self) -> None:
        """Undo the enrolment of a learner who leaves, whether it was confirmed or only asked for."""
        if not self._asked:
            return
        order = self._order()
        key = f"{order.effect_key}/cancel"
        order = order.model_copy(update={"effect_key": key, "is_confirmed": self._confirmed})
        await self._at_partner(PartnerActivities.cancel_at_partner, order, "Undo the enrolment", self._days)

    async def _at_partner(self, step: Call[Order], argument: Order, act: str, days: int) -> None:
        """Drive the partner's system; after a refusal a person corrects it and it is tried again."""
        attempt = 1
        while True:
            key = f"{argument.effect_key}/{attempt}"
            try:
                order = argument.model_copy(update={"effect_key": key})
                await self._desk.call(step, order, self._partner.id, act, days)
            except RefusedError as refusal:
                await self._repair(refusal.sentence)
                attempt += 1
            else:
                return

    async def _repair(self, refusal: str) -> None:
        await self._case.ask(
            Question(
                kind=TaskKind.REPAIR_REGISTRATION,
                role=Role.STUDENT_ADMINISTRATION,
                partner=self._partner.id,
                subject=f"Your student system refused: {refusal}",
                options=(option("retry", "Corrected, try again"),),
                working_days=self._days,
                regulation="Agreement, section registration",
            )
        )

    def _order(self) -> PartnerOrder:
        context, number = self._input.context, self._input.registration_number
        return PartnerOrder(
            effect_key=f"{context.case}/course/{self._input.course.id}/{number}",
            case=context.case,
            person=context.person,
            partner=self._partner.id,
            programme=context.programme,
            number=number,
            kind=RegistrationKind.SECONDARY,
            course=self._input.course.id,
        )
