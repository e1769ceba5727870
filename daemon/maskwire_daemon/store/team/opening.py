"""Puts a team's vault together from a membership and the settings, and makes new ones. IO: the network."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from maskwire.errors import ConfigError
from maskwire.tokens import Minter
from maskwire_daemon.store.contract import DEFAULTS, VaultOptions
from maskwire_daemon.store.team.address import PASSWORD_VARIABLE, Address
from maskwire_daemon.store.team.link import Entry, Link
from maskwire_daemon.store.team.membership import Membership
from maskwire_daemon.store.team.rows import TeamCodec
from maskwire_daemon.store.team.shelf import Shelf
from maskwire_daemon.store.team.vault import TeamVault

NO_MEMBER = "this machine is in no team yet: run `maskwire team join INVITATION`, or set vault.store to local"


@dataclass(frozen=True, slots=True)
class Team:
    """A membership, and where its Redis is."""

    membership: Membership
    address: Address
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @property
    def codec(self) -> TeamCodec:
        """What turns values into rows of this team."""
        return TeamCodec(self.membership.key, self.membership.vault)

    @property
    def minter(self) -> Minter:
        """What mints this team's tokens."""
        return Minter(self.codec.minting)

    def shelf(self, options: VaultOptions = DEFAULTS) -> Shelf:
        """Return the vault's keys in Redis; nothing is connected yet.

        Raises:
            ConfigError: the extra ``team`` is not installed, or the file of authorities is missing.
        """
        password = self.environ.get(PASSWORD_VARIABLE, self.membership.password)
        return Shelf(Link(Entry(self.address, password)), self.codec, options)

    def vault(self, options: VaultOptions = DEFAULTS) -> TeamVault:
        """Return the vault; nothing is connected yet. Raises as ``shelf``."""
        return TeamVault(self.shelf(options), self.codec, self.minter, options)


def member(membership: Membership | None) -> Membership:
    """Return ``membership``.

    Raises:
        ConfigError: there is none.
    """
    if membership is None:
        raise ConfigError(NO_MEMBER, key="vault.store")
    return membership
