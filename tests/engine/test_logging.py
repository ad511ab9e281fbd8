"""Log lines carry references, never what an error says about a person."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from temporalio.exceptions import ApplicationError

from engine.logging import configure_logging
from tests.engine.samples import SECRET


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging(level="debug", stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_facts_are_fields(lines: io.StringIO) -> None:
    structlog.get_logger("test").info("case opened", case="abc")

    line = json.loads(lines.getvalue())
    assert (line["event"], line["case"], line["level"]) == ("case opened", "abc", "info")


def test_an_errors_text_is_not_logged(lines: io.StringIO) -> None:
    def fail() -> None:
        raise ApplicationError(f"no place for {SECRET}", type="NoPlace")

    try:
        fail()
    except ApplicationError:
        logging.getLogger("temporalio.activity").warning("Completing activity as failed", exc_info=True)

    line = json.loads(lines.getvalue())
    assert SECRET not in lines.getvalue()
    assert line["error"] == "NoPlace"
    assert "test_logging.py" in line["at"]


def test_lines_of_others_bring_references_along_and_nothing_else(lines: io.StringIO) -> None:
    where = {"workflow_id": "learner/abc"}
    extra = {"temporal_activity": where, "cohort": "spring", "person": SECRET}
    logging.getLogger("temporalio.activity").warning("Completing activity as failed", extra=extra)

    line = json.loads(lines.getvalue())
    assert (line["temporal_activity"], line["cohort"]) == (where, "spring")
    assert SECRET not in lines.getvalue()


def test_a_terminal_gets_readable_lines() -> None:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_logging(json=False, stream=stream)
    structlog.get_logger("test").info("case opened", case="abc")
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()

    assert "case opened" in stream.getvalue()
    assert "{" not in stream.getvalue()
