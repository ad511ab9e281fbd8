"""Settings come from the environment, and a real installation runs in real time."""

import inspect
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import Mode, Settings

ROOT = Path(__file__).resolve().parents[2]


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


def test_every_setting_is_read_somewhere() -> None:
    readers = [*(ROOT / "cli").glob("*.py"), ROOT / "worker.py"]
    read = {
        name
        for file in readers
        for name in re.findall(r"\bsettings\.(\w+)", file.read_text(encoding="utf-8"))
    }
    for name, value in vars(Settings).items():
        if isinstance(value, property) and name in read and value.fget is not None:
            read |= set(re.findall(r"\bself\.(\w+)", inspect.getsource(value.fget)))

    # The mode is read by the settings themselves: it decides which clock is refused.
    assert set(Settings.model_fields) - read == {"mode"}
