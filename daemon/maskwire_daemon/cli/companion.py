"""The tray that `maskwire up` brings along: a process of its own, without the daemon's key. IO: that process."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from maskwire_daemon.cli.background import daemon_command
from maskwire_daemon.store.team.address import PASSWORD_VARIABLE

SECRETS = frozenset({"MASKWIRE_MASTER_KEY", "MASKWIRE_PASSPHRASE", PASSWORD_VARIABLE})
"""Variables that only the daemon needs."""

PATIENCE_S = 5.0
"""Seconds for the icon to go by itself."""


class Companion:
    """At most one process, from the first ``start`` on until ``stop``."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._command = command
        self._environ = {name: value for name, value in environ.items() if name not in SECRETS}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, once; protection does not depend on it."""
        if self._process is not None:
            return
        try:
            self._process = subprocess.Popen(self._command, env=self._environ, stdin=subprocess.DEVNULL)
        except OSError as e:
            sys.stderr.write(f"maskwire: the tray cannot be started: {e.strerror or type(e).__name__}\n")

    def stop(self) -> None:
        """End it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def has_desktop(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Tell whether somebody may look at a screen here; the tray itself finds out whether it has a panel."""
    if platform == "linux":
        return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    return not environ.get("SSH_CONNECTION")


@contextmanager
def companion(*, wanted: bool, environ: Mapping[str, str] = os.environ) -> Iterator[Companion | None]:
    """Yield a tray to start, ``None`` when none is wanted or nobody would see it; it ends with the body."""
    if not wanted or not has_desktop(environ):
        yield None
        return
    made = Companion([*daemon_command(), "tray", "--with-daemon"], environ)
    try:
        yield made
    finally:
        made.stop()
