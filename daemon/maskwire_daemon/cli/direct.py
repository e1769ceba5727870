"""The vault of this home, opened by the command itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import cached_property

from maskwire_client import Purged, Restored
from maskwire_client.models import KnownSecret, NewAllowance, NewSecret, Verdict
from maskwire_daemon.cli.finding import Finder, LocalSearch, Wanted, settings
from maskwire_daemon.config.settings import policy_of
from maskwire_daemon.destroying import destroy
from maskwire_daemon.detection import knowing
from maskwire_daemon.detection.own import Keyed
from maskwire_daemon.paths import Paths
from maskwire_daemon.reveal import Asked, Gate
from maskwire_daemon.storage import Storage, purge
from maskwire_daemon.store import chain
from maskwire_daemon.store.care import KeyCare
from maskwire_daemon.texts import mask_texts, restore_texts

ACTOR = "command line"
"""What the audit log calls whoever opens the vault without a daemon."""


class Direct:
    """Implements ``engine.Engine`` on an opened storage. The detector is loaded at its first use."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._policy = policy_of(settings())

    @cached_property
    def _finder(self) -> Finder:
        return LocalSearch(Wanted(keyed=Keyed(self._storage.keys.words, tuple(self._storage.secrets.prints()))))

    def mask(self, texts: Sequence[str]) -> Sequence[str]:
        """Return the texts with tokens in place of values."""
        return mask_texts(texts, self._finder(texts), self._storage, self._policy)

    def restore(self, texts: Sequence[str]) -> Restored:
        """Return the texts with values in place of tokens."""
        return restore_texts(texts, self._storage)

    def reveal(self, token: str, passphrase: str = "") -> str | None:
        """Return the value behind one token, however it is spelled."""
        return Gate(self._storage).reveal(Asked(token, ACTOR, passphrase))

    def reveal_lock(self) -> str:
        """Return which passphrase reading a single value takes: ``none``, ``own`` or ``vault``."""
        return Gate(self._storage).lock

    def set_reveal_passphrase(self, old: str, new: str) -> None:
        """Set the passphrase that reading single values takes; ``old`` is empty the first time."""
        Gate(self._storage).change(ACTOR, old, new)

    def learn(self, found: Sequence[NewSecret]) -> int:
        """Keep keyed fingerprints of secrets; return how many are new."""
        return knowing.learn(self._storage, found)

    def secrets(self) -> Sequence[KnownSecret]:
        """Return the secrets that were learned."""
        return knowing.known(self._storage)

    def forget(self, names: Sequence[str]) -> int:
        """Forget the secrets of these names or sources, or all when none is given; return how many went."""
        return self._storage.secrets.forget(names)

    def allow(self, allowance: NewAllowance) -> None:
        """Let a value pass."""
        knowing.allow(self._storage, Paths.of().config, allowance)

    def disallow(self, value: str) -> int:
        """Take back every allowance of a value; return how many there were."""
        return knowing.disallow(self._storage, Paths.of().config, value)

    def purge(self, older_than_days: float) -> Purged:
        """Delete what is older."""
        return purge(self._storage, older_than_days)

    def verify(self) -> tuple[Verdict, Verdict]:
        """Check the journal and the audit log; return what was found of each."""
        return _told(self._storage.journal.verify()), _told(self._storage.audit.verify())

    def verify_export(self, lines: Iterable[str]) -> Verdict:
        """Check an export of the journal."""
        return _told(self._storage.journal.verify_export(lines))

    def export(self, since: float, until: float) -> Iterator[str]:
        """Yield the lines of an export of what began between two Unix times."""
        return self._storage.journal.export(since, until)

    def report(self, since: float, until: float, form: str) -> str:
        """Return the report of what happened between two Unix times, as ``html``, ``csv`` or ``jsonl``."""
        from maskwire_daemon import report
        from maskwire_daemon.web.report_api import FORMATS

        write, _ = FORMATS[form]
        return write(report.whole(self._storage, report.Period(since, until)))

    def rotate(self, progress: Callable[[int, int], None], *, values: bool) -> int:
        """Change the master key, or with ``values`` encrypt every value under a new key; return how many values."""
        if values:
            return self._care.rotate_values(progress)
        self._care.rotate_master()
        return 0

    def change_passphrase(self, old: str, new: str) -> None:
        """Lock the vault's key with another passphrase."""
        self._care.change_passphrase(old, new)

    def destroy(self) -> None:
        """Make every value unreadable for good, and remove what the next vault has no use for."""
        destroy(self._storage, Paths.of().config)

    @property
    def _care(self) -> KeyCare:
        assert self._storage.care is not None  # ``engine`` opens only what is on disk
        return self._storage.care


def _told(verdict: chain.Verdict) -> Verdict:
    return Verdict.of({"ok": verdict.ok, **asdict(verdict)})
