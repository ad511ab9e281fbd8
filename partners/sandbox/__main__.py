"""Runs a sandbox partner: `python -m partners.sandbox --partner jyu --version 6 --database jyu.sqlite`."""

import argparse
import json
import os
import socket
import sys
from datetime import datetime
from pathlib import Path

from models.clock import Clock
from partners.sandbox.app import application, read_offerings
from partners.sandbox.desk import Desk
from partners.sandbox.register import Register
from partners.sandbox.server import serve
from partners.sandbox.store import Store


def main() -> int:
    """Read the arguments, open the database, listen, serve until stopped."""
    arguments = _parser().parse_args()
    secret = _secret(arguments.secret_file)
    if not secret:
        return _complain("Give a client secret: --secret-file FILE, or set COLLEGIUM_SANDBOX_SECRET.")
    try:
        clock = _clock(arguments.clock_epoch, arguments.clock_rate)
        offerings = _offerings(arguments.offerings)
    except (ValueError, OSError) as error:
        return _complain(str(error))
    # Naming the protocol lets asyncio switch off Nagle's algorithm: 40 ms for each call otherwise.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((arguments.host, arguments.port))
    except OSError:
        return _complain(f"Port {arguments.port} is taken. Choose another one with --port, or 0 for any.")
    listener.listen(512)
    store = Store(arguments.database, arguments.partner, clock)
    if offerings is not None:
        store.set_offerings(offerings)
    desk = Desk(Register(store), arguments.client_id or arguments.partner, secret)
    sys.stdout.write(
        f"sandbox {arguments.partner} ready on http://{arguments.host}:{listener.getsockname()[1]}\n"
    )
    sys.stdout.flush()
    try:
        serve(application(desk, arguments.version), listener)
    except KeyboardInterrupt:
        return 0
    finally:
        store.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m partners.sandbox", description="A partner's student system to try things with."
    )
    parser.add_argument("--partner", required=True, help="the partner's id in the agreement, e.g. jyu")
    parser.add_argument("--version", type=int, choices=(5, 6), default=6, help="of the Open Education API")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; this machine only by default, 0.0.0.0 in a container",
    )
    parser.add_argument("--database", type=Path, required=True, help="SQLite file, made if it is not there")
    parser.add_argument("--client-id", default="", help="OAuth client; the partner's id by default")
    parser.add_argument("--secret-file", type=Path, help="file with the OAuth client secret")
    parser.add_argument(
        "--offerings", type=Path, help="JSON list of offerings (id, kind, name); all if not given"
    )
    parser.add_argument("--clock-epoch", help="when business time began, ISO 8601 with zone")
    parser.add_argument("--clock-rate", type=int, default=1, help="how many times as fast business time runs")
    return parser


def _secret(path: Path | None) -> str:
    if path is None:
        return os.environ.get("COLLEGIUM_SANDBOX_SECRET", "")
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _clock(epoch: str | None, rate: int) -> Clock | None:
    return None if epoch is None else Clock(epoch=datetime.fromisoformat(epoch), rate=rate)


def _offerings(path: Path | None) -> list[tuple[str, str, str]] | None:
    return None if path is None else read_offerings(json.loads(path.read_text(encoding="utf-8")))


def _complain(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
