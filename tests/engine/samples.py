"""Workflows and activities for the tests of the engine; `SECRET` must never be readable anywhere."""

import contextlib
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.exceptions import ActivityError, ApplicationError

from models.base import Model
from models.decision import Decision, Receipt

SECRET = "Aurelia-Testperson"
SOON = timedelta(seconds=10)


class Note(Model):
    text: str


@activity.defn
async def copy_note(note: Note) -> Note:
    activity.heartbeat(note)
    return note


@activity.defn
async def fail_with_note(note: Note) -> Note:
    raise ApplicationError(f"cannot do it for {note.text}", note, type="Sample", non_retryable=True)


@workflow.defn
class ChildSample:
    @workflow.run
    async def run(self, note: Note) -> Note:
        workflow.set_current_details(f"child of {note.text}")
        await workflow.sleep(0.01, summary=f"child waits for {note.text}")
        return note


@workflow.defn
class EverythingSample:
    """Uses every way by which a payload gets into a history."""

    def __init__(self) -> None:
        self._signals: list[Note] = []
        self._done = False

    @workflow.run
    async def run(self, note: Note, partner_queue: str) -> Note:
        workflow.set_current_details(f"about {note.text}")
        workflow.upsert_memo({"later": note.text})
        await workflow.execute_activity(
            copy_note, note, summary=note.text, start_to_close_timeout=SOON, heartbeat_timeout=SOON
        )
        await workflow.execute_local_activity(copy_note, note, start_to_close_timeout=SOON)
        await workflow.execute_activity(
            copy_note,
            note,
            task_queue=partner_queue,
            start_to_close_timeout=SOON,
            heartbeat_timeout=SOON,
        )
        for queue in (None, partner_queue):
            with contextlib.suppress(ActivityError):
                await workflow.execute_activity(
                    fail_with_note, note, task_queue=queue, start_to_close_timeout=SOON
                )
        child = f"{workflow.info().workflow_id}/child"
        await workflow.execute_child_workflow(
            ChildSample.run,
            note,
            id=child,
            static_summary=note.text,
            static_details=note.text,
            memo={"who": note.text},
        )
        await workflow.sleep(0.01, summary=f"waits for {note.text}")
        await workflow.wait_condition(lambda: self._done and len(self._signals) >= 2)
        if note.text.endswith("!"):
            raise ApplicationError(f"failed for {note.text}", note)
        return note

    @workflow.signal
    def tell(self, note: Note) -> None:
        self._signals.append(note)

    @workflow.query
    def told(self, note: Note) -> list[Note]:
        return [*self._signals, note]

    @workflow.update
    def finish(self, note: Note) -> Note:
        self._done = True
        return note


@workflow.defn
class DecisionSample:
    """Waits for one decision; the first one wins."""

    def __init__(self) -> None:
        self._first: Receipt | None = None
        self._closed = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self._closed)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._first.name if self._first else ""

    @workflow.signal
    def close(self) -> None:
        self._closed = True

    @workflow.update
    async def decide(self, decision: Decision) -> Receipt:
        update = workflow.current_update_info()
        assert update is not None
        self._first = Receipt(
            decision_id=update.id,
            kind=decision.kind,
            task=decision.task,
            option=decision.option,
            person=decision.actor.person,
            name=decision.actor.name,
            decided_at=decision.actor.signed_at,
            sentence="Decided.",
        )
        return self._first

    @decide.validator
    def _may_decide(self, decision: Decision) -> None:
        if self._first is not None:
            raise ApplicationError(f"{self._first.name} has decided already.", type="AlreadyDecided")


@workflow.defn
class UncheckedSample:
    """Takes decisions without a validator, which no worker may accept."""

    @workflow.run
    async def run(self) -> None: ...

    @workflow.update
    async def decide(self, decision: Decision) -> None: ...
