"""Machines of a team, and a Redis that a test may kill."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maskwire_daemon.store.contract import VaultOptions
from maskwire_daemon.store.team.vault import TeamVault
from tests.fakes.redis import RedisServer, founded, running_redis, team_of

type Machine = Callable[[VaultOptions], TeamVault]


@pytest.fixture
def a(team_vault: Machine) -> TeamVault:
    return team_vault(VaultOptions())


@pytest.fixture
def b(team_vault: Machine) -> TeamVault:
    return team_vault(VaultOptions())


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that the test may kill."""
    with running_redis(tmp_path) as server:
        yield server


@pytest.fixture
def own(own_redis: RedisServer) -> Iterator[tuple[TeamVault, TeamVault]]:
    """Two machines over it."""
    team = team_of(own_redis)
    one, other = founded(team), team.vault()
    yield one, other
    one.close()
    other.close()
