"""A network that goes away: nobody waits for ever, and who waited is told why. IO: options of sockets.

The system gives up a connection that cannot be made after two minutes, and one on which nothing comes back after
fifteen, or never where nothing was sent: an answer may take its time. Programs that would notice that their network
has changed notice nothing behind a proxy, since their own connection, to this machine, stands.
"""

import asyncio
import socket
from collections.abc import Callable, Mapping
from typing import Any, Final

from maskwire.mitm.engine import Client, ProxyConnectionHandler, ServerConnectionHookData, TlsData, http
from maskwire.mitm.patches import TOLD_INSIDE

DIAL_S: Final = 15.0
"""Seconds in which a host is found and reached: a lost packet is sent again after 1, 3 and 7."""

SLOW_S: Final = 1.0
"""Seconds after which a failure counts as a wait, as for a name server that does not answer."""

AGAIN_S: Final = 2.0
"""Seconds for which a host that was waited for in vain is not dialled again for the same client: a tunnel's first
request comes right after the tunnel, and would wait as long again."""

LOST_S: Final = 30
"""Seconds without any sign from the other machine, whose system answers by itself, until a connection is given up."""

ALIVE: Final = (("TCP_KEEPIDLE", 20), ("TCP_KEEPALIVE", 20), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 2))
"""Asks the other machine for a sign after 20 seconds of silence, and 5 and 10 later. ``TCP_KEEPALIVE`` is macOS's
name for the first.

Source: https://man7.org/linux/man-pages/man7/tcp.7.html
"""

UNANSWERED: Final = "no answer"


class Dialling:
    """Limits how long a connection to a host may take to be made, or to be seen to be dead."""

    def __init__(
        self, handlers: Callable[[], Mapping[Any, ProxyConnectionHandler]], reads: Callable[[str], bool]
    ) -> None:
        """Look at the connections of ``handlers``, by client; ``reads`` tells which hosts' tunnels are opened."""
        self._handlers = handlers
        self._reads = reads
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._unanswered: dict[str, float] = {}

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Let errors of a host whose tunnel is read be told inside, in the provider's shape."""
        if self._reads(flow.request.host):
            flow.metadata[TOLD_INSIDE] = True

    def server_connect(self, data: ServerConnectionHookData) -> None:
        """Begin to count; mitmproxy calls this in the task that dials."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # hooks run in one
        if loop.time() < self._unanswered.get(data.client.id, 0.0):
            data.server.error = UNANSWERED
        else:
            self._timers[data.server.id] = loop.call_later(DIAL_S, task.cancel, UNANSWERED)

    def server_connected(self, data: ServerConnectionHookData) -> None:
        """Let the system find out by itself when the other machine can no longer be reached."""
        self._stop(data)
        writer = self._handlers()[data.client.id].transports[data.server].writer
        if isinstance(writer, asyncio.StreamWriter):  # what is not one is no TCP connection
            keep_alive(writer.get_extra_info("socket"))

    def server_connect_error(self, data: ServerConnectionHookData) -> None:
        """Count no more, and forget the error: mitmproxy would repeat it to a client for as long as that stays."""
        now = asyncio.get_running_loop().time()
        if (timer := self._stop(data)) is not None and now > timer.when() - DIAL_S + SLOW_S:
            self._unanswered[data.client.id] = now + AGAIN_S
        data.server.error = None

    def tls_failed_server(self, data: TlsData) -> None:
        """Forget this error likewise: behind a hotel's page of welcome, certificates are right only after a while."""
        data.conn.error = None

    def client_disconnected(self, client: Client) -> None:
        """Forget what is known for the sake of ``client``."""
        self._unanswered.pop(client.id, None)

    def _stop(self, data: ServerConnectionHookData) -> asyncio.TimerHandle | None:
        if (timer := self._timers.pop(data.server.id, None)) is not None:
            timer.cancel()
        return timer


def keep_alive(connection: socket.socket) -> None:
    """Have the system give up ``connection`` when there is no sign from the other machine for ``LOST_S``."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (*ALIVE, ("TCP_USER_TIMEOUT", LOST_S * 1000)):
        if (option := getattr(socket, name, None)) is not None:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
