"""The published JSON Schema of the two files of a programme."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from models.consortium import ConsortiumAgreement
from models.directory import Directory


class FileKind(StrEnum):
    """The two files of a programme."""

    AGREEMENT = "agreement"
    DIRECTORY = "directory"


MODELS: dict[FileKind, type[BaseModel]] = {
    FileKind.AGREEMENT: ConsortiumAgreement,
    FileKind.DIRECTORY: Directory,
}


def json_schema(kind: FileKind) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of an agreement or a directory."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:collegium:{kind}",
        **MODELS[kind].model_json_schema(),
    }
