"""What cannot be done gets one line and the right exit status, and leaves the records as they were."""

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from cli.applying import case_context
from cli.installation import Installation
from models.actor import Role
from models.admission import Application
from models.case import Intake
from models.person import Person
from models.task import Task, TaskKind, TaskOption
from records.admission import AdmissionRepository
from records.case import CaseRepository
from records.consortium import ConsortiumRepository, IntakeRepository
from records.person import PersonRepository
from records.tables.case import CaseRow, PersonRow
from records.tables.trust import AuditRow
from records.task import TaskRepository
from settings import Mode
from tests.cli.command_line import CommandLine, Said

CASES = ("aaaa000000000001", "aaaa000000000002", "bbbb000000000003")
PERSON = "p-0001"
OFFER = f"learner/{CASES[0]}/admission#1"
VOTE = f"learner/{CASES[1]}/admission#1"
DATES = "--opens 2099-01-01 --closes 2099-02-01 --study-starts 2099-04-01"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with three cases, in which nothing runs."""
    made = Installation.create(tmp_path_factory.mktemp("still") / "home", mode=Mode.TEST)
    now, agreement = datetime.now(UTC), made.library.agreement("dce")
    intake = Intake(
        programme="dce",
        cohort="autumn",
        agreement_version=agreement.version,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=30),
        ranked_at=now + timedelta(days=30),
        study_starts_at=now + timedelta(days=90),
    )
    person = Person(ref=PERSON, given_name="A", family_name="B", mail="a@b.example", created_at=now)
    with made.database.transaction() as session:
        ConsortiumRepository(session).add_version(agreement, "text", now)
        IntakeRepository(session).add(intake)
        PersonRepository(session).add(person)
        for case in CASES:
            context = case_context(made, agreement, intake, case, PERSON)
            CaseRepository(session).open_case(context, now, "The application is in.")
            AdmissionRepository(session).submit(case, Application(submitted_at=now))
        TaskRepository(session).open(_offer(CASES[0], now))
        TaskRepository(session).open(_vote(CASES[1], now))
    yield made
    made.database.close()


def _offer(case: str, now: datetime) -> Task:
    return Task(
        task_id=f"learner/{case}/admission#1",
        workflow_id=f"learner/{case}/admission",
        case=case,
        kind=TaskKind.ANSWER_OFFER,
        role=Role.LEARNER,
        partner=None,
        assignee=PERSON,
        subject="You are offered a place",
        options=(TaskOption(code="accept", label="Accept the place"),),
        opened_at=now,
        remind_at=None,
        due_at=now + timedelta(days=10),
    )


def _vote(case: str, now: datetime) -> Task:
    changed = {
        "task_id": VOTE,
        "workflow_id": f"learner/{case}/admission",
        "case": case,
        "kind": TaskKind.VOTE,
        "role": Role.ADMISSION_COMMITTEE,
        "partner": "jyu",
        "assignee": "jyu-aino-lehto",
        "options": (TaskOption(code="admit", label="Admit"),),
        "due_at": now + timedelta(days=12),
    }
    return _offer(case, now).model_copy(update=changed)


@pytest.fixture
def collegium(installation: Installation) -> CommandLine:
    return CommandLine(installation.home)


def _counts(installation: Installation) -> tuple[int, ...]:
    with installation.database.reading() as session:
        tables = (PersonRow, CaseRow, AuditRow)
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def _is_one_line(said: Said) -> None:
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    assert "unforeseen" not in said.err


WRONG_USE = {
    "reference of several": ("learner show aaaa", "2 cases begin with 'aaaa'"),
    "empty reference": ("learner show ''", "no case ''"),
    "missing person": ("learner accept aaaa000000000001", "Missing option '--as'"),
    "unknown person": ("learner accept bbbb --as nobody-here", "Nobody is called 'nobody-here'"),
    "unknown mail": ("learner accept bbbb --as no@body.example", "no@body.example"),
    "unknown programme": (f"intake open nix c1 {DATES}", "There are: coastal-data, dce"),
    "unknown intake": (
        "intake extend dce spring --until 2099-01-01 --reason x --as jyu-aino-lehto",
        "no intake spring of dce; there are: autumn",
    ),
    "unknown course": ("grade enter bbbb painting 5 --as jyu-mikko-salo", "introduction, teaching"),
    "a grade that is excused": (
        "grade enter bbbb introduction 4 --excused --as jyu-mikko-salo",
        "give `absent` instead of '4'",
    ),
    "no such day": (f"intake open dce c1 {DATES} --ranked 2099-02-31", "'2099-02-31' is no date"),
    "no short name": (f"intake open dce Cohort_1 {DATES}", "short name"),
    "no places": (f"intake open dce c1 {DATES} --places 0", "--places"),
    "empty reason": (
        "intake extend dce autumn --until 2099-01-01 --reason ' ' --as jyu-aino-lehto",
        "--reason is empty",
    ),
    "no number": (f"task decide {OFFER} accept --as {PERSON} --score high", "'high' is no number"),
    "endless number": (f"task decide {OFFER} accept --as {PERSON} --score NaN", "'NaN' is no number"),
    "score too high": (f"task decide {OFFER} accept --as {PERSON} --score 101", "--score"),
    "two values": (f"task decide {OFFER} accept --as {PERSON} --score 5 --grade 5", "do not go together"),
    "wrong phase": ("learner list --phase waiting", "'waiting' is not"),
    "two numbers for one": (
        "registration confirm bbbb=1 bbbb=2 --evidence x --as anadolu-deniz-kaya",
        "bbbb is named twice",
    ),
    "no effect on the task": (f"task decide {OFFER} accept --as {PERSON} --score 5", "--score has no effect"),
    "evidence without number": (f"task decide {OFFER} accept --as {PERSON} --evidence x", "--number"),
    "nowhere": (f"learner accept {CASES[0]} --as {PERSON} --main-partner ''", "--main-partner"),
    "unknown filter": ("learner list --programme nix", "There is no programme 'nix'"),
    "unknown partner": ("task list --partner nix", "There is no partner 'nix'; there are: jyu"),
    "unknown intake in a list": ("learner list --cohort winter", "there are: autumn"),
    "office elsewhere": (
        f"task decide {OFFER} accept --as armor-maelle-kervella",
        "armor-maelle-kervella has no office in dce",
    ),
    "task and cohort": (
        "intake extend dce autumn --until 2099-01-01 --reason x --task t --as jyu-aino-lehto",
        "--task goes with --learner",
    ),
    "file and options": ("learner apply a.yaml --mail a@b.example", "--mail goes without a FILE"),
    "earlier deadline of a task": (
        f"task extend {OFFER} --until 20990101 --reason x --as jyu-aino-lehto",
        "'20990101' is no date",
    ),
    "stranger to the directory": (
        "task replace aaaa000000000002 --leaves nobody --joins jyu-mikko-salo --reason x --as jyu-aino-lehto",
        "'nobody' is nobody of the directory",
    ),
    "no meeting": (f"task attend {OFFER} --as jyu-aino-lehto", "is no meeting"),
    "nothing to correct": ("learner correct bbbb --as jyu-sari-niemi", "Say what is to be corrected"),
    "no birth date": (
        "learner correct bbbb --birth-date soon --as jyu-sari-niemi",
        "--birth-date",
    ),
    "home without a folder": ("--home", "requires an argument"),
}

REFUSED = {
    "nothing runs": (f"learner accept aaaa000000000001 --as {PERSON}", "Start it with `./collegium up`"),
    "nothing runs for an intake": (f"intake open dce c1 {DATES}", "Start it with `./collegium up`"),
    "nothing runs for a worker": ("worker", "Start it with `./collegium up`"),
    "nothing to release": ("intake release dce autumn --as jyu-aino-lehto", "Nothing waits for release"),
    "nothing to sign": (f"learner sign aaaa000000000001 --as {PERSON}", "the case waits for p-0001"),
    "nothing to choose": (f"learner choose bbbb introduction --as {PERSON}", "waits for nobody"),
    "earlier deadline": (
        f"task extend {OFFER} --until 2026-01-01 --reason x --as jyu-aino-lehto",
        "give a later date. [DateMissing]",
    ),
    "learner corrects": (f"learner correct bbbb --birth-date 1990-01-01 --as {PERSON}", "[WrongRole]"),
    "not born yet": ("learner correct bbbb --birth-date 2099-01-01 --as jyu-sari-niemi", "in the past"),
    "no ballot": (
        "task replace bbbb --leaves jyu-aino-lehto --joins jyu-mikko-salo --reason x --as jyu-aino-lehto",
        "No ballot is open",
    ),
    "seat of another university": (
        f"task replace {VOTE} --leaves jyu-aino-lehto --joins uab-marta-pires --reason x --as jyu-aino-lehto",
        "The seat belongs to jyu",
    ),
    "no result asked for": (
        "grade enter bbbb introduction 5 --as jyu-mikko-salo",
        "“enter result” in introduction is not",
    ),
}


@pytest.mark.parametrize(("line", "says"), WRONG_USE.values(), ids=WRONG_USE)
def test_wrong_use_ends_with_two(
    installation: Installation, collegium: CommandLine, line: str, says: str
) -> None:
    before = _counts(installation)
    said = collegium(*shlex.split(line))

    assert said.status == 2, said.err
    assert says.casefold() in said.err.casefold()
    _is_one_line(said)
    assert _counts(installation) == before


@pytest.mark.parametrize(("line", "says"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_ends_with_one(
    installation: Installation, collegium: CommandLine, line: str, says: str
) -> None:
    before = _counts(installation)
    said = collegium(*shlex.split(line))

    assert said.status == 1, said.err
    assert says in said.err
    _is_one_line(said)
    assert _counts(installation) == before


def test_a_decision_that_found_nothing_running_is_not_kept(
    installation: Installation, collegium: CommandLine
) -> None:
    said = collegium("task", "decide", OFFER, "accept", "--as", PERSON)

    assert said.status == 1
    assert collegium.done("learner", "show", CASES[0])["decisions"] == []
    assert collegium.done("task", "list")["tasks"][0]["task_id"] == OFFER


def test_a_missing_birth_date_is_added_and_the_log_says_who_did_it(
    installation: Installation, collegium: CommandLine
) -> None:
    correct = ("learner", "correct", "bbbb", "--birth-date", "1990-04-01", "--as", "jyu-sari-niemi")

    first, again = collegium.done(*correct), collegium.done(*correct)

    assert (first["birth_date"], again) == ("1990-04-01", first)
    entries = collegium.done("audit", "list")["entries"]
    corrections = [one for one in entries if one["kind"] == "person_corrected"]
    assert [(one["code"], one["actor"]) for one in corrections] == [("birth_date", "jyu-sari-niemi")]
    assert collegium.done("audit", "verify")["intact"]
    assert collegium.done("learner", "show", CASES[2])["person"]["birth_date"] == "1990-04-01"


def test_details_are_shown_on_request_only(collegium: CommandLine) -> None:
    said = collegium("worker", "--debug")

    assert said.status == 1
    assert "Traceback" in said.err
    assert said.err.strip().splitlines()[-1].startswith("Nothing runs in")
