"""What a wrong value is told: its own kind, named by its key, once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from programmes.checker import check_files
from programmes.explain import EXAMPLES
from programmes.loader import SHIPPED
from programmes.schema import FileKind, json_schema


def _sentences(folder: Path, old: str, new: str, name: str = "agreement.yaml") -> list[str]:
    text = (SHIPPED / "dce" / name).read_text("utf-8")
    assert old in text
    file = folder / name
    file.write_text(text.replace(old, new, 1), "utf-8")
    return [problem.sentence for problem in check_files([file]) if problem.severity == "error"]


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("patternProperties", {})
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _patterns(part)


def test_every_pattern_of_the_two_files_has_its_example() -> None:
    assert {pattern for kind in FileKind for pattern in _patterns(json_schema(kind))} == set(EXAMPLES)


WRONG = {
    "a list names the entry": (
        "fields: [given_name, family_name, mail]",
        "fields: [given_name, iban, mail]",
        "Entry 2 of fields cannot be 'iban'; it is one of ",
    ),
    "a list of one is not called too short": (
        'isced_f: ["0111"]',
        "isced_f: [education]",
        "Entry 1 of isced_f cannot be 'education'; it is two to four digits in quotes, as in '0111'.",
    ),
    "a language": (
        "summary:\n  en:",
        "summary:\n  English!:",
        "A key of summary cannot be 'English!'; it is a language (BCP 47), as in en or pt-PT.",
    ),
    "yes is a word": (
        "degree_awarding: true",
        "degree_awarding: yes",
        "degree_awarding cannot be 'yes'; it is true or false.",
    ),
    "a number is no date": (
        "commitment_until: 2031-12-31",
        "commitment_until: 1893456000",
        "commitment_until cannot be 1893456000; it is a date, as in 2026-09-01.",
    ),
    "blanks are no text": (
        "justification:\n    en: >-",
        'justification:\n    en: " "\n    fi: >-',
        "en cannot be ' '; it is text with a length of at least 1.",
    ),
    "a period has an end": (
        "days_to_sign_agreement: 10",
        "days_to_sign_agreement: 99999999999",
        "days_to_sign_agreement cannot be 99999999999; it is at most 250.",
    ),
    "the United Kingdom is GB": (
        "country: FI",
        "country: UK",
        "No public holidays are known for country 'UK'; ",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_of_the_agreement_is_one_true_sentence(tmp_path: Path, name: str) -> None:
    old, new, sentence = WRONG[name]

    (found,) = _sentences(tmp_path, old, new)

    assert found.startswith(sentence)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "base_url: http://127.0.0.1:0",
            "base_url: ftp://x",
            "base_url cannot be 'ftp://x'; it is a web address, as in https://sis.example.edu/v6.",
        ),
        (
            "81290d52-bc23-5401-81e6-807be45cd3d8",
            "81290D52",
            "programme_offering cannot be '81290D52'; it is a UUID in lower case, as in "
            "01d1d6a9-801c-5f1b-a184-321e143582d4.",
        ),
    ],
)
def test_a_wrong_value_of_the_directory_is_one_true_sentence(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert _sentences(tmp_path, old, new, "directory.yaml") == [sentence]


def test_only_criteria_that_settle_something_are_taken(tmp_path: Path) -> None:
    text = (SHIPPED / "coastal-data" / "agreement.yaml").read_text("utf-8")
    file = tmp_path / "agreement.yaml"
    file.write_text(text.replace("tie_break: [score, lot]", "tie_break: [score, shoe_size, lot]"), "utf-8")

    (found,) = check_files([file])

    assert found.sentence == (
        "Entry 2 of tie_break cannot be 'shoe_size'; it is one of 'score', 'submitted_at', 'lot'."
    )
