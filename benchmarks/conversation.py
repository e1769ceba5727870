"""What a conversation costs: every turn resends what was said before, and only what is new should cost.

    python -m benchmarks.conversation [TURNS]

Prints the processor time of this process and the worker together: for a whole conversation of 23 KB from a cold start,
and for one request of 100 KB of which 4 KB are new. Texts are made from a fixed seed: prose with people, addresses and
numbers, code, and a log.
"""

import asyncio
import json
import os
import random
import statistics
import sys
import time

STARTED = time.process_time()

import psutil  # noqa: E402 - what this program loads is part of its cost

from maskwire.detect.pipeline import Pipeline  # noqa: E402
from maskwire.detect.rules import default_rules  # noqa: E402
from maskwire.exchange import Exchange  # noqa: E402
from maskwire.mitm.masking import Masked, mask  # noqa: E402
from maskwire.mitm.outgoing import Outgoing  # noqa: E402
from maskwire.mitm.services import Services  # noqa: E402
from maskwire.policy import Policy  # noqa: E402
from maskwire.tokens import Minter  # noqa: E402
from maskwire.wire.formats import surface_of  # noqa: E402
from maskwire_daemon.detection.detector import Detector, DetectorSettings  # noqa: E402
from maskwire_daemon.store.memory import MemoryVault  # noqa: E402

FIRST = ("Jane", "Tomasz", "Ingrid", "Pedro", "Aisha", "Marek", "Chloe", "Dmitri", "Hannah", "Luca")
LAST = ("Whitfield", "Kowalczyk", "Lindqvist", "Saavedra", "Rahman", "Novak", "Dubois", "Petrov", "Schuster", "Bianchi")
PROSE = (
    "Could you write to {name} that the delivery for order {n} is late and offer a refund to {mail}?",
    "{name} called from {phone} about the invoice; the manager agreed to split it into two payments.",
    "Summarise the meeting: we moved the launch, {name} takes over the budget and reports every Friday.",
    "The report should be short, friendly and without jargon, since most readers are new to the subject.",
    "Please keep the tone of the last version, but move the summary to the front and drop the second table.",
    "That works. Now explain in two or three sentences why the cache is asked before the database.",
    "I would rather not change the interface; is there a way to make the old callers work as they are?",
    "Compare both plans by cost, by risk and by the time that the team needs to learn them.",
)
CODE = (
    "def total(rows: list[Row]) -> Decimal:\n    return sum((row.net * row.rate for row in rows), Decimal(0))\n",
    "for item in queue.pop_ready(limit=50):\n    if item.retries > MAX_RETRIES:\n        item.fail()\n",
    "2026-03-04T09:12:{n:02d}Z INFO worker pool=default took={n}ms status=200 path=/v2/orders\n",
)


def text(rng: random.Random, length: int) -> str:
    """Return about ``length`` characters of prose, code and log lines."""
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        n = rng.randrange(100)
        mail = f"{name.replace(' ', '.').lower()}{n}@northwind-mail.com"
        template = rng.choice(PROSE if rng.random() < 0.6 else CODE)
        parts.append(template.format(name=name, n=n, mail=mail, phone=f"+1 415 7{n:02d} 50{n:02d}"))
    return "\n".join(parts)[:length]


class Bench:
    """A detector with its worker, a vault, and what a request to one provider takes."""

    def __init__(self) -> None:
        pipeline = Pipeline(default_rules())
        minter = Minter(os.urandom(32))
        self.detector = Detector(pipeline.quick, DetectorSettings(deadline_s=120))
        self.services = Services(self.detector, MemoryVault(minter), Policy, journal, ours=minter.may_be_ours)

    async def send(self, messages: list[dict[str, str]]) -> Masked:
        """Mask one chat request."""
        surface = surface_of("POST", "api.openai.com", "/v1/chat/completions")
        assert surface is not None  # the table's first row
        body = json.dumps({"model": "gpt-5", "messages": messages}).encode()
        target = "/v1/chat/completions"
        return await mask(
            Outgoing(surface, "api.openai.com", target, body, "application/json"), Policy(), self.services
        )

    def cpu_s(self) -> float:
        """Return the seconds that this process and the worker have used."""
        pids = self.detector.worker_pids
        workers = [psutil.Process(pid).cpu_times() for pid in pids]
        return time.process_time() - STARTED + sum(worker.user + worker.system for worker in workers)


def journal(exchange: Exchange) -> None:
    """Keep nothing."""
    del exchange


async def run(turns: int) -> None:
    """Measure and print."""
    rng, bench = random.Random(7), Bench()
    await bench.detector.start()
    messages: list[dict[str, str]] = []
    for turn in range(20):
        messages.append({"role": "assistant" if turn % 2 else "user", "content": text(rng, 1150)})
        await bench.send(messages)
    print(f"20 turns, 23 KB, from a cold start      {bench.cpu_s():6.2f} CPU s")
    history = [{"role": "user", "content": text(rng, 2000)} for _ in range(48)]
    masked = await bench.send(history)
    print(f"values in 100 KB                        {sum(masked.entities.values()):6d}")
    spent: list[float] = []
    for _ in range(turns):
        before = bench.cpu_s()
        await bench.send([*history, *({"role": "user", "content": text(rng, 2000)} for _ in range(2))])
        spent.append((bench.cpu_s() - before) * 1000)
    print(f"100 KB of which 4 KB are new, median    {statistics.median(spent):6.1f} CPU ms")
    await bench.detector.stop()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
