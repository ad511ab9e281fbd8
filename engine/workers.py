"""How workers are made: one factory for all queues, so that all check seals and are tuned alike."""

import gc
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import (
    PollerBehaviorSimpleMaximum,
    UnsandboxedWorkflowRunner,
    Worker,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from engine.interceptors import ActivityLogInterceptor, SealInterceptor, require_validators
from engine.seal import SealVerifier

_NEW_OBJECTS = 20_000
"""How many more objects than were freed there are before the collector looks; Python's own is 700."""
PASSED_THROUGH = (
    # Ours below the workflows: deterministic (models, rules), or only named by workflows.
    *("models", "rules", "engine", "activities", "records", "partners", "programmes"),
    # Theirs: compiled, or importing lazily.
    *("pydantic", "pydantic_core", "annotated_types", "structlog", "cryptography", "holidays", "ruamel"),
    *("sqlalchemy", "httpx"),
)


def settle_memory() -> None:
    """
    Tell the collector of garbage that what is there now stays, and to look less often.

    Call it when everything is loaded: a worker makes many objects that live for a moment, and
    otherwise looks through all its modules, models and rules again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def partner_queue(partner: str) -> str:
    """Return the name of the queue of a partner's activities."""
    return f"partner/{partner}"


@dataclass(frozen=True)
class WorkerTuning:
    """How much a worker does at once; the defaults suit two cores."""

    pollers: int = 20
    activities: int = 16
    """Those that use the records take a thread each, and more threads only wait for one another."""
    cached_workflows: int = 1000
    """About 110 kB each."""
    sandboxed: bool = True
    """The sandbox finds what is not deterministic, for about twice the worker's processor time."""
    yields_within: float = 2.0
    """
    Seconds after which workflow code that has not yielded fails its task. On a machine without a
    free processor two seconds, the SDK's own bound, pass without any fault of the code, and a
    case that was interrupted so can stay stuck in its worker.
    """
    activities_per_second: float | None = None
    """For the whole queue, over all its workers: a partner's rate limit."""
    grace: timedelta = timedelta(seconds=5)
    """For running activities, when the worker stops."""
    failure_types: tuple[type[BaseException], ...] = ()
    """Errors that fail a workflow; others but `ApplicationError` hold it up until the code is repaired."""
    identity: str | None = None


DEFAULT_TUNING = WorkerTuning()


def workflow_runner(*, sandboxed: bool) -> WorkflowRunner:
    """Return how workflow code is run; replay tests use the same."""
    if not sandboxed:
        return UnsandboxedWorkflowRunner()
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )


def build_worker(
    client: Client,
    task_queue: str,
    verifier: SealVerifier,
    *,
    workflows: Sequence[type] = (),
    activities: Sequence[Callable[..., Any]] = (),
    tuning: WorkerTuning = DEFAULT_TUNING,
) -> Worker:
    """Return a worker for one queue; run it with `async with` or `await worker.run()`."""
    require_validators(workflows)
    pollers = PollerBehaviorSimpleMaximum(tuning.pollers)
    worker = Worker(
        client,
        task_queue=task_queue,
        workflows=workflows,
        activities=activities,
        activity_executor=ThreadPoolExecutor(tuning.activities, thread_name_prefix="activity"),
        workflow_runner=workflow_runner(sandboxed=tuning.sandboxed),
        interceptors=[SealInterceptor(verifier), ActivityLogInterceptor()],
        identity=tuning.identity,
        max_cached_workflows=tuning.cached_workflows,
        max_concurrent_activities=tuning.activities,
        max_concurrent_workflow_tasks=100,
        workflow_task_poller_behavior=pollers,
        activity_task_poller_behavior=pollers,
        nonsticky_to_sticky_poll_ratio=0.5,
        max_task_queue_activities_per_second=tuning.activities_per_second,
        workflow_failure_exception_types=tuning.failure_types,
        graceful_shutdown_timeout=tuning.grace,
    )
    if workflows:
        _be_patient(worker, tuning.yields_within)
    return worker


def _be_patient(worker: Worker, seconds: float) -> None:
    """
    Set the bound after which the SDK takes workflow code for deadlocked.

    The SDK has no option for it (its debug mode runs workflows on the worker's own event loop,
    which blocks it). A test makes sure that the name is still there.
    """
    worker._workflow_worker._deadlock_timeout_seconds = seconds  # type: ignore[union-attr]
