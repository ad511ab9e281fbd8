"""A partner without an API: the case opens a task for its student administration instead of calling."""

from datetime import timedelta
from typing import NoReturn

from models.partner import PartnerEndpoint, PartnerOrder, PartnerReceipt, ResultReport
from partners.errors import PartnerRefusalCode, PartnerRefusedError


class ManualPartner:
    """Says that a person must confirm; what that person confirms is all that it can promise."""

    needs_person = True

    def __init__(self, endpoint: PartnerEndpoint) -> None:
        self._partner = endpoint.partner

    async def register(self, order: PartnerOrder) -> PartnerReceipt:
        self._ask_a_person()

    async def cancel(self, order: PartnerOrder, asked_ago: timedelta = timedelta(0)) -> PartnerReceipt:
        self._ask_a_person()

    async def report_result(self, report: ResultReport) -> PartnerReceipt:
        self._ask_a_person()

    async def look_up(self, order: PartnerOrder) -> PartnerReceipt | None:
        return None

    def _ask_a_person(self) -> NoReturn:
        raise PartnerRefusedError(
            self._partner,
            PartnerRefusalCode.NEEDS_PERSON,
            f"{self._partner} has no system that can be called: its student administration confirms by hand.",
        )
