"""Study, on a server that skips waiting: changes of path, interruption, results, registration by course."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.actor import Role
from models.case import CaseState
from models.decision import DateChange, Decision, DecisionKind, GradeEntry, PathChoice, Receipt
from models.registration import PartnerRefusalRule, RegistrationModel
from models.task import Task, TaskKind
from tests.partners.sandboxes import Sandbox
from tests.workflows.builders import COASTAL, DAY, DCE, PATH, changed
from tests.workflows.learner_model import OneLearner, Refused
from tests.workflows.people import decision_for, holder

pytestmark = pytest.mark.long

Begin = Callable[..., OneLearner]


@pytest.fixture
def begin(sandboxes: dict[str, Sandbox], tmp_path: Path) -> Iterator[Begin]:
    """Let a learner apply to the programme that the test names, its agreement changed as it says."""
    made: list[OneLearner] = []

    def start(programme: str, change: Callable[[Any], Any] = lambda same: same) -> OneLearner:
        learner = OneLearner(sandboxes, tmp_path, programme)
        made.append(learner)
        learner.begin(change)
        return learner

    yield start
    for learner in made:
        learner.close()


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


def change_of_path(learner: OneLearner, *courses: str) -> Receipt | Refused:
    return learner.act(
        DecisionKind.CHANGE_PATH, reason="A project fits my work.", content=PathChoice(courses=courses)
    )


def interrupt(learner: OneLearner, days: int) -> Receipt | Refused:
    until_then = learner.now() + DAY * days
    decision = Decision(
        kind=DecisionKind.INTERRUPT,
        reason="The learner asked for it in writing.",
        content=DateChange(until=until_then),
        actor=holder(learner.programme, Role.PROGRAMME_LEADER),
    )
    return learner.decide(f"learner/{learner.case}", decision)


def state(learner: OneLearner) -> CaseState:
    return learner.file().case.state


def notices(learner: OneLearner) -> str:
    return " ".join(entry.sentence for entry in learner.file().timeline)


# A change of path


def test_a_changed_path_is_signed_anew_and_studied(begin: Begin) -> None:
    learner = registered(begin(COASTAL))

    assert isinstance(change_of_path(learner, *PATH[:-1], "project"), Receipt)
    assert [task.kind for task in learner.tasks()] == [TaskKind.SIGN_AGREEMENT]
    learner.come_to_an_end()

    file = learner.file()
    assert file.case.state is CaseState.AWARDED
    assert file.case.path == (*PATH[:-1], "project")
    assert {one.course for one in file.results} == {*PATH[:-1], "project"}
    assert file.award is not None
    signed = sum(one.kind == "signature" for one in file.timeline)
    assert signed == len(file.award.signatures) + 4  # Learner and partnership, twice.
    assert learner.world.duplicates(learner.case) == 0


def test_a_change_that_is_not_signed_in_time_leaves_the_path_as_it_was(begin: Begin) -> None:
    learner = registered(begin(COASTAL))

    change_of_path(learner, *PATH[:-1], "project")
    learner.pass_time(120)
    learner.come_to_an_end()

    assert learner.file().case.path == PATH
    assert state(learner) is CaseState.AWARDED
    assert "was not signed in time" in notices(learner)


@pytest.mark.parametrize(
    ("courses", "code"),
    [
        (PATH, "NothingChanges"),
        ((*PATH[1:-1], "project"), "CORE_COURSE_MISSING"),
        ((*PATH, "project"), "TOO_MANY_OPTIONS"),
        ((), "PathMissing"),
    ],
    ids=["the same", "without a core course", "too much", "none"],
)
def test_a_change_that_the_programme_does_not_allow_is_refused(
    begin: Begin, courses: tuple[str, ...], code: str
) -> None:
    refused = change_of_path(registered(begin(COASTAL)), *courses)

    assert isinstance(refused, Refused)
    assert refused.code == code


def test_a_course_that_has_begun_cannot_be_dropped(begin: Begin) -> None:
    learner = registered(begin(COASTAL))
    while state(learner) is CaseState.ACTIVE and not _studies(learner, "governance"):
        learner.go_straight_on()

    refused = change_of_path(learner, *[one for one in PATH if one != "governance"], "machine-learning")

    assert isinstance(refused, Refused)
    assert refused.code == "COURSE_HAS_BEGUN"


def _studies(learner: OneLearner, course: str) -> bool:
    partner = learner.agreement.programme.course(course).offering_partner
    return bool(learner.world.registered(learner.case, "course").get(partner))


# Interruption


def test_study_is_interrupted_until_the_learner_is_back(begin: Begin) -> None:
    learner = registered(begin(DCE))

    assert isinstance(interrupt(learner, 150), Receipt)
    assert state(learner) is CaseState.INTERRUPTED
    again = interrupt(learner, 160)
    learner.pass_time(100)
    (back,) = learner.tasks()
    learner.answer(back)

    assert isinstance(again, Refused)
    assert back.kind is TaskKind.RESUME_STUDY
    assert state(learner) is CaseState.ACTIVE
    learner.come_to_an_end()
    assert state(learner) is CaseState.AWARDED


def test_an_interruption_ends_on_the_agreed_date_by_itself(begin: Begin) -> None:
    learner = registered(begin(DCE))

    interrupt(learner, 150)
    learner.pass_time(151)

    assert state(learner) is CaseState.ACTIVE
    assert not learner.tasks()


def test_a_learner_may_withdraw_while_study_is_interrupted(begin: Begin) -> None:
    learner = registered(begin(DCE))
    interrupt(learner, 150)

    learner.withdraw()
    learner.come_to_an_end()

    assert state(learner) is CaseState.WITHDRAWN
    assert learner.world.registered(learner.case) == {}
    assert not learner.tasks()


# Results


def test_a_compensated_course_brings_its_credits_and_the_award(begin: Begin) -> None:
    learner = begin(COASTAL)
    while state(learner) is CaseState.ACTIVE:
        for task in learner.tasks():
            if task.kind is TaskKind.ENTER_RESULT and task.course == "remote-sensing":
                decision = decision_for(COASTAL, task, "enter", content=GradeEntry(grade="8"))
                learner.decide(task.workflow_id, decision)
            else:
                learner.answer(task)
        if not learner.tasks():
            learner.pass_time(21)

    file = learner.file()
    assert file.case.state is CaseState.AWARDED, file.case.sentence
    assert sum(credit.ects for credit in file.credits) == learner.agreement.programme.ects
    assert {one.course for one in file.results if one.outcome == "failed"} == {"remote-sensing"}


def test_a_withheld_result_is_asked_for_again_at_once(begin: Begin) -> None:
    learner = begin(DCE)
    task = until(learner, TaskKind.ENTER_RESULT)

    learner.decide(task.workflow_id, decision_for(DCE, task, "enter", content=GradeEntry(grade="withheld")))

    assert [one.kind for one in learner.tasks()] == [TaskKind.ENTER_RESULT]


# Registration course by course


@pytest.mark.parametrize("main", ["jyu", "uab"])
def test_each_course_has_its_own_registration_once(begin: Begin, main: str) -> None:
    learner = begin(DCE, lambda one: changed(one, "registration", model=RegistrationModel.PER_COURSE))
    offer = until(learner, TaskKind.ANSWER_OFFER)
    learner.decide(
        offer.workflow_id, decision_for(DCE, offer, "accept", content=PathChoice(main_partner=main))
    )

    learner.come_to_an_end()

    assert state(learner) is CaseState.AWARDED, learner.file().case.sentence
    assert learner.world.duplicates(learner.case) == 0


def test_who_is_refused_at_the_second_course_leaves_every_university(begin: Begin) -> None:
    learner = begin(
        DCE,
        lambda one: changed(
            one,
            "registration",
            model=RegistrationModel.PER_COURSE,
            on_refusal=PartnerRefusalRule.WITHDRAW_EVERYWHERE,
        ),
    )
    until(learner, TaskKind.ENTER_RESULT)
    learner.sandboxes["uab"].switch({"kind": "refuse", "operation": "register", "times": 50})

    learner.come_to_an_end()

    assert state(learner) is CaseState.REFUSED
    assert learner.world.registered(learner.case, "programme") == {}


# What people and machines break


@pytest.mark.parametrize(
    "kind", [TaskKind.SIGN_AGREEMENT, TaskKind.CONFIRM_REGISTRATION, TaskKind.ENTER_RESULT, TaskKind.VOTE]
)
def test_an_operator_who_ends_a_case_has_everything_undone(begin: Begin, kind: TaskKind) -> None:
    learner = begin(DCE)
    if kind is TaskKind.VOTE:
        until(learner, TaskKind.ENTER_RESULT)
    until(learner, kind)

    learner.operate("cancel")
    learner.come_to_an_end()

    assert state(learner) is CaseState.WITHDRAWN
    assert learner.world.registered(learner.case, "programme") == {}
    assert not learner.tasks()


def test_a_withdrawal_in_the_first_moment_begins_nothing(begin: Begin) -> None:
    learner = begin(DCE)
    hurried = learner.apply_and_withdraw()

    file = learner.world.file(hurried)
    assert file.case.state is CaseState.WITHDRAWN
    assert not file.waits_for
