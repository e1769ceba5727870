"""Shows the icon at login: a file or key where each desktop looks for such things. IO: that file or key alone.

Source: https://specifications.freedesktop.org/autostart-spec/latest/
Source: https://developer.apple.com/library/archive/documentation/MacOSX/Conceptual/BPSystemStartup/Chapters/CreatingLaunchdJobs.html
"""

import os
import plistlib
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NAME = "maskwire-tray"

HIDDEN = b"Hidden=true\n"
"""The line that makes an entry of no effect, also one of the same name for everybody."""

LABEL = "io.maskwire.tray"
"""The name by which launchd knows the icon."""


@dataclass(frozen=True, slots=True)
class Autostart:
    """The entry of this person's desktop. The command is an absolute path and its arguments."""

    read: Callable[[], bool]
    write: Callable[[], None]
    remove: Callable[[], None]

    @classmethod
    def of(
        cls, command: Sequence[str], environ: Mapping[str, str] = os.environ, platform: str = sys.platform
    ) -> "Autostart":
        """Return the entry that runs ``command`` at login; nothing is written yet."""
        if platform == "win32":
            return cls._registry(command)
        user = Path(environ.get("HOME") or Path.home())
        if platform == "darwin":
            return cls._file(user / "Library" / "LaunchAgents" / f"{LABEL}.plist", launch_agent(command))
        place = Path("autostart") / f"{NAME}.desktop"
        config = Path(environ.get("XDG_CONFIG_HOME") or user / ".config")
        folders = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
        own = cls._file(config / place, desktop_entry(command))
        if not any((Path(folder) / place).is_file() for folder in folders):
            return own
        return cls._over_packaged(config / place, hidden=desktop_entry(command) + HIDDEN)

    def enabled(self) -> bool:
        """Tell whether the icon is shown at login."""
        return self.read()

    def switch(self, *, on: bool) -> None:
        """Show it at login from now on, or no longer.

        Raises:
            OSError: the folder or key cannot be written.
        """
        if on:
            self.write()
        else:
            self.remove()

    @classmethod
    def _file(cls, file: Path, text: bytes) -> "Autostart":
        def write() -> None:
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh = file.with_name(f".{file.name}.{os.getpid()}")
            fresh.write_bytes(text)
            fresh.replace(file)

        return cls(file.is_file, write, lambda: file.unlink(missing_ok=True))

    @classmethod
    def _over_packaged(cls, file: Path, hidden: bytes) -> "Autostart":
        """Return the person's choice over an entry that a package made for everybody: only a no needs a file."""
        no = cls._file(file, hidden)
        return cls(lambda: not (file.is_file() and HIDDEN in file.read_bytes()), no.remove, no.write)

    @classmethod
    def _registry(cls, command: Sequence[str]) -> "Autostart":
        from maskwire_daemon.platform import runkey

        line = subprocess.list2cmdline(command)
        return cls(lambda: runkey.has(NAME), lambda: runkey.write(NAME, line), lambda: runkey.remove(NAME))


def desktop_entry(command: Sequence[str]) -> bytes:
    """Return the autostart file of a freedesktop.org desktop."""
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        "Name=maskwire",
        "Comment=Shows how the protection of LLM traffic stands",
        f"Exec={' '.join(map(_quoted, command))}",
        "Icon=security-high",
        "Terminal=false",
        "NoDisplay=true",
        "X-GNOME-Autostart-enabled=true",
    )
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def launch_agent(command: Sequence[str]) -> bytes:
    """Return launchd's description of a program that is started once at login."""
    return plistlib.dumps(
        {"Label": LABEL, "ProgramArguments": list(command), "RunAtLoad": True, "ProcessType": "Interactive"}
    )


def _quoted(argument: str) -> str:
    """Return one argument as ``Exec`` takes it.

    A value of the file is unescaped once as a string and once as a command line, hence the doubled backslashes.
    Source: https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
    """
    inside = argument.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`").replace("$", "\\$")
    return '"' + inside.replace("\\", "\\\\").replace("%", "%%") + '"'
