"""Who acts: people, the offices they hold, and the seal that proves it to a workflow."""

from enum import StrEnum

from pydantic import AwareDatetime

from models.base import CourseId, Model, PartnerId, PersonRef


class Role(StrEnum):
    """What a person may be to a case. Source: domain roles of the guidelines, RACI table."""

    LEARNER = "learner"
    PROGRAMME_LEADER = "programme_leader"
    ADMISSION_COMMITTEE = "admission_committee"
    EXAMINATION_COMMITTEE = "examination_committee"
    STUDENT_ADMINISTRATION = "student_administration"
    EXAMINER = "examiner"
    SIGNATORY = "signatory"
    FINANCE_OFFICER = "finance_officer"
    QUALITY_OFFICER = "quality_officer"
    OPERATOR = "operator"


class Office(Model):
    """A role held at a partner, for an examiner in one course."""

    role: Role
    partner: PartnerId | None = None
    course: CourseId | None = None
    chair: bool = False
    deputy_for: PersonRef | None = None
    """Whose office it is, when its holder is absent and this person acts instead."""


class Actor(Model):
    """
    A signed-in person, sealed by the console or command line for one decision.

    The seal covers workflow id, decision id, content hash, person, offices, `signed_at` and
    `expires_at`, so that it cannot be carried to another decision. `signed_at` is business
    time: a decision made before its deadline counts although it arrives a little later.
    """

    person: PersonRef
    name: str
    offices: tuple[Office, ...]
    signed_at: AwareDatetime
    """Business time of the decision."""
    expires_at: AwareDatetime
    """Real time after which the seal is no longer accepted."""
    key_id: str = ""
    seal: str = ""
    """Ed25519 signature, base64."""

    def holds(self, role: Role, partner: PartnerId | None = None, course: CourseId | None = None) -> bool:
        """Tell whether one of the offices is this role, at this partner and course where they are given."""
        return any(
            office.role is role
            and (partner is None or office.partner == partner)
            and (course is None or office.course == course)
            for office in self.offices
        )
