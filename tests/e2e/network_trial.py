"""A daemon whose network is cut, swallows everything, and is another one afterwards; prints what a client saw.

Runs as root in network and mount namespaces of its own. The same steps are made with a company's proxy, given by name.
"""

import http.client
import json
import ssl
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from maskwire_daemon.standin.leaks import leaks
from tests.e2e.capture_desktop_trial import await_value
from tests.e2e.lab import Daemon, Home, running_daemon
from tests.e2e.network_lab import PROVIDER, Line, network
from tests.e2e.network_world import PROXY_PORT
from tests.e2e.planted import ALL, PROMPT
from tests.fakes.company import LOGIN

HOST = "api.openai.com"

COMPANY = "proxy.corp.example"

FIRST, SECOND = 77, 78
"""The networks in which the machine is."""

LONG = " ".join(["word"] * 60)

Seen = tuple[str, object]


def tunnel(daemon: Daemon) -> http.client.HTTPSConnection:
    """Return a connection to the provider through the daemon, which opens by itself."""
    status = daemon.client.status()
    place = urlsplit(status.proxy)
    trust = ssl.create_default_context(cafile=status.ca_file)
    connection = http.client.HTTPSConnection(place.hostname or "", place.port, context=trust, timeout=120)
    connection.set_tunnel(HOST, 443)
    return connection


def send(connection: http.client.HTTPSConnection, text: str, *, streamed: bool = False) -> http.client.HTTPResponse:
    """Ask the provider to echo ``text``."""
    body = {"model": "m", "stream": streamed, "messages": [{"role": "user", "content": text}]}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), {"content-type": "application/json"})
    return connection.getresponse()


def ask(connection: http.client.HTTPSConnection) -> str:
    """Return ``restored``, or what the client is told."""
    answer = send(connection, PROMPT)
    found = json.loads(answer.read())
    if answer.status == 200:
        return "restored" if found["choices"][0]["message"]["content"] == PROMPT else "something else"
    return f"{answer.status} {found['error']['message']}"


def listen(connection: http.client.HTTPSConnection, began: Event) -> str:
    """Read a stream to its end, and return how that came."""
    answer = send(connection, LONG, streamed=True)
    answer.read(1)
    began.set()
    try:
        rest = answer.read()
    except (http.client.IncompleteRead, OSError):
        return "broken off"
    return "whole" if rest.rstrip().endswith(b"[DONE]") else "cut short"


def streaming(daemon: Daemon, pool: ThreadPoolExecutor) -> "Future[str]":
    """Begin a stream, and return once something of it came."""
    began = Event()
    future = pool.submit(listen, tunnel(daemon), began)
    assert began.wait(60)
    return future


def steps(daemon: Daemon, line: Line, pool: ThreadPoolExecutor) -> Iterator[Seen]:
    """Yield what was seen."""
    world = line.world
    kept = tunnel(daemon)
    yield "at first", (ask(tunnel(daemon)), ask(kept))

    world.tell("pause 0.1")
    short = streaming(daemon, pool)
    line.cut()
    time.sleep(3)
    line.mend()
    yield "a stream over a short cut", short.result(120)
    world.tell("pause 0")

    line.cut()
    yield "cut", ask(tunnel(daemon))
    yield "cut, over a connection from before", ask(kept)
    line.mend()
    yield "mended", (ask(tunnel(daemon)), ask(kept))

    line.swallow(on=True)
    yield "swallowed", ask(tunnel(daemon))
    line.swallow(on=False)
    yield "no longer", ask(tunnel(daemon))

    world.tell("pause 0.5")
    stream, old = streaming(daemon, pool), tunnel(daemon)
    yield "before it moves", ask(old)
    line.leave()
    world.tell("pause 0")
    yield "without a network", ask(tunnel(daemon))
    world.tell(f"name {COMPANY} 10.{SECOND}.0.2")
    line.connect(SECOND)
    yield "elsewhere", ask(tunnel(daemon))
    yield "elsewhere, over a connection from before", ask(old)
    yield "and once more", ask(old)
    yield "a stream from before", stream.result(120)
    yield "leaked", leaks(ALL, world.heard())
    yield "state", await_value(lambda: daemon.client.status().state, "protecting")  # once all ways are proven anew


def main() -> None:
    """Run all of it, directly or with ``company`` by that proxy."""
    folder = Path(tempfile.mkdtemp())
    with network(folder / "network") as line, ThreadPoolExecutor() as pool:
        line.connect(FIRST)
        for name, address in ((HOST, PROVIDER), (COMPANY, line.gateway)):
            line.world.tell(f"name {name} {address}")
        home = Home.at(folder / "home", {"CORP_PASSWORD": LOGIN.partition(":")[2]})
        settings = [f'[upstream]\ntrusted_ca = "{line.world.pem}"']
        if "company" in sys.argv:
            user = LOGIN.partition(":")[0]
            settings += [f'proxy = "http://{user}@{COMPANY}:{PROXY_PORT}"', 'proxy_password_env = "CORP_PASSWORD"']
        home.config.write_text("\n".join([*settings, ""]))
        with running_daemon(home) as daemon:
            seen = dict(timed(steps(daemon, line, pool)))
    sys.stdout.write(json.dumps(seen) + "\n")


def timed(seen: Iterator[Seen]) -> Iterator[Seen]:
    """Yield what was seen, and tell on stderr how long each step took."""
    began = time.monotonic()
    for step in seen:
        sys.stderr.write(f"{time.monotonic() - began:6.1f} s  {step}\n")
        began = time.monotonic()
        yield step


if __name__ == "__main__":
    main()
