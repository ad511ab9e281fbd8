"""The last handler: every problem is one line that says what to do, with the exit status that fits."""

from pathlib import Path

import pytest

from cli.errors import REFUSED, WRONG_USE, exit_status, sentence_of
from engine.errors import DecisionRefusedError
from tests.cli.lines import refused, wrongly_used


def test_home_may_stand_anywhere_on_the_line(tmp_path: Path) -> None:
    line = refused(tmp_path / "first", "learner", "list", "--home", tmp_path / "second")

    assert "second" in line
    assert "first" not in line


@pytest.mark.parametrize(
    "arguments",
    [
        ("learner", "list"),
        ("learner", "show", "abc"),
        ("task", "list"),
        ("task", "decide", "t", "yes", "--as", "anna"),
        ("registration", "trigger", "abc", "--as", "anna"),
        ("grade", "enter", "abc", "course", "5", "--as", "anna"),
        ("intake", "open", "dce", "c", "--opens", "x", "--closes", "y", "--study-starts", "z"),
        ("worker",),
        ("sandbox", "start", "jyu"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_without_an_installation_commands_say_how_to_start_one(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    line = refused(tmp_path / "none", *arguments)

    assert "./collegium up" in line
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nonsense",), "nonsense"),
        (("learner", "nonsense"), "nonsense"),
        (("learner", "show"), "REF"),
        (("task", "list", "--role", "king"), "king"),
        (("intake", "open", "dce"), "COHORT"),
        (("learner", "withdraw", "abc", "--as", "anna"), "--reason"),
        (("learner", "withdraw", "abc", "--reason", "x"), "--as"),
        (("sandbox", "switches", "set", "jyu", "explode"), "explode"),
    ],
)
def test_wrong_use_is_one_line_that_says_what(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    assert says in wrongly_used(tmp_path, *arguments)


def test_a_broken_installation_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "installation.json").write_bytes(b"\x00\xff nonsense")

    assert "installation.json" in refused(tmp_path, "learner", "list")


def test_a_refused_decision_shows_its_code() -> None:
    problem = DecisionRefusedError("WrongRole", "Only examiners may do this.")

    assert sentence_of(problem) == "Only examiners may do this. [WrongRole]"
    assert exit_status(problem) == REFUSED


def test_an_unforeseen_problem_is_one_line_and_tells_how_to_see_more() -> None:
    problem = RuntimeError("secret detail")

    assert "--debug" in sentence_of(problem)
    assert "secret detail" not in sentence_of(problem)
    assert exit_status(problem) != WRONG_USE
