"""What a bench found, and whether the bounds hold that the design sets."""

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median, quantiles
from typing import Any

EVENTS_PER_LEARNER = 650
EVENTS_PER_HISTORY = 1_000
BYTES_PER_HISTORY = 500_000
THROUGHPUT_RATIO = 0.6
LATENCY_RATIO = 3.0


@dataclass(frozen=True)
class Run:
    """One run of learners, real or bare: how fast, how dear, how long an answer took."""

    number: int
    seconds: float
    processor_seconds: dict[str, float]
    answers: list[float]
    """Seconds of each update."""

    @property
    def per_second(self) -> float:
        """Learners per second."""
        return self.number / self.seconds

    @property
    def processor_per_learner(self) -> float:
        """Seconds of all processes for one learner."""
        return sum(self.processor_seconds.values()) / self.number

    def as_figures(self) -> dict[str, Any]:
        """Give the figures of the run."""
        spent = {name: round(seconds / self.number, 3) for name, seconds in self.processor_seconds.items()}
        return {
            "learners_per_second": round(self.per_second, 2),
            "seconds": round(self.seconds, 1),
            "cpu_seconds_per_learner": {**spent, "all": round(self.processor_per_learner, 3)},
            "updates": len(self.answers),
            "latency_p50": round(percentile(self.answers, 50), 3),
            "latency_p95": round(percentile(self.answers, 95), 3),
        }


@dataclass(frozen=True)
class Sizes:
    """Histories of the real learners, as the engine counts them."""

    histories: Sequence[Sequence[tuple[int, int]]]
    """For each learner, events and bytes of each history."""

    def as_figures(self) -> dict[str, Any]:
        """Give median and maximum of the learners, and the largest single history."""
        events = [sum(one for one, _ in learner) for learner in self.histories]
        size = [sum(one for _, one in learner) for learner in self.histories]
        single = [one for learner in self.histories for one in learner]
        return {
            "events_per_learner": {"median": round(median(events)), "max": max(events)},
            "bytes_per_learner": {"median": round(median(size)), "max": max(size)},
            "largest_history": {
                "events": max(one for one, _ in single),
                "bytes": max(one for _, one in single),
            },
        }


@dataclass(frozen=True)
class Pair:
    """Real learners and bare workflows, one after the other on the same server."""

    real: Run
    bare: Run
    sizes: Sizes

    @property
    def throughput_ratio(self) -> float:
        """Real learners per second, against bare ones."""
        return self.real.per_second / self.bare.per_second

    @property
    def processor_ratio(self) -> float:
        """Processor time of a bare learner against a real one: the same, whatever else the machine does."""
        real = self.real.processor_per_learner
        return self.bare.processor_per_learner / real if real else 0.0

    @property
    def latency_ratio(self) -> float:
        """The 95th percentile of a decision, against that of a bare update with one activity."""
        return percentile(self.real.answers, 95) / percentile(self.bare.answers, 95)


@dataclass(frozen=True)
class Bound:
    """One measure that the design must keep."""

    name: str
    value: float
    bound: float
    at_least: bool = False
    speed: bool = False
    """It says something of this machine at this hour."""

    @property
    def holds(self) -> bool:
        """Tell whether the value is within the bound."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound


@dataclass(frozen=True)
class Report:
    """Everything that a bench found."""

    programme: str
    learners: int
    concurrency: int
    shape: dict[str, int]
    """Activities, updates and workflows of one bare learner, counted in a real one's histories."""
    pairs: tuple[Pair, ...]
    not_awarded: int
    duplicates: int

    @property
    def sizes(self) -> dict[str, Any]:
        """The histories of all runs together."""
        return Sizes([one for pair in self.pairs for one in pair.sizes.histories]).as_figures()

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """Hold the medians of the runs against the design's measures; sizes by their maximum."""
        sizes = self.sizes
        throughput = median(pair.throughput_ratio for pair in self.pairs)
        latency = median(pair.latency_ratio for pair in self.pairs)
        return (
            Bound("events per learner", sizes["events_per_learner"]["max"], EVENTS_PER_LEARNER),
            Bound("events of the largest history", sizes["largest_history"]["events"], EVENTS_PER_HISTORY),
            Bound("bytes of the largest history", sizes["largest_history"]["bytes"], BYTES_PER_HISTORY),
            Bound(
                "learners per second, real to bare", round(throughput, 2), THROUGHPUT_RATIO, True, speed=True
            ),
            Bound("latency p95, real to bare", round(latency, 2), LATENCY_RATIO, speed=True),
            Bound("learners not awarded", self.not_awarded, 0),
            Bound("duplicates at partners", self.duplicates, 0),
        )

    @property
    def holds(self) -> bool:
        """Tell whether every bound holds."""
        return all(bound.holds for bound in self.bounds)

    def as_json(self) -> str:
        """Give one line for machines."""
        figures = {
            "date": date.today().isoformat(),  # noqa: DTZ011 - the day on the wall of whoever measures
            "python": platform.python_version(),
            "programme": self.programme,
            "learners": self.learners,
            "concurrency": self.concurrency,
            "bare_learner": self.shape,
            **self.sizes,
            "runs": [self._run(pair) for pair in self.pairs],
            "bounds": [{**vars(bound), "holds": bound.holds} for bound in self.bounds],
            "holds": self.holds,
        }
        return json.dumps(figures)

    @staticmethod
    def _run(pair: Pair) -> dict[str, Any]:
        return {
            "real": pair.real.as_figures(),
            "bare": pair.bare.as_figures(),
            "throughput_ratio": round(pair.throughput_ratio, 2),
            "processor_ratio": round(pair.processor_ratio, 2),
            "latency_ratio": round(pair.latency_ratio, 2),
        }


def percentile(values: Sequence[float], which: int) -> float:
    """Find a percentile; 0 without values."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return quantiles(values, n=100, method="inclusive")[which - 1]
