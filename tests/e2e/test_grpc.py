"""gRPC through a real proxy: masked going out, restored coming back, its status still in the trailers."""

import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest

from maskwire.exchange import Outcome
from maskwire.wire import xai
from maskwire.wire.grpc import GrpcSplitter, envelope
from maskwire.wire.protobuf import pack
from tests.fakes.proxied import XAI, Lab, Wire, proxied, tunnelled
from tests.fakes.upstream import Heard, Reply

EMAIL = "ada@example.org"
CALL = "/xai_api.Chat/GetCompletionChunk"
HEADERS = (("content-type", "application/grpc"), ("te", "trailers"), ("grpc-accept-encoding", "identity, gzip"))


@dataclass
class Answer:
    """What a gRPC client gets: headers, messages, trailers."""

    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    trailers: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        found = [json.loads(frame.data) for frame in GrpcSplitter(xai.CHUNK).feed(self.body) if frame.data is not None]
        return "".join(output["delta"].get("content", "") for event in found for output in event["outputs"])


def asked(text: str) -> bytes:
    message = {"content": [{"text": text}], "role": "ROLE_USER"}
    return envelope(pack(json.dumps({"messages": [message], "model": "grok-4"}), xai.ASKED))


def heard_text(heard: Heard) -> str:
    [frame] = GrpcSplitter(xai.ASKED).feed(heard.body)
    assert frame.data is not None
    return str(json.loads(frame.data)["messages"][0]["content"][0]["text"])


def chunk(text: str) -> bytes:
    return envelope(pack(json.dumps({"id": "c", "outputs": [{"delta": {"content": text}}]}), xai.CHUNK))


def echo(heard: Heard) -> Reply:
    text = heard_text(heard)
    pieces = [chunk(text[i : i + 2]) for i in range(0, len(text), 2)]
    return Reply(pieces, headers=(("content-type", "application/grpc"),), trailers=b"grpc-status: 0\r\nx-cost: 7\r\n")


async def called(wire: Wire, body: bytes, path: str = CALL) -> Answer:
    """Make one call over HTTP/2 and return its answer."""
    client = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    client.initiate_connection()
    client.send_headers(1, [(":method", "POST"), (":scheme", "https"), (":authority", XAI), (":path", path), *HEADERS])
    client.send_data(1, body, end_stream=True)
    answer, over = Answer(), False
    while not over:
        wire.writer.write(client.data_to_send())
        data = await wire.reader.read(65536)
        assert data
        for event in client.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                answer.headers = dict(_pairs(event.headers))
            elif isinstance(event, h2.events.DataReceived):
                answer.body += event.data or b""
                client.acknowledge_received_data(event.flow_controlled_length or 0, 1)
            elif isinstance(event, h2.events.TrailersReceived):
                answer.trailers = dict(_pairs(event.headers))
            over = over or isinstance(event, h2.events.StreamEnded)
    return answer


def _pairs(headers: Sequence[tuple[bytes | str, bytes | str]] | None) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in headers or ()]


def h2_trust(lab: Lab) -> ssl.SSLContext:
    context = lab.trust
    context.set_alpn_protocols(["h2"])
    return context


async def test_a_stream_is_masked_and_restored_and_keeps_its_trailers(tmp_path: Path) -> None:
    async with proxied(tmp_path, echo) as lab, tunnelled(lab, XAI, trust=h2_trust(lab)) as wire:
        answer = await called(wire, asked(f"write to {EMAIL} please"))
        await lab.journalled()

    assert EMAIL not in heard_text(lab.upstream.heard[0])
    assert answer.text() == f"write to {EMAIL} please"
    assert answer.trailers == {"grpc-status": "0", "x-cost": "7"}
    assert (lab.last.outcome, lab.last.surface, lab.last.model) == (Outcome.MASKED, "xai.grpc.chat", "grok-4")


@pytest.mark.parametrize(
    ("body", "path"),
    [(asked(EMAIL)[:-3], CALL), (b"\x07" + asked(EMAIL)[1:], CALL), (asked(EMAIL), "/xai_api.Files/UploadFile")],
    ids=["cut off", "unknown flag", "unknown service"],
)
async def test_what_is_not_understood_is_refused_by_status_and_never_leaves(
    tmp_path: Path, body: bytes, path: str
) -> None:
    async with proxied(tmp_path, echo) as lab, tunnelled(lab, XAI, trust=h2_trust(lab)) as wire:
        answer = await called(wire, body, path)

    assert (answer.headers[":status"], answer.headers["grpc-status"]) == ("200", "3")
    assert answer.headers["grpc-message"].startswith("maskwire blocked this request")
    assert answer.body == b""
    assert lab.upstream.heard == []
