"""Study, on a server that skips waiting: interruption, results, registration by course, what people end."""

import pytest

from models.case import CaseState
from models.decision import GradeEntry, PathChoice, Receipt
from models.registration import PartnerRefusalRule, RegistrationModel
from models.task import TaskKind
from tests.workflows.builders import COASTAL, DCE, changed
from tests.workflows.going import registered, state, until
from tests.workflows.learner_model import Begin, Refused
from tests.workflows.people import decision_for

pytestmark = pytest.mark.long

# Interruption


def test_study_is_interrupted_until_the_learner_is_back(begin: Begin) -> None:
    learner = registered(begin(DCE))

    assert isinstance(learner.interrupt(150), Receipt)
    assert state(learner) is CaseState.INTERRUPTED
    again = learner.interrupt(160)
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

    learner.interrupt(150)
    learner.pass_time(151)

    assert state(learner) is CaseState.ACTIVE
    assert not learner.tasks()


def test_a_learner_may_withdraw_while_study_is_interrupted(begin: Begin) -> None:
    learner = registered(begin(DCE))
    learner.interrupt(150)

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
