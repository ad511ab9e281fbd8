"""
How a person's decision gets to its workflow: kept first, sent until answered, never taken twice.

The engine forgets an update that it has not yet accepted when it restarts. So the sender keeps
an intent in the records before the first try and sends the same decision id until there is an
answer; the workflow answers a known id as it did the first time.
"""

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from engine.errors import (
    DecisionRefusedError,
    DestroyedKeyError,
    EngineError,
    EngineUnavailableError,
    NotYetAnsweredError,
)
from engine.interceptors import DECIDE
from engine.seal import Sealer
from models.decision import Decision, Receipt
from models.intent import Intent

CASE_CLOSED = "CaseClosed"
ALREADY_DECIDED = "AlreadyDecided"
CASE_ERASED = "CaseErased"
NOT_TAKEN = "DecisionNotTaken"
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0
LONGEST_TRY = 10.0
TRY_AGAIN = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.ABORTED,
        RPCStatusCode.FAILED_PRECONDITION,  # a workflow task has failed and is about to be tried again
        RPCStatusCode.INTERNAL,
        RPCStatusCode.UNKNOWN,
    }
)
"""Answers of the connection, not of the workflow: time may help."""


class IntentStore(Protocol):
    """Where intents are kept; the records implement it. Each call is one transaction."""

    def keep(self, intent: Intent) -> None:
        """Keep an intent; the same decision id again replaces its seal only."""

    def answered(self, decision_id: str, receipt: Receipt) -> None:
        """Close the intent: the decision is taken."""

    def refused(self, decision_id: str, code: str, sentence: str) -> None:
        """Close the intent: the decision is refused."""

    def open(self) -> Sequence[Intent]:
        """Return the intents without an answer, oldest first."""

    def receipt_of(self, decision_id: str) -> Receipt | None:
        """Return the receipt of a decision that was taken, also when only the workflow recorded it."""

    def answer_to(self, task: str) -> Receipt | None:
        """Return the receipt of the decision that answered a task, None when none did."""


@dataclass(frozen=True)
class Resent:
    """What came of sending kept decisions again, by decision id."""

    answered: dict[str, Receipt]
    refused: dict[str, DecisionRefusedError]
    waiting: tuple[str, ...]
    failed: dict[str, EngineError]
    """Could not be sent, for a reason that somebody must look at; they are kept and tried again."""


class DecisionSender:
    """
    Sends people's decisions.

    `patience` bounds, in real time, how long a person waits; the decision is sent again later.
    """

    def __init__(
        self,
        client: Client,
        sealer: Sealer,
        intents: IntentStore,
        patience: timedelta = timedelta(seconds=20),
    ) -> None:
        self._client = client
        self._sealer = sealer
        self._intents = intents
        self._patience = patience.total_seconds()

    async def send(self, workflow_id: str, decision: Decision, decision_id: str | None = None) -> Receipt:
        """
        Keep, seal and send a decision; return the workflow's receipt.

        Raises `DecisionRefusedError` when the workflow does not take it, `NotYetAnsweredError`
        when there is no answer in time, `EngineUnavailableError` when the engine turns us away.
        """
        decision_id = decision_id or uuid.uuid4().hex
        sealed = self._sealer.seal(workflow_id, decision_id, decision)
        intent = Intent(decision_id=decision_id, workflow_id=workflow_id, decision=sealed)
        await asyncio.to_thread(self._intents.keep, intent)
        return await self._deliver(intent)

    async def resend_open(self) -> Resent:
        """Send all kept decisions again that have no answer; one that cannot be sent holds up no other."""
        answered: dict[str, Receipt] = {}
        refused: dict[str, DecisionRefusedError] = {}
        waiting: list[str] = []
        failed: dict[str, EngineError] = {}
        for intent in await asyncio.to_thread(self._intents.open):
            try:
                answered[intent.decision_id] = await self._deliver(await self._fresh(intent))
            except DecisionRefusedError as refusal:
                refused[intent.decision_id] = refusal
            except NotYetAnsweredError:
                waiting.append(intent.decision_id)
            except EngineError as problem:
                failed[intent.decision_id] = problem
        return Resent(answered, refused, tuple(waiting), failed)

    async def _fresh(self, intent: Intent) -> Intent:
        """Seal again what has lain too long; the person's own time of decision stays."""
        if not self._sealer.needs_new_seal(intent.decision):
            return intent
        sealed = self._sealer.seal(
            intent.workflow_id,
            intent.decision_id,
            intent.decision,
            signed_at=intent.decision.actor.signed_at,
        )
        fresh = intent.model_copy(update={"decision": sealed})
        await asyncio.to_thread(self._intents.keep, fresh)
        return fresh

    async def _deliver(self, intent: Intent) -> Receipt:
        try:
            receipt = await self._taken(intent)
        except DecisionRefusedError as refusal:
            await asyncio.to_thread(self._intents.refused, intent.decision_id, refusal.code, refusal.sentence)
            raise
        await asyncio.to_thread(self._intents.answered, intent.decision_id, receipt)
        return receipt

    async def _taken(self, intent: Intent) -> Receipt:
        """Have the workflow take a decision; when that is over, the records say what was decided."""
        try:
            return await self._until_answered(intent)
        except DecisionRefusedError as refusal:
            if refusal.code != CASE_CLOSED:
                raise
            known = await asyncio.to_thread(self._intents.receipt_of, intent.decision_id)
            if known is not None:
                return known
            task = intent.decision.task
            taken = await asyncio.to_thread(self._intents.answer_to, task) if task is not None else None
            if taken is None:
                raise
            decided = f"This is decided already: {taken.sentence}"
            raise DecisionRefusedError(ALREADY_DECIDED, decided) from refusal

    async def _until_answered(self, intent: Intent) -> Receipt:
        deadline = time.monotonic() + self._patience
        pause = FIRST_PAUSE
        while (left := deadline - time.monotonic()) > 0:
            receipt = await self._try(intent, min(left, LONGEST_TRY))
            if receipt is not None:
                return receipt
            await asyncio.sleep(min(pause, max(deadline - time.monotonic(), 0)))
            pause = min(pause * 2, LONGEST_PAUSE)
        raise NotYetAnsweredError(intent.decision_id)

    async def _try(self, intent: Intent, seconds: float) -> Receipt | None:
        """Send once; return None when there is no answer and time may help."""
        handle = self._client.get_workflow_handle(intent.workflow_id)
        try:
            async with asyncio.timeout(seconds):
                receipt: Receipt = await handle.execute_update(
                    DECIDE, intent.decision, id=intent.decision_id, result_type=Receipt
                )
                return receipt
        except WorkflowUpdateFailedError as failure:
            raise _refusal(failure) from failure
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            # The SDK hides our caller's cancellation behind its own error.
            if (task := asyncio.current_task()) and task.cancelling():
                raise asyncio.CancelledError from None
            return None
        except DestroyedKeyError as problem:
            raise DecisionRefusedError(
                CASE_ERASED, "The data of this person have been erased; nothing can be decided any more."
            ) from problem
        except RPCError as problem:
            if (lasting := _lasting(problem)) is not None:
                raise lasting from problem
            return None


def _refusal(failure: WorkflowUpdateFailedError) -> DecisionRefusedError:
    cause = failure.cause
    if not isinstance(cause, ApplicationError):
        return DecisionRefusedError(
            CASE_CLOSED, "This part of the case was ended before the decision was taken."
        )
    if cause.type == "AcceptedUpdateCompletedWorkflow":
        return DecisionRefusedError(
            CASE_CLOSED, "This part of the case was over before the decision was taken."
        )
    return DecisionRefusedError(cause.type or "Refused", cause.message)


def _lasting(problem: RPCError) -> EngineError | None:
    """Tell what an answer of the connection means for good; None when time may help."""
    if problem.status in TRY_AGAIN:
        return None
    if problem.status is RPCStatusCode.INVALID_ARGUMENT:
        return DecisionRefusedError(
            NOT_TAKEN, "The engine does not take this decision as it is. Decide again, with a shorter reason."
        )
    if problem.status is RPCStatusCode.NOT_FOUND and not problem.message.startswith("Namespace"):
        return _closed(problem)
    return EngineUnavailableError(
        f"The engine does not take decisions from here ({problem.status.name}: {problem.message}). "
        "Check TEMPORAL_NAMESPACE and the certificates or the key with which we sign in there."
    )


def _closed(problem: RPCError) -> DecisionRefusedError:
    if "not found" in problem.message:
        return DecisionRefusedError(CASE_CLOSED, "This case does not exist, or was closed long ago.")
    return DecisionRefusedError(CASE_CLOSED, "This part of the case is over; it takes no more decisions.")
