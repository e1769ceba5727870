"""The dashboard over a daemon in miniature, asked as a browser asks."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.config.settings import Config
from maskwire_daemon.paths import Paths
from maskwire_daemon.storage import Opening, Storage
from maskwire_daemon.web import front
from maskwire_daemon.web.records import Records
from maskwire_daemon.web.services import Services
from tests.fakes.control import FakeControl

PORT = 8878
TOKEN = "t0ken"
ORIGIN = f"http://127.0.0.1:{PORT}"

BROWSER = {"sec-fetch-site": "same-origin", "accept": "text/html"}
"""What a browser says of a call that our own page makes."""


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def entrance(clock: Clock) -> Entrance:
    return Entrance(TOKEN, PORT, clock)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    """A vault and journal with a key of their own."""
    paths = Paths.of({"MASKWIRE_HOME": str(tmp_path / "home")})
    paths.create()
    made = await Opening(paths, Config(), {"MASKWIRE_KEY_PROVIDER": "ephemeral"}).open()
    yield made
    made.close()


@pytest.fixture
def services(control: FakeControl, storage: Storage) -> Services:
    return Services(control, Records(lambda: storage))


@pytest.fixture
async def outside(services: Services, entrance: Entrance) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that did not log in."""
    app = front.build(services, entrance)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=BROWSER) as client:
        yield client


@pytest.fixture
async def browser(outside: httpx2.AsyncClient, entrance: Entrance) -> httpx2.AsyncClient:
    """A browser that logged in."""
    answer = await outside.get(f"/login?code={entrance.issue()}")
    assert answer.status_code == 303
    return outside
