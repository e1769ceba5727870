"""Messages that the daemon sends to itself: the proof that a way leads here, and not merely that something listens.

A probe is an invented number. Whoever sends it by the way in question waits until it arrives in this addon, which
answers by itself: nothing is dialled, nothing leaves. A redirected connection has no request that would fit, so its
number is a port of an address that no machine has.
"""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from maskwire.mitm.engine import ServerConnectionHookData, http

PROBE_HOST = "maskwire-probe.invalid"
"""The host of a probe through the proxy; RFC 2606 keeps the name free for ever."""

PROBE_PATH = "/maskwire-probe/"
"""Where a probe of the base addresses goes."""

PROBE_ADDRESS = "192.0.2.77"
"""The address of a probe by redirection; RFC 5737 keeps it free for ever."""

_PORTS = range(20000, 60000)


class Probes:
    """Knows the numbers that are on their way; stands after the addon, which would let them stream."""

    def __init__(self) -> None:
        self._awaited: dict[str, asyncio.Event] = {}

    @contextmanager
    def expected(self) -> Iterator[tuple[int, asyncio.Event]]:
        """Yield a fresh number and the event that its arrival sets; it is forgotten afterwards."""
        number = secrets.choice(_PORTS)
        while str(number) in self._awaited:
            number = secrets.choice(_PORTS)
        arrived = self._awaited[str(number)] = asyncio.Event()
        try:
            yield number, arrived
        finally:
            del self._awaited[str(number)]

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Take what was sent through the proxy, or to a base address."""
        _, found, number = flow.request.path.rpartition(PROBE_PATH)
        if found and flow.request.host == PROBE_HOST:
            known = self._take(number)
            flow.request.stream = False
            flow.response = http.Response.make(204 if known else 404)

    async def server_connect(self, data: ServerConnectionHookData) -> None:
        """Take what was redirected."""
        if data.server.address and data.server.address[0] == PROBE_ADDRESS:
            self._take(str(data.server.address[1]))
            data.server.error = "this is a probe of maskwire's own"

    def _take(self, number: str) -> bool:
        event = self._awaited.get(number)
        if event is not None:
            event.set()
        return event is not None
