"""Takes one learner of the model to where a test begins, and tells where the learner stands."""

from models.case import CaseState
from models.task import Task, TaskKind
from tests.workflows.learner_model import OneLearner


def until(learner: OneLearner, kind: TaskKind) -> Task:
    """Go straight on until a task of this kind is open, and leave it open."""
    for _ in range(60):
        found = next((task for task in learner.tasks() if task.kind is kind), None)
        if found is not None:
            return found
        learner.go_straight_on()
    raise AssertionError(f"No task {kind.value}: {learner.file().case}")


def registered(learner: OneLearner) -> OneLearner:
    """Go straight on until the learner is registered and waits for study to begin."""
    until(learner, TaskKind.TRIGGER_REGISTRATION)
    while learner.tasks():
        learner.go_straight_on()
    return learner


def state(learner: OneLearner) -> CaseState:
    return learner.file().case.state


def notices(learner: OneLearner) -> str:
    """Put together everything that the case's timeline tells."""
    return " ".join(entry.sentence for entry in learner.file().timeline)
