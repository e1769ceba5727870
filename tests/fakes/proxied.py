"""A real proxy in this process, a scripted upstream behind it, and a raw client before it."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from maskwire.errors import Reason
from maskwire.exchange import Exchange
from maskwire.mitm.services import Limits, Notice, Services
from maskwire.policy import Policy
from maskwire.tokens import Minter
from maskwire.wire.local import LocalServer
from maskwire_daemon.proxy import Proxy, ProxySettings
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.store.vault import MemoryVault
from maskwire_daemon.trust.authority import Authority
from tests.fakes.detector import PatternDetector
from tests.fakes.upstream import Answering, Upstream

HOST = "api.openai.com"
OTHER = "bank.test"
GOOGLE = "generativelanguage.googleapis.com"
XAI = "api.x.ai"


@dataclass
class Lab:
    """Everything around one running proxy; ``policy`` may be replaced at any time."""

    proxy: Proxy
    upstream: Upstream
    authority: Authority
    settings: ProxySettings
    detector: PatternDetector
    vault: MemoryVault
    policy: Policy = field(default_factory=Policy)
    program: str = ""
    local: LocalServer | None = None
    journal: list[Exchange] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def trust(self) -> ssl.SSLContext:
        """What a client of the proxy trusts: our authority, and nothing else."""
        return ssl.create_default_context(cadata=self.authority.ca_pem.decode())

    @property
    def last(self) -> Exchange:
        return self.journal[-1]

    async def journalled(self, count: int = 1) -> list[Exchange]:
        """Wait until ``count`` exchanges have ended."""
        async with asyncio.timeout(20):
            while len(self.journal) < count:  # noqa: ASYNC110 - the journal is a plain list
                await asyncio.sleep(0.005)
        return self.journal


@asynccontextmanager
async def proxied(
    folder: Path, answering: Answering, *, alpn: tuple[str, ...] = ("h2", "http/1.1"), limits: Limits | None = None
) -> AsyncIterator[Lab]:
    """Run a proxy whose protected host and whose other host are both the scripted upstream."""
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(Upstream(answering, alpn).serving())
        trusted = folder / "upstream.pem"
        trusted.write_text(upstream.pem)
        settings = ProxySettings(
            folder=folder,
            hosts=(HOST, "*.openai.azure.com", GOOGLE, XAI),
            port=0,
            connect_to={f"{host}:443": upstream.address for host in (HOST, OTHER, "x.openai.azure.com", GOOGLE, XAI)},
            trusted_ca=trusted,
        )
        keys = Keys.ephemeral()
        minter = Minter(keys.token)
        authority = Authority.load_or_create(folder / "ca", keys, settings.hosts)
        detector, vault = PatternDetector(), MemoryVault(minter)
        journal: list[Exchange] = []
        notices: list[Notice] = []
        lab: Lab
        services = Services(
            detector=detector,
            vault=vault,
            policy=lambda: lab.policy,
            journal=journal.append,
            limits=limits or Limits(),
            notice=notices.append,
            ours=minter.may_be_ours,
            program=lambda _: lab.program,
            local=lambda: lab.local,
        )
        proxy = Proxy(services, authority, settings)
        lab = Lab(proxy, upstream, authority, settings, detector, vault, journal=journal, notices=notices)
        await proxy.start()
        stack.push_async_callback(proxy.stop, 0)
        yield lab


@dataclass
class Wire:
    """A raw HTTP/1.1 connection through the proxy's tunnel."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, method: str, target: str, headers: Iterable[str] = (), body: bytes = b"") -> None:
        lines = [f"{method} {target} HTTP/1.1", *headers]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await self.writer.drain()

    async def post(self, body: bytes, target: str = "/v1/chat/completions", headers: Iterable[str] = ()) -> None:
        fixed = [f"host: {HOST}", "content-type: application/json", f"content-length: {len(body)}"]
        await self.send("POST", target, [*fixed, *headers], body)

    async def head(self) -> tuple[int, dict[str, str]]:
        """Return status and headers of the answer."""
        async with asyncio.timeout(10):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.strip().split("\r\n")
        fields = [line.partition(":") for line in lines]
        return int(status.split(" ")[1]), {n.lower(): v.strip() for n, _, v in fields}

    async def chunk(self) -> bytes:
        """Return the next chunk as it was framed; ``b""`` is the end."""
        async with asyncio.timeout(10):
            size = int(await self.reader.readuntil(b"\r\n"), 16)
            return (await self.reader.readexactly(size + 2))[:-2]

    async def chunks(self) -> list[bytes]:
        """Return all chunks up to the end."""
        found: list[bytes] = []
        while piece := await self.chunk():
            found.append(piece)
        return found

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Return a whole answer, however it is framed."""
        status, headers = await self.head()
        if "chunked" in headers.get("transfer-encoding", ""):
            return status, headers, b"".join(await self.chunks())
        async with asyncio.timeout(10):
            return status, headers, await self.reader.readexactly(int(headers.get("content-length", "0")))

    def peer_certificate(self) -> bytes:
        tls = self.writer.get_extra_info("ssl_object")
        assert isinstance(tls, ssl.SSLObject)
        found = tls.getpeercert(binary_form=True)
        assert found is not None
        return found


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Wire]:
    """Open a plain connection to the proxy."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def tunnelled(
    lab: Lab, host: str = HOST, *, trust: ssl.SSLContext | None = None, sni: str | None = None, port: int = 443
) -> AsyncIterator[Wire]:
    """Open a TLS connection to ``host`` through the proxy."""
    async with connected(lab.proxy.port) as wire:
        await wire.send("CONNECT", f"{host}:{port}", [f"host: {host}:{port}"])
        status, _ = await wire.head()
        assert status == 200
        async with asyncio.timeout(10):
            await wire.writer.start_tls(trust or lab.trust, server_hostname=sni or host)
        yield wire


async def refused(lab: Lab, wire: Wire, status: int = 400) -> Reason:
    """Check that the next answer is a refusal in the provider's shape and that nothing went out; return why."""
    found, headers, body = await wire.answer()
    assert (found, headers["content-type"]) == (status, "application/json")
    assert headers["x-should-retry"] == "false"
    message = json.loads(body)["error"]["message"]
    assert "@" not in message
    assert message.startswith("maskwire blocked this request: ")
    assert lab.upstream.heard == []
    return Reason(message.rpartition("[")[2].rstrip("]"))
