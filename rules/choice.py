"""Whether the courses that a learner chooses can lead to the award. Source: R102, R132, G12, V69, A10."""

from models.admission import Recognised
from models.agreement import PathCode, PathDecision, PathProblem
from models.base import CourseId
from models.consortium import ConsortiumAgreement
from rules.agreement import wholly_recognised
from rules.path import check_path
from rules.registration import awarding_in_scope


def check_choice(
    agreement: ConsortiumAgreement,
    courses: tuple[CourseId, ...],
    recognised: tuple[Recognised, ...] = (),
    begun: tuple[CourseId, ...] = (),
) -> PathDecision:
    """
    Check a path against the structure of the programme and against what the award needs.

    A path that leads to fewer awarding universities than the award needs is refused when it is
    chosen, not after study. `begun` are courses that a change can no longer drop.
    """
    found = check_path(agreement.programme, courses, recognised, begun)
    if not found.admissible:
        return found
    exempt = wholly_recognised(agreement.programme, recognised)
    studied = tuple(course for course in found.courses if course not in exempt)
    awarding, least = awarding_in_scope(agreement, studied), agreement.award.minimum_awarding_partners
    if len(awarding) >= least:
        return found
    sentence = (
        f"With this path {len(awarding)} universities award the qualification; at least {least} are needed. "
        "Choose courses of another university."
    )
    problem = PathProblem(code=PathCode.TOO_FEW_PARTNERS, sentence=sentence)
    return found.model_copy(update={"problems": (problem,), "code": problem.code, "sentence": sentence})
