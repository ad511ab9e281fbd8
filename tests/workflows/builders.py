"""Agreements, applications and contexts for tests of workflows, made from the programmes that ship."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import BaseModel

from models.admission import Application, Attainment, EvidenceKind
from models.calendar import HolidayCalendar
from models.case import CaseContext, Intake
from models.clock import Clock
from models.consortium import ConsortiumAgreement
from models.lifecycle import AdmissionInput, AgreementInput, CourseInput
from models.person import Person
from programmes.calendars import holiday_calendar
from programmes.library import ProgrammeLibrary

DCE, COASTAL = "dce", "coastal-data"
PATH = ("marine-data", "coastal-modelling", "remote-sensing", "governance", "internship")
DAY = timedelta(days=1)

Changed = TypeVar("Changed", bound=BaseModel)
_versions = count(1)


def changed(model: Changed, path: str = "", /, **values: Any) -> Changed:
    """Return a copy in which the model at `path`, as in `admission.ballot`, has other values."""
    if not path:
        return model.model_copy(update=values)
    field, _, rest = path.partition(".")
    return model.model_copy(update={field: changed(getattr(model, field), rest, **values)})


@lru_cache
def shipped(programme: str = DCE) -> ConsortiumAgreement:
    """Return the agreement as it ships."""
    return ProgrammeLibrary().agreement(programme)


def quick(agreement: ConsortiumAgreement, weeks: int = 1) -> ConsortiumAgreement:
    """
    Shorten study to a week for each course, and give people more days than they need.

    A fast clock leaves them few seconds; a busy machine must not make them miss a deadline.
    """
    courses = tuple(
        changed(course, weeks=weeks, starts_in_week=1 + weeks * place)
        for place, course in enumerate(agreement.programme.courses)
    )
    agreement = changed(agreement, "programme", courses=courses)
    agreement = changed(agreement, "examination", weeks_to_resit=1, days_to_appeal=60)
    agreement = changed(agreement, "admission", days_to_complete=60, days_to_confirm=60, days_to_appeal=60)
    number = next(_versions) + 1
    return changed(agreement, version=f"2026.{number}", days_to_choose_path=60, days_to_sign_agreement=60)


def a_case() -> str:
    return uuid4().hex[:16]


def a_person(case: str, **fields: Any) -> Person:
    values: dict[str, Any] = {
        "ref": f"p-{case}",
        "given_name": "Aino",
        "family_name": "Virtanen",
        "mail": f"{case}@example.org",
        "birth_date": date(1990, 5, 1),
        "nationality": "FI",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Person(**(values | fields))


@lru_cache
def calendars(programme: str, first_year: int) -> tuple[HolidayCalendar, ...]:
    years = range(first_year, first_year + 12)
    partners = shipped(programme).partnership.partners
    regions = dict.fromkeys((partner.country, partner.calendar_region) for partner in partners)
    return tuple(holiday_calendar(country, region, years) for country, region in regions)


def a_context(
    agreement: ConsortiumAgreement, clock: Clock, case: str, cohort: str = "spring", **fields: Any
) -> CaseContext:
    values: dict[str, Any] = {
        "case": case,
        "person": f"p-{case}",
        "programme": agreement.id,
        "cohort": cohort,
        "agreement_version": agreement.version,
        "zone": agreement.zone,
        "clock": clock,
        "calendars": calendars(agreement.id, clock.epoch.year),
        "reminder_days": agreement.reminder_days,
    }
    return CaseContext(**(values | fields))


def an_intake(
    agreement: ConsortiumAgreement,
    now: datetime,
    *,
    cohort: str = "spring",
    days_to_rank: int = 45,
    days_to_study: int = 90,
) -> Intake:
    return Intake(
        programme=agreement.id,
        cohort=cohort,
        agreement_version=agreement.version,
        opens_at=now,
        closes_at=now + DAY * min(20, days_to_rank),
        ranked_at=now + DAY * days_to_rank,
        release_at=now + DAY * (days_to_rank + 5),
        study_starts_at=now + DAY * days_to_study,
    )


def an_attainment(kind: EvidenceKind, **fields: Any) -> Attainment:
    known: dict[EvidenceKind, dict[str, Any]] = {
        EvidenceKind.DEGREE: {"eqf_level": 6, "isced_f": "0521"},
        EvidenceKind.LANGUAGE: {"language": "en", "cefr": "C1"},
    }
    return Attainment(**({"reference": f"{kind.value}-1", "kind": kind} | known.get(kind, {}) | fields))


def an_application(
    agreement: ConsortiumAgreement, now: datetime, without: Iterable[EvidenceKind] = (), **fields: Any
) -> Application:
    """Return an application with everything that is required, unless told otherwise."""
    attainments = tuple(
        an_attainment(wanted.kind)
        for wanted in agreement.admission.evidence
        if wanted.required and wanted.kind not in set(without)
    )
    values: dict[str, Any] = {
        "submitted_at": now,
        "attainments": attainments,
        "acknowledged_notice": True,
        "country": "FI",
        "lot": uuid4().int % 10**9,
    }
    return Application(**(values | fields))


def an_admission(agreement: ConsortiumAgreement, context: CaseContext, **fields: Any) -> AdmissionInput:
    now = context.clock.epoch
    values: dict[str, Any] = {
        "context": context,
        "regulations": agreement.admission,
        "intake": an_intake(agreement, now, cohort=context.cohort),
        "application": an_application(agreement, now),
        "lead": agreement.partnership.lead.id,
        "associates": agreement.partnership.associates,
        "courses": agreement.programme.courses,
        "main_partners": tuple(partner.id for partner in agreement.partnership.awarding),
    }
    return AdmissionInput(**(values | fields))


def an_agreement_input(agreement: ConsortiumAgreement, context: CaseContext, **fields: Any) -> AgreementInput:
    sign_before = context.clock.epoch + 90 * DAY
    values: dict[str, Any] = {"recognised": (), "sign_before": sign_before}
    return AgreementInput(context=context, agreement=agreement, **(values | fields))


def a_course_input(
    agreement: ConsortiumAgreement, context: CaseContext, course: str, **fields: Any
) -> CourseInput:
    values: dict[str, Any] = {"ends_at": context.clock.epoch + 7 * DAY, "registration_number": 1}
    found = agreement.programme.course(course)
    return CourseInput(context=context, agreement=agreement, course=found, **(values | fields))
