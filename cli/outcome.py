"""What came of a demo: counts for people and for machines, and the records of each learner as files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx
from rich.console import Console
from rich.table import Table

from cli.installation import Installation
from cli.stories import Learner
from models.base import PartnerId
from models.case import CaseState
from models.consortium import ConsortiumAgreement
from models.partner import AdapterKind
from records.case import CaseRepository
from records.summary import summarise
from records.timeline import case_file, timeline


@dataclass(frozen=True)
class PartnerCount:
    """Registrations at one partner: asked for by us, and in force there at the end."""

    asked: int
    effective: int


@dataclass(frozen=True)
class Outcome:
    """The figures of a demo."""

    programme: str
    learners: int
    awarded: int
    refused: int
    withdrawn: int
    failed: int
    waiting: int
    registrations: dict[PartnerId, PartnerCount]
    duplicates: int
    history_events: dict[str, int]
    seconds: float
    worker_restarts: int
    as_told: bool
    """Every learner is in the state that the story implies."""

    def as_json(self) -> str:
        """One line for machines."""
        values = {
            **vars(self),
            "registrations": {name: vars(one) for name, one in self.registrations.items()},
        }
        return json.dumps(values)


def gather(
    installation: Installation,
    agreement: ConsortiumAgreement,
    learners: tuple[Learner, ...],
    sandboxes: Mapping[PartnerId, str],
    events: Mapping[str, int],
    seconds: float,
    worker_restarts: int,
) -> Outcome:
    """Count in the records, and in what the partners' own systems say."""
    with installation.database.reading() as session:
        summary = summarise(session, agreement.id)
        states = {learner.case: CaseRepository(session).get(learner.case).state for learner in learners}
    asked = {one.partner: one.asked for one in summary.registrations}
    held = {one.partner: one.effective for one in summary.registrations}
    duplicates = 0
    for partner, address in sandboxes.items():
        held[partner], more = _effective(address)
        duplicates += more
    partners = [one.id for one in agreement.partnership.partners if one.id in asked]
    sizes = sorted(events.values()) or [0]
    return Outcome(
        programme=agreement.id,
        learners=len(learners),
        awarded=summary.count(CaseState.AWARDED),
        refused=summary.count(CaseState.REFUSED) + summary.count(CaseState.DECLINED),
        withdrawn=summary.count(CaseState.WITHDRAWN),
        failed=summary.count(CaseState.FAILED),
        waiting=summary.count(CaseState.ACTIVE) + summary.count(CaseState.INTERRUPTED),
        registrations={one: PartnerCount(asked[one], held.get(one, 0)) for one in partners},
        duplicates=duplicates,
        history_events={"median": round(median(sizes)), "max": sizes[-1]},
        seconds=round(seconds, 1),
        worker_restarts=worker_restarts,
        as_told=all(states[learner.case] is learner.ends for learner in learners),
    )


def _effective(address: str) -> tuple[int, int]:
    """Ask a partner's system for active registrations, and how many are more than one for the same."""
    rows = httpx.get(f"{address}/sandbox/effective", trust_env=False, timeout=30).json()
    keys = [(row["person"], row["offering"]) for row in rows]
    programme = [row for row in rows if row["kind"] == "programme"]
    return len(programme), len(keys) - len(set(keys))


def outcome_table(installation: Installation, learners: tuple[Learner, ...]) -> Table:
    """Tabulate what became of each learner."""
    table = Table(title="What became of the learners")
    for column in ("Learner", "What happened", "State", "Where things stand"):
        table.add_column(column)
    with installation.database.reading() as session:
        for learner in learners:
            case = CaseRepository(session).get(learner.case)
            story = f"left waiting: {learner.holds_at.value}" if learner.holds_at else learner.story.value
            table.add_row(learner.person.called, story, case.state.value, case.sentence)
    return table


def print_timeline(installation: Installation, learner: Learner, console: Console) -> None:
    """Print one learner's timeline."""
    table = Table(title=f"The way of {learner.person.called} ({learner.case})", show_lines=False)
    for column in ("When", "What", "Who", "Why"):
        table.add_column(column)
    with installation.database.reading() as session:
        for entry in timeline(session, learner.case):
            who = entry.person or entry.partner or ""
            table.add_row(f"{entry.at:%d %b %Y %H:%M}", entry.sentence, who, entry.reason)
    console.print(table)


def write_files(installation: Installation, learners: tuple[Learner, ...], folder: Path, line: str) -> None:
    """Write each learner's timeline and records, and the figures, as files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "outcome.json").write_text(f"{line}\n", encoding="utf-8")
    for learner in learners:
        name = f"{learner.number + 1:03d}-{learner.case}"
        with installation.database.reading() as session:
            entries = timeline(session, learner.case)
            whole = case_file(session, learner.case)
        lines = [f"{one.at.isoformat()}  {one.sentence}  {one.reason}".rstrip() for one in entries]
        (folder / f"{name}.timeline.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / f"{name}.records.json").write_text(_as_json(whole), encoding="utf-8")


def _as_json(value: object) -> str:
    from pydantic import TypeAdapter  # noqa: PLC0415 - only needed where files are asked for

    return TypeAdapter(type(value)).dump_json(value, indent=2).decode()


def needs_sandbox(agreement: ConsortiumAgreement) -> tuple[PartnerId, ...]:
    """List the partners whose student system is called."""
    return tuple(one.id for one in agreement.partnership.partners if one.adapter is not AdapterKind.MANUAL)
