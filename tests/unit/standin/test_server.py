"""The stand-in's sockets, spoken to with the standard library."""

import http.client
import json
import ssl
from collections.abc import Iterator

import pytest

from maskwire_daemon.standin.provider import Behaviour
from maskwire_daemon.standin.server import StandIn, running

BODY = json.dumps({"messages": [{"role": "user", "content": "secret words"}]})
STREAMED = json.dumps({"stream": True, "messages": [{"role": "user", "content": "secret words"}]})
PATH = "/v1/chat/completions"


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with running(StandIn()) as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(server: StandIn) -> StandIn:
    server.forget()
    server.provider.behaviour = Behaviour()
    return server


@pytest.fixture
def client(stand_in: StandIn) -> Iterator[http.client.HTTPSConnection]:
    trust = ssl.create_default_context(cadata=stand_in.pem)
    connection = http.client.HTTPSConnection("localhost", int(stand_in.address.rpartition(":")[2]), context=trust)
    yield connection
    connection.close()


def test_every_byte_that_arrived_is_kept(stand_in: StandIn, client: http.client.HTTPSConnection) -> None:
    client.request("POST", PATH, BODY, {"x-canary": "seen"})
    client.getresponse().read()

    assert stand_in.heard().startswith(b"POST /v1/chat/completions HTTP/1.1\r\n")
    assert b"x-canary: seen" in stand_in.heard()
    assert stand_in.heard().endswith(BODY.encode())


def test_a_connection_serves_several_requests(stand_in: StandIn, client: http.client.HTTPSConnection) -> None:
    for _ in range(3):
        client.request("POST", PATH, BODY)
        assert json.load(client.getresponse())["choices"][0]["message"]["content"] == "secret words"

    assert len(stand_in.provider.calls) == 3


def test_a_chunked_request_is_put_together(stand_in: StandIn, client: http.client.HTTPSConnection) -> None:
    client.request("POST", PATH, iter([BODY[:9].encode(), BODY[9:].encode()]), encode_chunked=True)
    client.getresponse().read()

    assert stand_in.provider.calls[0].body == BODY.encode()


def test_a_stream_comes_in_chunks(client: http.client.HTTPSConnection) -> None:
    client.request("POST", PATH, STREAMED)
    response = client.getresponse()

    assert response.getheader("transfer-encoding") == "chunked"
    assert response.read().endswith(b"data: [DONE]\n\n")


def test_a_reset_cuts_the_stream(stand_in: StandIn, client: http.client.HTTPSConnection) -> None:
    stand_in.provider.behaviour = Behaviour(reset_after=2)
    client.request("POST", PATH, STREAMED)

    with pytest.raises((http.client.IncompleteRead, ConnectionError, ssl.SSLError)):
        client.getresponse().read()


def test_forgetting_drops_what_was_heard(stand_in: StandIn, client: http.client.HTTPSConnection) -> None:
    client.request("POST", PATH, BODY)
    client.getresponse().read()
    stand_in.forget()

    assert (stand_in.heard(), stand_in.provider.calls) == (b"", [])


def test_certificates_are_for_the_host_that_was_named(stand_in: StandIn) -> None:
    trust = ssl.create_default_context(cadata=stand_in.pem)
    host, port = stand_in.address.split(":")
    connection = http.client.HTTPSConnection(host, int(port), context=trust)
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.connect()  # the address is no host that a certificate names
    connection.close()


def test_a_call_shows_no_body_in_its_repr(stand_in: StandIn, client: http.client.HTTPSConnection) -> None:
    client.request("POST", PATH, BODY)
    client.getresponse().read()

    assert "secret" not in repr(stand_in.provider.calls[0])
