import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.grade import app
from programmes.loader import SHIPPED


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def convert(source: str, target: str, grade: str, *more: str) -> tuple[int, dict[str, object]]:
    code, out, _ = run("convert", "--from", source, "--to", target, "--grade", grade, "--json", *more)
    facts: dict[str, object] = json.loads(out)
    return code, facts


@pytest.mark.parametrize(("rounding", "result"), [("exact", "1.75"), ("truncate", "1.7"), ("half_up", "1.8")])
def test_a_grade_is_converted_by_formula(rounding: str, result: str) -> None:
    code, facts = convert("best=6,pass=4", "de-5", "5,5", "--method", "bavarian", "--rounding", rounding)

    assert code == 0
    assert (facts["result"], facts["method"], facts["rounding"]) == (result, "bavarian", rounding)
    assert facts["reason"] == "CONVERTED_BY_FORMULA"


def test_without_an_agreement_the_formula_leads_to_the_german_scale() -> None:
    assert convert("fr-20", "de-5", "15")[1]["result"] == "2.5"
    assert convert("fr-20", "it-30", "15")[1]["reason"] == "NO_TABLE"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("fr-20", "de-5", "21"), "GRADE_OUTSIDE_SCALE"),
        (("fr-20", "de-5", "8"), "FAILING_GRADE"),
        (("best=5,pass=5", "de-5", "5"), "SCALE_WITHOUT_WIDTH"),
        (("fr-20", "it-30", "12", "--method", "distribution"), "NO_DISTRIBUTION"),
    ],
)
def test_a_refusal_ends_with_one_and_keeps_the_grade(arguments: tuple[str, ...], reason: str) -> None:
    code, facts = convert(*arguments)

    assert code == 1
    assert (facts["result"], facts["reason"]) == (None, reason)
    assert facts["grade"] == arguments[2]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("fr-99", "de-5", "12"), "SCALE_UNKNOWN"),
        (("best=x,pass=4", "de-5", "12"), "SCALE_NOT_READABLE"),
        (("fr-20", "de-5", " "), "GRADE_NOT_READABLE"),
        (("fr-20", "de-5", "12", "--agreement", "nowhere.yaml"), "AGREEMENT_NOT_READABLE"),
    ],
)
def test_wrong_use_ends_with_two_and_says_why(arguments: tuple[str, ...], reason: str) -> None:
    code, facts = convert(*arguments)

    assert (code, facts["reason"]) == (2, reason)


def test_wrong_use_is_told_on_standard_error() -> None:
    code, out, err = run("convert", "--from", "fr-99", "--to", "de-5", "--grade", "12")

    assert (code, out) == (2, "")
    assert "no scale 'fr-99'" in err


def test_a_missing_option_and_an_unknown_method_are_wrong_use() -> None:
    assert run("convert", "--from", "fr-20")[0] == 2
    assert run("convert", "--from", "fr-20", "--to", "de-5", "--grade", "12", "--method", "guess")[0] == 2


def test_people_read_a_table() -> None:
    code, out, _ = run("convert", "--from", "fr-20", "--to", "de-5", "--grade", "15")

    assert code == 0
    assert "modified Bavarian formula" in " ".join(out.split())


def test_scales_are_listed_for_people_and_programs() -> None:
    _, table, _ = run("scales")
    _, listed, _ = run("scales", "--json")

    assert "fr-20" in table
    assert {"fr-20", "it-30", "de-5", "tr-letter"} <= {scale["id"] for scale in json.loads(listed)}


def test_a_file_with_mistakes_is_refused_and_one_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    file = tmp_path / "agreement.yaml"
    file.write_text("programme: [", encoding="utf-8")

    code, _, err = run("scales", "--agreement", str(file))
    assert code == 1
    assert "agreement.yaml" in err
    assert run("scales", "--agreement", str(tmp_path / "nowhere.yaml"))[0] == 2


def test_a_table_with_overlapping_bands_converts_nothing(tmp_path: Path) -> None:
    file = tmp_path / "agreement.yaml"
    text = (SHIPPED / "coastal-data" / "agreement.yaml").read_text("utf-8")
    file.write_text(text.replace('{best: "15.99"', '{best: "17"'), "utf-8")

    code, facts = convert("fr-20", "letters", "16.5", "--agreement", str(file))

    assert (code, facts["result"], facts["reason"]) == (1, None, "AGREEMENT_WITH_MISTAKES")
    assert "stands in two bands" in str(facts["sentence"])


def test_the_table_of_an_agreement_goes_before_all_else() -> None:
    agreement = ("--agreement", str(SHIPPED / "coastal-data" / "agreement.yaml"))
    by_table = convert("mt-100", "letters", "75", *agreement)
    compensable = convert("fr-20", "letters", "8", *agreement)
    asked = convert("fr-20", "de-5", "12", "--method", "bavarian", *agreement)

    assert (by_table[0], by_table[1]["result"], by_table[1]["table"]) == (0, "B", "lct")
    assert (compensable[1]["result"], compensable[1]["outcome"]) == ("E", "compensable")
    assert (asked[0], asked[1]["method"]) == (0, "bavarian")
