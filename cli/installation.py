"""An installation in one folder: its keys, records and clock, and how commands reach it."""

import json
import secrets as random_secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from temporalio.client import Client

from engine.codec import keys_by_person
from engine.connection import connect
from engine.converter import build_converter
from engine.decisions import DecisionSender
from engine.embedded import NAMESPACE, running_engine
from engine.errors import EngineUnavailableError
from engine.keys import KeyRing, create_master_key, load_master_key
from engine.seal import Sealer, create_seal_key, load_seal_key
from models.clock import Clock
from models.partner import AdapterKind
from programmes.library import ProgrammeLibrary
from records.case import CaseOwners
from records.database import Database
from records.errors import RecordsError
from records.intent import IntentRecords
from records.keys import KeyRecords
from settings import Mode, Settings

STATE = "installation.json"


class InstallationError(Exception):
    """Something is wrong with the folder; the sentence says what to do."""


@dataclass(frozen=True)
class InstallationState:
    """What is written down once, when the folder is made."""

    mode: Mode
    clock: Clock


def read_state(home: Path) -> InstallationState:
    """Read what was written down when the folder was made; refuse a folder that is no installation."""
    try:
        content = json.loads((home / STATE).read_text(encoding="utf-8"))
        return InstallationState(Mode(content["mode"]), Clock.model_validate(content["clock"]))
    except FileNotFoundError as problem:
        sentence = (
            f"There is no installation in {home}. Start one with `./collegium up` or `./collegium demo`."
        )
        raise InstallationError(sentence) from problem
    except (OSError, ValueError, KeyError, TypeError) as problem:
        sentence = f"{home / STATE} cannot be read. Restore it, or choose another folder with --home."
        raise InstallationError(sentence) from problem


class Installation:
    """One folder with everything; made on first use."""

    def __init__(self, home: Path, state: InstallationState, settings: Settings) -> None:
        self.home = home
        self.state = state
        self.settings = settings

    @classmethod
    def create(cls, home: Path, *, mode: Mode = Mode.EMBEDDED, rate: int = 1) -> "Installation":
        """Make the folder's keys, secrets and records, or open what is there and bring it up to date."""
        home = home.absolute()
        if (home / STATE).exists():
            known = cls._of(home)
            known.database.migrate()
            return known
        home.mkdir(parents=True, exist_ok=True)
        state = InstallationState(mode, Clock(epoch=datetime.now(UTC), rate=rate))
        made = cls(home, state, _settings(home, state))
        made._make_keys()
        made.database.migrate()
        content = {"mode": mode.value, "clock": state.clock.model_dump(mode="json")}
        (home / STATE).write_text(json.dumps(content, indent=2), encoding="utf-8")
        return made

    @classmethod
    def open(cls, home: Path) -> "Installation":
        """Open an installation; refuse a folder that is none, and records of another version."""
        opened = cls._of(home.absolute())
        try:
            opened.database.require_current()
        except RecordsError:
            opened.close()
            raise
        return opened

    @classmethod
    def _of(cls, home: Path) -> "Installation":
        state = read_state(home)
        return cls(home, state, _settings(home, state))

    @property
    def clock(self) -> Clock:
        """The business clock that all parts of the installation share."""
        return self.state.clock

    def now(self) -> datetime:
        """Tell the business time."""
        return self.clock.business(datetime.now(UTC))

    @cached_property
    def database(self) -> Database:
        """The records."""
        return Database(self.settings.database)

    @cached_property
    def library(self) -> ProgrammeLibrary:
        """The programmes, with the addresses of the partner systems that run here."""
        return ProgrammeLibrary.of_home(self.home, self.settings.programmes)

    @cached_property
    def key_ring(self) -> KeyRing:
        """The data keys."""
        return KeyRing(load_master_key(self.settings.master_key), KeyRecords(self.database))

    def close(self) -> None:
        """Let go of the records."""
        if "database" in self.__dict__:
            self.database.close()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator["Connection"]:
        """Reach the engine that runs for this folder."""
        engine = running_engine(self.home)
        if engine is None:
            raise EngineUnavailableError(
                f"Nothing runs in {self.home}. Start it with `./collegium up` in another terminal."
            )
        converter = build_converter(self.key_ring, keys_by_person(CaseOwners(self.database).person_of))
        client = await connect(converter, address=engine.target, namespace=NAMESPACE)
        yield Connection(client, self._sender(client))

    def sealer(self) -> Sealer:
        """Seals what people decide at this command line."""
        settings = self.settings
        ttl = timedelta(seconds=settings.seal_seconds)
        return Sealer(load_seal_key(settings.seal_key), settings.seal_key_id, self.clock, ttl)

    def _sender(self, client: Client) -> DecisionSender:
        return DecisionSender(client, self.sealer(), IntentRecords(self.database))

    def _make_keys(self) -> None:
        settings = self.settings
        if not settings.master_key.exists():
            settings.master_key.parent.mkdir(parents=True, exist_ok=True)
            create_master_key(settings.master_key)
        if not settings.seal_key.exists():
            create_seal_key(settings.seal_key, settings.seal_folder / f"{settings.seal_key_id}.pem")
        folder = self.home / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        for programme in self.library.programmes():
            for endpoint in self.library.directory(programme).endpoints:
                secret = folder / endpoint.secret_ref
                if endpoint.adapter is not AdapterKind.MANUAL and not secret.exists():
                    secret.touch(mode=0o600)
                    secret.write_text(random_secrets.token_urlsafe(32), encoding="utf-8")


@dataclass(frozen=True)
class Connection:
    """The engine's client, and the sender of people's decisions."""

    client: Client
    sender: DecisionSender


def _settings(home: Path, state: InstallationState) -> Settings:
    return Settings(home=home, mode=state.mode, clock_rate=state.clock.rate, clock_epoch=state.clock.epoch)
