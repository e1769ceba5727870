"""Asks for the master key as the daemon does, in a process of its own, and prints how that went.

Usage: python keyring_probe.py HOME [--existing] [--again-after SECONDS]; prints one JSON object. The key is
shown as a hash. ``stall_s`` is the longest time that the event loop stood still meanwhile.
"""

import argparse
import asyncio
import hashlib
import json
import sys
import time
from pathlib import Path

from maskwire.errors import VaultError
from maskwire_daemon.store.providers import KeySettings, provider
from maskwire_daemon.store.unlocking import Unlocking


class Ticker:
    """Measures how long the loop makes a short sleeper wait."""

    def __init__(self) -> None:
        self.stall_s = 0.0

    async def run(self) -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.005)
            self.stall_s = max(self.stall_s, time.perf_counter() - start - 0.005)


async def probe(home: Path, *, create: bool, again_after_s: float) -> dict[str, object]:
    unlocking, ticker = Unlocking(provider(KeySettings(home))), Ticker()
    found: dict[str, object] = {}
    async with asyncio.TaskGroup() as group:
        ticking = group.create_task(ticker.run())
        await asyncio.sleep(0.02)
        for attempt in range(2 if again_after_s else 1):
            if attempt:
                sys.stderr.write("first attempt over\n")
                sys.stderr.flush()
                await asyncio.sleep(again_after_s)
            start = time.perf_counter()
            try:
                key = await unlocking.master(2.0, create=create)
            except VaultError as error:
                found = {"error": type(error).__name__, "message": str(error)}
            else:
                found = {"key": hashlib.sha256(key).hexdigest()}
            found["took_s"] = time.perf_counter() - start
        ticking.cancel()
    return found | {"stall_s": ticker.stall_s}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--existing", action="store_true")
    parser.add_argument("--again-after", type=float, default=0.0)
    given = parser.parse_args()
    answer = asyncio.run(probe(given.home, create=not given.existing, again_after_s=given.again_after))
    sys.stdout.write(json.dumps(answer) + "\n")
