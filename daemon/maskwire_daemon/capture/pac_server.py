"""Serves the proxy script on the daemon's own loop. IO: one port of 127.0.0.1."""

import asyncio

from maskwire.errors import ControlError
from maskwire_daemon.capture import pac
from maskwire_daemon.capture.places import LOOPBACK
from maskwire_daemon.platform.ports import holder

READ_S = 5.0
"""Seconds that somebody who connects has to ask."""

TAKE_OVER_S = 3.0
"""Seconds in which a watchdog that stood in for an earlier daemon lets go of the port."""

_AGAIN_S = 0.1


class PacServer:
    """One script on one port. ``script`` may be replaced at any time."""

    def __init__(self) -> None:
        self.script = ""
        self.port = 0
        self._server: asyncio.Server | None = None

    @property
    def is_open(self) -> bool:
        """Whether the port is listened on."""
        return self._server is not None and self._server.is_serving()

    async def open(self, port: int) -> None:
        """Listen on ``port``, or any free one for 0.

        Raises:
            ControlError: somebody else has it.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + TAKE_OVER_S
        while True:
            try:
                self._server = await asyncio.start_server(self._serve, LOOPBACK, port, limit=pac.MAX_HEAD)
            except OSError as e:
                if loop.time() > deadline:
                    who = await asyncio.to_thread(holder, port)
                    raise ControlError(
                        f"port {port} of the proxy script is used by {who or 'another program'}: stop that, or set "
                        "capture.pac_port"
                    ) from e
                await asyncio.sleep(_AGAIN_S)
            else:
                self.port = self._server.sockets[0].getsockname()[1]
                return

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server = None
            self.port = 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(READ_S):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(pac.respond(head, self.script, self.port))
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.transport.abort()
        finally:
            writer.close()
