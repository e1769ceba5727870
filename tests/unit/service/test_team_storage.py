"""A home whose settings say ``redis``: the vault is the team's, all else stays its own, and mistakes are told."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from maskwire.errors import ConfigError, ControlError, VaultError, VaultUnreachable
from maskwire.exchange import Exchange, Outcome
from maskwire.vault import Finding
from maskwire_client import Purged
from maskwire_daemon.config.settings import Config, Store, Vault
from maskwire_daemon.coverage.finding import Patient, Verdict
from maskwire_daemon.coverage.team import vault as vault_check
from maskwire_daemon.detection.searching import Searching
from maskwire_daemon.housekeeping import tidy, watch_team
from maskwire_daemon.live import Live
from maskwire_daemon.paths import Paths
from maskwire_daemon.storage import Opening, Storage, purge
from maskwire_daemon.store.contract import KeptVault
from maskwire_daemon.store.team import membership
from maskwire_daemon.store.team.membership import Membership
from maskwire_daemon.store.team.vault import TeamVault
from maskwire_daemon.web.vault_desk import VaultDesk
from tests.fakes.redis import RedisServer, founded, running_redis, team_of

ENV = {"MASKWIRE_KEY_PROVIDER": "env"}
JANE = Finding("PERSON", "Jane Doe")


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv("MASKWIRE_MASTER_KEY", base64.b64encode(bytes(range(32))).decode())
    made = Paths.of({"MASKWIRE_HOME": str(tmp_path / "home")})
    made.create()
    return made


@pytest.fixture
def config(redis: RedisServer) -> Config:
    return Config(vault=Vault(store=Store.REDIS, redis_url=redis.url, ttl_days=30))


@pytest.fixture
async def storage(paths: Paths, config: Config, redis: RedisServer) -> AsyncIterator[Storage]:
    """The storage of a member."""
    own = await Opening(paths, Config(), ENV).open()
    made = Membership.new()
    founded(team_of(redis, made)).close()
    membership.keep(own.database, own.keys, made)
    own.close()
    opened = await Opening(paths, config, ENV).open()
    yield opened
    opened.close()


async def test_values_go_to_the_team_and_records_stay_here(storage: Storage) -> None:
    (token,) = storage.vault.tokenize([JANE])
    kept: KeptVault = storage.vault

    assert isinstance(kept, TeamVault)
    assert (storage.store, storage.persistent, storage.knows(token)) == ("redis", True, True)
    assert storage.database.read("SELECT count(*) FROM entries") == [(0,)]


async def test_a_home_that_is_no_member_is_told_what_to_run(paths: Paths, config: Config) -> None:
    with pytest.raises(ConfigError, match="maskwire team join"):
        await Opening(paths, config, ENV).open()


async def test_a_key_that_does_not_last_keeps_no_teams_key(
    paths: Paths, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

    for environ in ({}, {"MASKWIRE_KEY_PROVIDER": "ephemeral"}):
        with pytest.raises(ConfigError, match=r"vault.store: is redis"):
            await Opening(paths, config, environ).open()


async def test_everything_of_this_machine_may_go_and_the_teams_values_stay(storage: Storage) -> None:
    (token,) = storage.vault.tokenize([JANE])
    storage.journal.record(Exchange(1.0, "api.openai.com", "openai.chat", "POST", "/v1", Outcome.CLEAN))
    storage.journal.flush()

    assert purge(storage, 0) == Purged(values=0, exchanges=1)
    assert purge(storage, 5) == Purged(values=0, exchanges=0)
    assert storage.vault.resolve(token) == "Jane Doe"


async def test_only_this_machines_own_key_can_be_changed(storage: Storage) -> None:
    assert storage.care is not None
    with pytest.raises(VaultError, match="make a new team"):
        storage.care.rotate_values(lambda *_: None)
    with pytest.raises(VaultError, match="maskwire team leave"):
        storage.care.destroy(storage.vault)
    with pytest.raises(VaultError, match="can be changed only by whoever sets it"):
        storage.care.rotate_master()


async def test_the_status_says_when_redis_is_gone_and_when_it_is_back(
    storage: Storage, paths: Paths, config: Config, redis: RedisServer
) -> None:
    live = Live(paths, config, Searching(paths, config).detector)
    live.storage = storage
    watching = asyncio.ensure_future(watch_team(live))
    try:
        await _until(live, "protecting")
        storage.vault.tokenize([JANE])
        assert (await live.status()).vault == "redis"
        redis.kill()
        await _until(live, "attention")
        status = await live.status()
        assert [f"the team's Redis at {redis.socket}" in reason for reason in status.reasons] == [True]
        redis.start()
        await _until(live, "protecting")
        assert any("in its log" in note for note in (await live.status()).notes)
    finally:
        watching.cancel()


async def test_old_records_go_also_while_redis_is_gone(
    storage: Storage, paths: Paths, config: Config, redis: RedisServer
) -> None:
    live = Live(paths, config, Searching(paths, config).detector)
    storage.journal.record(Exchange(1.0, "api.openai.com", "openai.chat", "POST", "/v1", Outcome.CLEAN))
    storage.journal.flush()
    redis.kill()
    with pytest.raises(VaultUnreachable):
        tidy(live, storage)
    redis.start()

    assert storage.journal.events(10) == []


async def _until(live: Live, state: str) -> None:
    deadline = time.monotonic() + 60
    while (await live.status()).state != state:
        assert time.monotonic() < deadline, f"it is not {state}"
        await asyncio.sleep(0.05)


async def test_the_page_removes_what_nobody_used_and_nothing_else(
    storage: Storage, paths: Paths, config: Config
) -> None:
    live = Live(paths, config, Searching(paths, config).detector)
    live.storage = storage
    storage.vault.tokenize([JANE])
    desk = VaultDesk(live)

    with pytest.raises(ControlError, match="these are the team's values"):
        await desk.purge(0, "PERSON")
    assert await desk.purge(3, "PERSON") == 0
    assert (await desk.stock()).count == 1


def test_doctor_sees_where_values_are_kept(
    paths: Paths, config: Config, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(settings: Config) -> tuple[Verdict, str]:
        finding = vault_check(Patient(paths, {}, settings, None))
        return finding.verdict, finding.found + finding.remedy

    gone = Config(vault=Vault(store=Store.REDIS, redis_url="unix:///nowhere/r.sock"))

    assert found(Config()) == (Verdict.OK, "on this machine")
    assert found(config)[0] is Verdict.OK
    assert found(gone)[0] is Verdict.FAILED
    assert "/nowhere/r.sock" in found(gone)[1]
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert found(config) == (
        Verdict.FAILED,
        "it is a team's, and the extra `team` is not installedpip install 'maskwire[team]'",
    )
