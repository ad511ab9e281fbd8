"""Registration: the lead's record of it, and the calls to a partner's student system."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from models.base import PartnerId, ProgrammeId
from models.partner import PartnerOrder, PartnerReceipt, ResultReport
from models.record import RegistrationRecord
from partners.errors import (
    PartnerPendingError,
    PartnerRefusalCode,
    PartnerRefusedError,
    PartnerUnavailableError,
)
from partners.port import PartnerPort
from records.database import Database
from records.registration import RegistrationRepository

PORT_OF = Callable[[ProgrammeId, PartnerId], PartnerPort]

_LONGEST_ATTEMPT_SECONDS = 50.0
"""A case gives an attempt a minute; one that ends by itself before is known to have ended."""
_LONGEST_SETTLING_SECONDS = 20.0
"""After it, at the bounds of the directory, nothing that was cut off takes effect any more."""

_log = structlog.get_logger(__name__)


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

    Time may help: the error is retryable, after the time that the partner asks for, else after
    more and more of it. A person must help: it is not, and its type is the code.
    """

    def __init__(self, port_of: PORT_OF) -> None:
        self._port_of = port_of

    @activity.defn
    async def register_at_partner(self, order: PartnerOrder) -> PartnerReceipt:
        """Register or enrol; returns when it is effective."""
        return await self._ask(order, lambda port: port.register(order))

    @activity.defn
    async def cancel_at_partner(self, order: PartnerOrder) -> PartnerReceipt:
        """
        Undo a registration or enrolment; what is unknown to the partner counts as undone.

        The case asks for this only when no attempt to register is under way any more, and the
        engine's own clock tells how long ago that was at the least.
        """
        info = activity.info()
        asked_ago = info.started_time - info.scheduled_time
        return await self._ask(order, lambda port: port.cancel(order, asked_ago))

    @activity.defn
    async def report_result_to_partner(self, report: ResultReport) -> PartnerReceipt:
        """Enter a result in the partner's system."""
        return await self._ask(report, lambda port: port.report_result(report))

    async def _ask(
        self, about: PartnerOrder | ResultReport, call: Callable[[PartnerPort], Awaitable[PartnerReceipt]]
    ) -> PartnerReceipt:
        """Put a partner's errors into the engine's words: retry, or let a person help."""
        try:
            async with asyncio.timeout(_LONGEST_ATTEMPT_SECONDS):
                return await call(self._port(about))
        except PartnerRefusedError as refusal:
            _log.info("partner refused", partner=about.partner, case=about.case, code=refusal.code)
            raise ApplicationError(refusal.sentence, type=refusal.code, non_retryable=True) from refusal
        except (PartnerUnavailableError, PartnerPendingError) as problem:
            raise _try_again(type(problem).__name__, problem.sentence, problem.retry_after) from problem
        except TimeoutError as late:
            sentence = f"{about.partner} answers so slowly that one attempt would take over a minute."
            raise _try_again(PartnerUnavailableError.__name__, sentence, _LONGEST_SETTLING_SECONDS) from late

    def _port(self, about: PartnerOrder | ResultReport) -> PartnerPort:
        try:
            return self._port_of(about.programme, about.partner)
        except LookupError as missing:
            raise PartnerRefusedError(
                about.partner,
                PartnerRefusalCode.NO_OFFERING,
                f"The directory of {about.programme} does not say how {about.partner} is reached. "
                "Add its endpoint there.",
            ) from missing


def _try_again(kind: str, sentence: str, seconds: float | None) -> ApplicationError:
    delay = None if seconds is None else timedelta(seconds=seconds)
    return ApplicationError(sentence, type=kind, next_retry_delay=delay)
