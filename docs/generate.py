"""
Writes the reference pages from the code: `python -m docs.generate`.

With `--check` nothing is written; the exit status is 1 when a page is not as the code says.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from docs import codes_page, other_pages
from docs.models_page import ModelPage
from programmes.schema import FileKind

FOLDER = Path(__file__).parent / "reference"
NOTE = "<!-- Written by `python -m docs.generate` from the code. Change the code, then run it again. -->"


class Page(NamedTuple):
    """A reference page: what stands above the generated part, and how that comes about."""

    name: str
    introduction: str
    content: Callable[[], str]


PAGES = (
    Page(
        "agreement.md",
        """# The agreement file

`programmes/{id}/agreement.yaml` holds the regulations of one programme. It is YAML 1.2. A key that is
not listed here is an error. Numbers of credits, grades and amounts are read exactly as they are written.

* `./collegium programme check FILE` lists everything that is wrong. The codes stand in
  [problems.md](problems.md).
* `./collegium programme schema agreement` prints the same as a JSON Schema for editors.
* Two complete files ship: [dce](../../programmes/dce/agreement.yaml), a linear programme, and
  [coastal-data](../../programmes/coastal-data/agreement.yaml), a branched one.
* [coordinator.md](../guides/coordinator.md) shows how to write one.

The top of the file:""",
        lambda: str(ModelPage(FileKind.AGREEMENT)),
    ),
    Page(
        "directory.md",
        """# The directory file

`programmes/{id}/directory.yaml` names the people in office and the partners' systems. It is read each
time it is used, so a change counts at once. It holds no secret, only the names of secrets.

* `./collegium programme check FILE` checks it against the agreement beside it.
* `./collegium programme schema directory` prints the JSON Schema.
* Two complete files ship: [dce](../../programmes/dce/directory.yaml) and
  [coastal-data](../../programmes/coastal-data/directory.yaml).

The top of the file:""",
        lambda: str(ModelPage(FileKind.DIRECTORY)),
    ),
    Page(
        "problems.md",
        """# What the checker says

`./collegium programme check` prints one line for each problem: `file:line:column`, severity, code, sentence.
An error keeps a file from being used. A warning does not. The exit status is 1 when there is an error.

Codes are stable. Sentences may be worded anew. An ellipsis stands for a name or number of your file.""",
        codes_page.problems,
    ),
    Page(
        "refusals.md",
        """# Why a decision is refused

A decision that is impossible, late or not this person's to make is refused before it is recorded. The
person who made it gets a code and a sentence. The command line prints the sentence with the code in
brackets and ends with exit status 1.

Codes are stable. Sentences may be worded anew. An ellipsis stands for something of the case.""",
        codes_page.refusals,
    ),
    Page(
        "commands.md",
        """# Commands

All commands start with `./collegium`. The exit status is 0 when it is done, 1 when it is refused and 2
when the command is used wrongly. Commands with `--as` act for somebody: a person of the directory, or a
learner by reference or mail address. `--as` is for installations on one machine; it is not a sign-in.

`./collegium test` is no part of this list: it runs the checks and tests. `./collegium test --help` tells
more.""",
        other_pages.commands,
    ),
    Page(
        "scales.md",
        """# Grading scales

The catalogue of scales that agreements may use by name. A scale is the practice of institutions, not of
countries: an agreement may bring a partner's own under `examination.scales`.

*Known* says how well a scale is known: A from a page of an institution or authority, B from a secondary
page, U common knowledge that nobody confirmed. Check a scale with your partner before you use it.""",
        other_pages.scales,
    ),
    Page(
        "settings.md",
        """# Settings

Settings are environment variables, read when a process starts. An installation on one machine sets them
itself. The engine's address, namespace, certificates and API key are not among them: they come from the
Temporal SDK's own configuration, `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
`TEMPORAL_TLS_...`, or its file named by `TEMPORAL_CONFIG_FILE`.

Secrets of partners are files of that name in the folder `secrets` of the home folder, or variables
`COLLEGIUM_SECRET_{NAME}` with the name in capitals and underscores for hyphens.""",
        other_pages.settings,
    ),
)


def text_of(page: Page) -> str:
    """Put a page together."""
    return f"{NOTE}\n\n{page.introduction}\n\n{page.content()}\n"


def main(arguments: Sequence[str]) -> int:
    """Write all pages, or tell which are stale."""
    stale = [page for page in PAGES if _written(page) != text_of(page)]
    for page in stale:
        sys.stdout.write(f"{page.name}: {'is stale' if '--check' in arguments else 'written'}\n")
        if "--check" not in arguments:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / page.name).write_text(text_of(page), encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


def _written(page: Page) -> str:
    file = FOLDER / page.name
    return file.read_text(encoding="utf-8") if file.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
