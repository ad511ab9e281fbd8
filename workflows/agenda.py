"""What a ballot tells the meeting of its committee: that it has opened, and what came out. Source: V4."""

import asyncio

from activities.session import SessionActivities
from models.ballot import BallotRecord, Vote
from models.session import WITHDRAWN, AgendaItem, SessionInput, SessionMessage
from workflows.casework import Casework
from workflows.motion import Motion
from workflows.steps import tell


class AgendaDesk:
    """Speaks to the meeting for one ballot; where the committee decides in writing, there is none."""

    def __init__(self, case: Casework, motion: Motion) -> None:
        self._case = case
        self._motion = motion
        self._item: AgendaItem | None = None
        self._telling: asyncio.Task[str] | None = None

    async def put(self, ballot: BallotRecord, votes: tuple[Vote, ...] = ()) -> None:
        """Put a ballot on the agenda, or tell its outcome; whoever has voted was there."""
        if self._motion.policy.written_procedure:
            return
        await self._tell(
            AgendaItem(
                message_id=f"{ballot.ballot_id}/{ballot.outcome or 'opened'}",
                case=ballot.case,
                ballot_id=ballot.ballot_id,
                opened_at=ballot.opened_at,
                outcome=ballot.outcome,
                members=tuple(elector.person for elector in ballot.electorate),
                voters=tuple(vote.person for vote in votes),
                partners=tuple(vote.partner for vote in votes),
            )
        )

    async def withdraw(self) -> None:
        """Take a ballot that will not be decided off the chair's mind: the meeting may close without it."""
        item = self._item
        if item is None or self._telling is None:
            return
        await self._telling
        if item.outcome is not None:
            return
        withdrawn = {"message_id": f"{item.ballot_id}/{WITHDRAWN}", "outcome": WITHDRAWN}
        await self._tell(item.model_copy(update=withdrawn))

    async def _tell(self, item: AgendaItem) -> None:
        """Tell the meeting. A case that is cancelled meanwhile leaves no message half told."""
        session_id = await self._telling if self._telling is not None else None
        self._item = item
        message = SessionMessage(session=self._session, item=item, session_id=session_id)
        self._telling = asyncio.ensure_future(tell(SessionActivities.tell_session, message))
        await asyncio.shield(self._telling)

    @property
    def _session(self) -> SessionInput:
        motion = self._motion
        return SessionInput(
            context=self._case.without_case(),
            body=motion.body,
            policy=motion.policy,
            lead=motion.lead,
            partners=motion.entitled,
        )
