"""What the proxy costs: CPU for each streamed event with and without restoring, and time added to a 4 KB POST.

The proxy runs in a process of its own, so that its CPU time is its own; provider and client are in this one. A
stream is measured as models send it (``paced``: an event leaves when the one before it has arrived, so that each is
a read, a record of TLS and an HTTP chunk of its own) and all at once (``burst``: many events in one read).
Run: uv run python -m benchmarks.proxy [EVENTS POSTS]; on a machine that others use too: chrt -r 5 …
"""

import asyncio
import json
import os
import re
import ssl
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from tests.fakes.detector import search
from tests.fakes.proxied import HOST, Wire
from tests.fakes.upstream import Heard, Reply, Upstream

from maskwire.detect.fragment import Fragment
from maskwire.mitm.services import Services
from maskwire.policy import Policy
from maskwire.spans import Span
from maskwire.tokens import Minter
from maskwire_daemon.proxy import Proxy, ProxySettings
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.store.vault import MemoryVault
from maskwire_daemon.trust.authority import Authority

EMAIL = "ada@example.org"
ROUNDS = 5
DOCS = Path(__file__).parents[1] / "docs"
SPREAD = 45
"""Pieces of prose between two tokens: with those of the token a tenth of all events."""


class Aside:
    """Finds e-mail addresses off the loop, as the real detector does in its worker."""

    async def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return the spans of each fragment."""
        return await asyncio.to_thread(search, fragments)


@dataclass
class Child:
    """The proxy's process: its port, what its clients trust, and how much it has used."""

    port: int
    trust: ssl.SSLContext
    process: asyncio.subprocess.Process

    async def cpu_s(self) -> float:
        """Return the CPU time that the proxy has used, in seconds."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"\n")
        return float(await self.process.stdout.readline())

    def memory_mb(self) -> float:
        """Return the proxy's resident memory."""
        return float(psutil.Process(self.process.pid).memory_info().rss / 1e6)


@dataclass
class Provider:
    """Streams ``events`` events. With ``gates``, each waits until the client has the one before it."""

    events: int
    paced: bool = False
    gates: list[asyncio.Event] = field(default_factory=list)

    def answer(self, heard: Heard) -> Reply:
        """Stream prose and tokens. A list of models gets events of the same size, which nothing restores."""
        if heard.target.startswith("/v1/chat") and b'"stream"' not in heard.body:
            return Reply([b'{"choices":[]}'], headers=[("content-type", "application/json")], chunked=False)
        token = json.loads(heard.body)["messages"][0]["content"] if heard.body else "mail.k7q2mxa4n5@example.com"
        written = [event(text) for text in spoken(token, self.events)]
        if not self.paced:
            return Reply(written)
        self.gates = [asyncio.Event() for _ in written]
        return Reply([each for pair in zip(written, self.gates, strict=True) for each in pair])


def spoken(token: str, count: int) -> list[str]:
    """Return ``count`` pieces of this project's prose as a model streams them, tokens among them cut as well."""
    prose = "\n".join(path.read_text("utf-8") for path in sorted(DOCS.glob("*.md")))
    words = re.findall(r"\s*\w{1,8}|\s*[^\w\s]", prose)
    said = [" " + token[:4], *re.findall(r".{1,6}", token[4:])]
    found: list[str] = []
    while len(found) < count:
        start = len(found) % (len(words) - SPREAD)
        found += [*words[start : start + SPREAD], *said]
    return found[:count]


def event(text: str) -> bytes:
    """Return a chunk as OpenAI streams it."""
    choice = {"index": 0, "delta": {"content": text}, "logprobs": None, "finish_reason": None}
    chunk = {
        "id": "chatcmpl-CeVbFa2mQ0bWbTHxYtVVhbsN0kqyY",
        "object": "chat.completion.chunk",
        "created": 1763785712,
        "model": "gpt-5-2025-08-07",
        "service_tier": "default",
        "system_fingerprint": None,
        "choices": [choice],
        "obfuscation": "x8sdKq2LmP"[: 10 - len(text) % 10],
    }
    return b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n"


async def serve(folder: Path, upstream: str, *, measured: bool) -> None:
    """Be the proxy until standard input ends, and tell for each line of it the CPU time so far.

    At the end tell how late the loop was, if that is ``measured``.
    """
    keys = Keys.ephemeral()
    minter = Minter(keys.token)
    settings = ProxySettings(folder, (HOST,), 0, connect_to={f"{HOST}:443": upstream}, trusted_ca=folder / "up.pem")
    authority = Authority.load_or_create(folder / "ca", keys, settings.hosts)
    policy = Policy()
    vault = MemoryVault(minter)
    services = Services(Aside(), vault, lambda: policy, lambda _: None, ours=minter.may_be_ours)
    proxy = Proxy(services, authority, settings)
    await proxy.start()
    print(proxy.port, flush=True)
    lag: list[float] = []
    heart = asyncio.ensure_future(beat(lag)) if measured else None
    while await asyncio.to_thread(sys.stdin.readline):
        print(time.process_time(), flush=True)
    if heart is not None:
        heart.cancel()
        print(json.dumps(lag))
    await proxy.stop(0)


@asynccontextmanager
async def running(provider: Provider, lag: list[float] | None = None) -> AsyncIterator[tuple[Upstream, Child]]:
    """Run provider and proxy. ``lag`` is filled when the proxy ends."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with Upstream(provider.answer, ("http/1.1",)).serving() as upstream:
            (folder / "up.pem").write_text(upstream.pem)
            role = "--serve" if lag is None else "--serve-measured"
            command = [sys.executable, "-m", "benchmarks.proxy", role, name, upstream.address]
            pipe = asyncio.subprocess.PIPE
            child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=1 << 26)
            assert child.stdin is not None
            assert child.stdout is not None
            port = int(await child.stdout.readline())
            trust = ssl.create_default_context(cadata=(folder / "ca" / "root.pem").read_text())
            try:
                yield upstream, Child(port, trust, child)
            finally:
                child.stdin.close()
                if lag is not None:
                    lag.extend(json.loads(await child.stdout.readline()))
                await child.wait()


async def beside_large_bodies(count: int) -> dict[str, float]:
    """Return how long the proxy's loop makes others wait while it masks 2 MB bodies, one after the other."""
    parts = [{"role": "user", "content": f"{EMAIL} " + "lorem ipsum dolor sit amet " * 40} for _ in range(1900)]
    large = json.dumps({"model": "gpt-5", "messages": parts}).encode()
    lag: list[float] = []
    async with running(Provider(1), lag) as (_, child), through(child) as wire:
        taken = await timed(wire, large, count)
    return {
        "post_2mb_p50_ms": round(taken[0], 1),
        "loop_lag_p50_ms": round(statistics.median(lag), 2),
        "loop_lag_p99_ms": round(statistics.quantiles(lag, n=100)[98], 2),
        "loop_lag_max_ms": round(max(lag), 2),
    }


async def beat(lag: list[float]) -> None:
    """Note by how many milliseconds each wake-up of a 1 ms timer is late."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + 0.001
        await asyncio.sleep(0.001)
        lag.append((loop.time() - due) * 1000)


@asynccontextmanager
async def through(child: Child) -> AsyncIterator[Wire]:
    """Open a tunnel through the proxy."""
    reader, writer = await asyncio.open_connection("127.0.0.1", child.port)
    wire = Wire(reader, writer)
    await wire.send("CONNECT", f"{HOST}:443", [f"host: {HOST}:443"])
    await wire.head()
    await writer.start_tls(child.trust, server_hostname=HOST)
    try:
        yield wire
    finally:
        writer.transport.abort()


async def streamed(wire: Wire, provider: Provider, *, restored: bool) -> None:
    """Read one whole stream, the restored one or events that go through."""
    if restored:
        body = {"model": "gpt-5", "stream": True, "messages": [{"role": "user", "content": EMAIL}]}
        await wire.post(json.dumps(body).encode())
    else:
        await wire.send("GET", "/v1/models", [f"host: {HOST}"])
    await wire.head()
    gates = iter(provider.gates)
    while await wire.chunk():
        if provider.paced:
            next(gates).set()


async def events(count: int, *, paced: bool) -> dict[str, float]:
    """Return CPU microseconds for each event, the median of rounds taken in turn."""
    found: dict[bool, list[float]] = {True: [], False: []}
    provider = Provider(count, paced)
    async with running(provider) as (_, child), through(child) as wire:
        for _ in range(ROUNDS):
            for restored in (True, False):
                before = await child.cpu_s()
                await streamed(wire, provider, restored=restored)
                found[restored].append((await child.cpu_s() - before) / count * 1e6)
    plain, masked = statistics.median(found[False]), statistics.median(found[True])
    return {"plain_us": round(plain, 1), "restored_us": round(masked, 1), "ratio": round(masked / plain, 2)}


async def posts(count: int) -> dict[str, float]:
    """Return milliseconds for a 4 KB POST: straight to the provider, and what the proxy adds with 0 or 3 findings."""
    filler = "The quick brown fox jumps over the lazy dog. " * 80
    clean = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": filler}]}).encode()
    three = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": f"{EMAIL} b@c.de d@e.fr {filler}"}]})
    async with running(Provider(1)) as (upstream, child), through(child) as wire:
        straight = ssl.create_default_context(cadata=upstream.pem)
        reader, writer = await asyncio.open_connection("127.0.0.1", upstream.port, ssl=straight, server_hostname=HOST)
        direct = await timed(Wire(reader, writer), clean, count)
        writer.transport.abort()
        nothing = await timed(wire, clean, count)
        masked = await timed(wire, three.encode(), count)
        memory = child.memory_mb()
    return {
        "direct_ms": round(direct[0], 2),
        "added_clean_p50_ms": round(nothing[0] - direct[0], 2),
        "added_masked_p50_ms": round(masked[0] - direct[0], 2),
        "added_masked_p99_ms": round(masked[1] - direct[0], 2),
        "proxy_mb": round(memory, 1),
    }


async def timed(wire: Wire, body: bytes, count: int) -> tuple[float, float]:
    """Return median and 99th percentile of ``count`` POSTs on one connection, in milliseconds."""
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        await wire.post(body)
        await wire.answer()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=100)[98]


def main() -> None:
    """Measure and print one line of JSON for each figure."""
    if len(sys.argv) == 4 and sys.argv[1].startswith("--serve"):
        role, folder, upstream = sys.argv[1:]
        asyncio.run(serve(Path(folder), upstream, measured=role == "--serve-measured"))
        return
    count, many = (int(n) for n in sys.argv[1:3]) if len(sys.argv) == 3 else (5000, 500)
    print(json.dumps({"machine": os.uname().machine, "cores": os.cpu_count(), "python": sys.version.split()[0]}))
    print(json.dumps({"event_paced": asyncio.run(events(count, paced=True))}))
    print(json.dumps({"event_burst": asyncio.run(events(count, paced=False))}))
    print(json.dumps({"post_4kb": asyncio.run(posts(many))}))
    print(json.dumps({"while_2mb_are_masked": asyncio.run(beside_large_bodies(max(5, many // 20)))}))


if __name__ == "__main__":
    main()
