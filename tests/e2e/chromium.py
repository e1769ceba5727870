"""Chromium as the judge of proxy settings: without a window, asked over its debugging port to fetch addresses."""

import http.client
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from websockets.sync.client import ClientConnection, connect

START_S = 60.0
"""Seconds that the browser may take on a busy machine."""

SHORT = {"TMPDIR": tempfile.gettempdir()}
"""The browser makes sockets there, whose names may have 107 bytes."""


@dataclass
class Chromium:
    """A running browser with one page."""

    page: ClientConnection
    _id: int = 0

    def opens(self, url: str) -> str:
        """Go to ``url`` and return what came of it: the error's name, or ``""`` when a page did."""
        return str(self._call("Page.navigate", {"url": url}).get("errorText", ""))

    def text(self) -> str:
        """Return what the page shows."""
        found = self._call("Runtime.evaluate", {"expression": "document.documentElement.innerText"})
        return str(found["result"].get("value", ""))

    def _call(self, method: str, parameters: Mapping[str, object]) -> dict[str, dict[str, object]]:
        self._id += 1
        self.page.send(json.dumps({"id": self._id, "method": method, "params": parameters}))
        while True:
            found = json.loads(self.page.recv(timeout=START_S))
            if found.get("id") == self._id:
                result: dict[str, dict[str, object]] = found["result"]
                return result


@contextmanager
def chromium(folder: Path, environment: Mapping[str, str], *options: str) -> Iterator[Chromium]:
    """Run a browser with a profile of its own in ``folder``, in ``environment`` beside ours."""
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port = trial.getsockname()[1]
    command = [
        "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--password-store=basic",
        f"--user-data-dir={folder / 'profile'}", f"--remote-debugging-port={port}", *options, "about:blank",
    ]  # fmt: skip
    with (
        (folder / "chromium-output").open("wb") as output,
        subprocess.Popen(
            command, env={**os.environ, **environment, **SHORT}, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        ) as process,
    ):
        try:
            with connect(_page(port), proxy=None, max_size=None) as page:
                yield Chromium(page)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            process.kill()


def _page(port: int) -> str:
    """Return the address of the browser's first page, once there is one."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", "/json/list")
            pages = json.loads(connection.getresponse().read())
        except (OSError, ValueError, http.client.HTTPException):
            time.sleep(0.1)
            continue
        finally:
            connection.close()
        for page in pages:
            if page["type"] == "page":
                return str(page["webSocketDebuggerUrl"])
    raise AssertionError(f"no browser after {START_S} s")
