"""What a case asks of a partner's student system, whatever that system speaks."""

from datetime import timedelta
from typing import Protocol

from models.partner import (
    DisclosedPerson,
    DisclosureRequest,
    PartnerOrder,
    PartnerReceipt,
    ResultReport,
)


class PartnerPort(Protocol):
    """
    A partner's student system. Every call may be repeated with the same argument.

    Raises `PartnerUnavailableError`, `PartnerPendingError` or `PartnerRefusedError`.
    """

    @property
    def needs_person(self) -> bool:
        """True where no system can be called: a task for the student administration takes its place."""

    async def register(self, order: PartnerOrder) -> PartnerReceipt:
        """Register for the programme, or enrol in the order's course; returns when it is effective."""

    async def cancel(self, order: PartnerOrder, asked_ago: timedelta = timedelta(0)) -> PartnerReceipt:
        """
        Undo it; what is cancelled, denied or unknown already is undone.

        `asked_ago` is how long ago, at the least, the registration was last asked for: a call
        without an answer may take effect late, so "unknown" counts only some time after it.
        """

    async def report_result(self, report: ResultReport) -> PartnerReceipt:
        """Enter a result; an older attempt never replaces a newer one."""

    async def look_up(self, order: PartnerOrder) -> PartnerReceipt | None:
        """Tell how it stands, changing nothing; None when the partner knows none."""


class DisclosurePort(Protocol):
    """Gives a partner the fields of a person that the agreement lets it see, and logs that it did."""

    async def disclose(self, request: DisclosureRequest) -> DisclosedPerson:
        """Answer with the permitted fields only."""
