"""How an application enters: the person and evidence into the records, the case into the engine."""

import secrets
from datetime import datetime, timedelta

from temporalio.client import Client
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)

from cli.installation import Installation
from cli.zones import day_of
from engine.search import COHORT, PHASE, PROGRAMME
from models.admission import Application
from models.calendar import HolidayCalendar
from models.case import CaseContext, Intake, Phase
from models.consortium import ConsortiumAgreement
from models.lifecycle import LearnerInput
from models.person import Person
from programmes.calendars import holiday_calendar
from records.admission import AdmissionRepository
from records.case import CaseRepository
from records.consortium import ConsortiumRepository
from records.person import PersonRepository

_YEARS_AHEAD = 5


class ApplicationRefusedError(Exception):
    """The application cannot be taken now; the sentence says why."""


def random_reference() -> str:
    """Make a reference that tells nothing: 16 hexadecimal digits."""
    return secrets.token_hex(8)


def calendars_of(agreement: ConsortiumAgreement, start: datetime) -> tuple[HolidayCalendar, ...]:
    """Look up the public holidays of all partners' countries for the years of a cohort, the lead's first."""
    years = range(start.year, start.year + _YEARS_AHEAD)
    partners = sorted(agreement.partnership.partners, key=lambda one: one is not agreement.partnership.lead)
    regions = dict.fromkeys((partner.country, partner.calendar_region) for partner in partners)
    return tuple(holiday_calendar(country, region, years) for country, region in regions)


def case_context(
    installation: Installation, agreement: ConsortiumAgreement, intake: Intake, case: str, person: str
) -> CaseContext:
    """Put together what every workflow of a case knows."""
    return CaseContext(
        case=case,
        person=person,
        programme=intake.programme,
        cohort=intake.cohort,
        agreement_version=agreement.version,
        zone=agreement.zone,
        clock=installation.clock,
        calendars=calendars_of(agreement, intake.opens_at),
        reminder_days=agreement.reminder_days,
    )


def check_window(intake: Intake, now: datetime, zone: str) -> None:
    """Refuse an application outside the window of its intake; the days are those of the programme's zone."""
    if now < intake.opens_at:
        raise ApplicationRefusedError(f"Applications open on {day_of(intake.opens_at, zone)}.")
    if now > intake.closes_at:
        raise ApplicationRefusedError(
            f"Applications closed on {day_of(intake.closes_at, zone)}. Ask for the next intake."
        )


async def submit(
    installation: Installation,
    client: Client,
    intake: Intake,
    person: Person,
    application: Application,
    case: str,
) -> None:
    """
    Keep the application and start the learner's way; the same case again changes nothing.

    The records come first: a case that the engine does not know yet is started by the next try.
    """
    with installation.database.transaction() as session:
        agreement = ConsortiumRepository(session).agreement(intake.programme, intake.agreement_version)
        check_window(intake, application.submitted_at, agreement.zone)
        context = case_context(installation, agreement, intake, case, person.ref)
        PersonRepository(session).add(person)
        CaseRepository(session).open_case(context, application.submitted_at, "The application is in.")
        AdmissionRepository(session).submit(case, application)
    learner = LearnerInput(context=context, agreement=agreement, intake=intake, application=application)
    attributes = TypedSearchAttributes(
        [
            SearchAttributePair(PROGRAMME, intake.programme),
            SearchAttributePair(COHORT, intake.cohort),
            SearchAttributePair(PHASE, Phase.ADMISSION.value),
        ]
    )
    await client.start_workflow(
        "LearnerWorkflow",
        learner,
        id=f"learner/{case}",
        task_queue=installation.settings.task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        search_attributes=attributes,
        static_summary=f"A learner's way through {intake.programme}, cohort {intake.cohort}",
        rpc_timeout=timedelta(seconds=20),
    )
