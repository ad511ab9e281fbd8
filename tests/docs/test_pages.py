"""Links lead somewhere, commands exist, generated pages are fresh, dependencies are explained."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import typer

from cli.root import app
from docs.generate import FOLDER, PAGES, Page, text_of
from tests.docs.pages import ROOT, anchors, commands, documents, links

UNWANTED = re.compile(
    r"\b(?:simply|seamless(?:ly)?|robust|leverage|powerful|cutting[- ]edge|world[- ]class|TODO|FIXME)\b", re.I
)
MARKETING_FREE = [page for page in documents() if page.parent != FOLDER]
OUR_OWN = {"test"}
"""Commands of the script itself."""


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(page: Path) -> None:
    for link in links(page):
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{page.name}: {link}"


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_of_a_document_exists(page: Path) -> None:
    root = _root()
    for words in commands(page):
        assert words[0] in OUR_OWN or _exists(root, words), f"{page.name}: ./collegium {' '.join(words)}"


@cache
def _root() -> Any:
    return typer.main.get_command(app)


def _exists(command: Any, words: list[str]) -> bool:
    """Follow the words into the groups; what comes after a command is its arguments."""
    for word in words:
        children = getattr(command, "commands", None)
        if children is None:
            return True
        if word not in children:
            return False
        command = children[word]
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_generated_page_says_what_the_code_says(page: Page) -> None:
    written = (FOLDER / page.name).read_text(encoding="utf-8")

    assert written == text_of(page), "run `python -m docs.generate`"


def test_a_generated_page_shows_no_number_of_a_list_that_its_readers_do_not_have() -> None:
    for page in PAGES:
        written = (FOLDER / page.name).read_text(encoding="utf-8")
        assert not re.search(r"\((?:[RV]\d+|G\d+)[,)-]", written), page.name


@pytest.mark.parametrize("page", MARKETING_FREE, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_document_uses_plain_words(page: Path) -> None:
    assert not UNWANTED.findall(page.read_text(encoding="utf-8"))


def test_every_dependency_is_explained_in_its_decision() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=~!]", one)[0] for one in wanted}
    decision = (ROOT / "docs/decisions/0011-dependencies.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([^`]+)`", decision, re.MULTILINE)) == names


@pytest.mark.parametrize("picture", sorted((ROOT / "docs/images").glob("*.svg")), ids=lambda path: path.name)
def test_a_picture_loads_nothing_from_elsewhere(picture: Path) -> None:
    text = picture.read_text(encoding="utf-8")

    ElementTree.fromstring(text)  # noqa: S314 - our own file
    assert not re.findall(r"(?:href|src|url)\W+https?:", text)
