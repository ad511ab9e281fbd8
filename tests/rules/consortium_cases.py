"""The shipped programmes as plain values, and how to edit them into something wrong."""

from copy import deepcopy
from datetime import date
from typing import Any

from models.consortium import ConsortiumAgreement
from models.directory import Directory
from models.problem import Finding, Path, ProblemCode
from programmes.document import read_document
from programmes.loader import SHIPPED
from rules.consortium import check_consortium
from rules.consortium_directory import check_directory

DCE, COASTAL = "dce", "coastal-data"
REMOVED = object()
ON = date(2026, 9, 1)
"""The day for which directories are checked."""
ZONES = frozenset(
    {"Europe/Helsinki", "Europe/Berlin", "Europe/Lisbon", "Europe/Istanbul", "Europe/Paris"}
) | {
    "Europe/Rome",
    "Europe/Malta",
}
Edits = dict[Path, Any]
Case = tuple[str, Edits, ProblemCode, Path]

_AGREEMENTS = {name: read_document(SHIPPED / name / "agreement.yaml").values for name in (DCE, COASTAL)}
_DIRECTORIES = {name: read_document(SHIPPED / name / "directory.yaml").values for name in (DCE, COASTAL)}


def _edit(values: dict[str, Any], edits: Edits) -> dict[str, Any]:
    copy = deepcopy(values)
    for path, value in edits.items():
        place: Any = copy
        for step in path[:-1]:
            place = place[step]
        last: Any = path[-1]
        if value is REMOVED:
            del place[last]
        elif isinstance(place, list) and last == len(place):
            place.append(value)
        else:
            place[last] = value
    return copy


def an_agreement(name: str = DCE, edits: Edits | None = None) -> ConsortiumAgreement:
    return ConsortiumAgreement.model_validate(_edit(_AGREEMENTS[name], edits or {}))


def a_directory(name: str = DCE, edits: Edits | None = None) -> Directory:
    return Directory.model_validate(_edit(_DIRECTORIES[name], edits or {}))


def found(name: str, edits: Edits) -> tuple[Finding, ...]:
    return check_consortium(an_agreement(name, edits), ZONES)


def found_in_directory(
    name: str, edits: Edits, agreement: Edits | None = None, on: date = ON
) -> tuple[Finding, ...]:
    return check_directory(an_agreement(name, agreement), a_directory(name, edits), on)
