"""Fifty power cuts under load: nothing raw, no vault lost, every token that left can be restored."""

import http.client
import json
import random
import re
import threading
import time
from pathlib import Path

from maskwire_client.models import Status
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.lab import HOSTS, Daemon, Home, running_daemon
from tests.e2e.raw import chat, post

CRASHES = 50
SEED = 20261122

WITHOUT_NAMES = "[detection]\nnames = false\n"
"""The values here have forms of their own; without the model a life is long enough to reach the vault often."""


class Load:
    """Two programs that never stop asking, each time about somebody new."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._stopping = threading.Event()
        self._numbers = iter(range(10**9))
        self._lock = threading.Lock()

    def text(self) -> str:
        with self._lock:
            number = next(self._numbers)
            text = f"Ticket {number}: write to person{number}@northwind-mail.com, key {_secret(number)}."
            self.sent.append(text)
            return text

    def run(self, status: Status) -> list[threading.Thread]:
        self._stopping.clear()
        threads = [threading.Thread(target=self._ask, args=(status,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        return threads

    def stop(self, threads: list[threading.Thread]) -> None:
        self._stopping.set()
        for thread in threads:
            thread.join()

    def _ask(self, status: Status) -> None:
        while not self._stopping.is_set():
            try:
                post(status, chat(self.text(), stream=True), timeout_s=10)
            except (OSError, http.client.HTTPException):
                return  # the daemon is dead, as it should be


def _secret(number: int) -> str:
    letters = random.Random(number).choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz0123456789", k=36)
    return "ghp_" + "".join(letters)


def test_fifty_kills_lose_nothing_and_leak_nothing(tmp_path: Path) -> None:
    chance, load = random.Random(SEED), Load()
    home = Home.at(tmp_path)
    with running(StandIn()) as stand_in:
        home.configure(dict.fromkeys(HOSTS, stand_in), WITHOUT_NAMES)
        for _ in range(CRASHES):
            daemon = Daemon(home)
            threads = load.run(daemon.start())
            time.sleep(chance.uniform(0, 0.4))
            daemon.kill()
            load.stop(threads)
        _check(home, stand_in, load.sent)


def _check(home: Home, stand_in: StandIn, sent: list[str]) -> None:
    masked = [json.loads(call.body)["messages"][0]["content"] for call in stand_in.provider.calls]
    with running_daemon(home) as daemon:
        restored = daemon.client.restore(masked)

    assert len(masked) > CRASHES, "too few requests reached the provider for this to say anything"
    assert re.findall(rb"person\d+@northwind|ghp_\w+", stand_in.heard()) == []
    assert set(restored.texts) <= set(sent)
    assert restored.unresolved == 0
