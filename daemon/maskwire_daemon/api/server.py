"""Serves the API on the daemon's own loop. IO: sockets that were opened by ``platform.ports``."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence

from starlette.types import ASGIApp

from maskwire.unread import standing, unread

with standing(unread("uvicorn.main")):  # its command line, which imports click: 0.6 to 2 MB
    from uvicorn.config import Config
    from uvicorn.server import Server

GOODBYE_S = 1
"""Seconds that open calls have after the daemon decided to stop."""


class ApiServer(Server):
    """uvicorn without hands on the process: signals and logging belong to the daemon."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                http="h11",
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=GOODBYE_S,
                backlog=128,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


async def serve(app: ASGIApp, sockets: Sequence[socket.socket], stop: asyncio.Event) -> None:
    """Serve ``app`` until ``stop`` is set."""
    server = ApiServer(app)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=list(sockets)))
        await stop.wait()
        server.should_exit = True
