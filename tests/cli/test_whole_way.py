"""A learner's way by commands alone, against an installation that really runs."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cli.installation import Installation
from cli.processes import Processes
from settings import Mode
from tests.cli.command_line import CommandLine, an_application_file, who_may, who_may_not

PROGRAMME, COHORT = "dce", "autumn"
RATE = 3600
"""A second is an hour: reminders come, no deadline passes."""

pytestmark = [pytest.mark.long, pytest.mark.real_engine]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation.create(tmp_path_factory.mktemp("running") / "home", mode=Mode.TEST, rate=RATE)
    with Processes(made, (PROGRAMME,)):
        yield made


@pytest.fixture(scope="module")
def collegium(installation: Installation) -> CommandLine:
    line = CommandLine(installation.home)
    now = installation.now()
    days = {"--opens": -1, "--closes": 60, "--study-starts": 120}
    dates = [word for name, day in days.items() for word in (name, f"{now + timedelta(days=day):%Y-%m-%d}")]
    line.done("intake", "open", PROGRAMME, COHORT, *dates)
    return line


class Learner:
    """One learner's case, and the people who decide about it."""

    def __init__(self, installation: Installation, collegium: CommandLine, folder: Path, **file: str) -> None:
        self._installation = installation
        self._collegium = collegium
        written = an_application_file(folder, mail=f"{folder.name}@example.org", **file)
        applied = collegium.done(
            "learner", "apply", str(written), "--programme", PROGRAMME, "--cohort", COHORT
        )
        self.case, self.person = applied["case"], applied["person"]

    def tasks(self) -> list[dict[str, Any]]:
        listed = self._collegium.done("task", "list")["tasks"]
        return [task for task in listed if task["case"] == self.case]

    def show(self) -> Any:
        return self._collegium.done("learner", "show", self.case)

    def until(self, holds: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + 30
        while not (found := holds()):
            assert time.monotonic() < deadline, self.show()
            time.sleep(0.1)
        return found

    def waits_for(self, kind: str) -> dict[str, Any]:
        open_ones = self.until(lambda: [task for task in self.tasks() if task["kind"] == kind])
        first: dict[str, Any] = open_ones[0]
        return first

    def decided_until(self, kind: str) -> None:
        """Let everybody who is asked choose the first answer, until a task of this kind is open."""
        while (task := self.until(self.tasks)[0])["kind"] != kind:
            chosen = task["options"][0]["code"]
            who = who_may(self._installation, PROGRAMME, task)
            said = self._collegium("task", "decide", task["task_id"], chosen, "--as", who, "--json")
            assert said.status == 0 or "AlreadyDecided" in said.err or "TaskClosed" in said.err, said.err
            self.until(partial(self._is_closed, task["task_id"]))

    def _is_closed(self, task_id: str) -> bool:
        return all(task["task_id"] != task_id for task in self.tasks())


def test_a_learner_is_admitted_accepts_signs_and_is_registered_everywhere(
    installation: Installation, collegium: CommandLine, tmp_path: Path
) -> None:
    learner = Learner(installation, collegium, tmp_path)
    learner.decided_until("answer_offer")
    accept = ("learner", "accept", learner.case[:10], "--as", learner.person, "--main-partner")

    nowhere = collegium(*accept, "nowhere")
    collegium.done(*accept, "uab")
    again = collegium(*accept, "uab")
    learner.waits_for("sign_agreement")
    collegium.done("learner", "sign", learner.case, "--as", learner.person)
    learner.waits_for("sign_agreement")
    collegium.done("learner", "sign", learner.case, "--as", "jyu-aino-lehto")
    learner.waits_for("trigger_registration")
    triggered = collegium(
        "registration", "trigger", learner.case, "0nowhere", "--as", "uab-marta-pires", "--json"
    )
    learner.waits_for("confirm_registration")
    confirmed = collegium(
        *("registration", "confirm", f"{learner.case}=AN-17", "--evidence", "Register, page 3"),
        *("--as", "anadolu-deniz-kaya"),
    )
    learner.until(lambda: learner.show()["case"]["phase"] == "study")

    assert (nowhere.status, again.status) == (1, 1)
    assert f"{learner.person} chose “Accept the place”" in again.err
    assert "[UnknownPartner]" in nowhere.err
    assert [row["done"] for row in triggered.facts["rows"]] == [True, False]
    assert triggered.status == 1, "one of the two could not be done"
    assert confirmed.status == 0, confirmed.err
    whole = learner.show()
    states = {one["registration"]["partner"]: one["registration"]["state"] for one in whole["registrations"]}
    assert states == dict.fromkeys(("jyu", "fernuni", "uab", "anadolu"), "active")
    assert whole["student_numbers"]["anadolu"] == "AN-17"
    assert all(decision["actor"]["name"] for decision in whole["decisions"])
    printed = collegium("learner", "show", learner.case)
    for word in (learner.case, "Aino Lehtinen", "study", "AN-17", "Accept the place", "uab"):
        assert word in printed.out
    _interrupts(installation, collegium, learner)


def _interrupts(installation: Installation, collegium: CommandLine, learner: Learner) -> None:
    """Who studies is let go for a while by the programme leader, and by nobody else."""
    back = f"{installation.now() + timedelta(days=90):%Y-%m-%d}"
    interrupt = ("learner", "interrupt", learner.case, "--until", back, "--reason", "Parental leave")

    alone = collegium(*interrupt, "--as", learner.person)
    collegium.done(*interrupt, "--as", "jyu-aino-lehto")

    assert "[WrongRole]" in alone.err
    last = learner.show()["decisions"][-1]
    assert (last["kind"], last["reason"]) == ("interrupt", "Parental leave")


def test_others_may_not_decide_and_a_reason_is_asked_for(
    installation: Installation, collegium: CommandLine, tmp_path: Path
) -> None:
    learner = Learner(installation, collegium, tmp_path)
    task = learner.waits_for("verify_documents")
    decide = ("task", "decide", task["task_id"])
    stranger = who_may_not(installation.library.directory(PROGRAMME), task)

    refusals = {
        collegium(*decide, "verified", "--as", stranger).err: "[WrongRole]",
        collegium(*decide, "verified", "--as", "uab-marta-pires").err: "[WrongPartner]",
        collegium(*decide, "perhaps", "--as", "jyu-sari-niemi").err: "[UnknownOption]",
        collegium(*decide, "not_genuine", "--as", "jyu-sari-niemi").err: "[ReasonMissing]",
        collegium(
            *("learner", "withdraw", learner.case, "--as", "jyu-sari-niemi", "--reason", "no")
        ).err: "[NotYourCase]",
    }

    for said, code in refusals.items():
        assert said.strip().endswith(code), said
        assert said.count("\n") == 1
    assert learner.show()["decisions"] == []
    assert learner.waits_for("verify_documents") == task


def test_a_member_of_a_ballot_is_replaced_and_the_new_one_votes(
    installation: Installation, collegium: CommandLine, tmp_path: Path
) -> None:
    learner = Learner(installation, collegium, tmp_path)
    learner.decided_until("vote")
    replace = ("task", "replace", learner.case, "--leaves", "jyu-aino-lehto", "--reason", "Ill", "--joins")

    other = collegium(*replace, "jyu-mikko-salo", "--as", "jyu-sari-niemi")
    collegium.done(*replace, "jyu-mikko-salo", "--as", "jyu-aino-lehto")
    again = collegium(*replace, "jyu-mikko-salo", "--as", "jyu-aino-lehto")
    voters = learner.until(lambda: "jyu-mikko-salo" in (found := _voters(learner)) and found)
    learner.decided_until("answer_offer")

    assert (other.status, again.status) == (1, 1)
    assert "[WrongRole]" in other.err
    assert "[NotAnElector]" in again.err
    assert "jyu-aino-lehto" not in voters
    decisions = learner.show()["decisions"]
    assert "Mikko Salo" in {one["actor"]["name"] for one in decisions if one["task_kind"] == "vote"}


def _voters(learner: Learner) -> set[str]:
    return {task["assignee"] for task in learner.tasks() if task["kind"] == "vote"}


def test_an_intake_is_cloned_with_all_its_dates(installation: Installation, collegium: CommandLine) -> None:
    opens = f"{installation.now() + timedelta(days=200):%Y-%m-%d}"
    first = collegium.done("intake", "list", PROGRAMME)["intakes"][0]

    cloned = collegium.done("intake", "clone", PROGRAMME, "winter", "--from", COHORT, "--opens", opens)

    assert (cloned["cohort"], cloned["cloned_from"]) == ("winter", COHORT)
    assert cloned["closes_at"] > first["closes_at"]
    assert collegium("intake", "clone", PROGRAMME, "winter", "--opens", opens).status == 2


def test_what_is_missing_is_supplied_and_a_refusal_is_appealed(
    installation: Installation, collegium: CommandLine, tmp_path: Path
) -> None:
    learner = Learner(installation, collegium, tmp_path, leave_out="cv")
    (tmp_path / "cv.pdf").write_bytes(b"late, but in time")
    supply = ("learner", "supply", learner.case, str(tmp_path / "cv.pdf"), "--kind", "cv", "--as")

    learner.waits_for("supply_evidence")
    assert collegium(*supply, "jyu-sari-niemi").status == 1
    collegium.done(*supply, learner.person)
    task = learner.waits_for("verify_documents")
    collegium.done(
        *("task", "decide", task["task_id"], "not_genuine"),
        *("--as", "jyu-sari-niemi", "--reason", "No stamp"),
    )
    learner.waits_for("answer_refusal")
    collegium.done("learner", "appeal", learner.case, "--as", learner.person, "--reason", "It is on page 2")
    assert "appeal" in learner.waits_for("vote")["subject"]


def test_a_deadline_is_extended_and_a_learner_withdraws(
    installation: Installation, collegium: CommandLine, tmp_path: Path
) -> None:
    learner = Learner(installation, collegium, tmp_path)
    task = learner.waits_for("verify_documents")
    later = f"{installation.now() + timedelta(days=50):%Y-%m-%d}"
    extend = ("intake", "extend", PROGRAMME, COHORT, "--until", later, "--reason", "Holidays")

    assert collegium(*extend, "--learner", learner.case, "--as", "jyu-sari-niemi").status == 1
    collegium.done(*extend, "--learner", learner.case, "--as", "jyu-aino-lehto")
    moved = learner.waits_for("verify_documents")["due_at"]
    extend_task = ("task", "extend", task["task_id"], "--reason", "Illness", "--as", "jyu-aino-lehto")
    assert collegium(*extend_task, "--until", later).status == 1
    collegium.done(*extend_task, "--until", f"{installation.now() + timedelta(days=70):%Y-%m-%d}")
    assert task["due_at"] < moved < learner.waits_for("verify_documents")["due_at"]
    collegium.done("learner", "withdraw", learner.case, "--as", learner.person, "--reason", "A new job")
    learner.until(lambda: learner.show()["case"]["state"] == "withdrawn")
    late = collegium("learner", "withdraw", learner.case, "--as", learner.person, "--reason", "again")

    assert late.status == 1
    assert "[CaseClosed]" in late.err
    assert learner.tasks() == []


def test_the_same_application_again_changes_nothing_and_the_log_is_whole(
    installation: Installation, collegium: CommandLine, tmp_path: Path
) -> None:
    first = Learner(installation, collegium, tmp_path)
    second = Learner(installation, collegium, tmp_path)

    assert (second.case, second.person) == (first.case, first.person)
    listed = collegium.done("learner", "list", "--cohort", COHORT)["learners"]
    assert [one["case"] for one in listed].count(first.case) == 1
    assert collegium("audit", "verify").status == 0
    assert {one["partner"] for one in collegium.done("sandbox", "list")["sandboxes"]} == {
        "jyu",
        "fernuni",
        "uab",
    }


def test_a_file_that_names_what_is_not_there_leaves_nothing(
    installation: Installation, collegium: CommandLine, tmp_path: Path
) -> None:
    def kept() -> tuple[str, list[Path]]:
        return collegium("audit", "list", "--json").out, sorted(installation.home.glob("evidence/*/*"))

    file = an_application_file(tmp_path, mail="nobody@example.org", text="main_partner: oxford\n")
    apply = ("learner", "apply", str(file), "--programme", PROGRAMME, "--cohort", COHORT)
    before = kept()
    named = collegium(*apply)
    file.write_text(file.read_text("utf-8").replace("oxford", "uab"), "utf-8")
    (tmp_path / "cv.pdf").unlink()
    missing = collegium(*apply)

    assert (named.status, missing.status) == (1, 2)
    assert "oxford" in named.err
    assert "cv.pdf" in missing.err
    assert kept() == before


def test_a_test_system_is_made_to_misbehave_and_behaves_again(collegium: CommandLine) -> None:
    collegium.done("sandbox", "switches", "set", "uab", "refuse", "--times", "2", "--reason", "No place")
    assert [one["left"] for one in collegium.done("sandbox", "switches", "show", "uab")["switches"]] == [2]
    collegium.done("sandbox", "switches", "clear", "uab")
    assert collegium.done("sandbox", "switches", "show", "uab")["switches"] == []
    assert collegium("sandbox", "switches", "set", "nobody", "refuse").status == 2


def test_a_second_start_in_the_same_folder_is_refused(collegium: CommandLine) -> None:
    said = collegium("up")

    assert said.status == 1
    assert "running" in said.err
