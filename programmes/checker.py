"""All that is wrong with agreements and directories, file by file and with each other."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path as FilePath
from zoneinfo import available_timezones

from models.consortium import ConsortiumAgreement
from models.directory import Directory
from models.problem import Finding, Problem, ProblemCode, Severity
from programmes.calendars import UnknownCalendarError, holiday_calendar
from programmes.document import Document, ProgrammeFileError, read_document
from programmes.loader import validate
from rules.consortium import check_consortium
from rules.consortium_directory import check_directory, check_people

DIRECTORY_KEYS = frozenset({"people", "endpoints"})
"""Keys that only a directory has."""

Checked = tuple[Document, ConsortiumAgreement | Directory]


def check_files(paths: Iterable[FilePath]) -> tuple[Problem, ...]:
    """
    List every problem of the files, in the order of files and lines.

    A folder stands for its agreement and directory. A directory is checked against the agreement
    of its programme among the files, or against the one beside it.
    """
    problems: list[Problem] = []
    checked: list[Checked] = []
    for path in _files(paths):
        try:
            checked.append(_read(path))
        except ProgrammeFileError as failure:
            problems.extend(failure.problems)
    for document, content in checked:
        problems.extend(_place(document, _findings(document, content, checked)))
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


def _read(path: FilePath) -> Checked:
    document = read_document(path)
    is_directory = DIRECTORY_KEYS & set(document.values) or path.name == "directory.yaml"
    if is_directory:
        return document, validate(document, Directory)
    return document, validate(document, ConsortiumAgreement)


def _findings(
    document: Document, content: ConsortiumAgreement | Directory, checked: Sequence[Checked]
) -> Iterator[Finding]:
    if isinstance(content, ConsortiumAgreement):
        yield from check_consortium(content, available_timezones())
        yield from _check_calendars(content)
        return
    agreements = [found for _, found in checked if isinstance(found, ConsortiumAgreement)]
    mine = [found for found in agreements if found.id == content.programme]
    mine = mine or _beside(document) or agreements[:1]
    if not mine:
        yield from check_people(content)
    for agreement in mine:
        yield from check_directory(agreement, content)


def _check_calendars(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Working days are counted in every partner's country."""
    for index, partner in enumerate(agreement.partnership.partners):
        try:
            holiday_calendar(partner.country, partner.calendar_region, (agreement.valid_from.year,))
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


def _beside(document: Document) -> list[ConsortiumAgreement]:
    try:
        content = _read(FilePath(document.file).with_name("agreement.yaml"))[1]
    except ProgrammeFileError:
        return []
    return [content] if isinstance(content, ConsortiumAgreement) else []


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
