"""One desktop's proxy settings through a whole life, with a browser as judge; prints what it saw at each step.

Runs inside a bus of its own, with the desktop named by ``XDG_CURRENT_DESKTOP``. The browser believes every host to be
this machine, where nothing listens on port 443: a protected host that it asks directly is refused.
"""

import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from maskwire_daemon.capture.places import desktop_of, places
from maskwire_daemon.platform.system_proxy import Values
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.chromium import Chromium, chromium
from tests.e2e.lab import HOSTS, Daemon, Home

PROTECTED = "https://api.openai.com/v1/models"

PATIENCE_S = 60.0

CAPTURE = '[capture]\npac_port = 0\nafter_crash = "{}"\nafter_crash_s = 1\n'

WAYS = {"net::ERR_CONNECTION_REFUSED": "direct", "net::ERR_PROXY_CONNECTION_FAILED": "closed"}
"""What an error says about the way to the protected host."""

PAGE = '"object"'
"""What the protected host's page holds."""

PAGE_S = 5.0

OTHER = "the other host"

OWN: dict[str, Values] = {
    "gnome": {"org.gnome.system.proxy autoconfig-url": "'http://own.example/own.pac'"},
    "kde": {"Proxy Config Script": "http://own.example/own.pac", "ProxyType": "0"},
}
"""What the person has set, which is switched off."""

MAPPED = "--host-resolver-rules=MAP * 127.0.0.1"


class Other(BaseHTTPRequestHandler):
    """A host that is none of ours."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(OTHER.encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class Judge:
    """Tells how a browser reaches a protected host and another one."""

    def __init__(self, browser: Chromium, other: str) -> None:
        self._browser = browser
        self._other = other

    def way(self) -> str:
        """Return ``direct``, ``closed`` or ``proxy``, for the protected host: a page of it comes by the proxy alone."""
        if error := self._browser.opens(PROTECTED):
            return WAYS.get(error, error)
        page = await_page(self._browser, PAGE)
        return "proxy" if PAGE in page else page

    def becomes(self, way: str) -> str:
        """Return the way once it is ``way``, or what it is after all patience."""
        return await_value(self.way, way)

    def other(self) -> str:
        """Return what the other host's page says."""
        return self._browser.opens(self._other) or await_page(self._browser, OTHER)


def await_page(browser: Chromium, wanted: str) -> str:
    """Return the page's text once it holds ``wanted``, or what it is after a while: a page shows a little late."""
    deadline = time.monotonic() + PAGE_S
    while wanted not in (found := browser.text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def await_value[T](look: Callable[[], T], wanted: T) -> T:
    """Return what ``look`` gives once it is ``wanted``, or in the end."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := look()) != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


@contextmanager
def judging(home: Home, name: str) -> Iterator[Judge]:
    """Run a browser and the other host."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = home.folder / name
    folder.mkdir()
    try:
        with chromium(folder, home.environment, MAPPED, "--ignore-certificate-errors") as browser:
            yield Judge(browser, f"http://other.example:{server.server_port}/")
    finally:
        server.shutdown()


def settings(home: Home) -> Values:
    """Return the desktop's settings as they are now."""
    found = places(home.environment)
    return found[desktop_of(found)].read()


def life(home: Home) -> Iterator[tuple[str, object]]:
    """Yield what was seen at each step of the settings' life."""
    before = settings(home)
    daemon = Daemon(home)
    daemon.start()
    with judging(home, "first") as judge:
        yield "before", judge.way()
        on = home.run("capture", "on", "system")
        yield "said", on.returncode
        yield "on", judge.becomes("proxy")
        yield "other while on", judge.other()
        daemon.kill()
        yield "killed", judge.becomes("closed")
        yield "other while killed", judge.other()
        with judging(home, "second") as fresh:
            yield "a browser that starts while it is killed", fresh.way()
            yield "and the other host", fresh.other()
        daemon = Daemon(home)
        daemon.start()
        yield "back", judge.becomes("proxy")
        yield "stopped", "unprotected" in home.run("down").stdout
        yield "settings while stopped", settings(home) == before
        daemon = Daemon(home)
        daemon.start()
        yield "on at the next start", judge.becomes("proxy")
        home.run("capture", "on", "system", "--all-traffic")
        yield "all traffic", judge.becomes("proxy")
        daemon.kill()
        yield "killed with all traffic", judge.becomes("closed")
        yield "and the other host then", await_value(judge.other, OTHER)
        daemon = Daemon(home)
        daemon.start()
        yield "all traffic again", judge.becomes("proxy")
        home.run("capture", "off")
        yield "off", judge.becomes("direct")
        yield "settings as before", settings(home) == before
    daemon.stop()


def killed_for_good(home: Home) -> Iterator[tuple[str, object]]:
    """Yield how settings come back by themselves, and how long that took."""
    before = settings(home)
    home.config.write_text(home.config.read_text().replace('"block"', '"restore"'))
    daemon = Daemon(home)
    daemon.start()
    yield "on again", home.run("capture", "on", "system").returncode
    yield "settings changed", settings(home) != before
    daemon.kill()
    began = time.monotonic()
    yield "restored", await_value(lambda: settings(home) == before, wanted=True)
    yield "seconds", round(time.monotonic() - began, 2)
    told = home.folder / "maskwire" / "capture-told.txt"
    yield "told", await_value(lambda: told.exists() and "UNPROTECTED" in told.read_text(), wanted=True)


def main() -> None:
    """Run all of it."""
    folder = Path(tempfile.mkdtemp(dir=Path.home()))
    with running(StandIn()) as stand_in:
        home = Home.at(folder, session())
        home.configure(dict.fromkeys(HOSTS, stand_in), CAPTURE.format("block"))
        found = places(home.environment)
        found[desktop_of(found)].write(OWN[desktop_of(found)])
        seen = dict(life(home))
        seen |= dict(killed_for_good(home))
    sys.stdout.write(json.dumps(seen) + "\n")


def session() -> dict[str, str]:
    """Return the variables by which programs find this session."""
    import os

    names = ("HOME", "XDG_CURRENT_DESKTOP", "KDE_SESSION_VERSION", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")
    return {name: os.environ[name] for name in names if name in os.environ}


if __name__ == "__main__":
    main()
