"""Chromium without a screen under ``maskwire exec``, showing a page of ours that reports what its script saw."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests.e2e.clients.trial import HERE
from tests.e2e.lab import MASKWIRE, Daemon, need

WAIT_S = 90.0
"""Seconds that a browser and its page may take on a busy machine."""

QUIET = (
    "--headless=new",
    "--no-sandbox",  # as root, where tests run in a container, there is none
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class _Pages(SimpleHTTPRequestHandler):
    """Serves a folder, and hands on what a page posts."""

    def __init__(self, *arguments: Any, told: "Future[dict[str, Any]]", **more: Any) -> None:
        self._told = told
        super().__init__(*arguments, **more)

    def do_POST(self) -> None:
        self._told.set_result(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


def visit(daemon: Daemon, conversation: str, folder: Path) -> dict[str, Any]:
    """Return what the page posted after it was shown with ``conversation``, a JSON text, in a new profile."""
    told: Future[dict[str, Any]] = Future()
    site = folder / "site"
    shutil.copytree(HERE / "page", site)
    shutil.copy(HERE / "node" / "talk.mjs", site)
    (site / "conversation.json").write_text(conversation, encoding="utf-8")
    _trust(folder, daemon.client.status().ca_file)
    with _serving(site, told) as address, _browsing(daemon, folder, f"http://{address}/index.html"):
        return told.result(WAIT_S)


def _trust(home: Path, authority: str) -> None:
    """Put ``authority`` where Chromium on Linux looks: the NSS database of the person's home."""
    database = home / ".pki" / "nssdb"
    database.mkdir(parents=True)
    certutil = [need("certutil"), "-d", f"sql:{database}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True, timeout=30)
    subprocess.run([*certutil, "-A", "-t", "C,,", "-n", "maskwire", "-i", authority], check=True, timeout=30)


@contextmanager
def _serving(site: Path, told: "Future[dict[str, Any]]") -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, told=told, directory=str(site))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def _browsing(daemon: Daemon, home: Path, url: str) -> Iterator[None]:
    profile = f"--user-data-dir={home / 'profile'}"
    command = [str(MASKWIRE), "exec", "--", need("chromium"), *QUIET, profile, url]
    with (home / "chromium-output").open("wb") as output:
        browser = subprocess.Popen(
            command,
            env={**daemon.home.environment, "HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            yield
        finally:
            browser.terminate()
            browser.wait(timeout=30)
