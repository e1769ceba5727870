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
    if shutil.which((words := command(sentence, sys.platform))[0]):
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=NOTIFY_S, check=False)


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


def command(sentence: str, platform: str) -> list[str]:
    """Return what shows a notification, where its program is there; Windows has none.

    The sentence is an argument of its own and no part of a script: names of programs stand in it.
    """
    if platform == "darwin":
        script = 'on run words\ndisplay notification (item 1 of words) with title "maskwire"\nend run'
        return ["osascript", "-e", script, sentence]
    return ["notify-send", "--app-name=maskwire", "--urgency=critical", "--", "maskwire", sentence]
