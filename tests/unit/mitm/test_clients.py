import asyncio

import pytest

from maskwire.mitm.bypass import Scope
from maskwire.mitm.clients import UNUSED, Clients
from maskwire.mitm.engine import Client, Context, Options, TlsData
from maskwire.mitm.services import Notice, NoticeKind, Services
from maskwire.policy import Policy
from maskwire.tokens import Minter
from maskwire_daemon.store.vault import MemoryVault
from tests.fakes.detector import PatternDetector

HOST = "api.openai.com"


class Rig:
    """Clients of one host, with the reports about them."""

    def __init__(self, *, named: bool) -> None:
        self.notices: list[Notice] = []
        self.asked: list[tuple[str, int]] = []
        vault = MemoryVault(Minter(b"k" * 32))
        program = self._program if named else None
        services = Services(
            PatternDetector(), vault, Policy, lambda _: None, program=program, notice=self.notices.append
        )
        self.clients = Clients(services, lambda: Scope([HOST]))

    def _program(self, address: tuple[str, int]) -> str:
        self.asked.append(address)
        return "codex"

    async def connection(self, *, asks: bool = False, sni: str = HOST, error: str | None = None) -> None:
        """Open a connection, ask if told to, and leave."""
        context = Context(Client(peername=("127.0.0.1", 5), sockname=("127.0.0.1", 6)), Options())
        client = context.client
        client.sni, client.error, context.server.address = sni, error, (sni, 443)
        if error:
            self.clients.tls_failed_client(TlsData(client, context))
        else:
            self.clients.tls_established_client(TlsData(client, context))
        if asks:
            self.clients.spoke(client)
        self.clients.client_disconnected(client)
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("named", [True, False])
async def test_a_rejected_certificate_names_host_and_program(named: bool) -> None:
    rig = Rig(named=named)
    await rig.connection(error="tlsv1 alert unknown ca")

    assert rig.notices == [Notice(NoticeKind.CLIENT_REJECTED_CERTIFICATE, HOST, "codex" if named else "")]


async def test_unused_connections_count_only_in_a_row() -> None:
    rig = Rig(named=True)
    for asks in [*[False] * (UNUSED - 1), True, *[False] * (UNUSED - 1)]:
        await rig.connection(asks=asks)
    assert rig.notices == []
    await rig.connection()

    assert rig.notices == [Notice(NoticeKind.CLIENT_SENT_NOTHING, HOST, "codex")]
    await rig.connection()
    assert len(rig.notices) == 1


async def test_other_hosts_are_nobodys_business() -> None:
    rig = Rig(named=True)
    await rig.connection(sni="bank.test", error="tlsv1 alert unknown ca")
    for _ in range(UNUSED + 1):
        await rig.connection(sni="bank.test")

    assert (rig.notices, rig.asked) == ([], [])


async def test_nothing_is_remembered_of_connections_that_ended() -> None:
    rig = Rig(named=True)
    for asks in (True, False):
        await rig.connection(asks=asks)

    assert (rig.clients._programs, rig.clients._silent) == ({}, {})
