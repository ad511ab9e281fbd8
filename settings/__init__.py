"""
Settings of an installation, from the environment; read by the command line and worker.py only.

The engine's address, namespace, certificates and API key are not here: they come from the SDK's
own configuration (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_TLS_...`, or its file).
"""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import AwareDatetime, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.clock import Clock


class Mode(StrEnum):
    """What an installation is for."""

    PRODUCTION = "production"
    EMBEDDED = "embedded"
    """Everything on one machine, with the engine's own server started by us."""
    DEMO = "demo"
    TEST = "test"


class LogFormat(StrEnum):
    """How log lines are written."""

    AUTO = "auto"
    """Readable on a terminal, JSON otherwise."""
    TEXT = "text"
    JSON = "json"


class Settings(BaseSettings):
    """
    One installation. Every field is an environment variable `COLLEGIUM_...`.

    Files that are not given lie in the home folder under their usual names.
    """

    model_config = SettingsConfigDict(
        env_prefix="COLLEGIUM_", frozen=True, extra="ignore", use_attribute_docstrings=True
    )

    home: Path = Path(".collegium")
    """The folder that holds the whole state of an installation on one machine."""
    mode: Mode = Mode.EMBEDDED
    """What the installation is for."""
    database_url: str = ""
    """SQLAlchemy URL of the records; by default an SQLite file in the home folder."""
    clock_rate: int = Field(default=1, ge=1, le=10_000_000)
    """How many times as fast as real time the business clock runs; 1 except in demo and test."""
    clock_epoch: AwareDatetime = datetime(2025, 1, 1, tzinfo=UTC)
    """When business time and real time are the same."""
    master_key_file: Path | None = None
    """32 bytes in base64, mode 0600; wraps the data keys."""
    seal_key_file: Path | None = None
    """Ed25519 private key (PEM) with which people's decisions are sealed; console and command line only."""
    seal_key_id: str = "seal-1"
    """Name of the sealing key; its public half is `{name}.pem`."""
    seal_public_keys: Path | None = None
    """Folder of public keys `{key id}.pem`; seals of these keys are accepted by workers."""
    seal_seconds: int = Field(default=900, ge=10, le=86_400)
    """Real seconds for which a seal is accepted."""
    programmes: Path | None = None
    """Folder of agreements and directories; by default the programmes that ship."""
    task_queue: str = "collegium"
    """Queue of the lead university's workflows and activities."""
    partner: str | None = None
    """Serve only this partner's queue."""
    metrics_address: str | None = None
    """`host:port` for Prometheus metrics of a worker; off by default."""
    log_format: LogFormat = LogFormat.AUTO
    """How log lines are written."""
    log_level: str = "info"
    """The least important lines that are written: debug, info, warning, error."""

    @model_validator(mode="after")
    def _real_time_is_real(self) -> Self:
        """Refuse a fast clock where decisions are real."""
        if self.clock_rate != 1 and self.mode not in (Mode.DEMO, Mode.TEST):
            raise ValueError(
                f"COLLEGIUM_CLOCK_RATE is {self.clock_rate}, but an installation in {self.mode} mode runs "
                "in real time. Set it to 1, or set COLLEGIUM_MODE to demo."
            )
        return self

    @property
    def clock(self) -> Clock:
        """The business clock of this installation."""
        return Clock(epoch=self.clock_epoch, rate=self.clock_rate)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the records."""
        return self.database_url or f"sqlite:///{(self.home / 'records.db').absolute()}"

    @property
    def master_key(self) -> Path:
        """Where the master key is."""
        return self.master_key_file or self.home / "keys" / "master.key"

    @property
    def seal_key(self) -> Path:
        """Where the sealing key is."""
        return self.seal_key_file or self.home / "keys" / "seal.pem"

    @property
    def seal_folder(self) -> Path:
        """Where the public sealing keys are."""
        return self.seal_public_keys or self.home / "keys" / "seal-public"
