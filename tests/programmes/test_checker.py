"""The checker on files: every problem at once, each at its line and column."""

from datetime import date
from pathlib import Path

import pytest

from models.problem import Problem, ProblemCode
from programmes.checker import check_files, has_errors
from programmes.loader import SHIPPED

CODE = ProblemCode
DCE = SHIPPED / "dce"


def _copy(folder: Path, *changes: tuple[str, str], name: str = "agreement.yaml") -> Path:
    text = (DCE / name).read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def _place(file: Path, text: str) -> tuple[int, int]:
    """Find line and column of the first occurrence of a text."""
    content = file.read_text("utf-8")
    before = content[: content.index(text)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _at(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column


def _errors(*files: Path) -> list[Problem]:
    return [problem for problem in check_files(files) if problem.severity == "error"]


def test_the_shipped_programmes_have_no_errors_and_only_the_expected_warnings() -> None:
    problems = check_files([DCE, SHIPPED / "coastal-data"])

    assert not has_errors(problems)
    assert [problem.code for problem in problems] == [CODE.VOLUME_OUTSIDE_BANDS] + [CODE.WEEKLY_WORKLOAD] * 3
    assert {Path(problem.file).parent.name for problem in problems} == {"dce"}


def test_an_unknown_key_is_found_with_the_nearest_that_is_known(tmp_path: Path) -> None:
    file = _copy(tmp_path, ("  eqf_level: 6 ", "  eqf_levle: 6 "))

    found = {problem.code: problem for problem in _errors(file)}

    assert _at(found[CODE.UNKNOWN_KEY]) == _place(file, "eqf_levle")
    assert "write eqf_level if that is meant" in found[CODE.UNKNOWN_KEY].sentence
    assert found[CODE.VALUE_MISSING].sentence == "eqf_level is missing under programme; add it."


def test_unknown_keys_deep_in_lists_are_found_too(tmp_path: Path) -> None:
    file = _copy(
        tmp_path,
        ("deferrals: 1", "deferals: 1"),
        ('best: "20", worst', 'bets: "20", worst'),
        ("schac_home: uab.pt", "shac_home: uab.pt"),
        ("quorum: one", "xyz: one"),
    )

    found = {_at(problem): problem.sentence for problem in _errors(file) if problem.code is CODE.UNKNOWN_KEY}

    assert found.keys() == {_place(file, word) for word in ("deferals", "bets", "shac_home", "xyz")}
    assert "write best if that is meant" in found[_place(file, "bets")]
    assert "the keys are " in found[_place(file, "xyz")]


WRONG_VALUES = {
    'version: "2026.1"   ': ("version: 2026.1     ", "put it in quotes"),
    "ects: 15\n": ("ects: many\n", "it is a number"),
    "country: DE": ("country: Germany", "it is two capital letters (ISO 3166-1), as in FI."),
    "structure: linear": ("structure: lineal", "'linear', 'branched'"),
    "days_to_vote: 10": ("days_to_vote: 0", "it is at least 1"),
    "embargo: false": ("embargo: perhaps", "it is true or false"),
    "retention_months: 120": ("retention_months: 12.5", "it is a whole number"),
    "2031-12-31": ("in five years", "it is a date"),
    "core: [introduction, teaching, assessing]": ("core: introduction", "it is a list"),
    'isced_f: ["0111"]': ("isced_f: []", "at least 1"),
    "schac_home: jyu.fi": ("schac_home: JYU.FI", "a domain in lower case"),
    "legal_basis: contract": ("legal_basis: ~", "cannot be empty"),
    "currency: EUR": ("currency: [EUR]", "cannot be a list"),
}


def test_all_wrong_values_are_found_at_once_with_plain_sentences(tmp_path: Path) -> None:
    file = _copy(tmp_path, *((old, new) for old, (new, _) in WRONG_VALUES.items()))

    problems = {problem.line: problem.sentence for problem in _errors(file)}

    for new, sentence in WRONG_VALUES.values():
        assert sentence in problems[_place(file, new)[0]]
    assert all("pydantic" not in sentence and sentence.endswith(".") for sentence in problems.values())


def test_columns_of_wrong_values_are_exact(tmp_path: Path) -> None:
    file = _copy(tmp_path, ("country: DE", "country: Germany"))

    (problem,) = _errors(file)

    line, column = _place(file, "Germany")
    assert str(problem) == (
        f"{file}:{line}:{column}: error VALUE_NOT_ALLOWED country cannot be 'Germany'; "
        "it is two capital letters (ISO 3166-1), as in FI."
    )


def test_rules_point_into_the_file(tmp_path: Path) -> None:
    file = _copy(
        tmp_path, ("zone: Europe/Lisbon", "zone: Europe/Lisboa"), ("share: 40", "share: 41"), ("NW  ", "XX  ")
    )

    found = {problem.code: _at(problem) for problem in _errors(file)}

    assert found[CODE.ZONE_UNKNOWN] == _place(file, "Europe/Lisboa")
    assert found[CODE.COST_SHARES_NOT_100] == _place(file, "- {partner: jyu, share: 41}")
    assert found[CODE.CALENDAR_UNKNOWN] == _place(file, "XX  ")


def test_the_refusal_of_a_model_keeps_its_sentence_and_gets_a_place(tmp_path: Path) -> None:
    file = _copy(tmp_path, ("    base_url: http://127.0.0.1:0\n", ""), name="directory.yaml")

    (problem,) = _errors(file)

    assert problem.sentence == "The adapter oeapi also needs base_url."
    assert _at(problem) == _place(file, "partner: jyu\n    adapter")


def test_a_directory_is_checked_against_the_agreement_beside_it(tmp_path: Path) -> None:
    _copy(tmp_path, ("id: introduction", "id: welcome"), ("core: [introduction", "core: [welcome"))
    directory = _copy(tmp_path, name="directory.yaml")

    codes = {problem.code for problem in _errors(directory)}

    assert {CODE.COURSE_UNKNOWN, CODE.EXAMINER_MISSING, CODE.OFFERING_MISSING} <= codes


def test_a_directory_of_another_programme_is_an_error(tmp_path: Path) -> None:
    agreement = _copy(tmp_path)
    (tmp_path / "other").mkdir()
    directory = _copy(tmp_path / "other", ("programme: dce", "programme: abc"), name="directory.yaml")

    assert [problem.code for problem in _errors(agreement, directory)] == [CODE.OTHER_PROGRAMME]


def test_a_directory_alone_is_checked_by_itself(tmp_path: Path) -> None:
    directory = _copy(tmp_path, ("deputy: jyu-mikko-salo", "deputy: x-y-z"), name="directory.yaml")

    (problem,) = _errors(directory)

    assert (problem.code, _at(problem)) == (CODE.DEPUTY_UNKNOWN, _place(directory, "x-y-z"))


def test_a_directory_is_checked_by_itself_when_the_file_beside_it_is_no_agreement(tmp_path: Path) -> None:
    directory = _copy(tmp_path, name="directory.yaml")
    (tmp_path / "agreement.yaml").write_text(directory.read_text("utf-8"), "utf-8")

    assert _errors(directory) == []


def test_one_bad_file_does_not_hide_the_problems_of_another(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [", "utf-8")
    agreement = _copy(tmp_path, ("ects: 15", "ects: 16"))

    codes = [(Path(problem.file).name, problem.code) for problem in _errors(broken, agreement)]

    assert codes == [("broken.yaml", CODE.NOT_YAML), ("agreement.yaml", CODE.PATH_ECTS)]


def test_mistakes_of_every_kind_are_reported_together(tmp_path: Path) -> None:
    file = _copy(
        tmp_path,
        ("  ects: 15\n", "  ects: 20\n"),
        ("reminder_days: 3 ", "reminder_days: 3\nreminder_days: 4\ncolour: red\nprofiles2: x "),
        ("days_to_vote: 10", "days_to_vote: 0"),
        ("country: PT", "country: Portugal"),
        ("zone: Europe/Helsinki", "zone: Europe/Atlantis"),
    )

    codes = {problem.code for problem in _errors(file)}

    assert {CODE.PATH_ECTS, CODE.DUPLICATE_KEY, CODE.UNKNOWN_KEY, CODE.VALUE_NOT_ALLOWED} <= codes


def test_nothing_is_said_of_a_value_that_nobody_wrote(tmp_path: Path) -> None:
    unreadable_fees = _copy(
        tmp_path, ("currency: EUR", "currency: Euro"), ("waits_for_payment: false", "waits_for_payment: true")
    )

    assert [problem.code for problem in _errors(unreadable_fees)] == [CODE.VALUE_NOT_ALLOWED]


def test_a_directory_is_checked_as_far_as_it_and_its_agreement_can_be_read(tmp_path: Path) -> None:
    _copy(tmp_path, ("waits_for_payment: false", "waits_for_payment: 7"))
    directory = _copy(
        tmp_path,
        ("    adapter: manual", "    adapter: fax"),
        ("- {role: programme_leader", "- {role: quality_officer"),
        name="directory.yaml",
    )

    assert [problem.code for problem in _errors(directory)] == [CODE.OFFICE_VACANT, CODE.VALUE_NOT_ALLOWED]


def test_offices_are_those_of_the_day_for_which_a_directory_is_checked(tmp_path: Path) -> None:
    _copy(tmp_path)
    directory = _copy(tmp_path, name="directory.yaml")

    assert check_files([directory], date(2026, 1, 1)) == ()
    assert CODE.OFFICE_VACANT in {problem.code for problem in check_files([directory], date(2020, 1, 1))}


@pytest.mark.parametrize("section", ["programme", "partnership", "award", "examination", "fees"])
def test_a_section_that_is_a_word_is_one_clear_problem(tmp_path: Path, section: str) -> None:
    file = tmp_path / "agreement.yaml"
    file.write_text(f"id: x\n{section}: nothing\n", "utf-8")

    problems = {problem.sentence: _at(problem) for problem in check_files([file])}

    sentence = f"{section} cannot be 'nothing'; it is a mapping: one line `key: value` for each entry."
    assert problems[sentence] == (2, len(section) + 3)
