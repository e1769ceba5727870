"""The dashboard over a daemon in miniature, asked as a browser asks."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.config.settings import Config, Detection
from maskwire_daemon.coverage.canary_route import CanaryRoute
from maskwire_daemon.detection.searching import Searching
from maskwire_daemon.live import Live
from maskwire_daemon.paths import Paths
from maskwire_daemon.serving import LiveControl
from maskwire_daemon.storage import Opening, Storage
from maskwire_daemon.web import front
from maskwire_daemon.web.access_desk import AccessDesk
from maskwire_daemon.web.records import Records
from maskwire_daemon.web.reports import Reports
from maskwire_daemon.web.rulebook import Rulebook
from maskwire_daemon.web.services import Services
from maskwire_daemon.web.vault_desk import VaultDesk
from maskwire_daemon.web.workbench import Workbench
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
def paths(tmp_path: Path) -> Paths:
    made = Paths.of({"MASKWIRE_HOME": str(tmp_path / "home")})
    made.create()
    return made


@pytest.fixture
async def storage(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Storage]:
    """A vault and journal with a key that would outlive the daemon."""
    monkeypatch.setenv("MASKWIRE_MASTER_KEY", base64.b64encode(bytes(range(32))).decode())
    made = await Opening(paths, Config(), {"MASKWIRE_KEY_PROVIDER": "env"}).open()
    yield made
    made.close()


@pytest.fixture
async def live(paths: Paths, storage: Storage) -> Live:
    """The daemon's parts without proxy and worker: rules alone find values, in texts of up to 1,024 characters."""
    config = Config(detection=Detection(names=False))
    searching = Searching(paths, config)
    made = Live(paths, config, searching.detector)
    made.storage = storage
    made.search_changed = searching.follow_config
    searching.opened(storage)
    announced = asyncio.Event()
    announced.set()
    await searching.load(announced)
    return made


@pytest.fixture
async def services(control: FakeControl, live: Live) -> Services:
    async def apply() -> None:
        return None

    workbench = Workbench(live, LiveControl(live, CanaryRoute(live.paths.authority, apply)))
    own = VaultDesk(live), Reports(live.opened), AccessDesk(live.opened)
    return Services(control, Records(live.opened, live.stop), workbench, Rulebook(live), *own)


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
