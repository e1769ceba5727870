"""A machine that sleeps: settings stay, a pause does not last all night, and the proxy goes on."""

import http.client
import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.lab import HOSTS, Daemon, Home, run_under, running_daemon
from tests.e2e.planted import ALL, PROMPT
from tests.e2e.test_capture_desktop import trial

PATIENCE_S = 30.0

EXPECTED = {
    "on": 0,
    "set": True,
    "a watchdog": 1,
    "kept while it stands still": True,
    "asked meanwhile": True,
    "kept though it was asked": True,
    "no other watchdog": 1,
    "repaired meanwhile": "nothing to repair",
    "kept without a watchdog": True,
    "a new watchdog": 1,
    "protects": True,
    "told": False,
    "off": 0,
    "as before": True,
}


def test_settings_stay_while_the_daemon_stands_still(tmp_path: Path) -> None:
    assert trial(tmp_path, module="tests.e2e.suspend_trial", XDG_CURRENT_DESKTOP="GNOME") == EXPECTED


class Clocks:
    """The clocks of programs that ``slept.c`` is preloaded into."""

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        assert compiler, "this test needs a C compiler: apt-get install gcc libc6-dev"
        library = folder / "slept.so"
        source = Path(__file__).with_name("slept.c")
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(source)], check=True)
        self._file = folder / "slept"
        self._file.write_bytes(bytes(8))
        self.environment = {"LD_PRELOAD": str(library), "SLEPT_FILE": str(self._file)}

    def sleep(self, seconds: int) -> None:
        """Let the machine have slept for so long in all."""
        with self._file.open("r+b") as file:
            file.write(seconds.to_bytes(8, "little"))


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while not (found := holds()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def opens(daemon: Daemon, cookie: str) -> int:
    """Return the status with which the dashboard opens to a browser."""
    connection = http.client.HTTPConnection(urlsplit(daemon.client.runtime.api).netloc, timeout=60)
    try:
        connection.request("GET", "/", headers={"cookie": cookie})
        return connection.getresponse().status
    finally:
        connection.close()


def login(daemon: Daemon) -> str:
    """Return the cookie of a browser that has logged in."""
    connection = http.client.HTTPConnection(urlsplit(daemon.client.runtime.api).netloc, timeout=60)
    try:
        connection.request("GET", daemon.client.login())
        return str(connection.getresponse().headers["set-cookie"]).partition(";")[0]
    finally:
        connection.close()


@pytest.mark.nightly
def test_a_night_asleep_ends_a_pause_and_a_login(tmp_path: Path) -> None:
    clocks = Clocks(tmp_path)
    body = json.dumps({"model": "gpt-5.5", "messages": [{"role": "user", "content": PROMPT}]})
    ask = ["curl", "-s", "-H", "content-type: application/json", "-d", body]
    with running(StandIn()) as stand_in:
        home = Home.at(tmp_path / "home", clocks.environment)
        home.configure(dict.fromkeys(HOSTS, stand_in))
        with running_daemon(home) as daemon:
            cookie = login(daemon)
            assert opens(daemon, cookie) == 200
            daemon.client.pause(60, floor=False)
            daemon.process.send_signal(signal.SIGSTOP)
            clocks.sleep(13 * 3600)
            daemon.process.send_signal(signal.SIGCONT)

            assert soon(lambda: daemon.client.status().state == "protecting")
            assert opens(daemon, cookie) in (303, 401)
            answer = run_under(home, [*ask, "https://api.openai.com/v1/chat/completions"])
            heard = stand_in.heard()

    assert json.loads(answer.stdout)["choices"][0]["message"]["content"] == PROMPT
    assert heard
    assert leaks(ALL, heard) == []
