"""
One course: enrolment, attempts on the local scale, conversion, credits, transfer of the record.

Source: R133, R139, R213-R230, V38, V54-V56; G8-G9.
"""

from datetime import timedelta

from temporalio import workflow

from activities.course import CourseActivities
from models.actor import Role
from models.conversion import Conversion
from models.course import Attempt, AttemptDecision, CourseState
from models.decision import Decision
from models.lifecycle import CourseInput, CourseOutcome
from models.record import ResultRecord
from models.task import TaskKind
from rules.conversion import conversion_policy, convert
from rules.course import award_credit, next_attempt, record_attempt, standing
from rules.grading import judge, scales_with
from workflows.casework import Casework
from workflows.ending import asked_to_stop, to_the_end
from workflows.enrolment import Enrolment
from workflows.refusals import refuse, require
from workflows.steps import write
from workflows.tasks import Answer, Question, option

ENTER, EXCUSED = "enter", "excused_absence"


@workflow.defn
class CourseWorkflow(Casework):
    """
    Enrol the learner, let the course's own examiners enter results, keep both grades.

    A result on the local scale is never replaced by its conversion; where no single grade of the
    joint scale follows, the lead's examination committee chooses one.
    """

    @workflow.init
    def __init__(self, course: CourseInput) -> None:
        super().__init__(course.context)
        self._input = course
        self._course = course.course
        self._rules = course.agreement.examination
        self._partner = course.agreement.partnership.partner(course.course.offering_partner)
        self._scales = scales_with(self._rules.scales)
        self._scale = self._scales[self._examiner_scale]
        self._level = course.course.eqf_level or course.agreement.programme.eqf_level
        self._enrolment = Enrolment(self, course)
        self._attempts: tuple[Attempt, ...] = ()
        self._outcomes: list[CourseOutcome] = []

    @property
    def _examiner_scale(self) -> str:
        partnership = self._input.agreement.partnership
        awarding = partnership.partner(self._course.credit_partner or self._partner.id)
        return self._partner.scale or awarding.scale or self._rules.joint_scale

    @workflow.run
    async def run(self, course: CourseInput) -> CourseOutcome:
        """Return the result that counts, on both scales, with its credits."""
        try:
            await self._enrolment.enrol()
            await self.reach(course.ends_at, "The course ends")
            return await self._examine()
        except BaseException as end:
            if asked_to_stop(end):
                await to_the_end(self._leave_course())
            raise
        finally:
            await to_the_end(self.finish())

    async def _leave_course(self) -> None:
        """Undo the enrolment of a learner who withdraws."""
        await self.close_all("the learner has left")
        await self._enrolment.undo()

    # Examination

    async def _examine(self) -> CourseOutcome:
        """Take results until the course is passed or no attempt is left (V54, V55)."""
        while True:
            answer = await self._ask_for_result()
            attempt = self._take(answer)
            conversion = await self._convert(attempt)
            self._outcomes.append(await self._keep(answer, attempt, conversion))
            now = standing(self._attempts, self._rules.attempts, self._scale)
            if now.state not in {CourseState.OPEN, CourseState.WITHHELD}:
                return self._standing_outcome(now.counting)
            await self.tell(f"{self._course.id}/attempt/{len(self._attempts)}", now.sentence)
            if now.state is CourseState.OPEN:
                weeks = timedelta(weeks=self._rules.weeks_to_resit)
                await self.reach(self.now() + weeks, "The resit takes place")

    def _standing_outcome(self, counting: Attempt | None) -> CourseOutcome:
        """Return the result that stands, which need not be the last one (V54)."""
        made = zip(self._attempts, self._outcomes, strict=True)
        found = next((outcome for attempt, outcome in made if attempt == counting), self._outcomes[-1])
        return found.model_copy(update={"attempts": self._attempts[-1].number})

    async def _ask_for_result(self) -> Answer:
        coming = next_attempt(self._attempts, self._rules.attempts)
        number = coming.number if coming is not None else self._attempts[-1].number
        answer = await self.ask(
            Question(
                kind=TaskKind.ENTER_RESULT,
                role=Role.EXAMINER,
                partner=self._course.credit_partner or self._partner.id,
                course=self._course.id,
                subject=f"Enter the result, attempt {number}, on scale {self._scale.title}",
                options=(
                    option(ENTER, "Enter the result"),
                    option(EXCUSED, "Absent with an accepted reason", needs_reason=True),
                ),
                working_days=self._rules.days_to_result,
                regulation="Agreement, section examination",
                check=self._is_a_result,
            )
        )
        assert answer is not None  # noqa: S101 - this question does not expire
        return answer

    def _is_a_result(self, decision: Decision) -> None:
        found = self._attempt(decision)
        if found.attempt is None:
            raise refuse(found.code, found.sentence)

    def _attempt(self, decision: Decision) -> AttemptDecision:
        content = decision.content
        excused = decision.option == EXCUSED
        graded = content is not None and content.content == "grade"
        require(graded or excused, "GradeMissing", "Give the grade.")
        grade = content.grade if content is not None and content.content == "grade" else "absent"
        return record_attempt(
            self._attempts, grade, self._rules.attempts, self._scale, self._level, excused=excused
        )

    def _take(self, answer: Answer) -> Attempt:
        found = self._attempt(answer.decision)
        assert found.attempt is not None  # noqa: S101 - the validator has refused what is no result
        self._attempts = (*self._attempts, found.attempt)
        return found.attempt

    # Conversion and records

    async def _convert(self, attempt: Attempt) -> Conversion:
        """Convert to the joint scale by the agreement; a person decides where no single grade follows."""
        joint = self._rules.joint_scale
        conversion = convert(
            attempt.counted, joint, conversion_policy(self._rules), self._scales, self._level
        )
        if not conversion.refused and not conversion.needs_confirmation:
            return conversion
        answer = await self.ask(
            Question(
                kind=TaskKind.CONVERT_GRADE,
                role=Role.EXAMINATION_COMMITTEE,
                partner=self._input.agreement.partnership.lead.id,
                subject=f"Choose the grade on the joint scale: {conversion.sentence}",
                options=(option("choose", "This grade", needs_reason=True),),
                working_days=self._rules.days_to_convert,
                regulation="Agreement, section examination: conversion",
                check=self._is_on_joint_scale,
            )
        )
        content = answer.decision.content if answer is not None else None
        chosen = content.grade if content is not None and content.content == "grade" else None
        return conversion.model_copy(update={"result": chosen, "needs_confirmation": False})

    def _is_on_joint_scale(self, decision: Decision) -> None:
        content = decision.content
        if content is None or content.content != "grade":
            raise refuse("GradeMissing", "Give a grade on the joint scale.")
        found = judge(content.grade, self._scales[self._rules.joint_scale], self._level)
        if found.refused:
            raise refuse(found.code or "GRADE_OUTSIDE_SCALE", found.sentence)

    async def _keep(self, answer: Answer, attempt: Attempt, conversion: Conversion) -> CourseOutcome:
        """Transfer the result to the lead's records and to the offering partner's system (R133, R230)."""
        agreement = self._input.agreement
        awarding = tuple(partner.id for partner in agreement.partnership.awarding)
        credit = award_credit(self._course, attempt.outcome, agreement.award, awarding)
        await write(
            CourseActivities.record_result,
            ResultRecord(
                case=self._context.case,
                course=self._course.id,
                partner=self._partner.id,
                attempt=attempt.number,
                scale=attempt.grade.scale,
                grade=attempt.grade.grade,
                outcome=attempt.outcome,
                conversion=conversion,
                joint_grade=conversion.result,
                ects_awarded=credit.ects,
                awarded_by=credit.awarded_by,
                examiner=answer.decision.actor.person,
                decision_id=answer.decision_id,
                at=answer.receipt.decided_at,
            ),
        )
        await self._enrolment.report(attempt, len(self._attempts), credit.ects)
        return CourseOutcome(
            course=self._course.id,
            partner=self._partner.id,
            scale=attempt.counted.scale,
            grade=attempt.counted.grade,
            joint_grade=conversion.result,
            outcome=attempt.outcome,
            attempts=len(self._attempts),
            ects_awarded=credit.ects,
            awarded_by=credit.awarded_by,
        )
