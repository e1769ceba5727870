from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from maskwire.tokens import Minter
from maskwire_daemon.store.contract import KeptVault, VaultOptions
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.store.team.opening import Team
from maskwire_daemon.store.team.vault import TeamVault
from maskwire_daemon.store.vault import MemoryVault, SqliteVault
from tests.fakes.redis import RedisServer, founded, running_redis, team_of
from tests.fakes.store import Clock

MASTER = bytes(range(32))

type MakeVault = Callable[[VaultOptions], KeptVault]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "maskwire.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database.open(path)
    yield opened
    opened.close()


@pytest.fixture
def envelope(database: Database) -> Envelope:
    return Envelope.open(database, MASTER)


@pytest.fixture
def vault(database: Database, envelope: Envelope) -> SqliteVault:
    return SqliteVault(database, envelope.keys, Minter(envelope.keys.token))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis for all tests of a worker; each test has a team of its own there."""
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def team(request: pytest.FixtureRequest) -> Team:
    """A new team, whose vault is set up and empty."""
    server: RedisServer = request.getfixturevalue("redis")
    made = team_of(server)
    founded(made).close()
    return made


@pytest.fixture
def team_vault(request: pytest.FixtureRequest) -> Iterator[Callable[[VaultOptions], TeamVault]]:
    """Return a factory of one machine's view of that team's vault."""
    with ExitStack() as open_ones:

        def make(options: VaultOptions) -> TeamVault:
            team: Team = request.getfixturevalue("team")
            vault = team.vault(options)
            open_ones.callback(vault.close)
            return vault

        yield make


@pytest.fixture(params=["memory", "sqlite", "redis"])
def make_vault(
    request: pytest.FixtureRequest,
    database: Database,
    envelope: Envelope,
    team_vault: Callable[[VaultOptions], TeamVault],
) -> MakeVault:
    """Return a factory of each kind of vault: what all promise alike is tested on all."""

    def make(options: VaultOptions) -> KeptVault:
        if request.param == "memory":
            return MemoryVault(Minter(Keys.ephemeral().token), options)
        if request.param == "redis":
            return team_vault(options)
        return SqliteVault(database, envelope.keys, Minter(envelope.keys.token), options)

    return make
