"""Where connections really go: ``connect_to``, and the control API that no proxied program may reach.

``connect_to`` works as curl's ``--connect-to``: another address is dialled, while SNI, Host header, checks of
the certificate and the journal keep the name that was asked for.
"""

import asyncio
import socket
from collections.abc import Callable, Mapping

from maskwire.errors import ConfigError
from maskwire.mitm.bypass import is_this_machine, normal, without_port
from maskwire.mitm.engine import ServerConnectionHookData, http
from maskwire.mitm.services import Notice, NoticeKind

Address = tuple[str, int]

_REFUSAL = b'{"error":{"message":"maskwire does not pass on requests to its own control API"}}'


def parse_connect_to(entries: Mapping[str, str]) -> dict[Address, Address]:
    """Return ``connect_to`` settings as addresses.

    Raises:
        ConfigError: one is not written ``host:port``.
    """
    return {_parse(asked): _parse(dialled) for asked, dialled in entries.items()}


def _parse(text: str) -> Address:
    host = without_port(text)
    port = text.removeprefix(host).removeprefix(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ConfigError("write each address as host:port, such as 127.0.0.1:9443", key="upstream.connect_to")
    return normal(host), int(port)


class Route:
    """Rewrites addresses when they are dialled and refuses the control API's. ``api_port`` 0 means there is none."""

    def __init__(self, notice: Callable[[Notice], None]) -> None:
        self.connect_to: Mapping[Address, Address] = {}
        self.api_port = 0
        self._notice = notice
        self._asked: dict[str, Address] = {}

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Refuse a tunnel to the control API."""
        self._refuse_literal(flow)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Refuse a plain request to the control API; stands after the addon, which would let it stream."""
        self._refuse_literal(flow)

    async def server_connect(self, data: ServerConnectionHookData) -> None:
        """Dial another address where the settings say so; never the control API, under whatever name."""
        assert data.server.address is not None  # mitmproxy calls this with an address to dial
        host, port = data.server.address[:2]
        address = self.connect_to.get((normal(host), port), (host, port))
        if self.api_port and address[1] == self.api_port:
            try:
                address = await self._resolved(address)
            except OSError as e:
                data.server.error = f"name resolution failed ({type(e).__name__})"
                return
            if is_this_machine(address[0]):
                self._notice(Notice(NoticeKind.CONTROL_API_REFUSED, host))
                data.server.error = "maskwire does not pass on requests to its own control API"
                return
        if address != (host, port):
            self._asked[data.server.id] = (host, port)
            data.server.address = address

    def server_connected(self, data: ServerConnectionHookData) -> None:
        """Call the connection by the name that was asked for, again."""
        self._restore(data)

    def server_connect_error(self, data: ServerConnectionHookData) -> None:
        """Call the connection that failed by the name that was asked for, again."""
        self._restore(data)

    def _restore(self, data: ServerConnectionHookData) -> None:
        if (asked := self._asked.pop(data.server.id, None)) is not None:
            # mitmproxy's own setter refuses this for open connections, since the address would be a lie;
            # here the peer's address is kept beside it and the name is what policy and certificate go by
            vars(data.server)["address"] = asked

    def _refuse_literal(self, flow: http.HTTPFlow) -> None:
        if self.api_port and flow.request.port == self.api_port and is_this_machine(flow.request.host):
            self._notice(Notice(NoticeKind.CONTROL_API_REFUSED, flow.request.host))
            flow.request.stream = False
            flow.response = http.Response.make(403, _REFUSAL, {"content-type": "application/json"})

    @staticmethod
    async def _resolved(address: Address) -> Address:
        """Return the address that ``address`` names now, so that what was checked is what is dialled."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(*address, type=socket.SOCK_STREAM)
        places = [str(entry[4][0]) for entry in found]
        return next((p for p in places if is_this_machine(p)), places[0]), address[1]
