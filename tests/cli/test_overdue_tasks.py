"""Who is late shows in the lists, for the office that is asked and for the leader of the programme."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from activities.task import TaskActivities
from cli.applying import case_context
from cli.installation import Installation
from models.actor import Role
from models.case import Intake
from models.person import Person
from models.record import TaskNotice, TaskOpening
from models.task import Task, TaskKind, TaskOption
from records.case import CaseRepository
from records.consortium import ConsortiumRepository
from records.person import PersonRepository
from settings import Mode
from tests.cli.command_line import CommandLine

CASE = "aaaa000000000001"
LATE, IN_TIME = f"learner/{CASE}/admission#1", f"learner/{CASE}/admission#2"
LEADER, LEADER_OF_ANOTHER = "jyu-aino-lehto", "armor-maelle-kervella"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with a task that was escalated three days ago, and one that has time."""
    made = Installation.create(tmp_path_factory.mktemp("late") / "home", mode=Mode.TEST)
    now, agreement = made.now(), made.library.agreement("dce")
    intake = Intake(
        programme="dce",
        cohort="autumn",
        agreement_version=agreement.version,
        opens_at=now - 9 * DAY,
        closes_at=now + 30 * DAY,
        ranked_at=now + 30 * DAY,
        study_starts_at=now + 90 * DAY,
    )
    with made.database.transaction() as session:
        ConsortiumRepository(session).add_version(agreement, "text", now)
        person = Person(ref="p-1", given_name="A", family_name="B", mail="a@b.example", created_at=now)
        PersonRepository(session).add(person)
        context = case_context(made, agreement, intake, CASE, person.ref)
        CaseRepository(session).open_case(context, now, "The application is in.")
    activities = TaskActivities(made.database)
    activities.open_tasks(TaskOpening(tasks=(_task(made, LATE, -3), _task(made, IN_TIME, 9))))
    escalated = TaskNotice(task_id=LATE, case=CASE, at=now - 3 * DAY, level=1, due_at=now + 7 * DAY)
    activities.escalate(escalated)
    yield made
    made.database.close()


def _task(installation: Installation, task_id: str, days: int) -> Task:
    now = installation.now()
    return Task(
        task_id=task_id,
        workflow_id=f"learner/{CASE}/admission",
        case=CASE,
        kind=TaskKind.VERIFY_DOCUMENTS,
        role=Role.STUDENT_ADMINISTRATION,
        partner="jyu",
        subject="Check the originals of the applicant's documents",
        options=(TaskOption(code="verified", label="The documents are genuine"),),
        opened_at=now - 8 * DAY,
        remind_at=None,
        due_at=now + days * DAY,
    )


@pytest.fixture
def collegium(installation: Installation) -> CommandLine:
    return CommandLine(installation.home)


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        ((), {LATE, IN_TIME}),
        (("--overdue",), {LATE}),
        (("--escalated",), {LATE}),
        (("--escalated", "--as", LEADER), {LATE}),
        (("--escalated", "--as", LEADER_OF_ANOTHER), set()),
        (("--escalated", "--as", "jyu-mikko-salo"), set()),
        (("--as", LEADER), set()),
    ],
    ids=lambda value: " ".join(sorted(value)),
)
def test_overdue_and_escalated_tasks_are_listed(
    collegium: CommandLine, options: tuple[str, ...], listed: set[str]
) -> None:
    facts = collegium.done("task", "list", *options)

    assert {task["task_id"] for task in facts["tasks"]} == listed


def test_a_task_tells_since_when_it_is_overdue_and_how_often_it_was_escalated(
    installation: Installation, collegium: CommandLine
) -> None:
    late = collegium.done("task", "show", LATE)
    in_time = collegium.done("task", "show", IN_TIME)
    since = installation.now() - 3 * DAY

    assert (late["overdue"], late["escalation_level"]) == (True, 1)
    assert late["overdue_since"].startswith(f"{since:%Y-%m-%d}")
    assert late["due_at"] > late["overdue_since"]
    assert (in_time["overdue"], in_time["overdue_since"]) == (False, None)
    assert ", escalation 1" in collegium("task", "list").out


def test_a_case_shows_who_is_late_and_that_the_leader_was_told(collegium: CommandLine) -> None:
    shown = collegium("learner", "show", CASE).out
    waits = collegium.done("learner", "show", CASE)["waits_for"]

    assert "overdue since" in shown
    assert "Escalated to the programme leader, level 1: the student administration of jyu" in shown
    assert sorted(task["escalation_level"] for task in waits) == [0, 1]
