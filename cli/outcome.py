"""What came of a demo: counts for people and for machines, and the records of each learner as files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx
from pydantic import TypeAdapter
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


@dataclass(frozen=True)
class Played:
    """What a play has been: who took part, at which partners' systems, how long."""

    agreement: ConsortiumAgreement
    learners: tuple[Learner, ...]
    sandboxes: Mapping[PartnerId, str]
    events: Mapping[str, int]
    """History events of each learner, over all workflows."""
    seconds: float
    worker_restarts: int


def gather(installation: Installation, played: Played) -> Outcome:
    """Count in the records, and in what the partners' own systems say."""
    agreement, learners = played.agreement, played.learners
    with installation.database.reading() as session:
        summary = summarise(session, agreement.id)
        states = {learner.case: CaseRepository(session).get(learner.case).state for learner in learners}
    systems = {partner: _summary(address) for partner, address in played.sandboxes.items()}
    sizes = sorted(played.events.values()) or [0]
    return Outcome(
        programme=agreement.id,
        learners=len(learners),
        awarded=summary.count(CaseState.AWARDED),
        refused=summary.count(CaseState.REFUSED) + summary.count(CaseState.DECLINED),
        withdrawn=summary.count(CaseState.WITHDRAWN),
        failed=summary.count(CaseState.FAILED),
        waiting=summary.count(CaseState.ACTIVE) + summary.count(CaseState.INTERRUPTED),
        registrations={
            one.partner: PartnerCount(
                one.asked, systems.get(one.partner, {}).get("programme_registrations", one.effective)
            )
            for one in summary.registrations
        },
        duplicates=sum(system["duplicates"] for system in systems.values()),
        history_events={"median": round(median(sizes)), "max": sizes[-1]},
        seconds=round(played.seconds, 1),
        worker_restarts=played.worker_restarts,
        as_told=all(states[learner.case] is learner.ends for learner in learners),
    )


def _summary(address: str) -> dict[str, int]:
    """Ask a partner's own system what is registered there, and what is registered twice."""
    answer: dict[str, int] = httpx.get(f"{address}/sandbox/summary", trust_env=False, timeout=30).json()
    return answer


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
    return TypeAdapter(type(value)).dump_json(value, indent=2).decode()


def needs_sandbox(agreement: ConsortiumAgreement) -> tuple[PartnerId, ...]:
    """List the partners whose student system is called."""
    return tuple(one.id for one in agreement.partnership.partners if one.adapter is not AdapterKind.MANUAL)
