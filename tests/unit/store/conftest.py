from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maskwire.tokens import Minter
from maskwire_daemon.store.contract import KeptVault, VaultOptions
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.store.vault import MemoryVault, SqliteVault
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


@pytest.fixture(params=["memory", "sqlite"])
def make_vault(request: pytest.FixtureRequest, database: Database, envelope: Envelope) -> MakeVault:
    """Return a factory of either kind of vault: what the two promise alike is tested on both."""

    def make(options: VaultOptions) -> KeptVault:
        if request.param == "memory":
            return MemoryVault(Minter(Keys.ephemeral().token), options)
        return SqliteVault(database, envelope.keys, Minter(envelope.keys.token), options)

    return make
