"""Committee meetings: cases put on an agenda, and the meeting's record with its minutes."""

import asyncio

from temporalio import activity
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from models.session import WITHDRAWN, AgendaItem, SessionMessage, SessionRecord
from records.ballot import BallotRepository
from records.database import Database
from records.errors import UnknownRecordError
from records.session import CommitteeSession, SessionRepository


class SessionActivities:
    """Puts ballots on the agenda of the open meeting of their committee, opening one if need be."""

    def __init__(self, database: Database, client: Client, queue: str) -> None:
        self._database = database
        self._client = client
        self._queue = queue

    @activity.defn
    async def tell_session(self, message: SessionMessage) -> str:
        """
        Tell the meeting of a ballot; return its id. A closed meeting is never opened again.

        What a meeting was told after its chair had closed it stands on the agenda of the next one.
        """
        if message.session_id is not None and await self._hears(message.session_id, message):
            return message.session_id
        number = await asyncio.to_thread(self._closed, message) + 1
        while True:
            session_id = f"session/{_body(message)}/{number}"
            try:
                await self._client.start_workflow(
                    "SessionWorkflow",
                    message.session,
                    id=session_id,
                    task_queue=self._queue,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    start_signal="put_on_agenda",
                    start_signal_args=[message.item],
                    static_summary=f"Meeting {number} of the {message.session.body.replace('_', ' ')}",
                )
            except WorkflowAlreadyStartedError:
                number += 1
            else:
                return session_id

    @activity.defn
    def save_session(self, record: SessionRecord) -> None:
        """Keep the meeting; when it is closed, with minutes written from the ballots."""
        with self._database.transaction() as session:
            minutes = "" if record.closed_at is None else _minutes(BallotRepository(session), record)
            SessionRepository(session).save(
                CommitteeSession(
                    session_id=record.session_id,
                    programme=record.programme,
                    body=record.body,
                    agenda=tuple(item.ballot_id for item in record.agenda),
                    attendance=record.attendance,
                    minutes=minutes,
                    opened_at=record.opened_at,
                    closed_at=record.closed_at,
                )
            )

    async def _hears(self, session_id: str, message: SessionMessage) -> bool:
        """Tell a meeting; False when it is over and the ballot was not on its agenda."""
        try:
            await self._client.get_workflow_handle(session_id).signal("put_on_agenda", message.item)
        except RPCError as problem:
            if problem.status is not RPCStatusCode.NOT_FOUND:
                raise
            return await asyncio.to_thread(self._was_dealt_with, session_id, message.item.ballot_id)
        return True

    def _was_dealt_with(self, session_id: str, ballot_id: str) -> bool:
        with self._database.reading() as reading:
            meetings = SessionRepository(reading)
            try:
                meeting = meetings.get(session_id)
            except UnknownRecordError:
                return False
        return meeting.closed_at is not None and ballot_id in meeting.agenda

    def _closed(self, message: SessionMessage) -> int:
        """Count the meetings of this body that are over."""
        session = message.session
        with self._database.reading() as reading:
            meetings = SessionRepository(reading).find(session.context.programme)
        return sum(one.body is session.body and one.closed_at is not None for one in meetings)


def _body(message: SessionMessage) -> str:
    session = message.session
    return f"{session.context.programme}-{session.body.value.replace('_', '-')}"


def _minutes(ballots: BallotRepository, record: SessionRecord) -> str:
    """Write down what was decided, ballot by ballot, as the records have it."""
    present = f"Present: {len(record.attendance)} members."
    return "\n".join([present, *(_minute(ballots, item) for item in record.agenda)])


def _minute(ballots: BallotRepository, item: AgendaItem) -> str:
    """Write down one ballot; a case that left while members voted has none in the records."""
    try:
        ballot = ballots.get(item.ballot_id)
    except UnknownRecordError:
        withdrawn = item.outcome == WITHDRAWN
        return f"Case {item.case}: {'withdrawn' if withdrawn else 'not decided in this meeting'}."
    reason = ballot.tally.sentence if ballot.tally else ""
    return f"Case {ballot.case}. {ballot.subject}: {ballot.outcome}. {reason}".strip()
