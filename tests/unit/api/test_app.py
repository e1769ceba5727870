"""The control API answers its own clients and nobody else; no refusal repeats what was sent."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx2
import pytest

from maskwire.policy import Mode
from maskwire_daemon.api import guard
from maskwire_daemon.api.app import build
from tests.fakes.control import FakeControl

PORT = 8878
TOKEN = "t0ken"
ORIGIN = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
async def api(control: FakeControl) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=build(control, PORT, TOKEN), raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
        yield client


async def test_status_is_answered_with_strict_headers(api: httpx2.AsyncClient) -> None:
    answer = await api.get("/v1/status")

    assert answer.status_code == 200
    assert answer.json()["state"] == "protecting"
    for name, value in guard.HEADERS:
        assert value.decode() == answer.headers[name.decode()]


@pytest.mark.parametrize("host", ["127.0.0.1:8878", "localhost:8878", "LOCALHOST:8878", "[::1]:8878"])
async def test_our_own_names_are_answered(api: httpx2.AsyncClient, host: str) -> None:
    assert (await api.get("/v1/status", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8878", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:8878", ""]
)
async def test_a_foreign_host_is_misdirected(api: httpx2.AsyncClient, host: str) -> None:
    assert (await api.get("/v1/status", headers={"host": host})).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN},
    ],
)
async def test_another_site_is_refused_even_with_the_token(api: httpx2.AsyncClient, headers: Mapping[str, str]) -> None:
    assert (await api.post("/v1/pause", json={"minutes": 5}, headers=headers)).status_code == 403


@pytest.mark.parametrize("headers", [{"origin": ORIGIN}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}])
async def test_our_own_pages_pass(api: httpx2.AsyncClient, headers: Mapping[str, str]) -> None:
    assert (await api.get("/v1/status", headers=headers)).status_code == 200


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer t0keN", "Bearer t0ken2", "t0ken", "Basic t0ken"])
async def test_a_wrong_token_is_refused_and_does_nothing(
    api: httpx2.AsyncClient, control: FakeControl, given: str
) -> None:
    answer = await api.post("/v1/pause", json={"minutes": 5}, headers={"authorization": given})

    assert (answer.status_code, control.minutes) == (401, None)
    assert "t0ken" not in answer.text


async def test_a_body_that_announces_too_much_is_refused(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/v1/mask", content=b"{}", headers={"content-length": str(guard.MAX_BODY + 1)})

    assert answer.status_code == 413


async def test_a_body_that_turns_out_too_large_is_refused(
    api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MAX_BODY", 100)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 10

    answer = await api.post("/v1/mask", content=endless())

    assert answer.status_code == 413


async def test_pause_and_resume_reach_the_daemon(api: httpx2.AsyncClient, control: FakeControl) -> None:
    assert (await api.post("/v1/pause", json={"minutes": 0.5})).status_code == 200
    assert (control.minutes, control.floor) == (0.5, True)
    assert (await api.post("/v1/resume")).status_code == 200
    assert control.minutes is None


async def test_secrets_leave_only_when_that_is_said_outright(api: httpx2.AsyncClient, control: FakeControl) -> None:
    refused = await api.post("/v1/pause", json={"minutes": 5, "floor": "false"})

    assert (refused.status_code, control.minutes) == (400, None)
    assert (await api.post("/v1/pause", json={"minutes": 5, "floor": False})).status_code == 200
    assert control.floor is False


@pytest.mark.parametrize("minutes", [0, -1, 1e9, "soon", None])
async def test_an_impossible_pause_is_explained(api: httpx2.AsyncClient, control: FakeControl, minutes: object) -> None:
    answer = await api.post("/v1/pause", json={"minutes": minutes})

    assert (answer.status_code, control.minutes) == (400, None)
    assert answer.json()["error"].startswith("minutes: ")


REFUSED_BODIES: list[dict[str, Any]] = [
    {"texts": ["fine", {"hunter2": 1}]},
    {"texts": "hunter2"},
    {"hunter2": []},
    {"texts": [], "hunter2": 1},
]


@pytest.mark.parametrize("body", [*map(json.dumps, REFUSED_BODIES), '{"hunter2', '"hunter2"'])
async def test_a_refusal_never_repeats_what_was_sent(api: httpx2.AsyncClient, body: str) -> None:
    answer = await api.post("/v1/mask", content=body)

    assert answer.status_code == 400
    assert "hunter2" not in answer.text


async def test_hosts_are_listed_and_set(api: httpx2.AsyncClient, control: FakeControl) -> None:
    answer = await api.put("/v1/hosts/api.openai.com", json={"mode": "bypass"})

    assert answer.json() == {"hosts": [{"host": "api.openai.com", "mode": "bypass", "chosen": True}]}
    assert control.mode is Mode.BYPASS
    assert (await api.put("/v1/hosts/bank.example", json={"mode": "bypass"})).status_code == 400
    assert (await api.put("/v1/hosts/api.openai.com", json={"mode": "off"})).status_code == 400


async def test_texts_are_masked_restored_and_scanned(api: httpx2.AsyncClient) -> None:
    texts = ["call Jane", "𝒳 Jane", "lone \ud83d"]
    body = json.dumps({"texts": texts})
    masked = (await api.post("/v1/mask", content=body)).json()["texts"]
    restored = (await api.post("/v1/restore", content=json.dumps({"texts": masked}))).json()
    spans = (await api.post("/v1/scan", content=body)).json()["spans"]

    assert texts == restored["texts"]
    assert restored["restored"] == 2
    assert spans == [
        [{"start": 5, "end": 9, "entity": "PERSON", "score": 0.9877}],
        [{"start": 2, "end": 6, "entity": "PERSON", "score": 0.9877}],
        [],
    ]


async def test_a_token_is_revealed_or_unknown(api: httpx2.AsyncClient) -> None:
    assert (await api.post("/v1/reveal", json={"token": FakeControl.token})).json() == {"value": "Jane"}
    assert (await api.post("/v1/reveal", json={"token": "PERSON_ZZZZZZZZ"})).status_code == 404


async def test_events_are_paged_and_followed(api: httpx2.AsyncClient) -> None:
    page: dict[str, list[dict[str, Any]]] = (await api.get("/v1/events?limit=2&after=1")).json()
    stream = await api.get("/v1/events/stream?after=1")

    assert [e["id"] for e in page["events"]] == [2, 3]
    assert [line for line in stream.text.splitlines() if line.startswith("id")] == ["id: 2", "id: 3"]
    assert (await api.get("/v1/events?limit=many")).status_code == 400


async def test_purge_and_shutdown(api: httpx2.AsyncClient, control: FakeControl) -> None:
    assert (await api.post("/v1/purge", json={"older_than_days": 7})).json() == {"values": 1, "exchanges": 7}
    assert (await api.post("/v1/purge", json={})).status_code == 400
    assert (await api.post("/v1/shutdown")).status_code == 202
    await asyncio.wait_for(control.stopped.wait(), 1)


@pytest.mark.parametrize("address", ["10.0.0.1:443", "evil.example:443", "127.0.0.1", "127.0.0.1:443\nx", ""])
async def test_a_canary_never_leaves_this_machine(api: httpx2.AsyncClient, control: FakeControl, address: str) -> None:
    body = {"address": address, "pem": "-----BEGIN CERTIFICATE-----\nAA==\n"}

    assert (await api.post("/v1/canary", json=body)).status_code == 400
    assert control.canary == ""


async def test_unknown_paths_and_methods_are_json_too(api: httpx2.AsyncClient) -> None:
    assert (await api.get("/v1/nothing")).json() == {"error": "Not Found"}
    assert (await api.get("/v1/pause")).status_code == 405


async def test_a_failure_inside_says_nothing_of_itself(api: httpx2.AsyncClient, control: FakeControl) -> None:
    def fail() -> None:
        raise RuntimeError("hunter2")

    control.resume = fail  # type: ignore[method-assign] # the smallest way to break one route
    answer = await api.post("/v1/resume")

    assert answer.status_code == 500
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/secrets", {"secrets": [{"name": "a", "source": "b", "value": ""}]}),
        ("/v1/secrets", {"secrets": [{"name": "a", "source": "b", "value": ["hunter2"]}]}),
        ("/v1/secrets", {"secrets": [{"name": "a", "source": "b", "value": "hunter2", "more": 1}]}),
        ("/v1/allowances", {"value": "hunter2", "until": "soon"}),
        ("/v1/allowances", {"value": 7}),
    ],
)
async def test_a_wrong_secret_or_allowance_is_refused_without_its_value(
    api: httpx2.AsyncClient, control: FakeControl, path: str, body: object
) -> None:
    answer = await api.post(path, json=body)

    assert answer.status_code == 400
    assert "hunter2" not in answer.text
    assert not control.learned
    assert not control.allowed
