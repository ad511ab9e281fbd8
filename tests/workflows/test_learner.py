"""One learner's way under random decisions, refusals, withdrawals and disturbances: what always holds."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from models.actor import Role
from models.award import AwardRecord
from models.case import CaseState
from models.decision import DecisionKind, PathChoice, Receipt
from models.registration import RegistrationModel, RegistrationState, RegistrationTiming
from models.task import Task
from records.timeline import CaseFile
from rules.consortium_paths import admissible_ways
from tests.partners.sandboxes import Sandbox
from tests.workflows.builders import COASTAL, DCE, changed
from tests.workflows.learner_model import OneLearner, Refused
from tests.workflows.people import directory

WHICH = st.integers(0, 999)
DISTURBANCES = st.sampled_from(["cut", "fail_500", "refuse", "wrong_json", "accept_later"])
LATE = {"AlreadyDecided", "TaskClosed", "CaseClosed", "AlreadyVoted"}
"""What the second of two is told."""


class LearnerMachine(RuleBasedStateMachine):
    """Hypothesis draws who does what; each draw is a number, so that it means the same again."""

    sandboxes: dict[str, Sandbox]
    folders: Callable[[], Path]

    def __init__(self) -> None:
        super().__init__()
        self.one: OneLearner | None = None

    @initialize(
        programme=st.sampled_from([DCE, COASTAL]),
        model=st.sampled_from([*[RegistrationModel.PER_PROGRAMME] * 2, RegistrationModel.PER_COURSE]),
        after=st.booleans(),
    )
    def applies(self, programme: str, model: RegistrationModel, *, after: bool) -> None:
        late = after and model is RegistrationModel.PER_PROGRAMME
        timing = RegistrationTiming.AFTER_STUDY if late else RegistrationTiming.BEFORE_STUDY
        self.one = OneLearner(self.sandboxes, type(self).folders(), programme)
        self.one.begin(lambda agreement: changed(agreement, "registration", model=model, timing=timing))

    @property
    def learner(self) -> OneLearner:
        assert self.one is not None
        return self.one

    def _task(self, which: int) -> Task | None:
        tasks = self.learner.tasks()
        return tasks[which % len(tasks)] if tasks else None

    # Steps

    @rule()
    def everybody_goes_straight_on(self) -> None:
        self.learner.go_straight_on()

    @rule(times=st.integers(2, 8))
    def the_case_goes_far(self, times: int) -> None:
        for _ in range(times):
            self.learner.go_straight_on()

    @rule(which=WHICH, option=WHICH)
    def somebody_answers_as_they_like(self, which: int, option: int) -> None:
        task = self._task(which)
        if task is not None:
            self.learner.answer(task, option)

    @rule(which=WHICH, person=WHICH)
    def somebody_answers_who_may_not(self, which: int, person: int) -> None:
        task = self._task(which)
        people = directory(self.learner.programme).people
        stranger = people[person % len(people)].person
        if task is None or task.role is not Role.LEARNER:
            return
        refused = self.learner.answer_as(stranger, task)

        assert isinstance(refused, Refused)
        assert refused.code == "NotYourTask"

    @rule(which=WHICH)
    def somebody_answers_with_nonsense(self, which: int) -> None:
        task = self._task(which)
        if task is not None:
            refused = self.learner.answer_with_nonsense(task)

            assert isinstance(refused, Refused)
            assert refused.code == "UnknownOption"

    @rule(which=WHICH, option=WHICH)
    def two_answer_at_once(self, which: int, option: int) -> None:
        task = self._task(which)
        if task is not None:
            answers = self.learner.answer_at_once(task, option)
            taken = [one for one in answers if isinstance(one, Receipt)]
            refused = [one for one in answers if isinstance(one, Refused)]

            assert len(taken) <= 1
            assert len(refused) >= 1
            if taken:
                assert refused[0].code in LATE

    @rule(which=WHICH, days=st.integers(1, 60))
    def a_deadline_is_extended(self, which: int, days: int) -> None:
        task = self._task(which)
        if task is not None:
            assert isinstance(self.learner.extend(task, days), Receipt)

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.learner.pass_time(days)

    @rule(partner=WHICH, kind=DISTURBANCES)
    def a_partner_is_disturbed(self, partner: int, kind: str) -> None:
        names = sorted(self.sandboxes)
        switch: dict[str, Any] = {"kind": kind, "operation": "register", "seconds": 0.1}
        self.sandboxes[names[partner % len(names)]].switch(switch)

    @rule(dice=st.integers(0, 5))
    def the_learner_withdraws(self, dice: int) -> None:
        if dice == 5:
            self.learner.withdraw()

    @rule(way=WHICH)
    def the_path_changes(self, way: int) -> None:
        ways = admissible_ways(self.learner.agreement.programme)
        courses = ways[way % len(ways)]
        self.learner.act(
            DecisionKind.CHANGE_PATH, reason="It fits better.", content=PathChoice(courses=courses)
        )

    @rule(days=st.integers(10, 200))
    def study_is_interrupted(self, days: int) -> None:
        self.learner.interrupt(days)

    @rule(dice=st.integers(0, 9))
    def an_operator_ends_the_case(self, dice: int) -> None:
        if dice == 9 and not self.learner.over:
            self.learner.operate("cancel")

    # What always holds

    @precondition(lambda self: self.one is not None)
    @invariant()
    def no_registration_is_active_twice(self) -> None:
        assert self.learner.world.duplicates(self.learner.case) == 0

    @precondition(lambda self: self.one is not None)
    @invariant()
    def every_decision_has_an_author_and_a_reason(self) -> None:
        decisions = self.learner.file().decisions
        kept = {one.decision_id for one in decisions}

        assert {receipt.decision_id for receipt in self.learner.taken} <= kept
        for one in decisions:
            assert one.actor.person
            assert one.actor.name
            assert one.actor.offices
            assert one.signed_at <= one.recorded_at
            assert one.sentence
            assert one.reason.strip() or not _needs_reason(one.task, one.option, self.learner)

    @precondition(lambda self: self.one is not None)
    @invariant()
    def an_award_has_all_that_it_needs(self) -> None:
        file = self.learner.file()
        if file.award is not None and file.award.signatures:
            _assert_entitled(file, file.award, self.learner)

    @precondition(lambda self: self.one is not None)
    @invariant()
    def who_has_left_is_registered_nowhere(self) -> None:
        file = self.learner.file()
        if file.case.state in {CaseState.WITHDRAWN, CaseState.REFUSED, CaseState.DECLINED}:
            assert self.learner.world.registered(self.learner.case, "programme") == {}
            assert not _active(file)
            assert not file.waits_for

    @precondition(lambda self: self.one is not None)
    @invariant()
    def nothing_waits_unseen(self) -> None:
        one = self.learner
        assert one.over or all(task.due_at > task.opened_at for task in one.tasks())

    def teardown(self) -> None:
        if self.one is None:
            return
        try:
            for sandbox in self.sandboxes.values():
                sandbox.switch()
            assert self.one.leads_on()
            self.one.come_to_an_end()
            event(f"{self.one.programme} ends {self.one.file().case.state}")
            self.an_award_has_all_that_it_needs()
            self.who_has_left_is_registered_nowhere()
            self.no_registration_is_active_twice()
            assert not self.one.withdrew or self.one.file().case.state is CaseState.WITHDRAWN
        finally:
            self.one.close()


def _needs_reason(task_id: str | None, option: str, one: OneLearner) -> bool:
    if task_id is None:
        return True
    task = next(view.task for view in one.world.tasks(one.case) if view.task.task_id == task_id)
    return any(candidate.code == option and candidate.needs_reason for candidate in task.options)


def _active(file: CaseFile) -> set[str]:
    views = (view.registration for view in file.registrations)
    return {one.partner for one in views if one.state is RegistrationState.ACTIVE}


def _assert_entitled(file: CaseFile, award: AwardRecord, one: OneLearner) -> None:
    signing = {signature.partner for signature in award.signatures}
    at_partners = set(one.world.registered(one.case))
    signed = [entry for entry in file.timeline if entry.kind == "signature"]

    assert signing <= _active(file)
    assert signing & set(one.sandboxes) <= at_partners
    assert len(signed) >= 2  # The learner's and the partnership's, on the learning agreement.
    assert sum(credit.ects for credit in file.credits) >= one.agreement.programme.ects


def play(sandboxes: dict[str, Sandbox], folder: Path, examples: int, steps: int) -> None:
    """Let hypothesis play so many learners, each of so many steps at most."""
    numbers = itertools.count(1)

    def next_folder() -> Path:
        made = folder / str(next(numbers))
        made.mkdir()
        return made

    machine = type(
        "Machine", (LearnerMachine,), {"sandboxes": sandboxes, "folders": staticmethod(next_folder)}
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.generate],  # A life takes seconds; the steps that are printed are few enough.
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.long
@pytest.mark.timeout(1100)
def test_what_must_hold_of_a_learner_always_holds(sandboxes: dict[str, Sandbox], tmp_path: Path) -> None:
    play(sandboxes, tmp_path, examples=15, steps=25)
