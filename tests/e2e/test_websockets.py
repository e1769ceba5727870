"""Real WebSockets through a real proxy: masked, restored, whole, in order, and refused where masking fails."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus

from maskwire.errors import BlockedError, Reason
from maskwire.exchange import Outcome
from maskwire.mitm.services import Limits
from maskwire.policy import HostPolicy, Mode, Policy
from maskwire_daemon.standin.tls import ThrowawayAuthority
from tests.fakes.proxied import HOST, Lab, proxied
from tests.fakes.upstream import Reply

EMAIL = "ada@example.org"
LONG = "é漢字 – ünïcode " * 1200
"""More than 20 KB of UTF-8 in which any cut at a multiple of 4,000 bytes hits a character."""

Speak = Callable[[ServerConnection, str], Awaitable[None]]


@dataclass
class Sockets:
    """A proxy before a WebSocket upstream, and every message that arrived there."""

    lab: Lab
    heard: list[str | bytes]
    closed: list[tuple[int, str]]
    host: str = HOST

    @asynccontextmanager
    async def open(self, path: str = "/v1/responses", **options: object) -> AsyncIterator[ClientConnection]:
        uri = f"wss://{self.host}{path}"
        proxy = f"http://127.0.0.1:{self.lab.proxy.port}"
        async with asyncio.timeout(20), connect(uri, ssl=self.lab.trust, proxy=proxy, max_size=None, **options) as ws:  # type: ignore[arg-type]
            yield ws


@asynccontextmanager
async def sockets(
    folder: Path, speak: Speak, limits: Limits | None = None, *, host: str = HOST
) -> AsyncIterator[Sockets]:
    heard: list[str | bytes] = []
    closed: list[tuple[int, str]] = []

    async def handle(ws: ServerConnection) -> None:
        async for message in ws:
            heard.append(message)
            await speak(ws, message if isinstance(message, str) else message.decode(errors="replace"))
        closed.append((ws.close_code or 0, ws.close_reason or ""))

    authority = ThrowawayAuthority()
    trusted = folder / "socket.pem"
    trusted.write_text(authority.pem)
    async with serve(handle, "127.0.0.1", 0, ssl=authority.server_context(), max_size=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with proxied(folder, lambda _: Reply([b"{}"]), limits=limits) as lab:
            there = {f"{host}:443": f"127.0.0.1:{port}"}
            await lab.proxy.apply(replace(lab.settings, connect_to=there, trusted_ca=trusted))
            yield Sockets(lab, heard, closed, host)


def create(text: str, **more: object) -> str:
    content = [{"type": "input_text", "text": text}]
    message = {"type": "message", "role": "user", "content": content}
    return json.dumps({"type": "response.create", "model": "gpt-5", "input": [message], **more}, ensure_ascii=False)


def text_of(message: str) -> str:
    return str(json.loads(message)["input"][0]["content"][0]["text"])


def answer(pieces: Sequence[str]) -> list[str]:
    """Return the messages of an answer whose text arrives in ``pieces``."""
    place = {"item_id": "m", "output_index": 0, "content_index": 0}
    events: list[dict[str, object]] = [{"type": "response.created", "response": {"id": "r"}}]
    events += [{"type": "response.output_text.delta", **place, "delta": piece} for piece in pieces]
    events += [{"type": "response.output_text.done", **place, "text": "".join(pieces)}]
    events += [{"type": "response.completed", "response": {"id": "r", "output": []}}]
    return [json.dumps({**e, "sequence_number": n}, ensure_ascii=False) for n, e in enumerate(events)]


async def echo(ws: ServerConnection, message: str) -> None:
    """Answer with the message's text, two characters a piece."""
    text = text_of(message)
    for event in answer([text[i : i + 2] for i in range(0, len(text), 2)] if len(text) < 500 else [text]):
        await ws.send(event)


async def heard_until_completed(ws: ClientConnection) -> tuple[str, list[int]]:
    """Return the text of an answer and its sequence numbers."""
    text, numbers = "", []
    async for message in ws:
        event = json.loads(message)
        numbers.append(event["sequence_number"])
        text += event.get("delta", "")
        if event["type"] in ("response.completed", "response.failed"):
            return text, numbers
    raise AssertionError("closed before the end")


async def test_a_conversation_is_masked_and_restored(tmp_path: Path) -> None:
    async with sockets(tmp_path, echo) as there, there.open() as ws:
        await ws.send(create(f"mail {EMAIL} now"))
        first, numbers = await heard_until_completed(ws)
        await ws.send(create(f"again: {EMAIL}", previous_response_id="r"))
        second, again = await heard_until_completed(ws)
        await ws.close(1000, f"bye {EMAIL}")
        rows = await there.lab.journalled(3)

    assert (first, second) == (f"mail {EMAIL} now", f"again: {EMAIL}")
    assert numbers == list(range(len(numbers)))
    assert again == list(range(len(again)))
    assert len(there.heard) == 2
    assert not any(EMAIL in str(message) for message in there.heard)
    assert there.closed == [(1000, "")]
    assert [row.outcome for row in rows] == [Outcome.CLEAN, Outcome.MASKED, Outcome.MASKED]
    assert [row.surface for row in rows] == ["openai.responses.socket"] * 3
    assert [row.entities for row in rows[1:]] == [{"EMAIL_ADDRESS": 1}] * 2
    assert rows[1].restored >= 1


@pytest.mark.parametrize("compression", ["deflate", None])
async def test_long_messages_stay_whole(tmp_path: Path, compression: str | None) -> None:
    async with sockets(tmp_path, echo) as there, there.open(compression=compression) as ws:
        await ws.send(create(f"{LONG}{EMAIL} {LONG}"))
        text, _ = await heard_until_completed(ws)
        extensions = [type(e).__name__ for e in ws.protocol.extensions]

    assert text == f"{LONG}{EMAIL} {LONG}"
    assert extensions == (["PerMessageDeflate"] if compression else [])
    sent = text_of(str(there.heard[0]))
    assert sent.startswith(LONG)
    assert sent.endswith(LONG)
    assert EMAIL not in sent


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("hangs", Reason.DETECTOR_TIMEOUT),
        ("fails", Reason.DETECTOR_FAILED),
        ("refuses", Reason.DETECTOR_FAILED),
        ("short", Reason.DETECTOR_FAILED),
    ],
)
async def test_a_detector_that_fails_lets_nothing_out(tmp_path: Path, broken: str, reason: Reason) -> None:
    async with sockets(tmp_path, echo, Limits(detect_s=0.2)) as there, there.open() as ws:
        detector = there.lab.detector
        detector.delay_s = 60.0 if broken == "hangs" else 0.0
        detector.short = broken == "short"
        errors = {"fails": RuntimeError(EMAIL), "refuses": BlockedError(Reason.DETECTOR_FAILED, "no")}
        detector.error = errors.get(broken)
        await ws.send(create(EMAIL))
        created, failed = json.loads(await ws.recv()), json.loads(await ws.recv())
        with pytest.raises(ConnectionClosed):
            await ws.recv()
        rows = await there.lab.journalled(2)

    assert created["type"] == "response.created"
    assert failed["type"] == "response.failed"
    assert failed["response"]["error"]["code"] == "invalid_prompt"
    assert reason in failed["response"]["error"]["message"]
    assert EMAIL not in json.dumps(failed)
    assert ws.close_code == 1000
    assert there.heard == []
    assert (rows[-1].outcome, rows[-1].reason) == (Outcome.BLOCKED, reason)


@pytest.mark.parametrize("message", ["not JSON", "[]", '{"type": 5}', '{"input": []}', b"\xff\xfe\x00", b"\x00" * 5000])
async def test_what_is_not_understood_never_leaves(tmp_path: Path, message: str | bytes) -> None:
    async with sockets(tmp_path, echo) as there, there.open() as ws:
        await ws.send(message)
        found = [json.loads(m)["type"] async for m in ws]

    assert found == ["response.created", "response.failed"]
    assert there.heard == []


async def test_a_hook_that_raises_ends_the_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("maskwire.mitm.sockets.Sockets.message", failing)
    async with sockets(tmp_path, echo) as there, there.open() as ws:
        await ws.send(create(EMAIL))
        with pytest.raises(ConnectionClosed):
            await ws.recv()

    assert ws.close_code == 1011
    assert there.heard == []


async def test_too_long_a_message_ends_the_connection(tmp_path: Path) -> None:
    async with sockets(tmp_path, echo, Limits(body_bytes=10_000)) as there, there.open() as ws:
        await ws.send(create("x" * 20_000))
        with pytest.raises(ConnectionClosed):
            await ws.recv()

    assert ws.close_code == 1009
    assert there.heard == []


async def test_pings_are_answered_on_the_spot(tmp_path: Path) -> None:
    async with sockets(tmp_path, echo) as there, there.open() as ws:
        await (await ws.ping(EMAIL.encode()))
        await ws.send(create("hello"))
        text, _ = await heard_until_completed(ws)

    assert text == "hello"


async def test_a_host_that_is_blocked_meanwhile_hears_nothing_more(tmp_path: Path) -> None:
    async with sockets(tmp_path, echo) as there, there.open() as ws:
        there.lab.policy = Policy(hosts={HOST: HostPolicy(mode=Mode.BLOCK)})
        await ws.send(create("hello"))
        failed = [json.loads(m) async for m in ws][-1]

    assert Reason.POLICY_BLOCKED in failed["response"]["error"]["message"]
    assert there.heard == []


async def test_an_unknown_socket_is_sent_back_to_https(tmp_path: Path) -> None:
    async with sockets(tmp_path, echo) as there:
        with pytest.raises(InvalidStatus) as caught:
            async with there.open("/v1/unheard"):
                pass

    assert caught.value.response.status_code == 426
    assert there.heard == []


async def test_what_an_answer_held_back_is_said_before_the_provider_leaves(tmp_path: Path) -> None:
    async def cut_off(ws: ServerConnection, message: str) -> None:
        text = text_of(message)
        for event in answer([text[:-1]])[:2]:
            await ws.send(event)
        await ws.close(1011, "gone")

    async with sockets(tmp_path, cut_off) as there, there.open() as ws:
        await ws.send(create(EMAIL))
        pieces = [json.loads(m).get("delta", "") async for m in _all(ws)]

    assert "".join(pieces) == text_of(str(there.heard[0]))[:-1]
    assert (ws.close_code, ws.close_reason) == (1011, "gone")


async def _all(ws: ClientConnection) -> AsyncIterator[str]:
    while True:
        try:
            yield str(await ws.recv())
        except ConnectionClosed:
            return


LIVE = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
LIVE_HOST = "generativelanguage.googleapis.com"


async def live(ws: ServerConnection, message: str) -> None:
    """Answer as Gemini Live does: JSON in binary frames, the text in two pieces."""
    asked = json.loads(message)
    if "setup" in asked:
        await ws.send(b'{"setupComplete": {}}')
        return
    text = asked["clientContent"]["turns"][0]["parts"][0]["text"]
    for piece in (text[: len(text) // 2], text[len(text) // 2 :]):
        await ws.send(json.dumps({"serverContent": {"modelTurn": {"parts": [{"text": piece}]}}}).encode())
    await ws.send(b'{"serverContent": {"turnComplete": true}}')


def turn(text: str) -> str:
    return json.dumps({"clientContent": {"turns": [{"role": "user", "parts": [{"text": text}]}], "turnComplete": True}})


@pytest.mark.parametrize("as_bytes", [False, True])
async def test_gemini_live_in_text_and_binary_frames(tmp_path: Path, *, as_bytes: bool) -> None:
    async with sockets(tmp_path, live, host=LIVE_HOST) as there, there.open(LIVE) as ws:
        for message in (json.dumps({"setup": {"model": "models/x"}}), turn(f"mail {EMAIL}")):
            await ws.send(message.encode() if as_bytes else message)
        text = ""
        kinds: set[type] = set()
        async for got in ws:
            kinds.add(type(got))
            content = json.loads(got).get("serverContent", {})
            text += "".join(part["text"] for part in content.get("modelTurn", {}).get("parts", []))
            if content.get("turnComplete"):
                break

    assert text == f"mail {EMAIL}"
    assert kinds == {bytes}
    assert [type(m) for m in there.heard] == [bytes if as_bytes else str] * 2
    assert not any(EMAIL in str(m) for m in there.heard)


async def test_gemini_live_closes_with_the_reason_where_sound_is_refused(tmp_path: Path) -> None:
    sound = json.dumps({"realtimeInput": {"audio": {"mimeType": "audio/pcm", "data": "AAAA"}}})

    async with sockets(tmp_path, live, host=LIVE_HOST) as there, there.open(LIVE) as ws:
        await ws.send(sound)
        with pytest.raises(ConnectionClosed):
            await ws.recv()

    assert ws.close_code == 1008
    assert (ws.close_reason or "").startswith("maskwire blocked this request")
    assert there.heard == []


async def test_realtime_refuses_with_its_error_event(tmp_path: Path) -> None:
    sound = json.dumps({"type": "input_audio_buffer.append", "audio": "AAAA"})

    async with sockets(tmp_path, echo) as there, there.open("/v1/realtime?model=gpt-realtime") as ws:
        await ws.send(sound)
        said = [json.loads(m) async for m in ws]

    assert [m["type"] for m in said] == ["error"]
    assert Reason.CONTENT_UNSUPPORTED in said[0]["error"]["message"]
    assert there.heard == []
