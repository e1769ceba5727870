"""Starts a daemon that outlives the command which needed it. IO: processes, the log file."""

import os
import subprocess
import sys
import time
from pathlib import Path

from maskwire_client import Client, ControlError, NotRunning, Status
from maskwire_daemon.cli.terminal import warn
from maskwire_daemon.paths import Paths

PATIENCE_S = 30.0
"""Seconds that a daemon may take to open its proxy."""

TAIL = 600
"""Characters of the log that an error shows."""


def running_or_started() -> Status:
    """Return the status of this home's daemon, started if need be, once its proxy is open.

    Raises:
        ControlError: it ended, or did not open its proxy in time; with what it said.
    """
    try:
        status = Client.running().status()
    except NotRunning:
        return _start()
    return status if status.proxy else _wait(None, Paths.of().log)


def daemon_command() -> list[str]:
    """Return the command that runs this program's daemon."""
    if getattr(sys, "frozen", False):  # a bundle: the executable is the program
        return [sys.executable]
    return [sys.executable, "-m", "maskwire_daemon"]


def _start() -> Status:
    paths = Paths.of()
    paths.create()
    command = [*daemon_command(), "up", "--headless", "--any-port"]
    with os.fdopen(os.open(paths.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=paths.state
        )
    status = _wait(process, paths.log)
    warn(f"started (process {status.pid}); it goes on until `maskwire down`")
    for reason in status.reasons:
        warn(reason)
    return status


def _wait(process: "subprocess.Popen[bytes] | None", log: Path) -> Status:
    deadline = time.monotonic() + PATIENCE_S
    reasons: tuple[str, ...] = ()
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise ControlError(f"the daemon could not start: {log.read_text('utf-8', 'replace')[-TAIL:].strip()}")
        try:
            status = Client.running().status()
        except NotRunning:
            pass
        else:
            if status.proxy:
                return status
            if status.reasons != reasons:
                reasons = status.reasons
                warn(f"waiting: {'; '.join(reasons)}")
        time.sleep(0.05)
    raise ControlError(f"the proxy did not open within {PATIENCE_S:.0f} s: {'; '.join(reasons) or f'see {log}'}")
