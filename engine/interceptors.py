"""What happens around every update and activity: seals are checked, activities are logged."""

from collections.abc import Sequence
from typing import Any

import structlog
from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    HandleUpdateInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from engine.errors import SealError
from engine.seal import SealVerifier
from models.decision import Decision

DECIDE = "decide"
"""The one update by which people decide."""

_log = structlog.get_logger(__name__)


class SealInterceptor(Interceptor):
    """
    Lets only sealed decisions reach a workflow.

    The check stands before the workflow's own validator, so that a forged decision is refused
    and leaves no event. Validators do not run on replay: neither does the check.
    """

    def __init__(self, verifier: SealVerifier) -> None:
        self._verifier = verifier

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002, RUF100 - the SDK's name
    ) -> type[WorkflowInboundInterceptor]:
        verifier = self._verifier

        class _SealCheck(WorkflowInboundInterceptor):
            def handle_update_validator(self, input: HandleUpdateInput) -> None:
                if input.update == DECIDE:
                    _require_seal(verifier, input)
                self.next.handle_update_validator(input)

        return _SealCheck


def _require_seal(verifier: SealVerifier, update: HandleUpdateInput) -> None:
    decision = update.args[0] if len(update.args) == 1 else None
    if not isinstance(decision, Decision):
        raise ApplicationError("This update carries no decision.", type="NotADecision", non_retryable=True)
    try:
        verifier.check(workflow.info().workflow_id, update.id, decision, workflow.now())
    except SealError as refusal:
        raise ApplicationError(refusal.sentence, type=refusal.code, non_retryable=True) from None


def require_validators(workflows: Sequence[type]) -> None:
    """Refuse a workflow whose `decide` has no validator: without one the engine skips the seal check."""
    for kind in workflows:
        definition = getattr(getattr(kind, DECIDE, None), "_defn", None)  # set by `workflow.update`
        if definition is not None and definition.validator is None:
            raise TypeError(f"{kind.__name__}.{DECIDE} needs a validator; without one seals are not checked.")


class ActivityLogInterceptor(Interceptor):
    """Logs the end of every activity at debug level: references only, never what it carried."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _LoggedActivity(next)


class _LoggedActivity(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        log = _log.bind(
            activity=info.activity_type,
            workflow_id=info.workflow_id,
            task_queue=info.task_queue,
            attempt=info.attempt,
        )
        try:
            result = await self.next.execute_activity(input)
        except BaseException as problem:
            # Only the kind of the error: its text may name a person.
            log.debug("activity failed", error=getattr(problem, "type", None) or type(problem).__name__)
            raise
        log.debug("activity done")
        return result
