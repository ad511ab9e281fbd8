"""What workflows share that collect messages of many cases: each counts once, history stays short."""

from temporalio import workflow

from models.case import CaseContext
from models.message import Heard
from workflows.casework import Casework


class Collecting(Casework):
    """
    A workflow that hears of many cases, for months: a cohort, a committee's meeting.

    It knows the ids of all messages that it has heard, and continues as new with them when its
    history has grown long.
    """

    def __init__(self, context: CaseContext, heard: Heard, most_messages: int | None) -> None:
        super().__init__(context, heard.receipts)
        self._message_ids = dict.fromkeys(heard.message_ids)
        self._most_messages = most_messages
        self._messages = 0

    def _is_new(self, message_id: str) -> bool:
        """Tell whether a message has come for the first time, and remember it."""
        if message_id in self._message_ids:
            return False
        self._message_ids[message_id] = None
        self._messages += 1
        return True

    @property
    def _is_long(self) -> bool:
        """Tell whether it is time for a new history."""
        enough = self._most_messages is not None and self._messages >= self._most_messages
        return enough or workflow.info().is_continue_as_new_suggested()

    @property
    def _heard(self) -> Heard:
        return Heard(message_ids=tuple(self._message_ids), receipts=self._receipts)
