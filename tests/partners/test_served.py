"""A worker for one partner starts only where there is a system to serve."""

import subprocess
import sys
from pathlib import Path

import pytest

from cli.installation import Installation
from cli.processes import worker_environment
from tests.partners.sandboxes import ROOT


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["--partner", "typo"], {}),
        (["--partner", "anadolu"], {}),
        ([], {"COLLEGIUM_PARTNER": "typo"}),
    ],
    ids=["unknown", "without a system", "unknown in the settings"],
)
def test_worker_of_a_partner_that_cannot_be_called_does_not_start(
    tmp_path: Path, arguments: list[str], variables: dict[str, str]
) -> None:
    made = Installation.create(tmp_path / "home")
    environment = worker_environment(made, "127.0.0.1:1")
    made.close()
    done = subprocess.run(  # noqa: S603  # our own program with our own arguments
        [sys.executable, str(ROOT / "worker.py"), *arguments],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "is no partner with a student system; there are: " in done.stderr
    assert "jyu, fernuni, uab" in done.stderr
