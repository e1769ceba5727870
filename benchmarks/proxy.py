"""What the proxy costs: CPU for each streamed event with and without restoring, and time added to a 4 KB POST.

The proxy runs in a process of its own, so that its CPU time is its own; provider and client are in this one.
Run: uv run python -m benchmarks.proxy [events] [posts]
"""

import asyncio
import json
import os
import ssl
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
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
from maskwire_daemon.authority import Authority
from maskwire_daemon.proxy import Proxy, ProxySettings
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.store.vault import MemoryVault

EMAIL = "ada@example.org"
ROUNDS = 5


class Aside:
    """Finds e-mail addresses off the loop, as the real detector does in its worker."""

    async def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return the spans of each fragment."""
        return await asyncio.to_thread(search, fragments)


def event(text: str) -> bytes:
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-5"}
    return b"data: " + json.dumps({**chunk, "choices": [{"index": 0, "delta": {"content": text}}]}).encode() + b"\n\n"


def answering(heard: Heard, events: int) -> Reply:
    """Stream: every tenth event holds a whole token. The plain read gets the same bytes, which nothing restores."""
    if heard.target == "/v1/small":
        return Reply([b"{}"], headers=[("content-type", "application/json")], chunked=False)
    if heard.target.startswith("/v1/chat") and b'"stream"' not in heard.body:
        return Reply([b'{"choices":[]}'], headers=[("content-type", "application/json")], chunked=False)
    token = json.loads(heard.body)["messages"][0]["content"] if heard.body else "USER_K7Q2MXA4"
    return Reply([event(token if i % 10 == 0 else " word") for i in range(events)])


async def serve(folder: Path, upstream: str) -> None:
    """Be the proxy, until standard input ends."""
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
    await asyncio.to_thread(sys.stdin.read)
    await proxy.stop(0)


@asynccontextmanager
async def running(events: int) -> AsyncIterator[tuple[Upstream, int, ssl.SSLContext, psutil.Process]]:
    """Run provider and proxy; yield provider, proxy port, what the client trusts, and the proxy's process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with Upstream(lambda heard: answering(heard, events), ("http/1.1",)).serving() as upstream:
            (folder / "up.pem").write_text(upstream.pem)
            command = [sys.executable, "-m", "benchmarks.proxy", "--serve", name, upstream.address]
            child = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
            assert child.stdin is not None
            assert child.stdout is not None
            port = int(await child.stdout.readline())
            trust = ssl.create_default_context(cadata=(folder / "ca" / "root.pem").read_text())
            try:
                yield upstream, port, trust, psutil.Process(child.pid)
            finally:
                child.stdin.close()
                await child.wait()


async def latencies(wire: Wire, upstream: Upstream, count: int) -> list[float]:
    """Return milliseconds from sending to receiving for each event of a stream with one event every 10 ms."""
    plain = upstream.answering
    pieces: list[bytes | float] = [piece for _ in range(count) for piece in (0.01, event(" word"))]
    reply = Reply(pieces)
    upstream.answering = lambda heard: reply if b'"stream"' in heard.body else plain(heard)
    await wire.post(json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "a"}]}).encode())
    await wire.head()
    loop, received = asyncio.get_running_loop(), []
    while await wire.chunk():
        received.append(loop.time())
    upstream.answering = plain
    return [(a - b) * 1000 for a, b in zip(received, reply.sent_at, strict=True)]


async def beside_large_bodies(count: int) -> dict[str, float]:
    """Return what an event waits while 2 MB bodies are masked on another connection, and while nothing else runs."""
    parts = [{"role": "user", "content": f"{EMAIL} " + "lorem ipsum dolor sit amet " * 40} for _ in range(1900)]
    large = json.dumps({"model": "gpt-5", "messages": parts}).encode()
    async with running(1) as (upstream, port, trust, _), through(port, trust) as quiet, through(port, trust) as loud:
        idle = await latencies(quiet, upstream, count)
        busy = asyncio.ensure_future(timed(loud, large, 1000))
        loaded = await latencies(quiet, upstream, count)
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)
    return {
        "idle_p50_ms": round(statistics.median(idle), 2),
        "idle_p99_ms": round(statistics.quantiles(idle, n=100)[98], 2),
        "beside_p50_ms": round(statistics.median(loaded), 2),
        "beside_p99_ms": round(statistics.quantiles(loaded, n=100)[98], 2),
        "beside_max_ms": round(max(loaded), 2),
    }


@asynccontextmanager
async def through(port: int, trust: ssl.SSLContext) -> AsyncIterator[Wire]:
    """Open a tunnel through the proxy."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    wire = Wire(reader, writer)
    await wire.send("CONNECT", f"{HOST}:443", [f"host: {HOST}:443"])
    await wire.head()
    await writer.start_tls(trust, server_hostname=HOST)
    try:
        yield wire
    finally:
        writer.transport.abort()


def cpu_s(process: psutil.Process) -> float:
    """Return the CPU time a process has used, in seconds."""
    used = process.cpu_times()
    return float(used.user + used.system)


async def streamed(wire: Wire, *, restored: bool) -> None:
    """Read one whole stream, the restored one or the same bytes that go through."""
    if restored:
        body = {"model": "gpt-5", "stream": True, "messages": [{"role": "user", "content": EMAIL}]}
        await wire.post(json.dumps(body).encode())
    else:
        await wire.send("GET", "/v1/streamed", [f"host: {HOST}"])
    await wire.head()
    await wire.chunks()


async def events(count: int) -> dict[str, float]:
    """Return CPU microseconds for each event, the median of rounds taken in turn."""
    found: dict[bool, list[float]] = {True: [], False: []}
    async with running(count) as (_, port, trust, process), through(port, trust) as wire:
        for _ in range(ROUNDS):
            for restored in (True, False):
                before = cpu_s(process)
                await streamed(wire, restored=restored)
                found[restored].append((cpu_s(process) - before) / count * 1e6)
    plain, masked = statistics.median(found[False]), statistics.median(found[True])
    return {"plain_us": round(plain, 1), "restored_us": round(masked, 1), "ratio": round(masked / plain, 2)}


async def posts(count: int) -> dict[str, float]:
    """Return milliseconds for a 4 KB POST: straight to the provider, and what the proxy adds with 0 or 3 findings."""
    filler = "The quick brown fox jumps over the lazy dog. " * 80
    clean = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": filler}]}).encode()
    three = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": f"{EMAIL} b@c.de d@e.fr {filler}"}]})
    async with running(1) as (upstream, port, trust, process), through(port, trust) as wire:
        straight = ssl.create_default_context(cadata=upstream.pem)
        reader, writer = await asyncio.open_connection("127.0.0.1", upstream.port, ssl=straight, server_hostname=HOST)
        direct = await timed(Wire(reader, writer), clean, count)
        writer.transport.abort()
        nothing = await timed(wire, clean, count)
        masked = await timed(wire, three.encode(), count)
        memory = process.memory_info().rss / 1e6
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
    if "--serve" in sys.argv:
        folder, upstream = sys.argv[-2:]
        asyncio.run(serve(Path(folder), upstream))
        return
    count, many = (int(a) for a in [*sys.argv[1:], "5000", "500"][:2]) if len(sys.argv) < 3 else map(int, sys.argv[1:3])
    print(json.dumps({"machine": os.uname().machine, "cores": os.cpu_count(), "python": sys.version.split()[0]}))
    print(json.dumps({"event": asyncio.run(events(count))}))
    print(json.dumps({"post_4kb": asyncio.run(posts(many))}))
    print(json.dumps({"event_beside_2mb": asyncio.run(beside_large_bodies(many))}))


if __name__ == "__main__":
    main()
