"""The vault of this home: through the daemon when one runs, else opened directly. IO: as either needs."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from maskwire_client import Client, NotRunning, Purged, Restored
from maskwire_client.models import KnownSecret, NewAllowance, NewSecret, Verdict


class Engine(Protocol):
    """What can be done with a vault."""

    def mask(self, texts: Sequence[str]) -> Sequence[str]:
        """Return the texts with tokens in place of values."""

    def restore(self, texts: Sequence[str]) -> Restored:
        """Return the texts with values in place of tokens."""

    def reveal(self, token: str, passphrase: str = "") -> str | None:
        """Return the value behind one token, ``None`` when it is unknown."""

    def reveal_lock(self) -> str:
        """Return which passphrase reading a single value takes: ``none``, ``own`` or ``vault``."""

    def set_reveal_passphrase(self, old: str, new: str) -> None:
        """Set the passphrase that reading single values takes; ``old`` is empty the first time."""

    def purge(self, older_than_days: float) -> Purged:
        """Delete what is older; 0 deletes all."""

    def learn(self, found: Sequence[NewSecret]) -> int:
        """Keep keyed fingerprints of secrets; return how many are new."""

    def secrets(self) -> Sequence[KnownSecret]:
        """Return the secrets that were learned."""

    def forget(self, names: Sequence[str]) -> int:
        """Forget the secrets of these names or sources, or all when none is given; return how many went."""

    def allow(self, allowance: NewAllowance) -> None:
        """Let a value pass."""

    def disallow(self, value: str) -> int:
        """Take back every allowance of a value; return how many there were."""

    def verify(self) -> tuple[Verdict, Verdict]:
        """Check the journal and the audit log; return what was found of each."""

    def verify_export(self, lines: Iterable[str]) -> Verdict:
        """Check an export of the journal."""

    def export(self, since: float, until: float) -> Iterator[str]:
        """Yield the lines of an export of what began between two Unix times."""

    def report(self, since: float, until: float, form: str) -> str:
        """Return the report of what happened between two Unix times, as ``html``, ``csv`` or ``jsonl``."""

    def rotate(self, progress: Callable[[int, int], None], *, values: bool) -> int:
        """Change the master key, or with ``values`` encrypt every value under a new key; return how many values."""

    def change_passphrase(self, old: str, new: str) -> None:
        """Lock the vault's key with another passphrase."""

    def destroy(self) -> None:
        """Make every value unreadable for good."""


@contextmanager
def vault_engine() -> Iterator[Engine]:
    """Open the vault of this home while the body runs.

    Raises:
        VaultError: it cannot be opened here, and no daemon runs that has it open.
    """
    try:
        client = Client.running()
    except NotRunning:
        with _opened_here() as engine:
            yield engine
    else:
        yield client


@contextmanager
def _opened_here() -> Iterator[Engine]:
    from maskwire.errors import VaultLocked
    from maskwire_daemon.cli.direct import Direct
    from maskwire_daemon.cli.finding import settings
    from maskwire_daemon.paths import Paths
    from maskwire_daemon.singleton import is_held
    from maskwire_daemon.storage import Opening

    paths = Paths.of()
    paths.create()
    if is_held(paths.lock):
        raise VaultLocked("a daemon of this home is starting or stopping: try again in a moment")
    storage = asyncio.run(Opening(paths, settings(), os.environ).open())
    try:
        if not storage.persistent:
            raise VaultLocked(f"no daemon runs, and {storage.problem or 'the key is ephemeral'}")
        yield Direct(storage)
    finally:
        storage.close()
