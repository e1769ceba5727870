"""The dashboard over a large journal: how long pages take, whether live updates keep up, what they cost in memory.

A real daemon serves a journal of 100,000 invented exchanges. Then another process's journal adds 100 a second, while
four readers follow the stream and one has stopped reading. It fails when a promise is broken.
Run: uv run python -m benchmarks.dashboard [ROWS SECONDS]; on a machine that others use too: chrt -r 5 …
"""

import base64
import http.client
import math
import re
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from tests.browser.pictures import exchanges
from tests.e2e.lab import KEY, Daemon, Home, running_daemon

from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.history import Journal

PAGES = {
    "first page": "/",
    "an older page": "/?before=2000",
    "filtered by host and result": "/?host=api.openai.com&result=masked",
    "filtered by kind of value": "/?entity=IBAN_CODE",
    "a text that is rare": "/?text=no+such+thing",
    "one exchange": "/exchanges/500",
    "playground": "/playground",
    "vault": "/vault",
    "report": "/report",
    "access": "/access",
}

PROMISED_MS = 200.0
TIMES = 21
RATE = 100
"""Exchanges a second."""

READERS = 4
WAIT_S = 10.0
"""Seconds after which a reader counts as one that lost something."""

BROWSER_S = 0.5
"""Seconds that a browser takes from the login's address to its first request, at least."""

LAG_S = 1.5
"""Seconds within which a new exchange is promised to be on every screen."""


@contextmanager
def opened(home: Home) -> Iterator[Journal]:
    """Open the journal of ``home`` in this process."""
    database = Database.open(home.folder / "maskwire" / "maskwire.db")
    journal = Journal(database, Envelope.open(database, base64.b64decode(KEY)).keys.journal)
    yield journal
    journal.close()
    database.close()


def fill(home: Home, rows: int) -> None:
    with opened(home) as journal:
        for number, each in enumerate(exchanges(rows, time.time()), 1):
            journal.record(each)
            if number % 5000 == 0:
                journal.flush()


class Browser:
    """Asks as a browser that logged in."""

    def __init__(self, daemon: Daemon) -> None:
        self.address = urlsplit(daemon.client.runtime.api)
        answer, _ = self._ask(daemon.client.login(), {})
        self.headers = {"cookie": answer.headers["set-cookie"].partition(";")[0], "sec-fetch-site": "same-origin"}

    def _ask(self, path: str, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(self.address.hostname or "", self.address.port)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    def page(self, path: str) -> float:
        """Return the milliseconds until the whole page is here."""
        began = time.perf_counter()
        answer, _ = self._ask(path, self.headers)
        assert answer.status == 200, answer.status
        return (time.perf_counter() - began) * 1000

    def stream(self, buffer_bytes: int = 0) -> socket.socket:
        """Open the live stream and return its connection, which takes so many bytes unread; 0 is the system's usual.

        A buffer smaller than an event would be emptied by the system's timers, 200 ms at a time, as no browser's is.
        """
        opened = socket.create_connection((self.address.hostname or "", self.address.port or 0))
        if buffer_bytes:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
        lines = [f"GET /live/stream HTTP/1.1\r\nhost: {self.address.netloc}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        opened.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return opened


class Reader(threading.Thread):
    """Follows a stream, and notes the highest number that each of its events holds and when that came."""

    def __init__(self, stream: socket.socket) -> None:
        super().__init__(daemon=True)
        self.stream = stream
        self.seen: list[tuple[float, int]] = []
        self.rows = 0

    def run(self) -> None:
        for line in self.stream.makefile("rb"):
            if line.startswith(b"id: "):
                self.seen.append((time.perf_counter(), int(line[4:])))
            self.rows += len(re.findall(rb'href="/exchanges/', line))

    def lags(self, recorded: Mapping[int, float]) -> Iterator[float]:
        """Yield for each exchange the seconds from when it was recorded until it was on the screen."""
        seen = iter(self.seen)
        at, number = next(seen, (math.inf, 0))
        for wanted, then in recorded.items():
            while number < wanted:
                at, number = next(seen, (math.inf, wanted))
            yield at - then


def live(daemon: Daemon, browser: Browser, seconds: int) -> bool:
    """Add exchanges while readers watch; tell whether they kept up."""
    process = psutil.Process(daemon.process.pid)
    stalled = browser.stream(8192)
    readers = [Reader(browser.stream()) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    time.sleep(2)
    memory, cpu, began = process.memory_info().rss, sum(process.cpu_times()[:2]), time.perf_counter()
    recorded: dict[int, float] = {}
    with opened(daemon.home) as journal:
        first = journal.events(1)[0].id + 1
        for number, each in enumerate(exchanges(RATE * seconds, time.time())):
            time.sleep(max(0.0, began + number / RATE - time.perf_counter()))
            recorded[first + number] = time.perf_counter()
            journal.record(each)
        last, ended = max(recorded), time.perf_counter()
        while time.perf_counter() < ended + WAIT_S and not all(r.seen and r.seen[-1][1] >= last for r in readers):
            time.sleep(0.05)
    used = (sum(process.cpu_times()[:2]) - cpu) / (ended - began)
    grown = (process.memory_info().rss - memory) / 2**20
    lags = [lag for reader in readers for lag in reader.lags(recorded)]
    print(f"{len(recorded)} exchanges in {ended - began:.0f} s, {READERS} readers, one stalled")
    print(f"  rows on their screens  {', '.join(str(r.rows) for r in readers)}")
    print(f"  on screen after        {statistics.median(lags):.2f} s, at most {max(lags):.2f} s (promised {LAG_S:g} s)")
    print(f"  the daemon's CPU       {used:.0%} of a core")
    print(f"  the daemon's memory    {grown:+.1f} MiB")
    stalled.close()
    return max(lags) <= LAG_S


def main(rows: int = 100_000, seconds: int = 20) -> int:
    """Print all figures; 1 when a promise is broken."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder))
        with running_daemon(home):
            pass
        fill(home, rows)
        with running_daemon(home) as daemon:
            browser = Browser(daemon)
            time.sleep(BROWSER_S)
            first_ms = browser.page("/")
            print(f"{rows} exchanges in the journal; the very first page took {first_ms:.0f} ms")
            kept = first_ms <= PROMISED_MS
            for name, path in PAGES.items():
                took = [browser.page(path) for _ in range(TIMES)]
                kept &= statistics.median(took) <= PROMISED_MS
                print(f"  {name:30} {statistics.median(took):6.1f} ms, most {max(took):6.1f} ms")
            kept &= live(daemon, browser, seconds)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
