"""How workflows call activities: own-database steps in place, what must follow history as activities."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType

Argument = TypeVar("Argument")
Result = TypeVar("Result")

_STEP = timedelta(seconds=30)
_IN_PLACE = timedelta(seconds=10)
"""
A step that is tried again sooner than this is waited for in place.

While it is, the engine is told every few seconds that the workflow is still at work, three events
each time: an outage of two days would fill a history. A longer pause is a timer.
"""
_IN_PLACE_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=5),
)
_DATABASE_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=20)
)
_PARTNER_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2.0, maximum_interval=timedelta(minutes=5)
)


async def write(step: Callable[[Any, Argument], Result], argument: Argument) -> Result:
    """
    Run a step on the lead's own database in place (a local activity: one event instead of three).

    The step may run twice; its effect's key keeps the second run without effect.
    """
    return await workflow.execute_local_activity_method(
        step,
        argument,
        start_to_close_timeout=_STEP,
        local_retry_threshold=_IN_PLACE,
        retry_policy=_IN_PLACE_RETRY,
    )


async def tell(step: Callable[[Any, Argument], Awaitable[Result]], argument: Argument) -> Result:
    """Send a message to another workflow, in place; its message id keeps the second one without effect."""
    return await workflow.execute_local_activity_method(
        step,
        argument,
        start_to_close_timeout=_STEP,
        local_retry_threshold=_IN_PLACE,
        retry_policy=_IN_PLACE_RETRY,
    )


async def record(step: Callable[[Any, Argument], Result], argument: Argument, summary: str) -> Result:
    """Run a step that must not happen before what led to it is in history: a person's decision."""
    return await workflow.execute_activity_method(
        step, argument, start_to_close_timeout=_STEP, retry_policy=_DATABASE_RETRY, summary=summary
    )


async def call_partner(
    step: Callable[[Any, Argument], Awaitable[Result]], argument: Argument, partner: str, summary: str
) -> Result:
    """
    Drive a partner's system on its own task queue, as long as time may help.

    Waiting for a partner is an activity that is tried again, so that history stays short. When
    the workflow is cancelled, the attempt that is under way is awaited: its effect is known.
    """
    return await workflow.execute_activity_method(
        step,
        argument,
        task_queue=f"partner/{partner}",
        start_to_close_timeout=timedelta(seconds=60),
        retry_policy=_PARTNER_RETRY,
        cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=summary,
    )
