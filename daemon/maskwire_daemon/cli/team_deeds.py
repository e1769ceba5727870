"""What ``maskwire team`` does: to the team's Redis, this machine's membership and its settings. IO: all three.

The machine's own vault is opened for the key under which the membership is sealed, whatever the settings say of the
team.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from maskwire.errors import ConfigError, VaultError, VaultLocked
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.cli.finding import settings
from maskwire_daemon.config.edit import edit_settings
from maskwire_daemon.config.settings import Store
from maskwire_daemon.paths import Paths, write_private
from maskwire_daemon.storage import Opening, Storage
from maskwire_daemon.store.team import faults, membership
from maskwire_daemon.store.team.address import address_of, url_problem
from maskwire_daemon.store.team.invitation import Invitation, new_passphrase, read, write
from maskwire_daemon.store.team.membership import Membership
from maskwire_daemon.store.team.opening import NO_MEMBER, Team
from maskwire_daemon.store.team.shelf import Shelf

AUTHORITY = "team-authority.pem"
"""The file of this home that holds the authority from an invitation."""

ALREADY = "this machine is in a team already: `maskwire team leave` ends that"


@dataclass(frozen=True, slots=True)
class State:
    """How the team's vault stands, as this machine sees it. ``used`` tells whether the settings lead to it."""

    description: str
    vault: str
    used: bool
    problem: str
    warnings: tuple[str, ...]
    values: int

    def as_json(self) -> Mapping[str, object]:
        """Return it as the command prints it."""
        return asdict(self)


def create(url: str, ca: Path | None, password: str) -> None:
    """Make a team with a vault at ``url``, and this machine its first member.

    Raises:
        ConfigError: the URL or the file is wrong, or this machine is in a team.
        VaultError: Redis does not answer, or the key cannot be kept.
    """
    if problem := url_problem(url):
        raise ConfigError(problem, key="URL")
    ca = None if ca is None else ca.absolute()
    made = Membership.new(password)
    with _own() as storage:
        if membership.kept(storage.database, storage.keys) is not None:
            raise ConfigError(ALREADY, key="team")
        _found(Team(made, address_of(url, ca)))
        membership.keep(storage.database, storage.keys, made)
    _use(url, ca)


def invite() -> tuple[str, str]:
    """Return an invitation and its passphrase.

    Raises:
        ConfigError: this machine is in no team, or the file of authorities is missing.
        VaultError: the team's key cannot be read.
    """
    with _own() as storage:
        team = _team(storage)
    config, passphrase = settings().vault, new_passphrase()
    authority = ""
    if config.redis_ca is not None:
        try:
            authority = config.redis_ca.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as e:
            raise ConfigError("cannot be read as PEM", file=config.redis_ca, key="vault.redis_ca") from e
    return write(Invitation(config.redis_url, team.membership, authority), passphrase), passphrase


def join(text: str, passphrase: str) -> None:
    """Make this machine a member of the team that the invitation in ``text`` is of.

    Raises:
        ConfigError: it is no invitation, or this machine is in a team.
        VaultError: the passphrase is wrong, Redis does not answer, or the key cannot be kept.
    """
    invitation = read(text, passphrase)
    ca: Path | None = None
    if invitation.authority:
        ca = Paths.of().home / AUTHORITY
    with _own() as storage:
        if membership.kept(storage.database, storage.keys) is not None:
            raise ConfigError(ALREADY, key="team")
        if ca is not None:
            write_private(ca, invitation.authority)
        _look(Team(invitation.membership, address_of(invitation.url, ca)))
        membership.keep(storage.database, storage.keys, invitation.membership)
    _use(invitation.url, ca)


def leave() -> bool:
    """Destroy this machine's copy of the team's key and use its own vault again; tell whether it was in a team.

    Raises:
        VaultError: the key is still there.
        ConfigError: the settings cannot be changed.
    """
    with _own() as storage:
        gone = membership.forget(storage.database)
    changes: dict[tuple[str, ...], str | None] = {("vault", key): None for key in ("store", "redis_url", "redis_ca")}
    edit_settings(Paths.of().config, changes, known_hosts())
    (Paths.of().home / AUTHORITY).unlink(missing_ok=True)
    return gone


def repair() -> bool:
    """Set the vault up anew in a Redis that has lost it, with the same key; tell whether that was needed.

    Raises:
        VaultError: Redis does not answer, or the vault was destroyed on purpose.
    """
    with _own() as storage:
        team = _team(storage)
    with _shelf(team) as shelf:
        with suppress(VaultError):
            shelf.look()
            return False
        if shelf.problem != faults.GONE:
            raise VaultError(shelf.problem)
        shelf.found()
    return True


def destroy(progress: Callable[[int], None]) -> int:
    """Delete the team's vault and leave the team; return how many keys of Redis went.

    Raises:
        VaultError: Redis does not answer: nothing was destroyed, or not all; calling again goes on.
    """
    removed = 0

    def tell(done: int) -> None:
        nonlocal removed
        removed = done
        progress(done)

    with _own() as storage:
        team = _team(storage)
    with _shelf(team) as shelf:
        shelf.destroy(tell)
    leave()
    return removed


def state() -> State | None:
    """Return how the team's vault stands, ``None`` when this machine is in no team.

    Raises:
        VaultError: the team's key cannot be read.
    """
    with _own() as storage:
        if membership.kept(storage.database, storage.keys) is None:
            return None
        team = _team(storage)
    vault = team.vault()
    try:
        vault.look()
        values = sum(vault.count().values()) if not vault.problem else 0
        used = settings().vault.store is Store.REDIS
        name = team.membership.vault.hex()
        return State(vault.description, name, used, vault.problem, tuple(vault.warnings), values)
    finally:
        vault.close()


@contextmanager
def _own() -> Iterator[Storage]:
    """Open this machine's own vault while the body runs."""
    paths = Paths.of()
    paths.create()
    config = settings()
    config = config.model_copy(update={"vault": config.vault.model_copy(update={"store": Store.LOCAL})})
    storage = asyncio.run(Opening(paths, config, os.environ).open())
    try:
        if not storage.persistent:
            raise VaultLocked(f"the team's key cannot be kept here: {storage.problem or 'the key is ephemeral'}")
        yield storage
    finally:
        storage.close()


def _team(storage: Storage) -> Team:
    """Return the team of this machine."""
    config, kept = settings().vault, membership.kept(storage.database, storage.keys)
    if kept is None:
        raise ConfigError(NO_MEMBER, key="team")
    if not config.redis_url:
        raise ConfigError("is missing: write the team's Redis there", file=Paths.of().config, key="vault.redis_url")
    return Team(kept, address_of(config.redis_url, config.redis_ca))


def _found(team: Team) -> None:
    with _shelf(team) as shelf:
        shelf.found()


def _look(team: Team) -> None:
    with _shelf(team) as shelf:
        shelf.look()


@contextmanager
def _shelf(team: Team) -> Iterator[Shelf]:
    shelf = team.shelf()
    try:
        yield shelf
    finally:
        shelf.link.close()


def _use(url: str, ca: Path | None) -> None:
    """Write to the settings that the vault is in the team's Redis."""
    changes: dict[tuple[str, ...], str | None] = {
        ("vault", "store"): str(Store.REDIS),
        ("vault", "redis_url"): url,
        ("vault", "redis_ca"): None if ca is None else str(ca),
    }
    edit_settings(Paths.of().config, changes, known_hosts())
