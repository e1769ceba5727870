"""Earlier states of ``config.toml``, so that an edit can be taken back. IO: one folder beside the file.

A version is named after the moment at which it was replaced, so the newest is what ``undo`` brings back.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from maskwire_daemon.paths import PRIVATE_DIR, write_private

MOST: Final = 50
"""Versions kept; the oldest go."""

_PATTERN: Final = "config-*.toml"


@dataclass(frozen=True, slots=True)
class Version:
    """One earlier state. ``replaced`` is Unix time in seconds."""

    name: str
    replaced: float
    path: Path


def keep(file: Path, text: str, clock: Callable[[], float] = time.time) -> None:
    """Keep ``text``, which is about to be replaced in ``file``; one of the same millisecond gets the next free one."""
    folder = _folder(file)
    folder.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
    moment = int(clock() * 1000)
    while (place := folder / f"config-{moment:014d}.toml").exists():
        moment += 1
    write_private(place, text)
    for old in sorted(folder.glob(_PATTERN))[:-MOST]:
        old.unlink(missing_ok=True)


def versions(file: Path) -> list[Version]:
    """Return the kept versions of ``file``, the newest first."""
    found = sorted(_folder(file).glob(_PATTERN), reverse=True)
    return [Version(path.stem, int(path.stem.removeprefix("config-")) / 1000, path) for path in found]


def forget(file: Path) -> None:
    """Remove every kept version of ``file``."""
    for version in versions(file):
        version.path.unlink(missing_ok=True)


def _folder(file: Path) -> Path:
    return file.parent / "history"
