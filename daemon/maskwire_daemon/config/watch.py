"""Follows ``config.toml`` and the machine's policy: what is wrong changes nothing and is reported. IO: ``stat``."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from maskwire.errors import ConfigError
from maskwire_daemon.config import managed
from maskwire_daemon.config.file import load
from maskwire_daemon.config.settings import Config

INTERVAL_S = 0.5
"""Seconds between looks: a change must show within a second, and a ``stat`` costs microseconds."""

type Fingerprint = tuple[int, ...] | None
"""What changes when a file does: time in nanoseconds, size, inode, mode; nothing when it is missing."""


def fingerprint(file: Path) -> Fingerprint:
    """Return what will differ after the next change of ``file``."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode


class ConfigWatch:
    """Reads the settings again whenever their file, the policy or its folder changed."""

    def __init__(self, file: Path, known_hosts: Sequence[str]) -> None:
        self._file = file
        self._known_hosts = known_hosts
        self._seen = self._look()

    def read(self) -> Config:
        """Return the settings as they are now.

        Raises:
            ConfigError: the file is wrong.
        """
        self._seen = self._look()
        return load(self._file, self._known_hosts)

    def poll(self) -> Config | ConfigError | None:
        """Return the new settings, or what is wrong with them, once after each change."""
        if self._look() == self._seen:
            return None
        try:
            return self.read()
        except ConfigError as e:
            return e

    async def follow(self, changed: Callable[[Config | ConfigError], Awaitable[None]]) -> None:
        """Call ``changed`` after each change, until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL_S)
            if (found := self.poll()) is not None:
                await changed(found)

    def _look(self) -> list[Fingerprint]:
        policy = managed.POLICY_FILE
        return [fingerprint(place) for place in (self._file, policy, policy.parent)]
