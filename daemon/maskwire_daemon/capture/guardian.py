"""Starts the watchdog and sees that there is one, and takes care of what a killed daemon left. IO: processes, files."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from maskwire_client.client import Client
from maskwire_client.errors import ControlError, NotRunning
from maskwire_daemon.capture import kept
from maskwire_daemon.paths import Paths, write_private
from maskwire_daemon.singleton import is_held

LOGIN_FILE = "maskwire-repair.desktop"
"""Name of the entry that desktops start at login.

Source: https://specifications.freedesktop.org/autostart-spec/latest/
"""

_LOGIN = """[Desktop Entry]
Type=Application
Name=maskwire: repair of proxy settings
Comment=Takes back proxy settings that a crash has left behind
Exec={command} capture repair
NoDisplay=true
X-GNOME-Autostart-enabled=true
"""

_SCOPE = ("systemd-run", "--user", "--scope", "--quiet", "--collect", "--")
"""Runs a command outside of the service that starts it, with its pipes.

Source: https://www.freedesktop.org/software/systemd/man/latest/systemd-run.html
"""

_LEFT: list["subprocess.Popen[bytes]"] = []
"""Watchdogs that outlive this process; Python would complain about one that nobody holds."""


class Guardian:
    """The watchdog of one daemon. ``command`` runs maskwire's own command line."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._scoped = "INVOCATION_ID" in os.environ and shutil.which("systemd-run") is not None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The watchdog's process id, ``None`` when there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def watch(self) -> None:
        """See that a watchdog runs; one that was killed is replaced.

        A service manager ends everything of a service that it stops, so there the watchdog gets a scope of its own.
        """
        if self.pid is not None:
            return
        if self._process is not None and self._process.returncode:
            self._scoped = False  # no manager answers: go on without
        self.release()
        self._process = _start([*(_SCOPE if self._scoped else ()), *self._command], subprocess.PIPE)

    def release(self) -> None:
        """Let the watchdog look what is left to do, which is nothing after a good end."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        self._process = None


def repair(command: Sequence[str], environ: Mapping[str, str] = os.environ) -> bool:
    """Let a watchdog take care of what a killed daemon left; tell whether there was anything.

    Costs one look at a file when there is nothing.
    """
    paths = Paths.of(environ)
    if not kept.file_of(paths).exists() or _runs(paths, environ):
        return False
    _LEFT.append(_start(command, subprocess.DEVNULL))
    return True


def at_login(command: Sequence[str], environ: Mapping[str, str] = os.environ, *, wanted: bool) -> None:
    """Write or remove the entry that repairs at login, where desktops follow such entries."""
    if sys.platform in ("darwin", "win32"):
        return
    folder = (
        Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "~")).expanduser() / ".config") / "autostart"
    )
    file = folder / LOGIN_FILE
    if not wanted:
        file.unlink(missing_ok=True)
        return
    text = _LOGIN.format(command=" ".join(map(_quoted, _with_home(command, environ))))
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        folder.mkdir(parents=True, exist_ok=True)
        write_private(file, text)


def _with_home(command: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    chosen = environ.get("MASKWIRE_HOME")
    return ["env", f"MASKWIRE_HOME={chosen}", *command] if chosen else list(command)


def _quoted(word: str) -> str:
    """Return a word of ``Exec``: quoted, with what is special inside quotes escaped, and no field codes."""
    escaped = "".join(f"\\{c}" if c in '"`$\\' else c for c in word).replace("%", "%%")
    return f'"{escaped}"' if any(c in word for c in " \t\"'\\><~|&;$*?#()`") else escaped


def _runs(paths: Paths, environ: Mapping[str, str]) -> bool:
    """Tell whether a daemon lives, also one that is too slow to answer now: settings that lead to it are no remains."""
    try:
        Client.running(environ)
    except NotRunning:
        return False
    except ControlError:
        return is_held(paths.lock)
    return True


def _start(command: Sequence[str], stdin: int) -> "subprocess.Popen[bytes]":
    """Start a watchdog in a session of its own, so that what ends the daemon does not end it too."""
    return subprocess.Popen(
        [*command, "capture", "watch"],
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=os.sep,
    )
