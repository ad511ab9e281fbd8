"""The people of the directories, and what each of them decides when nothing special happens."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import uuid4

from models.actor import Actor, Office, Role
from models.decision import (
    Content,
    Decision,
    EvidenceSupply,
    GradeEntry,
    PathChoice,
    RegistrationConfirmation,
    Scoring,
)
from models.directory import Directory
from models.task import Task, TaskKind
from programmes.library import ProgrammeLibrary
from rules.office import offices_of
from tests.workflows.builders import PATH, an_attainment, shipped

GOOD_GRADES = {"fi-5": "4", "de-5": "1.7", "pt-20": "16", "fr-20": "14", "mt-100": "72", "it-30": "28"}
FAILING_GRADES = {"fi-5": "0", "de-5": "5.0", "pt-20": "7", "fr-20": "3", "mt-100": "30", "it-30": "12"}
REASON = "Settled with those concerned."
_NEVER = datetime(2025, 1, 1, tzinfo=UTC)


class NobodyError(LookupError):
    """No office-holder may do this task: a gap of the directory."""


@lru_cache
def directory(programme: str) -> Directory:
    return ProgrammeLibrary().directory(programme)


def the(person: str, name: str, *offices: Office) -> Actor:
    """Return a person who is not sealed yet."""
    return Actor(person=person, name=name, offices=offices, signed_at=_NEVER, expires_at=_NEVER)


def learner(case: str) -> Actor:
    return the(f"p-{case}", "Aino Virtanen", Office(role=Role.LEARNER))


def staff(programme: str, person: str) -> Actor:
    found = directory(programme).person(person)
    on = datetime.now(UTC).date()
    return the(person, found.name, *offices_of(directory(programme), person, on))


def holder(programme: str, role: Role, partner: str | None = None, course: str | None = None) -> Actor:
    """Return the first person of the directory who holds an office."""
    for one in directory(programme).people:
        actor = staff(programme, one.person)
        if actor.holds(role, partner, course):
            return actor
    raise NobodyError(f"Nobody is {role.value} of {partner} for {course}.")


def who_may(programme: str, task: Task) -> Actor:
    """Return the person to whom a task belongs."""
    if task.role is Role.LEARNER:
        return learner(task.case or "")
    if task.assignee is not None:
        return staff(programme, task.assignee)
    if task.kind is TaskKind.HOLD_SESSION:
        return next(
            staff(programme, one.person)
            for one in directory(programme).people
            if any(office.role is task.role and office.chair for office in one.offices)
        )
    return holder(programme, task.role, task.partner, task.course)


def scale_of(programme: str, task: Task) -> str:
    agreement = shipped(programme)
    course = agreement.programme.course(task.course or "")
    scale = agreement.partnership.partner(course.offering_partner).scale
    credit = course.credit_partner or course.offering_partner
    return scale or agreement.partnership.partner(credit).scale or agreement.examination.joint_scale


def content_for(programme: str, task: Task, option: str) -> Content | None:
    """Return what a decision for this task must carry."""
    limited = shipped(programme).admission.places is not None
    if task.kind is TaskKind.VOTE and task.role is Role.ADMISSION_COMMITTEE and limited:
        return Scoring(score=Decimal(uuid4().int % 50 + 50))
    make = _CONTENTS.get((task.kind, option))
    return make(programme, task) if make is not None else None


def _evidence(programme: str, _: Task) -> Content:
    kinds = [one.kind for one in shipped(programme).admission.evidence if one.required]
    return EvidenceSupply(attainments=tuple(an_attainment(kind) for kind in kinds))


def _joint_grade(programme: str, _: Task) -> Content:
    return GradeEntry(grade="C" if shipped(programme).examination.joint_scale == "letters" else "3")


def _number(_programme: str, _: Task) -> Content:
    return RegistrationConfirmation(student_number=f"M{uuid4().int % 10**8}", evidence="Register extract")


_CONTENTS: dict[tuple[TaskKind, str], Callable[[str, Task], Content]] = {
    (TaskKind.ENTER_RESULT, "enter"): lambda programme, task: GradeEntry(
        grade=GOOD_GRADES[scale_of(programme, task)]
    ),
    (TaskKind.CONVERT_GRADE, "choose"): _joint_grade,
    (TaskKind.CONFIRM_REGISTRATION, "confirm"): _number,
    (TaskKind.SUPPLY_EVIDENCE, "supply"): _evidence,
    (TaskKind.CHOOSE_PATH, "choose"): lambda _programme, _task: PathChoice(courses=PATH),
}


def decision_for(programme: str, task: Task, option: str = "", **fields: Any) -> Decision:
    """Return what the task's own person decides; by default the first option, with all it needs."""
    chosen = option or task.options[0].code
    label = next((one for one in task.options if one.code == chosen), None)
    values: dict[str, Any] = {
        "task": task.task_id,
        "option": chosen,
        "reason": REASON if label is not None and label.needs_reason else "",
        "content": content_for(programme, task, chosen),
    }
    values["actor"] = fields["actor"] if "actor" in fields else who_may(programme, task)
    return Decision(**(values | fields))
