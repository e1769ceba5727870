"""Fifty power cuts under load: nothing raw, no vault lost, every token that left can be restored."""

import http.client
import json
import random
import re
import threading
import time
from collections.abc import Iterator

import pytest

from maskwire_client.models import Status
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.lab import HOSTS, Daemon, Home, running_daemon
from tests.e2e.raw import chat, post

ROUNDS, KILLS = 5, 10
"""Fifty kills in all; after each round the vault is opened and everything that ever left is restored."""

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


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    with running(StandIn()) as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def home(stand_in: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One home for all kills: what one of them breaks, the next ones meet."""
    home = Home.at(tmp_path_factory.mktemp("crashes"))
    home.configure(dict.fromkeys(HOSTS, stand_in), WITHOUT_NAMES)
    return home


@pytest.fixture(scope="module")
def load() -> Load:
    return Load()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_kills_under_load_lose_nothing_and_leak_nothing(home: Home, stand_in: StandIn, load: Load, round_: int) -> None:
    chance = random.Random(round_)
    for _ in range(KILLS):
        daemon = Daemon(home)
        threads = load.run(daemon.start())
        _wait_calls(stand_in, len(stand_in.provider.calls) + chance.randrange(8))
        time.sleep(chance.uniform(0, 0.03))
        daemon.kill()
        load.stop(threads)
    masked = [json.loads(call.body)["messages"][0]["content"] for call in stand_in.provider.calls]
    with running_daemon(home) as daemon:
        restored = daemon.client.restore(masked)

    assert len(masked) > KILLS * (round_ + 1)
    assert re.findall(rb"person\d+@northwind|ghp_\w+", stand_in.heard()) == []
    assert set(restored.texts) <= set(load.sent)
    assert restored.unresolved == 0


def _wait_calls(stand_in: StandIn, count: int) -> None:
    """Wait until the provider was called so often; a moment later something else is under way each time."""
    deadline = time.monotonic() + 10
    while len(stand_in.provider.calls) < count and time.monotonic() < deadline:
        time.sleep(0.002)
