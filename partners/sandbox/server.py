"""The sandbox partner's HTTP server: uvicorn, with connections that can be cut in earnest."""

import asyncio
import socket
from typing import cast

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol


class _CuttableProtocol(H11Protocol):
    """Hands each request its connection, so that it can be cut without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn types it
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def cut(request: Request) -> None:
    """Close the socket at once, with nothing more sent."""
    cast("asyncio.Transport", request.state.transport).abort()


def serve(app: FastAPI, listener: socket.socket) -> None:
    """Serve until a signal ends the process."""
    config = uvicorn.Config(
        app,
        http=_CuttableProtocol,
        loop="asyncio",
        ws="none",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=120,
        timeout_graceful_shutdown=1,
        backlog=512,
    )
    uvicorn.Server(config).run(sockets=[listener])
