"""A daemon that stands still while the desktop's settings lead to it; prints what becomes of them at each step.

Runs inside a bus of its own. A stopped process is what a sleeping machine is to everybody who asks it something.
"""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.capture_desktop_trial import CAPTURE, await_value, session, settings
from tests.e2e.lab import HOSTS, Daemon, Home, running_daemon

STILL_S = 5.0
"""Seconds for which it stands still while nobody asks: several times what it has to come back after a crash."""


def watchdogs(daemon: Daemon) -> list[int]:
    """Return the process ids of the daemon's watchdogs that run now."""
    found = subprocess.run(["pgrep", "-f", "capture watch"], capture_output=True, text=True, check=False).stdout
    home = f"MASKWIRE_HOME={daemon.home.folder}/maskwire".encode()
    return [int(pid) for pid in found.split() if home in environment_of(int(pid))]


def environment_of(pid: int) -> bytes:
    """Return the environment of a process, nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def steps(daemon: Daemon) -> Iterator[tuple[str, object]]:
    """Yield what was seen."""
    home = daemon.home
    before = settings(home)
    yield "on", home.run("capture", "on", "system").returncode
    on = settings(home)
    yield "set", on != before
    yield "a watchdog", await_value(lambda: len(watchdogs(daemon)), 1)

    daemon.process.send_signal(signal.SIGSTOP)
    time.sleep(STILL_S)
    yield "kept while it stands still", settings(home) == on
    yield "asked meanwhile", "did not answer" in home.run("status").stderr
    time.sleep(STILL_S)
    yield "kept though it was asked", settings(home) == on
    yield "no other watchdog", len(watchdogs(daemon))

    (watchdog,) = watchdogs(daemon)
    subprocess.run(["kill", "-9", str(watchdog)], check=True)
    yield "repaired meanwhile", home.run("capture", "repair").stdout.strip()
    time.sleep(STILL_S)
    yield "kept without a watchdog", settings(home) == on

    daemon.process.send_signal(signal.SIGCONT)
    yield "a new watchdog", await_value(lambda: len(set(watchdogs(daemon)) - {watchdog}), 1)
    yield "protects", await_value(lambda: proven(daemon), wanted=True)
    yield "told", (home.folder / "maskwire" / "capture-told.txt").exists()
    yield "off", home.run("capture", "off").returncode
    yield "as before", settings(home) == before


def proven(daemon: Daemon) -> bool:
    """Tell whether the desktop's settings are proven to lead to the daemon."""
    mode = next(m for m in daemon.client.verify_capture() if m.mode == "system")
    return mode.on and mode.verified_at is not None and not mode.problem


def main() -> None:
    """Run all of it."""
    folder = Path(tempfile.mkdtemp(dir=Path.home()))
    with running(StandIn()) as stand_in:
        home = Home.at(folder, session())
        home.configure(dict.fromkeys(HOSTS, stand_in), CAPTURE.format("restore"))
        with running_daemon(home) as daemon:
            seen = dict(steps(daemon))
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main()
