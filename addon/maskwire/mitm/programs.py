"""Which program is behind a connection: asked once for each, off the loop."""

import asyncio
from asyncio import Future
from collections.abc import Callable

from maskwire.mitm.engine import Client

Lookup = Callable[[tuple[str, int]], str]


class Programs:
    """Answers that are on their way or known, by connection."""

    def __init__(self, lookup: Lookup | None) -> None:
        self._lookup = lookup
        self._known: dict[str, Future[str]] = {}

    def of(self, client: Client) -> Future[str] | None:
        """Return the name of the program behind ``client``, as a future that may never be waited for."""
        if self._lookup is None or not client.peername:
            return None
        if client.id not in self._known:
            host, port, *_ = client.peername
            loop = asyncio.get_running_loop()
            self._known[client.id] = loop.run_in_executor(None, _named, self._lookup, (host, port))
        return self._known[client.id]

    def forget(self, client: Client) -> None:
        """Drop what is known of a connection that ended."""
        self._known.pop(client.id, None)


def _named(lookup: Lookup, address: tuple[str, int]) -> str:
    try:
        return lookup(address)
    except Exception:  # noqa: BLE001 - knowing the program is a courtesy; the exchange goes on without
        return ""
