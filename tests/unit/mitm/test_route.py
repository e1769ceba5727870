import asyncio

import pytest
from mitmproxy.test import tflow

from maskwire.errors import ConfigError
from maskwire.mitm.engine import Client, Server, ServerConnectionHookData
from maskwire.mitm.route import Route, parse_connect_to
from maskwire.mitm.services import Notice, NoticeKind


def dialling(host: str, port: int) -> ServerConnectionHookData:
    client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2))
    return ServerConnectionHookData(server=Server(address=(host, port)), client=client)


def route(api_port: int = 0, **connect_to: str) -> tuple[Route, list[Notice]]:
    notices: list[Notice] = []
    made = Route(notices.append)
    made.api_port = api_port
    made.connect_to = parse_connect_to({"api.openai.com:443": "127.0.0.1:9443", **connect_to})
    return made, notices


async def test_another_address_is_dialled_under_the_same_name() -> None:
    made, _ = route()
    data = dialling("API.openai.com.", 443)
    await made.server_connect(data)

    assert data.server.address == ("127.0.0.1", 9443)
    made.server_connected(data)
    assert data.server.address == ("API.openai.com.", 443)


async def test_a_failed_connection_gets_its_name_back_too() -> None:
    made, _ = route()
    data = dialling("api.openai.com", 443)
    await made.server_connect(data)
    made.server_connect_error(data)

    assert data.server.address == ("api.openai.com", 443)


@pytest.mark.parametrize(("host", "port"), [("api.openai.com", 80), ("openai.com", 443), ("127.0.0.1", 9443)])
async def test_other_addresses_are_dialled_as_they_are(host: str, port: int) -> None:
    made, _ = route()
    data = dialling(host, port)
    await made.server_connect(data)
    made.server_connected(data)

    assert data.server.address == (host, port)
    assert data.server.error is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "::1"])
async def test_the_control_api_is_never_dialled(host: str) -> None:
    made, notices = route(api_port=8878)
    data = dialling(host, 8878)
    await made.server_connect(data)

    assert data.server.error is not None
    assert notices == [Notice(NoticeKind.CONTROL_API_REFUSED, host)]


async def test_connect_to_does_not_lead_to_the_control_api() -> None:
    made, notices = route(api_port=9443)
    data = dialling("api.openai.com", 443)
    await made.server_connect(data)

    assert data.server.error is not None
    assert [n.host for n in notices] == ["api.openai.com"]


async def test_what_was_checked_is_what_is_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    async def getaddrinfo(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("192.0.2.7", 8878))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    made, notices = route(api_port=8878)
    data = dialling("elsewhere.test", 8878)
    await made.server_connect(data)

    assert (data.server.address, data.server.error, notices) == (("192.0.2.7", 8878), None, [])


async def test_a_name_that_cannot_be_resolved_is_not_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    async def getaddrinfo(*_: object, **__: object) -> list[tuple[object, ...]]:
        raise OSError

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    made, _ = route(api_port=8878)
    data = dialling("elsewhere.test", 8878)
    await made.server_connect(data)

    assert data.server.error is not None


@pytest.mark.parametrize("asked", ["http_connect", "requestheaders"])
def test_a_request_for_the_control_api_is_answered_here(asked: str) -> None:
    made, notices = route(api_port=8878)
    flow = tflow.tflow()
    flow.request.host, flow.request.port, flow.request.stream = "127.0.0.1", 8878, True
    getattr(made, asked)(flow)

    assert flow.response is not None
    assert (flow.response.status_code, flow.request.stream) == (403, False)
    assert len(notices) == 1


def test_another_port_of_this_machine_is_not_ours() -> None:
    made, _ = route(api_port=8878)
    flow = tflow.tflow()
    flow.request.host, flow.request.port = "127.0.0.1", 3000
    made.http_connect(flow)

    assert flow.response is None


def test_addresses_are_read_as_curl_writes_them() -> None:
    assert parse_connect_to({"A.Test:443": "[::1]:9443"}) == {("a.test", 443): ("::1", 9443)}


@pytest.mark.parametrize("bad", ["a.test", "a.test:", ":443", "a.test:0", "a.test:65536", "a.test:x", "::1"])
def test_an_address_without_a_port_is_a_configuration_error(bad: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_connect_to({bad: "127.0.0.1:1"})

    assert caught.value.key == "upstream.connect_to"
