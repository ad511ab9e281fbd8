"""Starts a private PostgreSQL server for the tests, if its programs are installed."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

FOLDERS = Path("/usr/lib/postgresql")


def _programs() -> Path | None:
    """Where `initdb` and `pg_ctl` are; the newest version first."""
    candidates = sorted(FOLDERS.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    candidates += [Path(on_path).parent] if on_path else []
    return next((path for path in candidates if (path / "pg_ctl").exists()), None)


def _as_user() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def private_server(folder: Path) -> Iterator[tuple[str | None, str]]:
    """Yield the server's address, or None and the reason why there is none."""
    programs = _programs()
    if programs is None:
        yield None, "PostgreSQL's programs (initdb, pg_ctl) are not installed"
        return
    home = Path(mkdtemp(prefix="collegium-pg-"))
    if os.geteuid() == 0:
        os.chown(home, 65534, 65534)
    data, port = home / "data", _free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    log = folder / "initdb.log"
    try:
        with log.open("wb") as output:
            _run([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"], output)
            _run([programs / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start"], output)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres", ""
        with log.open("ab") as output:
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], output)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(command: list[object], output: object) -> None:
    full = [*_as_user(), *(str(part) for part in command)]
    subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        full,
        check=True,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd="/",
        timeout=60,  # type: ignore[call-overload]
    )
