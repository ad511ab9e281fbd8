"""What runs on one machine, before it is started."""

from pathlib import Path

import pytest

from cli.installation import Installation
from cli.processes import Processes
from settings import Mode


@pytest.mark.parametrize("mode", list(Mode))
def test_only_a_demonstration_is_shown_in_clear(mode: Mode, tmp_path: Path) -> None:
    installation = Installation.create(tmp_path / "home", mode=mode)

    assert (Processes(installation).codec_address is not None) == (mode is Mode.DEMO)
    installation.close()
