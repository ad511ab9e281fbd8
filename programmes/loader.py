"""Agreements and directories from their files."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from models.consortium import ConsortiumAgreement
from models.directory import Directory
from programmes.document import Document, ProgrammeFileError, read_document
from programmes.explain import explain

__all__ = [
    "SHIPPED",
    "ProgrammeFileError",
    "ProgrammeFiles",
    "agreement_hash",
    "find_programme",
    "list_programmes",
    "load_agreement",
    "load_directory",
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


def load_agreement(path: FilePath) -> ConsortiumAgreement:
    """Load the regulations; `ProgrammeFileError` has every problem with line and column."""
    return validate(read_document(path), ConsortiumAgreement)


def load_directory(path: FilePath) -> Directory:
    """Load office-holders and endpoints; `ProgrammeFileError` has every problem with line and column."""
    return validate(read_document(path), Directory)


def validate(document: Document, model: type[M]) -> M:
    """Read a document as a model; `ProgrammeFileError` has every problem with line and column."""
    try:
        return model.model_validate(document.values)
    except ValidationError as failure:
        raise ProgrammeFileError(explain(failure, document, model)) from failure


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
