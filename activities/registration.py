"""Registration: the lead's record of it, and the calls to a partner's student system."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from models.base import PartnerId, ProgrammeId
from models.partner import PartnerOrder, PartnerReceipt, ResultReport
from models.record import RegistrationRecord
from partners.errors import PartnerPendingError, PartnerRefusedError, PartnerUnavailableError
from partners.port import PartnerPort
from records.database import Database
from records.registration import RegistrationRepository

PORT_OF = Callable[[ProgrammeId, PartnerId], PartnerPort]


class RegistrationActivities:
    """Keeps every registration and each state that it came to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    def save_registration(self, record: RegistrationRecord) -> None:
        """Keep a registration as it stands now."""
        with self._database.transaction() as session:
            RegistrationRepository(session).save(record)


class PartnerActivities:
    """
    Drives one partner's student system, on that partner's own queue; never touches the records.

    Time may help: the error is retryable, with the delay that the partner asks for. A person must
    help: it is not, and its type is the code.
    """

    def __init__(self, port_of: PORT_OF) -> None:
        self._port_of = port_of

    @activity.defn
    async def register_at_partner(self, order: PartnerOrder) -> PartnerReceipt:
        """Register or enrol; returns when it is effective."""
        return await _translated(self._port_of(order.programme, order.partner).register(order))

    @activity.defn
    async def cancel_at_partner(self, order: PartnerOrder) -> PartnerReceipt:
        """Undo a registration or enrolment; what is unknown to the partner counts as undone."""
        return await _translated(self._port_of(order.programme, order.partner).cancel(order))

    @activity.defn
    async def report_result_to_partner(self, report: ResultReport) -> PartnerReceipt:
        """Enter a result in the partner's system."""
        return await _translated(self._port_of(report.programme, report.partner).report_result(report))


async def _translated(call: Awaitable[PartnerReceipt]) -> PartnerReceipt:
    """Put a partner's errors into the engine's words: retry, or let a person help."""
    try:
        return await call
    except PartnerRefusedError as refusal:
        raise ApplicationError(refusal.sentence, type=refusal.code, non_retryable=True) from refusal
    except (PartnerUnavailableError, PartnerPendingError) as problem:
        delay = None if problem.retry_after is None else timedelta(seconds=problem.retry_after)
        raise ApplicationError(
            problem.sentence, type=type(problem).__name__, next_retry_delay=delay
        ) from problem
