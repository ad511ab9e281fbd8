"""Moments as people of a programme read them: in the programme's own zone."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from cli.installation import Installation
from models.base import CaseId, ProgrammeId
from records.case import CaseRepository
from records.consortium import ConsortiumRepository

ELSEWHERE = "UTC"


class Zones:
    """The zone of every programme and case of an installation, each looked up once."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._of_programme = cache(self._look_up)
        self._programmes: dict[CaseId, ProgrammeId] | None = None

    def of_programme(self, programme: ProgrammeId | None) -> str:
        """Tell a programme's zone, as its newest agreement states it."""
        return self._of_programme(programme) if programme else ELSEWHERE

    def of_case(self, case: CaseId | None) -> str:
        """Tell the zone of a case's programme."""
        if self._programmes is None:
            with self._installation.database.reading() as session:
                self._programmes = {one.case: one.programme for one in CaseRepository(session).find()}
        return self.of_programme(self._programmes.get(case or ""))

    def _look_up(self, programme: ProgrammeId) -> str:
        with self._installation.database.reading() as session:
            latest = ConsortiumRepository(session).latest(programme)
        return latest.agreement.zone if latest is not None else ELSEWHERE


def local(moment: datetime | None, zone: str) -> datetime | None:
    """Turn a moment to a zone."""
    return moment.astimezone(ZoneInfo(zone)) if moment is not None else None


def day_of(moment: datetime, zone: str) -> str:
    """Write the day of a moment in a zone, as in 30 September 2026."""
    return f"{moment.astimezone(ZoneInfo(zone)):%-d %B %Y}"
