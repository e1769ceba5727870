"""One daemon for each home. IO: a lock that the operating system lets go of when its process ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maskwire.errors import ControlError

LOOKED_S = 0.2
"""Seconds for which a lock may be held by somebody who only looks whether a daemon does."""


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold the home's lock while the body runs.

    Raises:
        ControlError: another daemon holds it.
    """
    from filelock import FileLock, Timeout

    held = FileLock(lock, timeout=LOOKED_S, mode=0o600)
    try:
        held.acquire()
    except Timeout:
        raise ControlError(
            "maskwire already runs for this home: see `maskwire status`, stop it with `maskwire down`"
        ) from None
    try:
        yield
    finally:
        held.release()


def is_held(lock: Path) -> bool:
    """Tell whether a daemon holds the home's lock now."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(lock, timeout=0, mode=0o600):
            return False
    except Timeout:
        return True
    except OSError:
        return False
