"""What a person may do with a vault's keys: change them, change the passphrase, destroy all. IO, blocking."""

from collections.abc import Callable

from maskwire.errors import ConfigError
from maskwire_daemon.store import rotation
from maskwire_daemon.store.contract import KeptVault
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.keys import fresh
from maskwire_daemon.store.passphrase import PassphraseKey
from maskwire_daemon.store.providers import KeyProvider

Progress = Callable[[int, int], None]
"""Called with the number of values done and in all."""


class KeyCare:
    """The keys of one opened vault, and the provider that holds the master key."""

    def __init__(self, envelope: Envelope, provider: KeyProvider) -> None:
        self._envelope = envelope
        self._provider = provider

    def rotate_master(self) -> None:
        """Change the master key: the provider holds a new one, the vault's keys are wrapped again. Tokens stay.

        Raises:
            VaultError: the provider does not take a new key, or the disk does not; the old one still opens the vault.
        """
        rotation.rotate_master(self._envelope, fresh(), self._provider.replace)

    def rotate_values(self, progress: Progress) -> int:
        """Encrypt every value again under a new key and destroy the old one; return how many. Tokens stay.

        Raises:
            VaultCorrupt: a value cannot be read; the old keys are kept.
        """
        return rotation.rotate_values(self._envelope, progress)

    def change_passphrase(self, old: str, new: str) -> None:
        """Lock the vault's key with another passphrase.

        Raises:
            VaultLocked: ``old`` is not the present one.
            ConfigError: ``new`` is too short, or the key is not behind a passphrase.
        """
        if not isinstance(self._provider, PassphraseKey):
            raise ConfigError(f"the key is kept by the provider {self._provider.name}, not behind a passphrase")
        self._provider.change(old, new)

    @property
    def behind_passphrase(self) -> bool:
        """Tell whether the master key is behind a passphrase."""
        return isinstance(self._provider, PassphraseKey)

    def opens(self, passphrase: str) -> bool:
        """Tell whether ``passphrase`` is the one that the master key is behind."""
        return isinstance(self._provider, PassphraseKey) and self._provider.opens(passphrase)

    def destroy(self, vault: KeptVault) -> None:
        """Make every value unreadable for good: the vault's keys go first, then its rows, then the master key."""
        vault.destroy()
        self._provider.forget()

    def __repr__(self) -> str:
        return f"<KeyCare of {self._provider.name}>"
