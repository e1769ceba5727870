"""Where a running daemon says how to reach it. IO: reads one small file.

The folders follow each system's convention, the same ones that ``platformdirs`` gives; they are computed
here so that the tray and the command line need nothing but the standard library.
Source: https://specifications.freedesktop.org/basedir-spec/latest/
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from maskwire_client.errors import NotRunning

RUNTIME_FILE = "runtime.json"
"""Name of the file that a running daemon keeps in its state folder."""


@dataclass(frozen=True, slots=True)
class HomeFolders:
    """The folders of one maskwire home: the person's settings, the data that must last, what a run leaves."""

    config: Path
    data: Path
    state: Path


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a running daemon wrote about itself. ``repr`` never shows the token."""

    pid: int
    proxy: str
    api: str
    ca_file: str
    bundle_file: str
    started: float
    version: str
    token: str = field(repr=False)

    def dumps(self) -> str:
        """Return the file's text."""
        return json.dumps(asdict(self), indent=1) + "\n"


def home_folders(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> HomeFolders:
    """Return where this person's maskwire keeps its things; ``MASKWIRE_HOME`` puts them all in one folder."""
    if chosen := environ.get("MASKWIRE_HOME"):
        home = Path(chosen).expanduser().absolute()
        return HomeFolders(home, home, home)
    user = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    if platform == "darwin":
        support = user / "Library" / "Application Support" / "maskwire"
        return HomeFolders(support, support, support)
    if platform == "win32":
        local = Path(environ.get("LOCALAPPDATA") or user / "AppData" / "Local") / "maskwire"
        return HomeFolders(local, local, local)
    return HomeFolders(
        Path(environ.get("XDG_CONFIG_HOME") or user / ".config") / "maskwire",
        Path(environ.get("XDG_DATA_HOME") or user / ".local" / "share") / "maskwire",
        Path(environ.get("XDG_STATE_HOME") or user / ".local" / "state") / "maskwire",
    )


def read_runtime(environ: Mapping[str, str] = os.environ) -> Runtime:
    """Return what the daemon of this home says about itself.

    Raises:
        NotRunning: there is no file, or it cannot be read as one.
    """
    file = home_folders(environ).state / RUNTIME_FILE
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return Runtime(**{name: found[name] for name in Runtime.__dataclass_fields__})
    except FileNotFoundError:
        raise NotRunning from None
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise NotRunning(f"{file} cannot be read: {type(e).__name__}") from e
