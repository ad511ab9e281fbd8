"""`collegium demo`: a cohort of learners through a real joint programme, on a fast clock."""

import asyncio
import random
import shutil
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli.applying import random_reference, submit
from cli.installation import STATE, Connection, Installation, InstallationError, read_state
from cli.intakes import open_intake
from cli.outage import Outages
from cli.outcome import Outcome, Played, gather, needs_sandbox, outcome_table, print_timeline, write_files
from cli.play import Play
from cli.processes import Processes
from cli.stories import Learner, Story, human_steps, make_application, make_person, story_of
from engine.embedded import running_engine
from models.case import CaseState, Intake, Phase
from models.consortium import ConsortiumAgreement
from models.task import TaskKind
from programmes.library import ProgrammeLibrary
from records.case import CaseFilter, CaseRepository
from settings import Mode

PLAY_SECONDS = 70
"""About how long a demo's play lasts, whatever the programme's own length."""
STUDY_STARTS_AFTER = timedelta(days=150)
AFTER_STUDY = timedelta(days=40)


def demo(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    learners: Annotated[int, typer.Option(min=1, max=2000, help="How many learners.")] = 12,
    programme: Annotated[str, typer.Option(help="Which programme; `programme list` names them.")] = "dce",
    seed: Annotated[int, typer.Option(help="Makes names and grades the same again.")] = 1,
    hold: Annotated[
        bool, typer.Option("--hold", help="Leave a learner waiting at every human step.")
    ] = False,
    serve: Annotated[bool, typer.Option(help="Stay there to look into when the play is over.")] = True,
    out: Annotated[Path | None, typer.Option(help="Write each learner's timeline and records here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Take a cohort of learners through a real joint programme, on a fast clock."""
    home = Path(context.obj["home"] if context.obj else ".collegium").absolute()
    console = Console(stderr=as_json)
    agreement = ProgrammeLibrary().agreement(programme)
    installation = _fresh(home, agreement)
    with ExitStack() as stack:
        processes = stack.enter_context(Processes(installation, (programme,)))
        console.print(f"Everything runs. The engine's own web page: {processes.engine.address.ui}")
        demonstration = Demonstration(installation, processes, agreement, console, seed)
        outcome, people = asyncio.run(demonstration.run(learners, hold=hold))
        console.print(outcome_table(installation, people))
        print_timeline(installation, people[0], console)
        if out is not None:
            write_files(installation, people, out, outcome.as_json())
        if as_json:
            typer.echo(outcome.as_json())
        if serve:
            _serve(console, processes, home)
    if outcome.duplicates or not outcome.as_told:
        raise typer.Exit(1)


def _fresh(home: Path, agreement: ConsortiumAgreement) -> Installation:
    """Make a new installation for the play; never in the folder of a real one."""
    if running_engine(home):
        raise InstallationError(f"Something runs in {home} already. Stop it, or choose another --home.")
    if (home / STATE).exists():
        if read_state(home).mode is not Mode.DEMO:
            raise InstallationError(f"{home} holds an installation of its own. Choose another --home.")
        shutil.rmtree(home)
    span = STUDY_STARTS_AFTER + _study_time(agreement) + AFTER_STUDY
    return Installation.create(home, mode=Mode.DEMO, rate=int(span.total_seconds() / PLAY_SECONDS))


def _study_time(agreement: ConsortiumAgreement) -> timedelta:
    weeks = max(course.starts_in_week - 1 + course.weeks for course in agreement.programme.courses)
    return timedelta(weeks=weeks)


class Demonstration:
    """One play: an intake, its learners, and the people who decide."""

    def __init__(
        self,
        installation: Installation,
        processes: Processes,
        agreement: ConsortiumAgreement,
        console: Console,
        seed: int,
    ) -> None:
        self._installation = installation
        self._processes = processes
        self._agreement = agreement
        self._console = console
        self._seed = seed
        self._chance = random.Random(seed)  # noqa: S311 - a play, not a secret

    async def run(self, number: int, *, hold: bool) -> tuple[Outcome, tuple[Learner, ...]]:
        """Play to the end; return the figures and the learners."""
        started = time.monotonic()
        async with self._installation.connected() as connection:
            intake = await self._open_intake(connection)
            people = await self._let_them_apply(connection, intake, number, hold=hold)
            outages = Outages(self._processes.sandboxes, needs_sandbox(self._agreement))
            play = Play(self._installation, connection, self._agreement, people, outages, self._seed)
            await self._with_progress(play, people)
            events = await self._count_events(connection, people)
        played = Played(
            agreement=self._agreement,
            learners=people,
            sandboxes=self._processes.sandboxes,
            events=events,
            seconds=time.monotonic() - started,
            worker_restarts=self._processes.worker_restarts,
        )
        outcome = gather(self._installation, played)
        return outcome, people

    async def _open_intake(self, connection: Connection) -> Intake:
        now = self._installation.now()
        starts = now + STUDY_STARTS_AFTER
        intake = Intake(
            programme=self._agreement.id,
            cohort=f"{starts.year}-demo",
            agreement_version=self._agreement.version,
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=70),
            ranked_at=now + timedelta(days=85),
            release_at=now + timedelta(days=90) if self._agreement.admission.embargo else None,
            study_starts_at=starts,
        )
        return await open_intake(self._installation, connection.client, intake, self._agreement)

    async def _let_them_apply(
        self, connection: Connection, intake: Intake, number: int, *, hold: bool
    ) -> tuple[Learner, ...]:
        """Invent the learners, those to be left waiting last, and let them apply."""
        plain = [(one, story_of(one, self._agreement), None) for one in range(number)]
        steps = human_steps(self._agreement) if hold else ()
        held = [(number + one, Story.STRAIGHT, kind) for one, kind in enumerate(steps)]
        people = tuple(self._learner(*one) for one in (*plain, *held))
        for learner in people:
            await submit(
                self._installation,
                connection.client,
                intake,
                learner.person,
                learner.application,
                learner.case,
            )
        return people

    def _learner(self, number: int, story: Story, holds_at: TaskKind | None) -> Learner:
        case, now = random_reference(), self._installation.now()
        person = make_person(case, number, self._chance, now)
        application = make_application(story, self._agreement, person, self._chance, now)
        return Learner(number, case, person, story, application, holds_at)

    async def _with_progress(self, play: Play, people: tuple[Learner, ...]) -> None:
        """Show, while it plays, how many learners are in each phase."""
        playing = asyncio.create_task(play.run())
        columns = (TextColumn("{task.description:<14}"), BarColumn(), TextColumn("{task.completed:>4.0f}"))
        with Progress(*columns, TimeElapsedColumn(), console=self._console, transient=True) as progress:
            bars = {name: progress.add_task(name, total=len(people)) for name in (*Phase, "ended")}
            while not playing.done():
                for name, reached in (await asyncio.to_thread(self._reached)).items():
                    progress.update(bars[name], completed=reached)
                await asyncio.wait((playing,), timeout=0.5)
        await playing

    def _reached(self) -> dict[str, int]:
        with self._installation.database.reading() as session:
            cases = CaseRepository(session).find(CaseFilter(programme=self._agreement.id))
        active = [case for case in cases if case.state is CaseState.ACTIVE]
        in_phase = {str(phase): sum(case.phase is phase for case in active) for phase in Phase}
        return {**in_phase, "ended": len(cases) - len(active)}

    async def _count_events(self, connection: Connection, people: tuple[Learner, ...]) -> dict[str, int]:
        """Add up the history events of each learner's workflows."""
        totals = {learner.case: 0 for learner in people}
        async for found in connection.client.list_workflows('WorkflowId STARTS_WITH "learner/"'):
            case = found.id.split("/")[1]
            if case in totals and (case_length := found.history_length):
                totals[case] += case_length
        return {case: total for case, total in totals.items() if total}


def _serve(console: Console, processes: Processes, home: Path) -> None:
    """Say where to look further, and stay until the person has seen enough."""
    console.print("\n[bold]Look further[/bold]")
    console.print(f"  engine's own web page   {processes.engine.address.ui}")
    for partner, address in processes.sandboxes.items():
        console.print(f"  system of {partner:<13} {address}")
    option = "" if home.name == ".collegium" else f" --home {home}"
    console.print(f"  all learners            ./collegium{option} learner list")
    console.print(f"  what waits for people   ./collegium{option} task list")
    console.print("Press Ctrl-C to stop.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("Stopped.")
