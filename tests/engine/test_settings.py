"""Settings come from the environment, and a real installation runs in real time."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import Mode, Settings


@pytest.mark.parametrize("mode", [Mode.PRODUCTION, Mode.EMBEDDED])
def test_a_fast_clock_is_refused_where_decisions_are_real(mode: Mode) -> None:
    with pytest.raises(ValidationError, match="runs in real time"):
        Settings(mode=mode, clock_rate=2)


@pytest.mark.parametrize("mode", [Mode.DEMO, Mode.TEST])
def test_a_fast_clock_is_for_demo_and_test(mode: Mode) -> None:
    assert Settings(mode=mode, clock_rate=86_400).clock.rate == 86_400


def test_the_home_folder_holds_everything_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLEGIUM_HOME", str(tmp_path))

    settings = Settings()

    assert settings.database == f"sqlite:///{tmp_path}/records.db"
    assert settings.master_key == tmp_path / "keys" / "master.key"
