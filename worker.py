"""
Wires everything and starts the workers.

`python worker.py` serves the lead's queue and every partner's queue; `python worker.py --partner ID`
serves one partner's queue only. The engine's address comes from the SDK's own configuration.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError
from temporalio.client import Client
from temporalio.worker import Worker

from activities.admission import AdmissionActivities
from activities.agreement import AgreementActivities
from activities.award import AwardActivities
from activities.ballot import BallotActivities
from activities.case import CaseActivities
from activities.cohort import CohortActivities
from activities.course import CourseActivities
from activities.decision import DecisionActivities
from activities.fee import FeeActivities
from activities.reconciliation import ReconciliationActivities
from activities.registration import PartnerActivities, RegistrationActivities
from activities.session import SessionActivities
from activities.task import TaskActivities
from engine.codec import keys_by_person
from engine.connection import build_runtime, connect
from engine.converter import build_converter
from engine.errors import EngineError
from engine.keys import KeyRing, load_master_key
from engine.logging import configure_logging
from engine.schedules import ensure_reconciliation
from engine.seal import SealVerifier, load_seal_public_keys
from engine.workers import WorkerTuning, build_worker, partner_queue, settle_memory
from models.clock import Clock
from models.partner import AdapterKind, DisclosedPerson, DisclosureRequest
from partners.disclosure import InProcessDisclosure
from partners.registry import Partners
from programmes.library import ProgrammeLibrary
from records.case import CaseOwners, CaseRepository
from records.consortium import ConsortiumRepository
from records.database import Database
from records.disclosure import DisclosureRepository
from records.errors import RecordsError
from records.keys import KeyRecords
from records.person import PersonRepository
from settings import LogFormat, Settings
from settings.secrets import secrets_in
from workflows.admission import AdmissionWorkflow
from workflows.agreement import AgreementWorkflow
from workflows.award import AwardWorkflow
from workflows.cohort import CohortWorkflow
from workflows.course import CourseWorkflow
from workflows.deliberation import DeliberationWorkflow
from workflows.learner import LearnerWorkflow
from workflows.reconciliation import ReconciliationWorkflow
from workflows.registration import RegistrationWorkflow
from workflows.session import SessionWorkflow

WORKFLOWS: tuple[type, ...] = (
    LearnerWorkflow,
    AdmissionWorkflow,
    AgreementWorkflow,
    RegistrationWorkflow,
    CourseWorkflow,
    DeliberationWorkflow,
    AwardWorkflow,
    CohortWorkflow,
    SessionWorkflow,
    ReconciliationWorkflow,
)

_log = structlog.get_logger(__name__)
_PARTNER_TUNING = WorkerTuning(pollers=2, activities=50, cached_workflows=0)
_RECONCILE_EVERY = timedelta(minutes=5)
_TUNING = WorkerTuning(sandboxed=False, yields_within=30)
"""Tests and replays look for code that is not deterministic or does not yield; here it only has to run."""


@dataclass(frozen=True)
class Parts:
    """What the workers of an installation are made of."""

    database: Database
    library: ProgrammeLibrary
    secrets: Callable[[str], str]
    clock: Clock
    verifier: SealVerifier
    queue: str = "collegium"
    gates: Path | None = None
    """Folder that all workers of this machine share, to spare a partner that is down."""


class UnknownPartnerError(Exception):
    """A worker is to serve a partner whose system is not called; the sentence names those that are."""


def lead_activities(parts: Parts, client: Client) -> list[Callable[..., Any]]:
    """Return the activities of the lead's own queue."""
    database, library = parts.database, parts.library
    return _methods(
        AdmissionActivities(database),
        AgreementActivities(database),
        AwardActivities(database, library),
        BallotActivities(database, library),
        CaseActivities(database),
        CohortActivities(client, parts.queue),
        CourseActivities(database),
        DecisionActivities(database),
        FeeActivities(database),
        ReconciliationActivities(database, client),
        RegistrationActivities(database),
        SessionActivities(database, client, parts.queue),
        TaskActivities(database),
    )


@asynccontextmanager
async def workers(
    client: Client, parts: Parts, tuning: WorkerTuning = _TUNING, only: str | None = None
) -> AsyncIterator[list[Worker]]:
    """Run the workers of an installation, or of one partner's queue only, until the block ends."""
    disclosure = InProcessDisclosure(_discloser(parts))
    partners = Partners(
        parts.secrets, disclosure, now=lambda: parts.clock.business(datetime.now(UTC)), gates=parts.gates
    )
    built = [] if only else [_lead_worker(client, parts, tuning)]
    served = _partners_to_serve(parts.library, only)
    built += [_partner_worker(client, parts, partners, partner) for partner in served]
    try:
        async with contextlib.AsyncExitStack() as stack:
            for one in built:
                await stack.enter_async_context(one)
            yield built
    finally:
        await partners.close()


def _lead_worker(client: Client, parts: Parts, tuning: WorkerTuning) -> Worker:
    return build_worker(
        client,
        parts.queue,
        parts.verifier,
        workflows=WORKFLOWS,
        activities=lead_activities(parts, client),
        tuning=tuning,
    )


def _partner_worker(client: Client, parts: Parts, partners: Partners, partner: str) -> Worker:
    """Build the worker of one partner's queue; its rate is the one that the directory states."""
    activities = PartnerActivities(
        lambda programme, name: partners.of(parts.library.endpoint(programme, name))
    )
    rate = min(
        float(endpoint.calls_per_second)
        for endpoint in _endpoints(parts.library)
        if endpoint.partner == partner
    )
    tuning = replace(_PARTNER_TUNING, activities_per_second=rate)
    return build_worker(
        client, partner_queue(partner), parts.verifier, activities=_methods(activities), tuning=tuning
    )


def _endpoints(library: ProgrammeLibrary) -> Iterator[Any]:
    for programme in library.programmes():
        yield from library.directory(programme).endpoints


def _partners_to_serve(library: ProgrammeLibrary, only: str | None) -> list[str]:
    """List the partners whose student system is called, each once, or the one that is asked for."""
    called = dict.fromkeys(
        one.partner for one in _endpoints(library) if one.adapter is not AdapterKind.MANUAL
    )
    if only and only not in called:
        known = ", ".join(called) or "none"
        raise UnknownPartnerError(f"“{only}” is no partner with a student system; there are: {known}.")
    return [only] if only else list(called)


def _discloser(parts: Parts) -> Callable[[DisclosureRequest], Any]:
    """Answer a partner's request with the fields that the agreement permits, and log it."""

    def answer(request: DisclosureRequest) -> DisclosedPerson:
        at = parts.clock.business(datetime.now(UTC))
        with parts.database.transaction() as session:
            case = CaseRepository(session).get(request.case)
            agreement = ConsortiumRepository(session).agreement(case.programme, case.agreement_version)
            permitted = next(
                (one.fields for one in agreement.data_protection.partners if one.partner == request.partner),
                (),
            )
            person = PersonRepository(session).get(case.person)
            known = {**person.model_dump(), "display_name": person.called}
            DisclosureRepository(session).log(request, permitted, at)
        return DisclosedPerson(person=person.ref, **{field: known[field] for field in permitted})

    async def ask(request: DisclosureRequest) -> DisclosedPerson:
        return await asyncio.to_thread(answer, request)

    return ask


def _methods(*owners: object) -> list[Callable[..., Any]]:
    """List the activities that objects define."""
    names = ((owner, name) for owner in owners for name in dir(owner))
    found = (getattr(owner, name) for owner, name in names)
    return [method for method in found if hasattr(method, "__temporal_activity_definition")]


def _tell_missing_secrets(parts: Parts, only: str | None) -> None:
    """Say at the start which partners cannot be called yet; all others are served."""
    called = [one for one in _endpoints(parts.library) if one.adapter is not AdapterKind.MANUAL]
    for endpoint in {one.secret_ref: one for one in called if only in (None, one.partner)}.values():
        try:
            parts.secrets(endpoint.secret_ref)
        except KeyError as missing:
            _log.warning("partner secret missing", partner=endpoint.partner, why=missing.args[0])


def parts_of(settings: Settings) -> Parts:
    """Wire the parts of the installation that the settings describe."""
    database = Database(settings.database)
    database.migrate()
    return Parts(
        database=database,
        library=ProgrammeLibrary.of_home(settings.home, settings.programmes),
        secrets=secrets_in(settings.home / "secrets"),
        clock=settings.clock,
        verifier=SealVerifier(load_seal_public_keys(settings.seal_folder)),
        queue=settings.task_queue,
        gates=settings.home / "partners",
    )


async def serve(settings: Settings, only: str | None) -> None:
    """Serve the queues until the process is asked to stop."""
    parts = parts_of(settings)
    _partners_to_serve(parts.library, only)
    _tell_missing_secrets(parts, only)
    ring = KeyRing(load_master_key(settings.master_key), KeyRecords(parts.database))
    runtime = build_runtime(settings.metrics_address) if settings.metrics_address else None
    owners = CaseOwners(parts.database)
    client = await connect(
        build_converter(ring, keys_by_person(owners.person_of)),
        patience=timedelta(seconds=30),
        runtime=runtime,
    )
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    if only is None:
        await ensure_reconciliation(client, parts.clock, parts.queue, _RECONCILE_EVERY)
    async with workers(client, parts, only=only) as running:
        settle_memory()
        sys.stdout.write(f"worker ready: {', '.join(one.task_queue for one in running)}\n")
        sys.stdout.flush()
        await stopped.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the worker; 0 when it was asked to stop, 2 when it cannot start."""
    parser = argparse.ArgumentParser(prog="worker.py", description="Runs the workers of an installation.")
    parser.add_argument("--partner", help="serve this partner's queue only")
    only = parser.parse_args(arguments).partner
    try:
        settings = Settings()
        configure_logging(
            json=None if settings.log_format is LogFormat.AUTO else settings.log_format is LogFormat.JSON,
            level=settings.log_level,
        )
        asyncio.run(serve(settings, only or settings.partner))
    except ValidationError as problem:
        return _cannot_start("; ".join(error["msg"] for error in problem.errors()))
    except (EngineError, RecordsError, UnknownPartnerError, KeyError, OSError) as problem:
        return _cannot_start(str(problem))
    return 0


def _cannot_start(why: str) -> int:
    sys.stderr.write(f"The worker cannot start: {why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
