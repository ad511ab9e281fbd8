"""All that is wrong with agreements and directories, file by file and with each other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path as FilePath
from typing import Any, TypeGuard
from zoneinfo import available_timezones

from models.consortium import ConsortiumAgreement
from models.directory import Directory
from models.problem import Finding, Problem, ProblemCode, Severity
from programmes.calendars import UnknownCalendarError, holiday_calendar
from programmes.document import Document, ProgrammeFileError, read_document
from programmes.loader import Reading, read_as
from rules.consortium import check_consortium
from rules.consortium_directory import check_directory, check_people

DIRECTORY_KEYS = frozenset({"people", "endpoints"})
"""Keys that only a directory has."""

_ANY_YEAR = 2026
"""Whether a country's holidays are known does not depend on the year."""


@dataclass(frozen=True)
class _Checked:
    """A file that was read, at least in part."""

    document: Document
    reading: Reading[ConsortiumAgreement] | Reading[Directory]


def check_files(paths: Iterable[FilePath], on: date | None = None) -> tuple[Problem, ...]:
    """
    List every problem of the files, in the order of files and lines.

    A folder stands for its agreement and directory. A directory is checked against the agreement
    of its programme among the files, or against the one beside it, for the offices that are held
    on the day `on`: today, unless another one is given.
    """
    day = on or datetime.now(UTC).date()
    problems: list[Problem] = []
    checked: list[_Checked] = []
    for path in _files(paths):
        try:
            checked.append(_read(path))
        except ProgrammeFileError as failure:
            problems.extend(failure.problems)
    for one in checked:
        problems.extend(one.reading.problems)
        problems.extend(_place(one.document, _findings(one, checked, day)))
    order = {str(path): number for number, path in enumerate(_files(paths))}
    return tuple(
        sorted(dict.fromkeys(problems), key=lambda found: (order[found.file], found.line, found.column))
    )


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _files(paths: Iterable[FilePath]) -> list[FilePath]:
    return [
        file
        for path in paths
        for file in ((path / "agreement.yaml", path / "directory.yaml") if path.is_dir() else (path,))
    ]


def _read(path: FilePath) -> _Checked:
    document = read_document(path)
    is_directory = DIRECTORY_KEYS & set(document.values) or path.name == "directory.yaml"
    if is_directory:
        return _Checked(document, read_as(document, Directory))
    return _Checked(document, read_as(document, ConsortiumAgreement))


def _findings(one: _Checked, checked: Sequence[_Checked], on: date) -> Iterator[Finding]:
    content, unread = one.reading.value, one.reading.unread
    if isinstance(content, ConsortiumAgreement):
        yield from check_consortium(content, available_timezones(), unread)
        if "partnership" not in unread:
            yield from _check_calendars(content)
        return
    agreements = [found.reading for found in checked if _is_agreement(found.reading)]
    programme = one.document.values.get("programme")
    mine = [found for found in agreements if "id" not in found.unread and found.value.id == programme]
    mine = mine or _beside(one.document) or agreements[:1]
    if not mine and "people" not in unread:
        yield from check_people(content)
    for agreement in mine:
        yield from check_directory(agreement.value, content, on, agreement.unread, unread)


def _is_agreement(reading: Reading[Any]) -> TypeGuard[Reading[ConsortiumAgreement]]:
    return isinstance(reading.value, ConsortiumAgreement)


def _check_calendars(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Working days are counted in every partner's country."""
    for index, partner in enumerate(agreement.partnership.partners):
        try:
            holiday_calendar(partner.country, partner.calendar_region, (_ANY_YEAR,))
        except UnknownCalendarError as unknown:
            yield Finding(
                path=(
                    "partnership",
                    "partners",
                    index,
                    "calendar_region" if partner.calendar_region else "country",
                ),
                code=ProblemCode.CALENDAR_UNKNOWN,
                sentence=str(unknown),
            )


def _beside(document: Document) -> list[Reading[ConsortiumAgreement]]:
    try:
        reading = _read(FilePath(document.file).with_name("agreement.yaml")).reading
    except ProgrammeFileError:
        return []
    return [reading] if _is_agreement(reading) else []


def _place(document: Document, findings: Iterable[Finding]) -> Iterator[Problem]:
    for finding in findings:
        line, column = document.find(finding.path)
        yield Problem(
            file=document.file,
            line=line,
            column=column,
            severity=finding.severity,
            code=finding.code,
            sentence=finding.sentence,
        )
