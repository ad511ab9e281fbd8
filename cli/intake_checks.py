"""What must hold before an intake is opened: files without errors, dates that fit, no idle options."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from cli.errors import WrongUseError
from cli.installation import Installation
from cli.zones import day_of
from models.case import Intake
from models.consortium import ConsortiumAgreement
from models.problem import Severity
from programmes.checker import check_files
from programmes.loader import ProgrammeFileError

DATES = ("opens_at", "closes_at", "ranked_at", "release_at", "study_starts_at")


def checked_agreement(installation: Installation, programme: str) -> ConsortiumAgreement:
    """Load the regulations as they are now; refuse when the checker finds errors in one of the two files."""
    file = installation.library.agreement_file(programme)
    found = check_files([file, file.with_name("directory.yaml")])
    errors = tuple(one for one in found if one.severity is Severity.ERROR)
    if errors:
        raise ProgrammeFileError(errors)
    return installation.library.agreement(programme)


def ranks(agreement: ConsortiumAgreement) -> bool:
    """Tell whether the cohort's applications are decided together, on the day of `ranked_at`."""
    return agreement.admission.places is not None or agreement.admission.embargo


def check_options(
    agreement: ConsortiumAgreement, *, ranked: str | None, release: str | None, places: int | None
) -> None:
    """Refuse an option that the agreement gives no effect to."""
    admission = agreement.admission
    if places is not None and admission.places is None:
        raise WrongUseError(
            f"--places has no effect: the agreement of {agreement.id} limits no places. Leave it out, or "
            "write admission.places into a new version of the agreement."
        )
    if release is not None and not admission.embargo:
        raise WrongUseError(
            f"--release has no effect: the agreement of {agreement.id} has no embargo, so decisions are "
            "told at once. Leave it out."
        )
    if ranked is not None and not ranks(agreement):
        raise WrongUseError(
            f"--ranked has no effect: the agreement of {agreement.id} neither limits places nor has an "
            "embargo. Leave it out."
        )


def make_intake(**values: object) -> Intake:
    """Make an intake of what was given; say which value does not fit."""
    try:
        return Intake.model_validate(values)
    except ValidationError as problem:
        error = problem.errors()[0]
        if error["loc"][-1] == "cohort":
            raise WrongUseError(
                f"The cohort {values.get('cohort')!r} is no short name: write it in small letters, digits "
                "and dashes, such as 2026-autumn."
            ) from problem
        raise WrongUseError(f"{_option(str(error['loc'][-1]))}: {error['msg']}.") from problem


def check_intake(intake: Intake, agreement: ConsortiumAgreement, now: datetime) -> None:
    """Refuse dates with which nothing can happen, or in which the agreement is not in force."""
    zone = agreement.zone
    _check_order(intake, zone)
    for field in ("study_starts_at", "closes_at"):
        if getattr(intake, field) <= now:
            raise WrongUseError(
                f"{_option(field)} ({_day(getattr(intake, field), zone)}) is in the past; give a later day."
            )
    first = intake.opens_at.astimezone(ZoneInfo(zone)).date()
    if first < agreement.valid_from:
        raise WrongUseError(
            f"--opens ({first}) is before {agreement.valid_from}, the day from which version "
            f"{agreement.version} of the agreement is valid; give a later day."
        )
    if agreement.admission.embargo and intake.release_at is None:
        raise WrongUseError("Decisions are under embargo: give --release, the day on which they are told.")


def _check_order(intake: Intake, zone: str) -> None:
    """Refuse dates in an order in which nothing can happen."""
    dates = [(name, value) for name in DATES if (value := getattr(intake, name)) is not None]
    for (earlier, first), (later, second) in pairwise(dates):
        if second < first:
            raise WrongUseError(
                f"{_option(later)} ({_day(second, zone)}) is before {_option(earlier)} ({_day(first, zone)})."
            )


def opened_sentence(intake: Intake, zone: str) -> str:
    """Say what an intake is, with the days of its programme's zone."""
    return (
        f"Intake {intake.cohort} of {intake.programme} (agreement {intake.agreement_version}) takes "
        f"applications from {day_of(intake.opens_at, zone)} to {day_of(intake.closes_at, zone)}; "
        f"study starts on {day_of(intake.study_starts_at, zone)}."
    )


def _option(field: str) -> str:
    return f"--{field.removesuffix('_at').replace('_', '-')}"


def _day(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d, %H:%M}"
