"""What the API can ask of the daemon. ``service`` implements it; tests bring their own."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from maskwire.policy import Mode
from maskwire.spans import Span
from maskwire_client.models import HostEntry, KnownSecret, NewAllowance, NewSecret, Purged, Restored, Status
from maskwire_daemon.reveal import Asked


class Control(Protocol):
    """The daemon, as its clients may use it. Times are Unix seconds, offsets code points."""

    async def status(self) -> Status:
        """Return how protection stands now."""

    def pause(self, minutes: float, *, floor: bool) -> None:
        """Pause protection; secrets stay masked where there is a ``floor``.

        Raises:
            ValueError: so long a pause is not possible.
        """

    def resume(self) -> None:
        """Protect again."""

    def hosts(self) -> Sequence[HostEntry]:
        """Return every known host, and those that the person named."""

    async def set_host(self, host: str, mode: Mode) -> None:
        """Write a host's mode to the configuration and follow it.

        Raises:
            ConfigError: no such host, or the file is wrong as it stands.
        """

    async def events(self, limit: int, after: int) -> Sequence[Mapping[str, Any]]:
        """Return the newest ``limit`` exchanges with an id above ``after``, oldest first."""

    def follow(self, after: int) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """Yield at each look what ended since the last, which may be nothing; stops with the daemon."""

    async def scan(self, texts: Sequence[str]) -> Sequence[Sequence[Span]]:
        """Return the findings of each text.

        Raises:
            BlockedError: the detector failed.
        """

    async def mask(self, texts: Sequence[str]) -> Sequence[str]:
        """Return the texts with tokens in place of values.

        Raises:
            BlockedError: the detector failed, or the policy blocks a finding.
            VaultError: the tokens could not be kept.
        """

    async def restore(self, texts: Sequence[str]) -> Restored:
        """Return the texts with values in place of tokens.

        Raises:
            VaultError: the vault cannot be read.
        """

    async def reveal(self, asked: Asked) -> str | None:
        """Return the value behind one token, ``None`` when the vault does not know it.

        Raises:
            Withheld: the passphrase is missing or wrong, or it is too soon.
            VaultError: the vault cannot be read, or the audit log not be written.
        """

    async def purge(self, older_than_days: float) -> Purged:
        """Delete values and exchanges that are older; 0 deletes all.

        Raises:
            VaultError: the vault cannot be written.
        """

    async def learn(self, found: Sequence[NewSecret]) -> int:
        """Keep keyed fingerprints of secrets, search for them at once, and return how many are new.

        Raises:
            VaultError: they could not be kept, or the key does not outlive the daemon.
        """

    async def secrets(self) -> Sequence[KnownSecret]:
        """Return the secrets that were learned, by source and name.

        Raises:
            VaultError: the vault cannot be read.
        """

    async def forget(self, names: Sequence[str]) -> int:
        """Forget the secrets of these names or sources, or all when none is given; return how many went.

        Raises:
            VaultError: the vault cannot be written.
        """

    async def allow(self, allowance: NewAllowance) -> None:
        """Write a value's keyed hash to the configuration and follow it.

        Raises:
            ConfigError: no such host or day, or the file is wrong as it stands.
            VaultError: the key does not outlive the daemon.
        """

    async def disallow(self, value: str) -> int:
        """Take every allowance of a value out of the configuration; return how many there were.

        Raises:
            ConfigError: the file is wrong as it stands.
        """

    async def open_canary(self, address: str, pem: str) -> str:
        """Lead the canary's host to ``address`` on this machine for a minute, and return that host.

        Raises:
            ControlError: the proxy is not open.
            ConfigError: the proxy cannot take it.
        """

    async def close_canary(self, *, proven: bool) -> None:
        """Lead it nowhere again, and remember when it was ``proven`` that it masks and restores."""

    def shutdown(self) -> None:
        """Stop the daemon, after this answer."""
