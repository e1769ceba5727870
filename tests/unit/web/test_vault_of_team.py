"""The vault's page on a machine of a team: it says where values are, and offers nothing that is not this machine's."""

import base64
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from maskwire.vault import Finding
from maskwire_daemon.config.settings import Config, Store, Vault
from maskwire_daemon.paths import Paths
from maskwire_daemon.storage import Opening, Storage
from maskwire_daemon.store.team import membership
from maskwire_daemon.store.team.membership import Membership
from tests.fakes.redis import RedisServer, founded, running_redis, team_of

ENV = {"MASKWIRE_KEY_PROVIDER": "env"}


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
async def storage(paths: Paths, redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Storage]:
    """The storage of a member, under the pages' own fixtures."""
    monkeypatch.setenv("MASKWIRE_MASTER_KEY", base64.b64encode(bytes(range(32))).decode())
    own = await Opening(paths, Config(), ENV).open()
    made = Membership.new()
    founded(team_of(redis, made)).close()
    membership.keep(own.database, own.keys, made)
    own.close()
    opened = await Opening(paths, Config(vault=Vault(store=Store.REDIS, redis_url=redis.url)), ENV).open()
    yield opened
    opened.close()


async def test_it_says_where_values_are_and_offers_what_is_this_machines(
    browser: httpx2.AsyncClient, storage: Storage
) -> None:
    storage.vault.tokenize([Finding("PERSON", "Jane Doe")])
    page = (await browser.get("/vault")).text

    assert "In the team's Redis, under the team's key" in page
    assert "stay on this machine" not in page
    assert "New master key" in page
    assert [offer for offer in ("New key for all values", "Destroy every value") if offer in page] == []


async def test_a_call_for_what_is_the_teams_is_refused(browser: httpx2.AsyncClient, storage: Storage) -> None:
    (token,) = storage.vault.tokenize([Finding("PERSON", "Jane Doe")])
    answer = await browser.post("/vault/destroy", data={"confirm": "destroy"})

    assert answer.status_code == 503
    assert "maskwire team leave" in answer.text
    assert storage.vault.resolve(token) == "Jane Doe"


async def test_without_redis_the_page_says_so(
    browser: httpx2.AsyncClient, storage: Storage, redis: RedisServer
) -> None:
    redis.kill()
    answer = await browser.get("/vault")
    redis.start()

    assert answer.status_code == 503
    assert "cannot be reached" in answer.text
