"""
Measures learners' whole ways, against a bare workflow of the same shape on the same server.

`python bench/lifecycle.py [--learners 200] [--concurrency 50] [--rounds 1] [--json]`; exit status 1
when a bound of the design does not hold. Each round runs real learners, then bare ones.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx
from rich.console import Console
from rich.table import Table
from temporalio.client import Client

from bench.bare import Shape
from bench.bare_run import BareRun
from bench.learners import RATE, Cohort, QuickPeople, histories_of, without_dates
from bench.machine import Processors, groups_of
from bench.pace import at_once, beside
from bench.report import Pair, Report, Run, Sizes
from bench.shape import shape_of
from cli.installation import Connection, Installation
from cli.processes import Processes
from models.case import CaseState
from records.case import CaseRepository
from settings import Mode

PROGRAMME = "dce"
WARM_UP = 8

Learners = Callable[[int, int], Awaitable[list[str]]]
"""Takes a number of learners through, so many at once."""


class Bench:
    """One bench on one installation."""

    def __init__(
        self, installation: Installation, connection: Connection, learners: int, concurrency: int
    ) -> None:
        self._installation = installation
        self._connection = connection
        self._learners = learners
        self._concurrency = concurrency
        self._agreement = without_dates(installation.library.agreement(PROGRAMME))
        self._shape = Shape()
        self._cases: list[str] = []

    async def run(self, rounds: int, sandboxes: Sequence[str]) -> Report:
        """Measure real and bare learners in turn."""
        cohort = Cohort(self._installation, self._connection, self._agreement)
        await cohort.open()
        people = QuickPeople(self._installation, self._connection, self._agreement)
        deciding = asyncio.create_task(people.follow())

        async def learners(number: int, concurrency: int) -> list[str]:
            return await beside(deciding, at_once(cohort.learner, number, concurrency))

        await learners(min(WARM_UP, self._learners), WARM_UP)
        pairs = [await self._pair(learners, people, first=not number) for number in range(rounds)]
        deciding.cancel()
        return Report(
            programme=PROGRAMME,
            learners=self._learners,
            concurrency=self._concurrency,
            shape=self._shape.totals,
            pairs=tuple(pairs),
            not_awarded=self._not_awarded(),
            duplicates=sum(_duplicates(address) for address in sandboxes),
        )

    async def _pair(self, learners: Learners, people: QuickPeople, *, first: bool) -> Pair:
        people.seconds.clear()
        groups = groups_of(self._installation.home)
        real, cases = await self._measured(learners, groups)
        real = Run(real.number, real.seconds, real.processor_seconds, list(people.seconds))
        self._cases += cases
        histories = await histories_of(self._connection.client, cases)
        if first:
            self._shape = await _typical(self._connection.client, histories)
        async with BareRun(self._installation.home, self._connection.client, self._shape) as bare:
            await bare.learners(min(WARM_UP, self._learners), WARM_UP)
            bare.seconds.clear()
            groups = {"engine": groups["engine"], "worker": bare.pid}
            run, _ = await self._measured(bare.learners, groups)
            run = Run(run.number, run.seconds, run.processor_seconds, list(bare.seconds))
        return Pair(real, run, Sizes(list(histories.values())))

    async def _measured(self, learners: Learners, groups: dict[str, int]) -> tuple[Run, list[str]]:
        before, started = Processors.now(groups), time.monotonic()
        ended = await learners(self._learners, self._concurrency)
        seconds = time.monotonic() - started
        return Run(self._learners, seconds, Processors.now(groups).since(before), []), ended

    def _not_awarded(self) -> int:
        with self._installation.database.reading() as session:
            cases = CaseRepository(session)
            return sum(cases.get(case).state is not CaseState.AWARDED for case in self._cases)


async def _typical(client: Client, histories: dict[str, list[tuple[int, int]]]) -> Shape:
    """Read the shape of the learner whose number of events is the median."""
    by_events = sorted(histories, key=lambda case: sum(events for events, _ in histories[case]))
    return await shape_of(client, f"learner/{by_events[len(by_events) // 2]}")


def _duplicates(address: str) -> int:
    summary = httpx.get(f"{address}/sandbox/summary", trust_env=False, timeout=30).json()
    return int(summary["duplicates"])


def show(report: Report, console: Console) -> None:
    """Print the figures of each round, and each bound with what was found."""
    table = Table("round", "", "learners/s", "CPU s/learner: worker", "all", "latency p50", "p95", "ratio")
    for number, pair in enumerate(report.pairs, 1):
        for name, run in (("real", pair.real), ("bare", pair.bare)):
            figures = run.as_figures()
            spent = figures["cpu_seconds_per_learner"]
            ratio = f"{pair.throughput_ratio:.2f}" if name == "real" else ""
            cells = (figures["learners_per_second"], spent["worker"], spent["all"])
            latency = (figures["latency_p50"], figures["latency_p95"])
            table.add_row(str(number), name, *(str(one) for one in (*cells, *latency)), ratio)
    console.print(table)
    sizes = report.sizes
    for name, values in sizes.items():
        console.print(f"{name.replace('_', ' ')}: {', '.join(f'{key} {one}' for key, one in values.items())}")
    ratios = [pair.throughput_ratio for pair in report.pairs]
    console.print(f"ratio of real to bare: median {median(ratios):.2f}, {min(ratios):.2f}-{max(ratios):.2f}")
    processors = median(pair.processor_ratio for pair in report.pairs)
    console.print(f"ratio of processor time, bare to real: {processors:.2f}")
    for bound in report.bounds:
        word = "holds" if bound.holds else "DOES NOT HOLD"
        sign = ">=" if bound.at_least else "<="
        console.print(f"{word:>13}  {bound.name}: {bound.value} (bound {sign} {bound.bound})")


async def measure(home: Path, options: argparse.Namespace) -> Report:
    """Start everything in a folder, and measure."""
    installation = Installation.create(home, mode=Mode.TEST, rate=RATE)
    with Processes(installation, (PROGRAMME,)) as processes:
        async with installation.connected() as connection:
            bench = Bench(installation, connection, options.learners, options.concurrency)
            return await bench.run(options.rounds, tuple(processes.sandboxes.values()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 when every bound holds, otherwise 1."""
    parser = argparse.ArgumentParser(prog="bench/lifecycle.py", description=__doc__.splitlines()[1])
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--concurrency", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=1, help="real and bare in turn; medians count")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="collegium-bench-") as folder:
        report = asyncio.run(measure(Path(folder) / "home", options))
    show(report, Console(stderr=options.json))
    if options.json:
        sys.stdout.write(f"{report.as_json()}\n")
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
