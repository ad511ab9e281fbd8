"""The processes of an installation on one machine: engine, worker, sandboxes; restarted when they die."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from cli.codec import CodecEndpoint
from cli.installation import Installation, InstallationError
from engine.embedded import NAMESPACE, EmbeddedServer, free_port
from models.partner import AdapterKind, PartnerEndpoint
from settings import Mode

ROOT = Path(__file__).parents[1]
READY_SECONDS = 30


@dataclass
class Child:
    """One process that we started."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    ready_line: str = ""
    restarts: int = 0
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it and wait for its ready line."""
        self._close_pipes()
        log = self.log.open("a", encoding="utf-8")
        self.process = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,  # It closes when we end, however that happens; `cli.child` sees to it.
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        log.close()
        assert self.process.stdout is not None  # noqa: S101 - it was asked for above
        self.ready_line = _first_line(self.process.stdout, self.log)
        if not self.ready_line:
            raise InstallationError(f"The {self.name} did not start; see {self.log}.")

    @property
    def dead(self) -> bool:
        """Tell whether it has ended."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Ask it to stop, then make it."""
        if self.process is not None and not self.dead:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._close_pipes()

    def _close_pipes(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()


def _first_line(stream: IO[str], log: Path) -> str:
    """
    Read the ready line; what comes after it goes to the log until the process ends.

    Somebody must read on: the engine's library writes its warnings to standard output, and a
    process whose pipe is full stands still.
    """
    line: list[str] = []
    heard = threading.Event()

    def follow() -> None:
        with stream, log.open("a", encoding="utf-8") as rest:
            line.append(stream.readline())
            heard.set()
            for more in stream:
                rest.write(more)
                rest.flush()

    threading.Thread(target=follow, daemon=True).start()
    heard.wait(READY_SECONDS)
    return line[0].strip() if line else ""


class Processes:
    """Starts and supervises everything that an installation needs; use it as a context manager."""

    def __init__(self, installation: Installation, programmes: tuple[str, ...] | None = None) -> None:
        self._installation = installation
        self._programmes = programmes or installation.library.programmes()
        ui_port = free_port()
        # It has no sign-in: only what was invented for a demonstration may be shown in clear.
        invented = installation.state.mode is Mode.DEMO
        self._codec = CodecEndpoint(installation, ui_port) if invented else None
        self._engine = EmbeddedServer(installation.home, ui_port=ui_port, codec_endpoint=self.codec_address)
        self._children: dict[str, Child] = {}
        self._stopping = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)

    def __enter__(self) -> "Processes":
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def engine(self) -> EmbeddedServer:
        """The engine's server."""
        return self._engine

    @property
    def codec_address(self) -> str | None:
        """Where the engine's own web page gets payloads in clear; None where it shows them encrypted."""
        return self._codec.address if self._codec else None

    @property
    def sandboxes(self) -> dict[str, str]:
        """The address of each partner's sandbox."""
        return {
            name.removeprefix("sandbox "): child.ready_line.rpartition(" ")[2]
            for name, child in self._children.items()
            if name.startswith("sandbox ")
        }

    @property
    def pids(self) -> dict[str, int]:
        """The process id of everything that runs."""
        pids = {name: child.process.pid for name, child in self._children.items() if child.process}
        return {"engine": self._engine.address.pid, **pids}

    @property
    def worker_restarts(self) -> int:
        """How often the worker died and was started again."""
        return self._children["worker"].restarts

    def stop(self) -> None:
        """Stop everything that was started here, by its process id."""
        self._stopping.set()
        for child in reversed(self._children.values()):
            child.stop()
        if self._codec is not None:
            self._codec.stop()
        self._engine.stop()
        (self._installation.home / "processes.json").unlink(missing_ok=True)

    def _start(self) -> None:
        if self._codec is not None:
            self._codec.start()
        self._engine.start()
        home = self._installation.home
        (home / "logs").mkdir(exist_ok=True)
        for endpoint in self._endpoints():
            self._run(self._sandbox(endpoint))
        addresses = {
            endpoint.partner: f"{self.sandboxes[endpoint.partner]}/v{_version(endpoint)}"
            for endpoint in self._endpoints()
        }
        (home / "addresses.json").write_text(json.dumps(addresses, indent=2), encoding="utf-8")
        self._installation.__dict__.pop("library", None)  # It is read again, with the new addresses.
        self._run(self._worker())
        self._supervisor.start()

    def _run(self, child: Child) -> None:
        child.start()
        self._children[child.name] = child
        self._write_down()

    def _write_down(self) -> None:
        text = json.dumps(self.pids, indent=2)
        (self._installation.home / "processes.json").write_text(text, encoding="utf-8")

    def _supervise(self) -> None:
        while not self._stopping.wait(0.2):
            for child in self._children.values():
                if child.dead and not self._stopping.is_set():
                    child.restarts += 1
                    time.sleep(min(0.1 * child.restarts, 5))
                    with contextlib.suppress(InstallationError):  # It is dead again, and tried again.
                        child.start()
                    self._write_down()

    def _endpoints(self) -> list[PartnerEndpoint]:
        library = self._installation.library
        found = {
            endpoint.partner: endpoint
            for programme in self._programmes
            for endpoint in library.directory(programme).endpoints
            if endpoint.adapter is not AdapterKind.MANUAL
        }
        return list(found.values())

    def _sandbox(self, endpoint: PartnerEndpoint) -> Child:
        home = self._installation.home
        # A port of its own for good, so that a sandbox that is started again is found where it was.
        command = sandbox_command(self._installation, endpoint, free_port())
        log = home / "logs" / f"sandbox-{endpoint.partner}.log"
        return Child(f"sandbox {endpoint.partner}", _as_child(command), self._environment(), log)

    def _worker(self) -> Child:
        command = _as_child([sys.executable, str(ROOT / "worker.py")])
        return Child("worker", command, self._environment(), self._installation.home / "logs" / "worker.log")

    def _environment(self) -> dict[str, str]:
        return worker_environment(self._installation, self._engine.address.target)


def _as_child(command: list[str]) -> list[str]:
    """Let a command end with us."""
    program = command[1:] if command[1] != "-m" else command[2:]
    return [command[0], "-m", "cli.child", *program]


def sandbox_command(installation: Installation, endpoint: PartnerEndpoint, port: int) -> list[str]:
    """Write the command that starts one partner's sandbox."""
    home, clock = installation.home, installation.clock
    command = [sys.executable, "-m", "partners.sandbox", "--partner", endpoint.partner, "--port", str(port)]
    command += ["--version", str(_version(endpoint)), "--client-id", endpoint.client_id]
    command += ["--secret-file", str(home / "secrets" / endpoint.secret_ref)]
    command += ["--database", str(home / f"sandbox-{endpoint.partner}.db")]
    return [*command, "--clock-epoch", clock.epoch.isoformat(), "--clock-rate", str(clock.rate)]


def worker_environment(installation: Installation, engine: str) -> dict[str, str]:
    """Write the environment of a worker of an installation whose engine listens at an address."""
    clock = installation.clock
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TEMPORAL_ADDRESS": engine,
        "TEMPORAL_NAMESPACE": NAMESPACE,
        "COLLEGIUM_HOME": str(installation.home),
        "COLLEGIUM_MODE": installation.state.mode.value,
        "COLLEGIUM_CLOCK_RATE": str(clock.rate),
        "COLLEGIUM_CLOCK_EPOCH": clock.epoch.isoformat(),
    }


def _version(endpoint: PartnerEndpoint) -> int:
    return 6 if endpoint.adapter is AdapterKind.OEAPI else 5
