"""The programs behind connections: their names, and those that do not accept our certificates."""

import asyncio
from asyncio import Future
from collections import Counter
from collections.abc import Callable

from maskwire.mitm.bypass import Scope, normal
from maskwire.mitm.engine import Client, TlsData
from maskwire.mitm.services import Notice, NoticeKind, Services
from maskwire.mitm.tls import rejected_host

UNUSED = 3
"""Connections to one host, one after the other without a request, that look like a pinned certificate."""

Lookup = Callable[[tuple[str, int]], str]


class Clients:
    """Asks once for each connection which program it is, off the loop, and reports what cannot be protected.

    Some programs show at the handshake that they do not trust us. Others pin a certificate and leave after the
    handshake without a request; since browsers connect in advance too, they are reported when that happens
    several times in a row. Nothing is ever bypassed because of it.
    """

    def __init__(self, services: Services, scope: Callable[[], Scope]) -> None:
        self._services = services
        self._scope = scope
        self._programs: dict[str, Future[str]] = {}
        self._silent: dict[str, str] = {}
        self._unused: Counter[str] = Counter()

    def spoke(self, client: Client) -> Future[str] | None:
        """Note that a request came, and return the program's name as a future that may never be waited for."""
        if host := self._silent.pop(client.id, None):
            del self._unused[host]
        return self._program(client)

    def tls_established_client(self, data: TlsData) -> None:
        """Remember a client that has accepted our certificate and not asked for anything yet."""
        client = data.context.client
        if client.sni and self._scope().holds(client.sni):
            self._silent[client.id] = normal(client.sni)
            self._program(client)

    def tls_failed_client(self, data: TlsData) -> None:
        """Report a program that does not accept our certificate for a protected host."""
        host = rejected_host(data)
        if host and self._scope().holds(host):
            self._report(NoticeKind.CLIENT_REJECTED_CERTIFICATE, normal(host), self._program(data.context.client))

    def client_disconnected(self, client: Client) -> None:
        """Forget a connection that ended; report its host once too many were decrypted and never used."""
        program = self._programs.pop(client.id, None)
        if host := self._silent.pop(client.id, None):
            self._unused[host] += 1
            if self._unused[host] == UNUSED:
                self._report(NoticeKind.CLIENT_SENT_NOTHING, host, program)

    def _report(self, kind: NoticeKind, host: str, program: Future[str] | None) -> None:
        if program is None:
            self._services.report(Notice(kind, host))
        else:
            program.add_done_callback(lambda named: self._services.report(Notice(kind, host, named.result())))

    def _program(self, client: Client) -> Future[str] | None:
        if self._services.program is None or not client.peername:
            return None
        if client.id not in self._programs:
            host, port, *_ = client.peername
            loop = asyncio.get_running_loop()
            self._programs[client.id] = loop.run_in_executor(None, _named, self._services.program, (host, port))
        return self._programs[client.id]


def _named(lookup: Lookup, address: tuple[str, int]) -> str:
    try:
        return lookup(address)
    except Exception:  # noqa: BLE001 - knowing the program is a courtesy; the exchange goes on without
        return ""
