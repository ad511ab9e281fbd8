"""What a learner's way has brought, as facts for the examination committee."""

from models.base import CourseId
from models.deliberation import CourseFact, DeliberationFacts
from models.lifecycle import LearnerProgress
from models.programme import Programme
from models.scale import GradeOutcome, LocalGrade


def deliberation_facts(programme: Programme, progress: LearnerProgress) -> DeliberationFacts:
    """Gather agreement, registrations and results; `RuntimeError` without a learning agreement."""
    agreement = progress.agreement
    if agreement is None:
        raise RuntimeError("The phase plan puts the learning agreement before deliberation.")
    return DeliberationFacts(
        learning_agreement=agreement,
        signatures=progress.signatures,
        main_partner=progress.main_partner,
        registrations=progress.registrations,
        courses=tuple(_fact(programme, progress, course) for course in agreement.path),
    )


def _fact(programme: Programme, progress: LearnerProgress, course_id: CourseId) -> CourseFact:
    """State what is known of one course; a recognised one is exempt and has no grade (V74)."""
    course = programme.course(course_id)
    outcome = next((one for one in progress.results if one.course == course_id), None)
    studied = progress.agreement.studied if progress.agreement is not None else ()
    exempt = GradeOutcome.EXEMPT if course_id not in studied else None
    return CourseFact(
        course=course_id,
        partner=course.offering_partner,
        ects=course.ects,
        outcome=GradeOutcome(outcome.outcome) if outcome else exempt,
        local=LocalGrade(scale=outcome.scale, grade=outcome.grade) if outcome else None,
        joint=outcome.joint_grade if outcome else None,
        compensable=course.compensable,
        awarded_by=outcome.awarded_by if outcome else None,
    )
