"""Changes of an agreed path, on a server that skips waiting: signed, registered, studied, or left."""

import pytest

from models.award import AwardScope
from models.case import CaseState, Phase
from models.decision import DecisionKind, PathChoice, Receipt
from models.registration import RegistrationTiming
from models.task import TaskKind
from tests.workflows.builders import COASTAL, PATH, changed
from tests.workflows.going import notices, registered, state, until
from tests.workflows.learner_model import Begin, OneLearner, Refused
from tests.workflows.people import decision_for

pytestmark = pytest.mark.long


def change_of_path(learner: OneLearner, *courses: str) -> Receipt | Refused:
    return learner.act(
        DecisionKind.CHANGE_PATH, reason="A project fits my work.", content=PathChoice(courses=courses)
    )


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


def test_a_change_that_was_declined_may_be_asked_for_again(begin: Begin) -> None:
    learner = registered(begin(COASTAL))
    change_of_path(learner, *PATH[:-1], "project")
    learner.answer(learner.tasks()[0], option=1)

    assert isinstance(change_of_path(learner, *PATH[:-1], "project"), Receipt)
    learner.come_to_an_end()

    assert learner.file().case.path == (*PATH[:-1], "project")
    assert state(learner) is CaseState.AWARDED


def test_a_change_registers_nobody_early_where_registration_follows_study(begin: Begin) -> None:
    after = RegistrationTiming.AFTER_STUDY
    learner = begin(COASTAL, lambda one: changed(one, "registration", timing=after))
    while learner.file().case.phase is not Phase.STUDY:
        learner.go_straight_on()
    change_of_path(learner, *PATH[:-1], "project")
    learner.go_straight_on()
    learner.go_straight_on()

    assert learner.world.registered(learner.case, "programme") == {}
    learner.come_to_an_end()
    assert state(learner) is CaseState.AWARDED
    assert learner.world.duplicates(learner.case) == 0


def test_a_course_that_begins_while_the_change_is_registered_stays(begin: Begin) -> None:
    visited = AwardScope.VISITED_PARTNERS
    learner = begin(COASTAL, lambda one: changed(one, "award", scope=visited, minimum_awarding_partners=2))
    before = ("marine-data", "coastal-modelling", "remote-sensing", "machine-learning", "project")
    after = ("marine-data", "coastal-modelling", "remote-sensing", "governance", "project")
    choose = until(learner, TaskKind.CHOOSE_PATH)
    content = PathChoice(courses=before)
    learner.decide(choose.workflow_id, decision_for(COASTAL, choose, "choose", content=content))
    registered(learner)
    change_of_path(learner, *after)  # At one university more.
    until(learner, TaskKind.TRIGGER_REGISTRATION)
    for _ in range(60):
        learner.pass_time(21)
        for task in learner.tasks():
            if task.kind is TaskKind.ENTER_RESULT:
                learner.answer(task)
        if any(task.course == "machine-learning" for task in learner.tasks()):
            break

    learner.come_to_an_end()

    assert set(learner.file().case.path) == set(before)
    assert state(learner) is CaseState.AWARDED
    assert "has begun meanwhile" in notices(learner)
    assert "adriatico" not in learner.world.registered(learner.case, "programme")


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
