"""`collegium up` and `collegium worker`: an installation on one machine, in real time."""

import asyncio
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import structlog
import typer

from cli.deciding import installation_of
from cli.errors import RefusedError, WrongUseError
from cli.installation import Installation
from cli.printing import AsJSON, print_json
from cli.processes import ROOT, Processes, worker_environment
from engine.embedded import running_engine
from engine.errors import EngineError
from engine.logging import configure_logging
from records.intent import IntentRecords
from settings import Mode

LOOK_SECONDS = 5
_log = structlog.get_logger(__name__)


def up(
    context: typer.Context,
    *,
    programme: Annotated[
        list[str] | None, typer.Option(help="Start test systems of this programme's partners only.")
    ] = None,
    as_json: AsJSON = False,
) -> None:
    """Start an installation on this machine and keep it running: engine, worker, partners' test systems."""
    home = Path(context.obj["home"]).absolute()
    home.mkdir(parents=True, exist_ok=True)
    with only_one(home):
        installation = Installation.create(home, mode=Mode.EMBEDDED)
        chosen = _chosen(installation, programme)
        # Asked to stop by the system, it stops as it does for Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with Processes(installation, chosen) as processes:
                _tell(processes, home, as_json=as_json)
                _keep_running(installation)
        except KeyboardInterrupt:
            pass
    typer.echo("Stopped.", err=True)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the folder for this process; a second one is told that the first is running."""
    if running_engine(home):
        raise RefusedError(f"An installation is running in {home} already. Use it, or give another --home.")
    with (home / "up.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            lock.seek(0)
            holder = lock.read().strip() or "another one"
            raise RefusedError(
                f"An installation is running in {home} already (process {holder}). "
                "Use it, or give another --home."
            ) from problem
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _chosen(installation: Installation, programmes: list[str] | None) -> tuple[str, ...]:
    known = installation.library.programmes()
    unknown = [name for name in programmes or () if name not in known]
    if unknown:
        raise WrongUseError(f"There is no programme {unknown[0]!r}; there are: {', '.join(known)}.")
    return tuple(programmes or known)


def _tell(processes: Processes, home: Path, *, as_json: bool) -> None:
    engine = processes.engine.address
    if as_json:
        print_json(
            {
                "home": str(home),
                "engine": engine.target,
                "page": engine.ui,
                "sandboxes": processes.sandboxes,
                "processes": processes.pids,
            }
        )
        sys.stdout.flush()
        return
    typer.echo(f"Everything runs; its state is in {home}.")
    typer.echo(f"  engine                 {engine.target}")
    typer.echo(f"  engine's own web page  {engine.ui}")
    for partner, address in processes.sandboxes.items():
        typer.echo(f"  test system of {partner:<14}{address}")
    typer.echo("Open an intake with `./collegium intake open`. Press Ctrl-C to stop.")


def _keep_running(installation: Installation) -> None:
    """Send decisions again that have no answer yet, until somebody stops us or the engine has died."""
    configure_logging(level="warning")
    while running_engine(installation.home):
        time.sleep(LOOK_SECONDS)
        if IntentRecords(installation.database).open():
            asyncio.run(resend(installation))
    raise RefusedError(f"The engine has stopped; its own words are in {installation.home / 'engine.log'}.")


async def resend(installation: Installation) -> None:
    """Send open decisions again; what goes wrong is logged, so that everything else runs on."""
    try:
        async with installation.connected() as connection:
            resent = await connection.sender.resend_open()
    except EngineError as problem:
        _log.warning("decisions not sent again", error=type(problem).__name__, why=str(problem))
        return
    for decision_id, refusal in resent.refused.items():
        _log.warning("kept decision refused", decision_id=decision_id, code=refusal.code)
    for decision_id, failure in resent.failed.items():
        kind, why = type(failure).__name__, str(failure)
        _log.warning("kept decision not sent", decision_id=decision_id, error=kind, why=why)


def worker(
    context: typer.Context,
    *,
    partner: Annotated[str | None, typer.Option(help="Serve this partner's queue only.")] = None,
) -> None:
    """Run one more worker of a running installation in this terminal; Ctrl-C stops it."""
    installation = installation_of(context)
    engine = running_engine(installation.home)
    if engine is None:
        raise RefusedError(
            f"Nothing runs in {installation.home}. Start it with `./collegium up` in another terminal."
        )
    command = [sys.executable, str(ROOT / "worker.py"), *(["--partner", partner] if partner else [])]
    sys.stdout.flush()
    os.execve(command[0], command, worker_environment(installation, engine.target))  # noqa: S606 - our own program takes over this process
