"""Tells the person what happened to their settings: a notification now, a note at the next start. IO.

A notification may be seen by nobody, so nothing depends on it: what it says is also kept until a daemon has shown it.
"""

import contextlib
import shutil
import subprocess
import sys

from maskwire_daemon.paths import Paths, write_private

FILE = "capture-told.txt"

MOST = 5
"""Sentences that wait to be shown; older ones make room."""

NOTIFY_S = 5.0
"""Seconds that showing a notification may take."""


def tell(paths: Paths, sentence: str) -> None:
    """Show ``sentence`` where a desktop can, and keep it for the next start."""
    write_private(paths.state / FILE, "\n".join([*_waiting(paths), sentence][-MOST:]) + "\n")
    if (command := _command(sentence)) is not None:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=NOTIFY_S, check=False)


def told(paths: Paths) -> list[str]:
    """Return the sentences that wait, and forget them."""
    found = _waiting(paths)
    (paths.state / FILE).unlink(missing_ok=True)
    return found


def _waiting(paths: Paths) -> list[str]:
    try:
        return (paths.state / FILE).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _command(sentence: str) -> list[str] | None:
    """Return what shows a notification here; Windows has no such command."""
    if sys.platform == "darwin":
        return ["osascript", "-e", f'display notification "{sentence}" with title "maskwire"']
    if shutil.which("notify-send"):
        return ["notify-send", "--app-name=maskwire", "--urgency=critical", "maskwire", sentence]
    return None
