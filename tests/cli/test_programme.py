"""The command `programme`: what it prints and how it ends."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from cli.programme import app
from programmes.loader import SHIPPED

DCE = SHIPPED / "dce"


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_checking_good_files_ends_well_and_prints_the_warnings() -> None:
    result = _run("check", str(DCE / "agreement.yaml"), str(DCE / "directory.yaml"))

    assert result.exit_code == 0
    assert f"{DCE / 'agreement.yaml'}:130:9: warning VOLUME_OUTSIDE_BANDS " in result.stdout
    assert "0 errors, 4 warnings." in result.stderr


def test_checking_a_bad_file_ends_with_one_and_one_line_for_each_problem(tmp_path: Path) -> None:
    bad = tmp_path / "agreement.yaml"
    bad.write_text("a: [", "utf-8")

    result = _run("check", str(bad))

    assert result.exit_code == 1
    assert result.stdout.startswith(f"{bad}:1:5: error NOT_YAML ")
    assert "1 error, 0 warnings." in result.stderr


def test_a_directory_is_checked_for_the_day_that_is_given() -> None:
    assert _run("check", str(DCE), "--on", "2026-01-01").exit_code == 0
    assert "OFFICE_VACANT" in _run("check", str(DCE), "--on", "2020-01-01").stdout
    assert _run("check", str(DCE), "--on", "soon").exit_code == 2


def test_checking_without_problems_says_so() -> None:
    assert "No problems found." in _run("check", str(SHIPPED / "coastal-data")).stderr


def test_checking_nothing_is_wrong_use() -> None:
    assert _run("check").exit_code == 2


def test_problems_are_printed_as_json(tmp_path: Path) -> None:
    result = _run("check", "--json", str(tmp_path / "nothing.yaml"))

    assert result.exit_code == 1
    assert json.loads(result.stdout)["problems"][0]["code"] == "FILE_NOT_READABLE"


def test_the_schema_of_each_file_and_of_both_is_printed() -> None:
    assert json.loads(_run("schema", "agreement").stdout)["title"] == "ConsortiumAgreement"
    assert json.loads(_run("schema", "directory").stdout)["title"] == "Directory"
    assert json.loads(_run("schema").stdout).keys() == {"agreement", "directory"}
    assert _run("schema", "nothing").exit_code == 2


def test_programmes_are_listed() -> None:
    assert "Coastal Data" in _run("list").stdout
    rows = json.loads(_run("list", "--json").stdout)["programmes"]
    assert [row["id"] for row in rows] == ["coastal-data", "dce"]


def test_a_programme_that_cannot_be_read_is_listed_as_such(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "agreement.yaml").write_text("a: 1", "utf-8")

    assert "cannot be read" in _run("list", "--programmes", str(tmp_path)).stdout
    assert _run("show", "bad", "--programmes", str(tmp_path)).exit_code == 1


def test_a_programme_is_shown() -> None:
    result = _run("show", "dce")

    assert result.exit_code == 0
    assert "Digitally Competent Educators" in result.stdout
    assert "Aino Lehto" in result.stdout


def test_a_programme_is_shown_as_json_with_its_hash() -> None:
    shown = json.loads(_run("show", "coastal-data", "--json").stdout)

    assert shown["agreement"]["programme"]["ects"] == "30"
    assert len(shown["hash"]) == 64


def test_an_unknown_programme_is_wrong_use_and_says_which_there_are() -> None:
    result = _run("show", "nothing")

    assert result.exit_code == 2
    assert "there are: coastal-data, dce." in result.stderr
