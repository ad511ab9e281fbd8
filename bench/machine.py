"""Processor time of the processes of an installation, as the operating system counts it."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
DRIVER = "people"


@dataclass(frozen=True)
class Processors:
    """Seconds of processor time so far: engine, worker, each sandbox, people (the bench itself)."""

    seconds: dict[str, float]

    @classmethod
    def now(cls, groups: dict[str, int]) -> "Processors":
        """Count; each of our processes leads a group of its own, with its children in it."""
        totals = _by_group()
        return cls(
            {
                **{name: totals.get(group, 0.0) for name, group in groups.items()},
                DRIVER: time.process_time(),
            }
        )

    def since(self, before: "Processors") -> dict[str, float]:
        """Tell what was spent between two counts; sandboxes together."""
        spent: dict[str, float] = {}
        for name, seconds in self.seconds.items():
            kind = name.partition(" ")[0]
            spent[kind] = spent.get(kind, 0.0) + seconds - before.seconds.get(name, 0.0)
        return spent


def groups_of(home: Path) -> dict[str, int]:
    """Read which processes run for an installation."""
    content: dict[str, int] = json.loads((home / "processes.json").read_text(encoding="utf-8"))
    return content


def _by_group() -> dict[int, float]:
    """Add up user and system time by process group; empty where there is no `/proc`."""
    totals: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # It ended while we looked.
        group, ticks = int(fields[2]), int(fields[11]) + int(fields[12])
        totals[group] = totals.get(group, 0.0) + ticks / _TICKS
    return totals
