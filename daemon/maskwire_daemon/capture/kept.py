"""What was set on this machine and what stood there before: one private file, written before anything changes. IO.

While the file is there, settings of the system are ours. Standard library only, since the watchdog needs it.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType

from maskwire.errors import ControlError
from maskwire_daemon.paths import Paths, write_private
from maskwire_daemon.platform.system_proxy import Values

FILE = "capture.json"

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Place:
    """One place's settings of the same names: as they were, and as we set them."""

    before: Values
    ours: Values


@dataclass(frozen=True, slots=True)
class AfterDeath:
    """What becomes of the settings when the daemon is gone.

    ``block`` keeps providers' hosts closed by ``script``, which is then served on ``pac_port``; else the settings
    before come back. Without a script nobody uses one. ``grace_s`` are the seconds that the daemon has to return.
    ``apps`` are the programs that were redirected: that ends with the daemon, and nothing can keep them closed.
    """

    block: bool = True
    grace_s: float = 10.0
    script: str = field(default="", repr=False)
    pac_port: int = 0
    apps: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """All places that hold settings of ours, by name."""

    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    after: AfterDeath = AfterDeath()

    @property
    def matters(self) -> bool:
        """Whether anything on this machine leads to a daemon of ours."""
        return bool(self.places or self.after.script or self.after.apps)


def file_of(paths: Paths) -> Path:
    """Return where a home keeps it."""
    return paths.state / FILE


def load(paths: Paths) -> Kept:
    """Return what is kept; nothing when there is no file.

    Raises:
        ControlError: the file cannot be read, so that nobody knows what stood there before.
    """
    file = file_of(paths)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        places = {name: Place(place["before"], place["ours"]) for name, place in found["places"].items()}
        return Kept(places, AfterDeath(**found["after"]))
    except FileNotFoundError:
        return Kept()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise ControlError(
            f"{file} cannot be read ({type(e).__name__}), so the proxy settings from before are not known: set your "
            "system's proxy settings by hand, then delete that file"
        ) from e


def store(paths: Paths, kept: Kept) -> None:
    """Write what is kept, or remove the file when nothing leads to us any more."""
    if not kept.matters:
        file_of(paths).unlink(missing_ok=True)
        return
    content = {
        "format": FORMAT,
        "places": {name: {"before": dict(p.before), "ours": dict(p.ours)} for name, p in kept.places.items()},
        "after": asdict(kept.after),
    }
    write_private(file_of(paths), json.dumps(content, indent=1) + "\n")


@contextmanager
def locked(paths: Paths) -> Iterator[None]:
    """Let one process at a time read and change the file and the settings behind it."""
    descriptor = os.open(paths.state / f"{FILE}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # lets go of the lock too
