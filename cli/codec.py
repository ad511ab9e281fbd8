"""The codec endpoint of a demonstration, in a thread of the command line."""

import threading
import time

import uvicorn

from cli.installation import Installation
from engine.codec import KeyedCodec
from engine.codec_endpoint import build_codec_app
from engine.embedded import HOST, free_port

START_SECONDS = 5


class CodecEndpoint:
    """Lets the engine's own web page at `ui_port` show payloads in clear; serves this machine only."""

    def __init__(self, installation: Installation, ui_port: int) -> None:
        origins = [f"http://{HOST}:{ui_port}", f"http://localhost:{ui_port}"]
        app = build_codec_app(KeyedCodec(installation.key_ring), origins)
        self._port = free_port()
        self._server = uvicorn.Server(
            uvicorn.Config(app, host=HOST, port=self._port, log_level="error", access_log=False)
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def address(self) -> str:
        """Where the page asks."""
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Start to serve, and wait until it does."""
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop to serve."""
        self._server.should_exit = True
        self._thread.join(START_SECONDS)
