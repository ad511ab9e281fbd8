"""What keeps an installation running on one machine."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from cli.installation import Installation
from cli.processes import Processes
from cli.up import resend
from settings import Mode


@pytest.mark.parametrize("mode", list(Mode))
def test_only_a_demonstration_is_shown_in_clear(mode: Mode, tmp_path: Path) -> None:
    installation = Installation.create(tmp_path / "home", mode=mode)

    assert (Processes(installation).codec_address is not None) == (mode is Mode.DEMO)
    installation.close()


async def test_an_engine_that_does_not_answer_ends_nothing(tmp_path: Path) -> None:
    installation = Installation.create(tmp_path / "home")

    with capture_logs() as lines:
        await resend(installation)

    assert [line["event"] for line in lines] == ["decisions not sent again"]
    installation.close()
