"""Secrets of an installation: files of a folder, or variables of the environment."""

import os
from collections.abc import Callable
from pathlib import Path


def secrets_in(folder: Path) -> Callable[[str], str]:
    """
    Read secrets by name from files of a folder, or from `COLLEGIUM_SECRET_{NAME}`.

    They are read at every use, so that one that is stored late is found without a new start.
    """

    def secret(name: str) -> str:
        variable = f"COLLEGIUM_SECRET_{name.upper().replace('-', '_')}"
        file = folder / name
        found = os.environ.get(variable) or (_text(file) if file.is_file() else "")
        if not found:
            raise KeyError(f"The secret {name} is missing: write it into {file}, or set {variable}.")
        return found

    return secret


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise KeyError(f"The secret in {file} cannot be read ({type(problem).__name__}).") from problem
