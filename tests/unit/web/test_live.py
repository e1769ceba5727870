"""The live page: what the journal holds, filtered and by pages, and what is new while somebody watches."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx2
import pytest
from starlette.types import ASGIApp

from maskwire.errors import ControlError
from maskwire.exchange import Outcome
from maskwire_daemon.api.access import Role
from maskwire_daemon.api.entrance import SESSION_S, Entrance
from maskwire_daemon.api.streams import MOST_OF_ONE
from maskwire_daemon.api.tokens import finder
from maskwire_daemon.live import Live
from maskwire_daemon.storage import Storage
from maskwire_daemon.web import front, live_page, live_stream
from maskwire_daemon.web.exchanges import Filter
from maskwire_daemon.web.live_stream import Watch
from maskwire_daemon.web.live_view import state_html
from maskwire_daemon.web.records import Records
from maskwire_daemon.web.services import Services
from maskwire_daemon.web.summary import Sums
from tests.fakes.control import STATUS
from tests.fakes.journalled import exchange
from tests.fakes.streamed import Streamed
from tests.unit.web.conftest import ORIGIN, PORT, TOKEN, Clock


def record(storage: Storage, count: int = 1, **changes: object) -> None:
    for _ in range(count):
        storage.journal.record(exchange(time.time(), **changes))
    storage.journal.flush()


def shown(answer: httpx2.Response) -> list[int]:
    return [int(found) for found in re.findall(r'href="/exchanges/(\d+)"', answer.text)]


async def test_an_empty_journal_says_what_to_try(browser: httpx2.AsyncClient) -> None:
    assert "maskwire demo" in (await browser.get("/")).text


async def test_an_exchange_is_shown_with_its_counts(browser: httpx2.AsyncClient, storage: Storage) -> None:
    record(storage)
    text = (await browser.get("/")).text

    for piece in ("api.openai.com", "/v1/chat/completions", "python3", "EMAIL_ADDRESS", "4.0 ms", "masked"):
        assert piece in text


async def test_pages_lead_to_each_other(
    browser: httpx2.AsyncClient, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_page, "ROWS", 3)
    record(storage, 7)
    first = await browser.get("/")
    (older,) = re.findall(r'href="(/\?[^"]*before=\d+)"', first.text)
    second = await browser.get(older)
    (newer,) = re.findall(r'href="(/\?[^"]*after=\d+)"', second.text)
    again = await browser.get(newer)

    assert [shown(first), shown(second), shown(again)] == [[7, 6, 5], [4, 3, 2], [7, 6, 5]]
    assert "data-stream" in first.text
    assert "data-stream" not in second.text


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("host=chatgpt.com", [2]),
        ("program=curl", [3]),
        ("entity=API_KEY", [4]),
        ("entity=KEY", []),
        ("result=blocked", [5]),
        ("result=%3Cscript%3E", [5, 4, 3, 2, 1]),
        ("text=GPT-5", [5, 4, 3, 2, 1]),
        ("text=50%25", [6]),
        ("text=_", []),
        ("host=api.openai.com&result=blocked&text=v1", [5]),
        ("before=nonsense", [5, 4, 3, 2, 1]),
        ("before=99999999999999999999", [5, 4, 3, 2, 1]),
    ],
)
async def test_a_filter_shows_what_fits(
    browser: httpx2.AsyncClient, storage: Storage, query: str, ids: list[int]
) -> None:
    record(storage)
    record(storage, host="chatgpt.com")
    record(storage, program="curl")
    record(storage, entities={"API_KEY": 1})
    record(storage, outcome=Outcome.BLOCKED)
    if 6 in ids:
        record(storage, model="50% off")

    assert shown(await browser.get(f"/?{query}")) == ids


async def test_names_from_the_network_are_escaped(browser: httpx2.AsyncClient, storage: Storage) -> None:
    record(storage, model="<script>alert(1)</script>", program='"><img src=x>')
    text = (await browser.get("/?text=%22%3E%3Cimg")).text

    assert "<script>alert" not in text
    assert "<img" not in text


async def test_one_exchange_shows_its_stages(browser: httpx2.AsyncClient, storage: Storage) -> None:
    record(storage)
    answer = await browser.get("/exchanges/1")

    assert answer.status_code == 200
    for piece in ("$.messages[*].content", "600 ms", "waited for the provider", "2 put back"):
        assert piece in answer.text
    assert (await browser.get("/exchanges/2")).status_code == 404


def watching(services: Services, wanted: Filter | None = None) -> Watch:
    return Watch(services, wanted or Filter(), always, Role.VIEWER)


async def always() -> bool:
    return True


def stream(services: Services, entrance: Entrance, app: ASGIApp | None = None, **headers: str) -> Streamed:
    ours = {"host": f"127.0.0.1:{PORT}", "sec-fetch-site": "same-origin"}
    return Streamed(app or front.build(services, entrance), "/live/stream", ours | headers)


async def take(events: AsyncIterator[str], name: str, count: int = 1) -> list[str]:
    found: list[str] = []
    async with asyncio.timeout(10):
        async for event in events:
            if f"event: {name}\n" in event:
                found.append(event)
                if len(found) == count:
                    return found
    return found


async def test_who_watches_sees_what_is_new(services: Services, storage: Storage) -> None:
    record(storage, 2)
    events = watching(services).events(2)
    record(storage, host="new.example")
    (event,) = await take(events, "rows")

    assert event.startswith("id: 3\n")
    assert re.findall(r"/exchanges/(\d+)", event) == ["3"]
    assert all(line.startswith(("id: ", "event: ", "data: ")) for line in event.splitlines() if line)


async def test_who_was_away_sees_no_more_than_the_table_holds(
    services: Services, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_stream, "ROWS", 5)
    record(storage, 200)
    (event,) = await take(watching(services).events(0), "rows")

    assert re.findall(r"/exchanges/(\d+)", event) == ["200", "199", "198", "197", "196"]
    assert event.startswith("id: 200\n")


class Busy(Records):
    """A journal to which another row is written just after somebody looked for the newest."""

    def __init__(self, storage: Storage) -> None:
        super().__init__(lambda: storage, asyncio.Event())
        self._storage = storage

    async def last_id(self) -> int:
        found = await super().last_id()
        record(self._storage)
        return found


async def test_no_row_is_sent_twice(services: Services, storage: Storage) -> None:
    record(storage, 2)
    sent = await take(watching(replace(services, records=Busy(storage))).events(0), "rows", 4)
    ids = [int(found) for event in sent for found in re.findall(r"/exchanges/(\d+)", event)]

    assert sorted(ids) == list(range(1, len(ids) + 1))


class Noting(Records):
    """Notes that somebody made the sums; without a storage they cannot be made."""

    def __init__(self, storage: Storage | None) -> None:
        def opened() -> Storage:
            if storage is None:
                raise ControlError("the vault is not open yet")
            return storage

        super().__init__(opened, asyncio.Event())
        self.made = 0

    async def sums(self) -> Sums:
        self.made += 1
        return await super().sums()


@pytest.mark.parametrize("is_open", [True, False])
async def test_the_sums_are_made_while_the_browser_starts(
    services: Services, storage: Storage, entrance: Entrance, is_open: bool
) -> None:
    records = Noting(storage if is_open else None)
    transport = httpx2.ASGITransport(app=front.build(replace(services, records=records), entrance))
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        answer = await client.post("/v1/login", headers={"authorization": f"Bearer {TOKEN}"})

    assert (answer.status_code, records.made) == (200, 1)


async def test_who_filters_sees_what_fits_alone(services: Services, storage: Storage) -> None:
    events = watching(services, Filter(host="wanted.example")).events(0)
    record(storage)
    record(storage, host="wanted.example")
    (event,) = await take(events, "rows")

    assert re.findall(r"/exchanges/(\d+)", event) == ["2"]


async def test_a_stream_ends_with_its_session(services: Services, entrance: Entrance, clock: Clock) -> None:
    cookie = entrance.redeem(entrance.issue())
    async with stream(services, entrance, cookie=f"{entrance.cookie}={cookie}") as reader:
        await reader.until("event: state")
        clock.now += SESSION_S
        await reader.ended()


async def test_a_stream_ends_with_its_token(services: Services, storage: Storage) -> None:
    entrance = Entrance(TOKEN, PORT, find=finder(lambda: storage))
    token = storage.access.add("screen", Role.VIEWER, restores=False)
    async with stream(services, entrance, authorization=f"Bearer {token}") as reader:
        await reader.until("event: state")
        storage.access.remove("screen")
        await reader.ended()


async def test_a_stream_ends_when_the_daemon_stops(services: Services, live: Live) -> None:
    events = watching(services).events(0)
    await anext(events)
    live.stop.set()

    assert await take(events, "rows") == []


async def test_figures_and_state_are_sent_at_once(services: Services) -> None:
    seen = []
    async with asyncio.timeout(10):
        async for event in watching(services).events(0):
            seen.append(event)
            if len(seen) == 3:
                break

    assert "event: figures" in seen[1]
    assert "Protecting" in seen[2]


async def test_no_more_readers_than_there_is_room_for(services: Services, entrance: Entrance) -> None:
    app = front.build(services, entrance)
    cookie = f"{entrance.cookie}={entrance.redeem(entrance.issue())}"
    readers = [stream(services, entrance, app, cookie=cookie) for _ in range(MOST_OF_ONE + 1)]
    await asyncio.gather(*(reader.__aenter__() for reader in readers))
    statuses = sorted(reader.status for reader in readers)
    await asyncio.gather(*(reader.leave() for reader in readers))

    assert statuses == [200] * MOST_OF_ONE + [503]


@pytest.mark.parametrize(
    ("role", "paused_until", "button"),
    [
        (Role.ADMIN, None, "Pause"),
        (Role.OPERATOR, None, ""),
        (Role.OPERATOR, 2e9, "Resume"),
        (Role.VIEWER, 2e9, ""),
    ],
)
def test_the_state_offers_what_the_role_may_do(role: Role, paused_until: float | None, button: str) -> None:
    shown = state_html(replace(STATUS, paused_until=paused_until), role)

    assert re.findall(r">(Pause|Resume)</button>", shown) == ([button] if button else [])
