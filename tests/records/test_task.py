from itertools import permutations

import pytest

from models.actor import Office, Role
from records.database import Database
from records.errors import UnknownRecordError
from records.tables.decision import TaskState
from records.task import TaskFilter, TaskRepository
from tests.records import builders as b

TASK = b.a_task().task_id
STEPS = {
    "open": lambda tasks: tasks.open(b.a_task()),
    "close": lambda tasks: tasks.close([TASK], "admit", b.later(), "lea"),
    "close again": lambda tasks: tasks.close([TASK], "expired", b.later(9)),
}


@pytest.mark.parametrize("steps", list(permutations(STEPS)), ids=", ".join)
def test_a_task_that_was_closed_stays_closed_in_whatever_order_the_steps_come(
    database: Database, steps: tuple[str, ...]
) -> None:
    for step in steps:
        with database.transaction() as session:
            STEPS[step](TaskRepository(session))

    first = next(step for step in steps if step != "open")
    with database.reading() as session:
        view = TaskRepository(session).get(TASK)
        assert (view.task, view.state) == (b.a_task(), TaskState.CLOSED)
        assert view.outcome == ("admit" if first == "close" else "expired")
        assert TaskRepository(session).waiting() == ()


LEARNERS_OWN = b.a_task(1, Role.LEARNER, None, "p-1")
OF_JYU = b.a_task(2)
OF_UMA = b.a_task(3, partner="uma")
OF_ANY = b.a_task(4, Role.PROGRAMME_LEADER, None)
RESULT = b.a_task(5, Role.EXAMINER, "jyu", course="c1")
ASKED = b.a_task(6, assignee="lea")


@pytest.mark.parametrize(
    ("person", "offices", "seen"),
    [
        ("p-1", (), {LEARNERS_OWN}),
        ("p-2", (), set()),
        ("x", (Office(role=Role.ADMISSION_COMMITTEE, partner="jyu"),), {OF_JYU}),
        ("lea", (Office(role=Role.ADMISSION_COMMITTEE, partner="jyu"),), {OF_JYU, ASKED}),
        ("x", (Office(role=Role.ADMISSION_COMMITTEE, partner="uma"),), {OF_UMA}),
        ("x", (Office(role=Role.ADMISSION_COMMITTEE),), set()),
        ("x", (Office(role=Role.PROGRAMME_LEADER, partner="jyu"),), {OF_ANY}),
        ("x", (Office(role=Role.EXAMINER, partner="jyu", course="c1"),), {RESULT}),
        ("x", (Office(role=Role.EXAMINER, partner="jyu", course="c2"),), set()),
        ("x", (Office(role=Role.EXAMINER, partner="jyu"),), set()),
        (
            "x",
            (
                Office(role=Role.ADMISSION_COMMITTEE, partner="jyu", chair=True),
                Office(role=Role.EXAMINER, partner="jyu", course="c1"),
            ),
            {OF_JYU, RESULT},
        ),
    ],
)
def test_people_see_their_own_tasks_and_those_of_their_offices(
    database: Database, person: str, offices: tuple[Office, ...], seen: set[object]
) -> None:
    everything = (LEARNERS_OWN, OF_JYU, OF_UMA, OF_ANY, RESULT, ASKED)
    with database.transaction() as session:
        assert TaskRepository(session).open_all(everything) == len(everything)

    with database.reading() as session:
        views = TaskRepository(session).for_person(person, offices)

    assert {view.task.task_id for view in views} == {task.task_id for task in everything if task in seen}


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (TaskFilter(), [2, 1, 3]),
        (TaskFilter(role=Role.LEARNER), [3]),
        (TaskFilter(partner="jyu"), [2, 1]),
        (TaskFilter(person="p-1"), [3]),
        (TaskFilter(case="case9999"), []),
        (TaskFilter(overdue_at=b.later(2)), [2]),
    ],
)
def test_waiting_tasks_are_listed_the_most_urgent_first(
    database: Database, wanted: TaskFilter, numbers: list[int]
) -> None:
    tasks = (
        b.a_task(1),
        b.a_task(2, due_at=b.later()),
        b.a_task(3, Role.LEARNER, None, "p-1", due_at=b.later(999)),
    )
    with database.transaction() as session:
        TaskRepository(session).open_all(tasks)

    with database.reading() as session:
        found = TaskRepository(session).waiting(wanted)

    assert [view.task for view in found] == [tasks[number - 1] for number in numbers]


def test_a_task_tells_what_happened_while_it_waited(database: Database) -> None:
    with database.transaction() as session:
        tasks = TaskRepository(session)
        tasks.open(b.a_task())
        tasks.remind(TASK, b.later(1))
        tasks.remind(TASK, b.later(2))
        tasks.extend(TASK, b.later(50))
        tasks.show_progress(TASK, "1 of 4 votes")
        view = tasks.get(TASK)

    assert (view.reminded_at, view.due_at, view.progress) == (b.later(2), b.later(50), "1 of 4 votes")


def test_an_escalated_task_stays_overdue_since_the_first_deadline_until_it_is_extended(
    database: Database,
) -> None:
    with database.transaction() as session:
        tasks = TaskRepository(session)
        tasks.open(b.a_task(due_at=b.later(1)))
        assert tasks.escalate(TASK, 1, b.later(10))
        assert tasks.escalate(TASK, 2, b.later(20))
        assert not tasks.escalate(TASK, 2, b.later(30)), "a level is noted once"
        escalated = tasks.get(TASK)
        overdue = tasks.waiting(TaskFilter(overdue_at=b.later(5)))
        tasks.extend(TASK, b.later(40))
        extended = tasks.get(TASK)

    assert (escalated.escalation_level, escalated.due_at) == (2, b.later(20))
    assert escalated.late_since(b.later(5)) == b.later(1)
    assert overdue == (escalated,)
    assert (extended.escalation_level, extended.late_since(b.later(39))) == (2, None)
    assert extended.late_since(b.later(41)) == b.later(40)


@pytest.mark.parametrize(
    ("programmes", "leads", "found"),
    [
        (("dce",), ("jyu",), {1, 3}),
        (("dce",), (), {1}),
        (("another",), ("uma",), set()),
        ((), (), set()),
    ],
    ids=["own programme", "without meetings", "another programme", "none"],
)
def test_a_programme_leader_sees_what_was_escalated_in_the_programme(
    database: Database, programmes: tuple[str, ...], leads: tuple[str, ...], found: set[int]
) -> None:
    meeting = b.a_task(3).model_copy(update={"case": None})
    with database.transaction() as session:
        b.with_case(session)
        tasks = TaskRepository(session)
        tasks.open_all((b.a_task(1), b.a_task(2), meeting))
        for number in (1, 3):
            tasks.escalate(b.a_task(number).task_id)
        views = tasks.escalated(programmes, leads)

    assert {view.task.task_id for view in views} == {b.a_task(number).task_id for number in found}


def test_an_unknown_task_is_named(database: Database) -> None:
    with database.reading() as session, pytest.raises(UnknownRecordError, match="t#9"):
        TaskRepository(session).get("t#9")
