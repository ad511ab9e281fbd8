"""Agreements and directories from their files, whole or as far as they can be read."""

import hashlib
import json
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from models.consortium import ConsortiumAgreement
from models.directory import Directory
from models.problem import Path, Problem
from programmes.document import Document, ProgrammeFileError, read_document
from programmes.explain import explain

__all__ = [
    "SHIPPED",
    "ProgrammeFileError",
    "ProgrammeFiles",
    "Reading",
    "agreement_hash",
    "find_programme",
    "list_programmes",
    "load_agreement",
    "load_directory",
    "read_as",
    "validate",
]

SHIPPED = FilePath(__file__).parent
"""The folder with the programmes that are part of the product."""

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class ProgrammeFiles:
    """The two files of a programme."""

    id: str
    agreement: FilePath
    directory: FilePath


@dataclass(frozen=True)
class Reading(Generic[M]):
    """What could be read of a document, and all that is wrong with how it is written."""

    value: M
    """Without the sections that are unread."""
    unread: frozenset[str]
    """Keys of the top of the file that are missing or whose values cannot be read."""
    problems: tuple[Problem, ...]


def load_agreement(path: FilePath) -> ConsortiumAgreement:
    """Load the regulations; `ProgrammeFileError` has every problem with line and column."""
    return validate(read_document(path), ConsortiumAgreement)


def load_directory(path: FilePath) -> Directory:
    """Load office-holders and endpoints; `ProgrammeFileError` has every problem with line and column."""
    return validate(read_document(path), Directory)


def validate(document: Document, model: type[M]) -> M:
    """Read a document as a model; `ProgrammeFileError` has every problem with line and column."""
    reading = read_as(document, model)
    if reading.problems:
        raise ProgrammeFileError(reading.problems)
    return reading.value


def read_as(document: Document, model: type[M]) -> Reading[M]:
    """
    Read as much of a document as there is, so that one mistake does not hide the others.

    Keys that the model does not know are passed over. A section with another mistake is left out
    whole: what is said of the rest is then true whatever the section was meant to say.
    """
    values: dict[str, Any] = deepcopy(document.values)
    problems: dict[Problem, None] = dict.fromkeys(document.problems)
    failure = _failure(model, values)
    while failure is not None:
        problems.update(dict.fromkeys(explain(failure, document, model)))
        unknown = [error["loc"] for error in failure.errors() if error["type"] == "extra_forbidden"]
        removed = [_remove(values, path) for path in unknown]
        if not any(removed):
            break
        failure = _failure(model, values)
    if failure is None:
        return Reading(model.model_validate(values), frozenset(), tuple(problems))
    unread = _unread(failure, model)
    return Reading(_without(unread, values, model), unread, tuple(problems))


def _unread(failure: ValidationError, model: type[BaseModel]) -> frozenset[str]:
    """Name the sections that cannot be read: all of them where the file as a whole is refused."""
    places = [error["loc"] for error in failure.errors()]
    return frozenset(str(path[0]) for path in places) if all(places) else frozenset(model.model_fields)


def _failure(model: type[BaseModel], values: dict[str, Any]) -> ValidationError | None:
    try:
        model.model_validate(values)
    except ValidationError as failure:
        return failure
    return None


def _remove(values: Any, path: Path) -> bool:
    """Remove a key, and tell whether it was there."""
    for step in path[:-1]:
        values = values[step]
    return values.pop(path[-1], None) is not None


def _without(unread: frozenset[str], values: dict[str, Any], model: type[M]) -> M:
    """Build a model of the sections that can be read; asking it for another one is an error."""
    sections = {
        name: _section(field).validate_python(values[name])
        if name in values
        else field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if name not in unread
    }
    partial = model.model_construct(**sections)
    for name in unread & model.model_fields.keys():
        partial.__dict__.pop(name, None)
    return partial


def _section(field: FieldInfo) -> TypeAdapter[Any]:
    kind: Any = Annotated[field.annotation, field]
    return TypeAdapter(kind)


def agreement_hash(agreement: ConsortiumAgreement) -> str:
    """Give the SHA-256 of what an agreement says; comments and the order of keys do not count."""
    content = json.dumps(
        agreement.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(content.encode()).hexdigest()


def list_programmes(folder: FilePath = SHIPPED) -> tuple[ProgrammeFiles, ...]:
    """List the programmes in a folder: each has a folder of its own with both files."""
    return tuple(
        ProgrammeFiles(id=file.parent.name, agreement=file, directory=file.with_name("directory.yaml"))
        for file in sorted(folder.glob("*/agreement.yaml"))
    )


def find_programme(programme: str, folder: FilePath = SHIPPED) -> ProgrammeFiles | None:
    """Find a programme by its id."""
    return next((found for found in list_programmes(folder) if found.id == programme), None)
