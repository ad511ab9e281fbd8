"""
Study: the courses of the learning agreement, each in its time; meanwhile interruptions and changes of path.

Source: R102, R110, R123, R131, R209, G12; V45-V46.
"""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

from models.agreement import LearningAgreement
from models.base import CourseId, PartnerId
from models.case import Phase
from models.decision import Decision
from models.lifecycle import AgreementInput, AgreementResult, CourseInput, CourseOutcome
from models.partner import AdapterKind, RegistrationKind
from models.programme import Course
from models.registration import PartnerRegistration, PlannedRegistration, RegistrationModel
from rules.choice import check_choice
from rules.registration import registrations_for_course, registrations_missing, required_registrations
from workflows.agreement import AgreementWorkflow
from workflows.course import CourseWorkflow
from workflows.ending import stop
from workflows.interruption import Interruption
from workflows.refusals import require
from workflows.way import Way, WayEndsError


class Study:
    """Studies the courses of the learning agreement; a signed change adds and drops what has not begun."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._courses: dict[CourseId, asyncio.Task[None]] = {}
        self._begun: set[CourseId] = set()
        self._over: set[CourseId] = set()
        self._asked: set[tuple[PartnerId, CourseId | None]] = set()
        """Registrations that were asked for with the courses, where each has its own."""
        self._drawn_up = 0
        """The last version of the learning agreement that was drawn up, signed or not."""
        self._wanted: tuple[CourseId, ...] = ()
        """The path of a change that is being settled."""
        self._changing: asyncio.Task[None] | None = None
        self.interruption = Interruption(way)

    async def run(self) -> None:
        """Study until every course of the agreement is over."""
        watching = asyncio.ensure_future(self.interruption.watch())
        try:
            while self._goes_on():
                await workflow.wait_condition(self._has_news)
                self._take_in_news()
            await self.interruption.over()
        except BaseException:
            self._way.ending = True
            await stop([*self._courses.values(), *([self._changing] if self._changing else [])])
            raise
        finally:
            await stop([watching])

    def _goes_on(self) -> bool:
        """Start what is new in the agreement; tell whether anything is under way."""
        for course in self._way.studied:
            if course not in self._courses:
                found = self._way.rules.programme.course(course)
                self._courses[course] = asyncio.ensure_future(self._study(found))
        if self._wanted and self._changing is None:
            self._changing = asyncio.ensure_future(self._change(self._wanted))
        return self._changing is not None or any(not one.done() for one in self._courses.values())

    def _has_news(self) -> bool:
        changed = self._changing.done() if self._changing is not None else bool(self._wanted)
        return changed or any(one.done() for course, one in self._courses.items() if course not in self._over)

    def _take_in_news(self) -> None:
        """Notice what has ended; what has failed ends everything."""
        if self._changing is not None and self._changing.done():
            self._changing.result()
            self._changing, self._wanted = None, ()
        for course, one in self._courses.items():
            if one.done():
                self._over.add(course)
                one.result()

    # One course

    async def _study(self, course: Course) -> None:
        number = await self._registered_for(course)
        self._stop_if_over()
        await self._way.case.reach(self._starts(course), "The course starts")
        await self.interruption.over()
        self._stop_if_over()
        self._begun.add(course.id)
        starts_at = max(self._starts(course), self._way.case.now())
        outcome: CourseOutcome = await self._way.child(
            CourseWorkflow.run,
            CourseInput(
                context=self._way.context,
                course=course,
                agreement=self._way.rules,
                ends_at=starts_at + timedelta(weeks=course.weeks),
                registration_number=number,
            ),
            f"course/{course.id}",
            "Course: enrolment, examination, credits",
            leaves=self._enrolment(course, number),
        )
        self._way.brings(results=(*self._way.progress.results, outcome))

    def _enrolment(self, course: Course, number: int) -> tuple[PartnerRegistration, ...]:
        """Name the enrolment that a course may leave at its partner's system when it is cut off."""
        partner = self._way.rules.partnership.partner(course.offering_partner)
        if partner.adapter is AdapterKind.MANUAL:
            return ()
        kind = RegistrationKind.SECONDARY
        return (self._way.unconfirmed(number, partner.id, kind, course.id),)

    async def _registered_for(self, course: Course) -> int:
        """Register where each course has a registration of its own (R209); return its number."""
        way, registration = self._way, self._way.rules.registration
        if registration.model is not RegistrationModel.PER_COURSE:
            return max(way.progress.registration_number, 1)
        opens = self._starts(course) - timedelta(weeks=registration.weeks_registration_opens)
        await way.case.reach(opens, "Registration opens")
        await self.interruption.over()
        self._stop_if_over()
        self._begun.add(course.id)
        return await way.register(self._not_asked_for(way.studied, course.id))

    def _not_asked_for(
        self, studied: tuple[CourseId, ...], course: CourseId | None
    ) -> tuple[PlannedRegistration, ...]:
        """List what is to be registered with a course, each once over all courses and changes."""
        way = self._way
        planned = registrations_for_course(way.rules, studied, course, self._asked, way.main)
        self._asked |= {(one.partner, one.course) for one in planned}
        return planned

    def _stop_if_over(self) -> None:
        """Begin nothing for a learner who leaves at this very moment."""
        if self._way.ending:
            raise asyncio.CancelledError

    def _starts(self, course: Course) -> datetime:
        return self._way.intake.study_starts_at + timedelta(weeks=course.starts_in_week - 1)

    @property
    def courses_wait(self) -> bool:
        """Tell whether a course of the agreement has not begun."""
        return not self._begun.issuperset(self._way.studied)

    # A change of the path

    def check_change(self, decision: Decision) -> None:
        """Refuse a change that the structure, the courses under way or the award do not allow (G12)."""
        way, content = self._way, decision.content
        require(
            decision.actor.person == way.context.person, "NotYourCase", "Only the learner changes the path."
        )
        require(not self._wanted, "AlreadyDecided", "A change of the path is being settled already.")
        require(decision.reason.strip(), "ReasonMissing", "Say in a few words why the path changes.")
        require(
            content is not None and content.content == "path" and content.courses,
            "PathMissing",
            "Name all courses of the path, with the change in it.",
        )
        begun = tuple(sorted(self._begun))
        found = check_choice(way.rules, _courses(decision), way.progress.recognised, begun)
        require(found.admissible, found.code or "PathNotAdmissible", found.sentence)
        agreement = way.progress.agreement
        same = agreement is not None and set(found.courses) == set(agreement.path)
        require(not same, "NothingChanges", "This is the path that is agreed already.")

    def begin_change(self, decision: Decision) -> str:
        """Let the change be drawn up and signed; say what was decided."""
        self._wanted = _courses(decision)
        return f"Ask for a change of the path to {', '.join(self._wanted)}"

    async def _change(self, wanted: tuple[CourseId, ...]) -> None:
        """Have the next version of the learning agreement signed, then let it take effect."""
        way = self._way
        agreement = way.progress.agreement
        assert agreement is not None  # noqa: S101 - the phase plan puts it before study
        version = self._drawn_up = max(self._drawn_up, agreement.version) + 1
        result: AgreementResult = await way.child(
            AgreementWorkflow.run,
            AgreementInput(
                context=way.context,
                agreement=way.rules,
                recognised=way.progress.recognised,
                sign_before=self._latest_start(),
                path=wanted,
                version=version,
            ),
            f"agreement/{version}",
            "Change of the learning agreement",
        )
        self._stop_if_over()
        told = result.sentence or await self._take_over(result)
        await way.case.tell(f"path/{version}", told)

    async def _take_over(self, result: AgreementResult) -> str:
        """Register where the new path needs it, then study what it says; otherwise the old path stays."""
        way, signed = self._way, result.agreement
        assert signed is not None  # noqa: S101 - an agreement that was not signed has a sentence
        if not self._begun.issubset(signed.path):
            return _BEGUN_MEANWHILE
        before = way.progress.registrations
        try:
            await way.register(self._missing(signed))
        except WayEndsError as refused:
            return f"The path stays as it was. {refused.sentence}"
        self._stop_if_over()
        if not self._begun.issubset(signed.path):
            new = tuple(one for one in way.progress.registrations if one not in before)
            await way.undo(new)
            self._asked -= {(one.partner, one.course) for one in new}
            return _BEGUN_MEANWHILE
        way.brings(agreement=signed, signatures=result.signatures)
        await self._drop(signed.studied)
        needed = required_registrations(way.rules, signed.studied, way.main)
        partners = {one.partner for one in needed}
        await way.undo(tuple(one for one in way.progress.registrations if one.partner not in partners))
        sentence = f"The path is changed: {', '.join(signed.path)}."
        await way.keep(f"path/{signed.version}", sentence)
        return sentence

    def _missing(self, signed: LearningAgreement) -> tuple[PlannedRegistration, ...]:
        """
        List what the new path needs now and the learner does not have.

        Where registration follows study, everything is registered then; where it comes course by
        course, only what is for the whole programme, once the first course has come.
        """
        way = self._way
        if self._asked:
            return self._not_asked_for(signed.studied, None)
        if Phase.REGISTRATION not in way.progress.done:
            return ()
        needed = required_registrations(way.rules, signed.studied, way.main)
        return registrations_missing(needed, way.progress.registrations)

    async def _drop(self, studied: tuple[CourseId, ...]) -> None:
        dropped = [course for course in self._courses if course not in studied]
        await stop([self._courses.pop(course) for course in dropped])

    def _latest_start(self) -> datetime:
        programme = self._way.rules.programme
        return max(self._starts(course) for course in programme.courses)


_BEGUN_MEANWHILE = "A course that the change leaves out has begun meanwhile; the path stays as it was."


def _courses(decision: Decision) -> tuple[CourseId, ...]:
    content = decision.content
    return content.courses if content is not None and content.content == "path" else ()
