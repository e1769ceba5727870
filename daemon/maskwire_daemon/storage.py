"""Opens what must be there before anything can be protected: the key, the vault, the journal. IO: disk, keyring.

Where no keyring exists the key and the vault live in memory, and ``problem`` says so with its remedy: a fresh
machine is protected all the same, only its tokens end with the process.
"""

import asyncio
import getpass
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from maskwire.errors import ConfigError, ControlError, VaultLocked
from maskwire.tokens import Minter
from maskwire.vault import Token
from maskwire_client.models import Purged
from maskwire_daemon.config.settings import Config, KeyProvider, Store
from maskwire_daemon.paths import Paths
from maskwire_daemon.store import providers
from maskwire_daemon.store.access import AccessStore
from maskwire_daemon.store.audit import AuditLog
from maskwire_daemon.store.care import KeyCare
from maskwire_daemon.store.contract import KeptVault
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.history import Journal
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.store.memory import MemoryVault
from maskwire_daemon.store.secrets import SecretStore
from maskwire_daemon.store.team import membership
from maskwire_daemon.store.team.address import address_of
from maskwire_daemon.store.team.care import TeamCare
from maskwire_daemon.store.team.opening import Team, member
from maskwire_daemon.store.team.vault import TeamVault
from maskwire_daemon.store.unlocking import Unlocking
from maskwire_daemon.store.vault import SqliteVault, VaultOptions

DAY_S = 86400.0

UNLOCK_S = 2.0
"""Seconds that a keyring may take before it counts as locked."""

NO_KEYRING = (
    "there is no usable keyring here, so the key and the vault are in memory and tokens end with this process: "
    "to keep them, set key_provider, for example with `MASKWIRE_KEY_PROVIDER=passphrase maskwire up`"
)
"""Said while the vault is in memory though a keyring was asked for."""


@dataclass(frozen=True, slots=True)
class Storage:
    """The opened key, vault, journal and audit log of one home; ``care`` is missing where the key is in memory.

    ``team`` is the vault, where that is a team's: key, journal and audit log are this machine's own all the same.
    """

    keys: Keys
    minter: Minter
    vault: KeptVault
    journal: Journal
    audit: AuditLog
    database: Database
    provider: str
    persistent: bool
    problem: str = ""
    care: KeyCare | None = None
    team: TeamVault | None = None

    @property
    def store(self) -> str:
        """Where values are: ``sqlite``, ``memory`` or ``redis``."""
        return "redis" if self.team is not None else "sqlite" if self.persistent else "memory"

    @property
    def key_care(self) -> KeyCare:
        """What rotates and destroys the keys.

        Raises:
            ControlError: key and vault are in memory.
        """
        if self.care is None:
            raise ControlError("key and vault are in memory here: they end with the daemon, `maskwire down`")
        return self.care

    @property
    def secrets(self) -> SecretStore:
        """The known secrets."""
        return SecretStore(self.database, self.keys.words)

    @property
    def access(self) -> AccessStore:
        """The tokens of access for other programs."""
        return AccessStore(self.database)

    def knows(self, token: Token) -> bool:
        """Tell whether ``token`` is ours: its keyed check is right, and the vault has its value."""
        return self.minter.may_be_ours(token) and self.vault.resolve(token) is not None

    def close(self) -> None:
        """Write what is still to be written, then let go of the files."""
        self.journal.close()
        self.audit.close()
        self.vault.close()
        self.database.close()


def chosen_provider(config: Config, environ: Mapping[str, str]) -> KeyProvider:
    """Return where the key comes from: the environment's choice, else the configuration's.

    Raises:
        ConfigError: the environment names none that exists, or another one than a policy wants.
    """
    written = environ.get("MASKWIRE_KEY_PROVIDER")
    if not written:
        return config.key_provider
    if "key_provider" in config.managed and written != config.key_provider:
        raise ConfigError("key_provider is managed by your organisation", key="MASKWIRE_KEY_PROVIDER")
    try:
        return KeyProvider(written)
    except ValueError:
        raise ConfigError(f"must be one of {', '.join(KeyProvider)}", key="MASKWIRE_KEY_PROVIDER") from None


class Opening:
    """The way to one home's storage. ``open`` may be called again after ``VaultLocked``: a keyring that shows a
    dialog is asked once, however often that is."""

    def __init__(self, paths: Paths, config: Config, environ: Mapping[str, str] = os.environ) -> None:
        self._paths = paths
        self._config = config
        self.provider = chosen_provider(config, environ)
        self._environ = environ
        self._options = VaultOptions(ttl_s=config.vault.ttl_days * DAY_S or None)
        self._unlocking: Unlocking | None = None

    async def open(self) -> Storage:
        """Open vault and journal; never blocks the loop, also when a keyring asks for a password.

        Raises:
            VaultLocked: the keyring is locked, or the key is not this vault's; asking again may work.
            VaultError: the vault cannot be used.
            ConfigError: there is no keyring and the settings require one, or those of the provider are wrong.
        """
        database = await asyncio.to_thread(Database.open, self._paths.database)
        try:
            return await self._opened(database)
        except BaseException:
            database.close()
            raise

    async def _opened(self, database: Database) -> Storage:
        if self.provider is KeyProvider.EPHEMERAL:
            if self._config.vault.store is Store.REDIS:
                raise ConfigError("is redis, and an ephemeral key keeps no team's key", key="vault.store")
            return _in_memory(database, self._options, "")
        if self._unlocking is None:
            self._unlocking = Unlocking(await asyncio.to_thread(self._made_provider))
        deadline_s = UNLOCK_S if self.provider is KeyProvider.KEYRING else None  # others ask nobody, or the terminal
        try:
            master = await self._unlocking.master(deadline_s, create=not database.has_vault())
        except providers.NoKeyring as e:
            if self._config.vault.store is Store.REDIS:
                raise ConfigError(f"is redis, and the team's key cannot be kept: {e}", key="vault.store") from e
            if self._config.require_keyring:
                raise ConfigError(f"is set, and {e}", file=self._paths.config, key="require_keyring") from e
            return _in_memory(database, self._options, NO_KEYRING)
        storage = await asyncio.to_thread(_on_disk, database, master, self._options, self._unlocking.provider)
        if self._config.vault.store is Store.REDIS:
            return await asyncio.to_thread(self._in_team, storage)
        return storage

    def _in_team(self, storage: Storage) -> Storage:
        """Return the same storage with the team's vault instead; whether Redis answers shows later."""
        settings = self._config.vault
        kept = member(membership.kept(storage.database, storage.keys))
        team = Team(kept, address_of(settings.redis_url, settings.redis_ca), self._environ)
        vault = team.vault(self._options)
        assert storage.care is not None  # the key is on disk
        return replace(storage, vault=vault, team=vault, minter=team.minter, care=TeamCare.of(storage.care))

    def _made_provider(self) -> providers.KeyProvider:
        return providers.provider(
            providers.KeySettings(
                home=self._paths.data,
                provider=str(self.provider),
                key_file=self._config.key_file,
                passphrase=ask_passphrase,
            )
        )


def _on_disk(database: Database, master: bytes, options: VaultOptions, provider: providers.KeyProvider) -> Storage:
    envelope = Envelope.open(database, master)
    keys = envelope.keys
    minter = Minter(keys.token)
    return Storage(
        keys=keys,
        minter=minter,
        vault=SqliteVault(database, keys, minter, options),
        journal=Journal(database, keys.journal),
        audit=AuditLog(database, keys.journal),
        database=database,
        provider=provider.name,
        persistent=True,
        care=KeyCare(envelope, provider),
    )


def _in_memory(database: Database, options: VaultOptions, problem: str) -> Storage:
    keys = Keys.ephemeral()
    minter = Minter(keys.token)
    return Storage(
        keys=keys,
        minter=minter,
        vault=MemoryVault(minter, options),
        journal=Journal(database, keys.journal),
        audit=AuditLog(database, keys.journal),
        database=database,
        provider=str(KeyProvider.EPHEMERAL),
        persistent=False,
        problem=problem,
    )


def ask_passphrase() -> str:
    """Return the passphrase from ``MASKWIRE_PASSPHRASE`` or the terminal.

    Raises:
        VaultLocked: there is neither.
    """
    if (given := os.environ.get("MASKWIRE_PASSPHRASE")) is not None:
        return given
    if not sys.stdin.isatty():
        raise VaultLocked("the vault needs its passphrase: set MASKWIRE_PASSPHRASE, or start maskwire in a terminal")
    return getpass.getpass("Passphrase of maskwire's vault: ")


def purge(storage: Storage, older_than_days: float) -> Purged:
    """Delete values and exchanges that are older; 0 deletes all. Blocks.

    Raises:
        VaultError: the database cannot be written.
    """
    if older_than_days == 0 and storage.team is not None:
        return Purged(0, storage.journal.clear())  # what others work with goes by `maskwire team destroy` alone
    if older_than_days == 0:
        values = storage.vault.purge(before=time.time() + DAY_S)
        return Purged(values, storage.journal.clear())
    age_s = older_than_days * DAY_S
    values = storage.vault.purge(before=time.time() - age_s)
    return Purged(values, storage.journal.prune(age_s, NO_LIMIT_BYTES))


NO_LIMIT_BYTES = 2**62
"""A size that no journal reaches: age alone decides."""


def discard(paths: Paths) -> None:
    """Delete the whole database, readable or not: what remains for a vault whose key is lost. Blocks."""
    for suffix in ("", "-wal", "-shm"):
        paths.database.with_name(paths.database.name + suffix).unlink(missing_ok=True)
