"""Who may call what: a new route is closed to all but administrators until somebody says otherwise."""

import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.routing import Route

from maskwire.tokens import Minter
from maskwire_daemon.api.access import Principal
from maskwire_daemon.api.app import routed
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.api.guard import Guard
from maskwire_daemon.api.records import record_routes
from maskwire_daemon.api.rights import RESTORING, ROLES, role_of
from maskwire_daemon.api.tokens import access_routes, finder
from maskwire_daemon.api.vault import vault_routes
from maskwire_daemon.storage import Storage
from maskwire_daemon.store.audit import AuditLog
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.history import Journal
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.store.memory import MemoryVault
from tests.fakes.control import FakeControl

PORT, TOKEN = 8878, "t0ken"


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    keys, database = Keys.ephemeral(), Database.open(tmp_path / "maskwire.db")
    minter = Minter(keys.token)
    journal, audit = Journal(database, keys.journal), AuditLog(database, keys.journal)
    made = Storage(keys, minter, MemoryVault(minter), journal, audit, database, "ephemeral", persistent=False)
    yield made
    made.close()


@pytest.fixture
async def api(storage: Storage, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    own = [
        *record_routes(lambda: storage),
        *vault_routes(lambda: storage, lambda: None, tmp_path / "config.toml"),
        *access_routes(lambda: storage),
    ]
    entrance = Entrance(TOKEN, PORT, find=finder(lambda: storage))
    app = Guard(routed(FakeControl(), own), PORT, entrance)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORT}") as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


ROUTES = [
    (method, route.path)
    for route in routed(FakeControl()).routes
    if isinstance(route, Route)
    for method in sorted((route.methods or set()) - {"HEAD"})
    if not route.path.endswith("/stream")  # an answer without an end
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("role", ["viewer", "operator"])
async def test_each_call_is_open_from_its_role_on(
    api: httpx2.AsyncClient, storage: Storage, role: str, method: str, path: str
) -> None:
    token = storage.access.add(role, role, restores=True)
    asked = path.replace("{host:path}", "api.openai.com")
    answer = await api.request(method, asked, headers=bearer(token), json={} if method != "GET" else None)

    wanted = role_of(method, path)
    allowed = wanted == role or wanted == "viewer"
    assert (answer.status_code != 403) is allowed
    if not allowed:
        assert answer.json()["error"] == f"this takes the role {wanted}; you have {role}"


def test_what_changes_protection_is_for_administrators() -> None:
    for call in (
        ("POST", "/v1/pause"),
        ("PUT", "/v1/hosts/{host:path}"),
        ("POST", "/v1/shutdown"),
        ("POST", "/new"),
        ("POST", "/v1/canary"),
    ):
        assert role_of(*call) == "admin"


async def test_a_token_may_mask_without_the_right_to_restore(api: httpx2.AsyncClient, storage: Storage) -> None:
    token = storage.access.add("ci", "operator", restores=False)

    assert (await api.post("/v1/mask", headers=bearer(token), json={"texts": ["Jane"]})).status_code == 200
    answer = await api.post("/v1/restore", headers=bearer(token), json={"texts": ["x"]})
    assert (answer.status_code, answer.json()) == (403, {"error": "this token has no right to read values"})


def test_every_call_that_reads_values_is_known() -> None:
    assert {"/v1/restore", "/v1/reveal"} <= RESTORING
    assert all(ROLES.get(("POST", path), "admin") != "viewer" for path in RESTORING)


async def test_a_token_that_was_taken_back_opens_nothing(api: httpx2.AsyncClient) -> None:
    made = await api.post("/v1/access", headers=bearer(TOKEN), json={"name": "ci", "role": "viewer"})
    token = made.json()["token"]
    assert made.status_code == 201
    assert (await api.get("/v1/status", headers=bearer(token))).status_code == 200

    listed = (await api.get("/v1/access", headers=bearer(TOKEN))).json()["tokens"]
    assert [(t["name"], t["role"], t["restores"]) for t in listed] == [("ci", "viewer", False)]
    assert token not in str(listed)

    assert (await api.delete("/v1/access/ci", headers=bearer(TOKEN))).status_code == 200
    assert (await api.get("/v1/status", headers=bearer(token))).status_code == 401
    assert (await api.delete("/v1/access/ci", headers=bearer(TOKEN))).status_code == 404


async def test_a_name_is_given_once(api: httpx2.AsyncClient) -> None:
    body = {"name": "ci", "role": "viewer"}
    await api.post("/v1/access", headers=bearer(TOKEN), json=body)

    answer = await api.post("/v1/access", headers=bearer(TOKEN), json=body)
    assert answer.status_code == 409
    assert "choose another name" in answer.json()["error"]


@pytest.mark.parametrize(
    "body", [{"name": "", "role": "viewer"}, {"name": "a\nb", "role": "viewer"}, {"name": "x", "role": "root"}]
)
async def test_a_wrong_name_or_role_is_refused(api: httpx2.AsyncClient, body: dict[str, str]) -> None:
    assert (await api.post("/v1/access", headers=bearer(TOKEN), json=body)).status_code == 400


def test_only_a_hash_is_on_the_disk(storage: Storage, tmp_path: Path) -> None:
    token = storage.access.add("ci", "admin", restores=True)
    assert all(token.encode() not in file.read_bytes() for file in tmp_path.iterdir())


async def test_who_may_not_read_values_makes_nobody_who_may(api: httpx2.AsyncClient, storage: Storage) -> None:
    token = storage.access.add("ci", "admin", restores=False)

    made = await api.post("/v1/access", headers=bearer(token), json={"name": "x", "role": "admin", "restores": True})
    assert (made.status_code, made.json()) == (403, {"error": "this token has no right to read values"})
    assert [each.name for each in storage.access.tokens()] == ["ci"]

    plain = await api.post("/v1/access", headers=bearer(token), json={"name": "x", "role": "admin"})
    assert plain.status_code == 201


@pytest.mark.parametrize("name", ["this computer", "browser", "Browser", "nobody", "settings"])
async def test_no_token_goes_by_a_name_of_our_own(api: httpx2.AsyncClient, name: str) -> None:
    answer = await api.post("/v1/access", headers=bearer(TOKEN), json={"name": name, "role": "viewer"})

    assert answer.status_code == 409
    assert "choose another name" in answer.json()["error"]


async def test_a_token_opens_though_its_use_cannot_be_noted(api: httpx2.AsyncClient, storage: Storage) -> None:
    token = storage.access.add("ci", "viewer", restores=False)
    with storage.database.write() as connection:
        connection.execute("CREATE TEMP TRIGGER full BEFORE UPDATE ON access BEGIN SELECT raise(ABORT, 'full'); END")
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, True)  # noqa: FBT003 - as sqlite3 declares it

    assert (await api.get("/v1/status", headers=bearer(token))).status_code == 200
    assert storage.access.tokens()[0].used == 0.0


async def test_tokens_that_cannot_be_looked_up_are_refused_in_a_sentence(
    api: httpx2.AsyncClient, storage: Storage
) -> None:
    token = storage.access.add("ci", "viewer", restores=False)
    storage.database.close()

    answer = await api.get("/v1/status", headers=bearer(token))

    assert (answer.status_code, answer.json()) == (503, {"error": "tokens of access cannot be looked up now"})
    assert (await api.get("/v1/status", headers=bearer(TOKEN))).status_code == 200


async def test_a_foreign_call_is_refused_before_its_token_is_looked_up() -> None:
    asked: list[int] = []

    def find(token: str) -> Principal | None:
        del token
        asked.append(threading.get_ident())
        return None

    app = Guard(routed(FakeControl()), PORT, Entrance(TOKEN, PORT, find=find))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORT}") as client:
        rebound = await client.get("/v1/status", headers={**bearer("mw_x"), "host": f"evil.example:{PORT}"})
        assert (rebound.status_code, asked) == (421, [])
        unknown = await client.get("/v1/status", headers=bearer("mw_x"))

    assert unknown.status_code == 401
    assert asked
    assert threading.get_ident() not in asked  # the database is not read on the loop
