"""How long others wait for the proxy's loop while bodies are searched and masked, without mitmproxy's own part.

    python -m benchmarks.loop

A timer of one millisecond notes how late it is. On a machine that others use too: chrt -r 5 … (workers are put behind
the proxy again, where they are in the daemon).
"""

import asyncio
import contextlib
import gc
import json
import os
import random
import statistics
import sys

from benchmarks.conversation import Bench, text
from benchmarks.proxy import beat
from maskwire.mitm.masking import mask
from maskwire.mitm.outgoing import Outgoing
from maskwire.policy import Policy
from maskwire.wire.formats import surface_of
from maskwire_daemon.detection.searching import COLLECTIONS
from maskwire_daemon.proxy import SWITCH_INTERVAL_S

TARGET = "/v1/chat/completions"
NEW = 4000
"""Characters of new text where the rest of the body is known."""


def body(texts: list[str]) -> bytes:
    """Return a chat request of these messages."""
    return json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": each} for each in texts]}).encode()


async def waits(bench: Bench, bodies: list[bytes]) -> str:
    """Return how late the timer was while ``bodies`` were masked one after the other."""
    surface = surface_of("POST", "api.openai.com", TARGET)
    assert surface is not None  # the table's first row
    lag: list[float] = []
    heart = asyncio.ensure_future(beat(lag))
    await asyncio.sleep(0.05)
    for each in bodies:
        await mask(Outgoing(surface, "api.openai.com", TARGET, each, "application/json"), Policy(), bench.services)
    heart.cancel()
    p99 = statistics.quantiles(lag, n=100)[98]
    return f"p50 {statistics.median(lag):6.2f}   p99 {p99:6.2f}   most {max(lag):6.2f} ms"


async def keep_behind(bench: Bench) -> None:
    """Give workers no part in the priority that this process was started with."""
    while sys.platform == "linux":
        for pid in bench.detector.worker_pids:
            with contextlib.suppress(OSError):
                os.sched_setscheduler(pid, os.SCHED_OTHER, os.sched_param(0))
        await asyncio.sleep(0.02)


async def run() -> None:
    """Measure and print."""
    rng, bench = random.Random(7), Bench()
    await bench.detector.start()
    behind = asyncio.ensure_future(keep_behind(bench))
    await bench.send([{"role": "user", "content": text(rng, 2000)}])
    gc.freeze()
    gc.set_threshold(*COLLECTIONS)
    for name, count, length in (
        ("100 KB, 50 texts", 50, 2000),
        ("2 MB, 20 texts", 20, 10**5),
        ("2 MB, 2000", 2000, 1000),
    ):
        texts = [text(rng, length) for _ in range(count)]
        again = [body([*texts, text(rng, NEW)]) for _ in range(5)]
        print(f"{name:<18} new    {await waits(bench, [body(texts)])}")
        print(f"{name:<18} known  {await waits(bench, again)}")
    behind.cancel()
    await bench.detector.stop()


if __name__ == "__main__":
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    asyncio.run(run())
