"""What leaves and what comes back, through a real proxy between real sockets."""

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import httpx2
import pytest
import zstandard

from maskwire.exchange import Outcome
from maskwire.mitm.services import Limits, NoticeKind
from tests.fakes.openai import chat, event
from tests.fakes.proxied import HOST, connected, proxied, tunnelled
from tests.fakes.upstream import Heard, Reply

EMAIL = "ada@example.org"
KEY = "sk-test-4hF9qLm2Zx81"
JSON = (("content-type", "application/json"),)


def spoken(stream: bytes) -> str:
    lines = [line[6:] for line in stream.split(b"\n") if line.startswith(b"data: {")]
    return "".join(json.loads(line)["choices"][0]["delta"].get("content", "") for line in lines)


def asked(heard: Heard) -> str:
    return str(json.loads(heard.body)["messages"][0]["content"])


def echo(heard: Heard) -> Reply:
    return Reply([*(event(word + " ") for word in asked(heard).split(" ")), b"data: [DONE]\n\n"])


def whole(heard: Heard) -> Reply:
    answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": f"You said: {asked(heard)}"}}]}
    return Reply([json.dumps(answer).encode()], headers=JSON, chunked=False)


async def test_a_value_never_reaches_the_provider_and_comes_back(tmp_path: Path) -> None:
    async with proxied(tmp_path, echo) as lab, tunnelled(lab) as wire:
        await wire.post(chat(f"write to {EMAIL} please"))
        status, _, body = await wire.answer()
        await lab.journalled()

    sent = lab.upstream.heard[0]
    assert status == 200
    assert EMAIL.encode() not in sent.raw + sent.body
    assert spoken(body).strip() == f"write to {EMAIL} please"
    assert lab.last.outcome is Outcome.MASKED
    assert lab.last.entities == {"EMAIL_ADDRESS": 1}
    assert (lab.last.surface, lab.last.model, lab.last.status) == ("openai.chat", "gpt-5", 200)
    assert lab.last.restored == 1
    assert EMAIL not in repr(lab.last)


async def test_http2_on_both_sides_does_the_same(tmp_path: Path) -> None:
    async with (
        proxied(tmp_path, echo) as lab,
        httpx2.AsyncClient(proxy=lab.proxy.url, verify=lab.trust, http1=False, http2=True, trust_env=False) as client,
    ):
        answers = [await client.post(f"https://{HOST}/v1/chat/completions", content=chat(EMAIL), headers=dict(JSON))]
        answers += await asyncio.gather(
            *(
                client.post(f"https://{HOST}/v1/chat/completions", content=chat(EMAIL), headers=dict(JSON))
                for _ in "123"
            )
        )

    assert {a.http_version for a in answers} == {"HTTP/2"}
    assert {h.version for h in lab.upstream.heard} == {"HTTP/2"}
    assert {spoken(a.content).strip() for a in answers} == {EMAIL}
    assert all(EMAIL.encode() not in h.body for h in lab.upstream.heard)
    assert len({h.body for h in lab.upstream.heard}) == 1


async def test_a_whole_answer_is_restored(tmp_path: Path) -> None:
    async with proxied(tmp_path, whole) as lab, tunnelled(lab) as wire:
        await wire.post(chat(EMAIL))
        status, headers, body = await wire.answer()

    assert status == 200
    assert json.loads(body)["choices"][0]["message"]["content"] == f"You said: {EMAIL}"
    assert "content-length" not in headers


async def test_each_event_arrives_before_the_next_is_sent(tmp_path: Path) -> None:
    """The provider waits until the client has read an event: with any buffering this would stand still."""
    read = [asyncio.Event() for _ in range(20)]
    pieces = [p for i, gate in enumerate(read) for p in (event(f"word{i} "), gate)]

    async with proxied(tmp_path, lambda _: Reply([*pieces, b"data: [DONE]\n\n"])) as lab, tunnelled(lab) as wire:
        await wire.post(chat("hello"))
        await wire.head()
        got = []
        for gate in read:
            got.append(await wire.chunk())
            gate.set()
        rest = await wire.chunks()

    assert spoken(b"".join(got)) + spoken(b"".join(rest)) == "".join(f"word{i} " for i in range(20))


async def test_bytes_without_a_finding_leave_as_they_came(tmp_path: Path) -> None:
    body = b'{ "messages" : [ {"content":"h\\u00e9llo 1.0e0" ,"role":"user"}],\r\n"model":"gpt-5", "temperature":1.0 }'

    async with proxied(tmp_path, whole) as lab, tunnelled(lab) as wire:
        await wire.post(body, headers=["x-Custom: Yes"])
        await wire.answer()
        await lab.journalled()

    assert lab.upstream.heard[0].body == body
    assert b"x-Custom: Yes" in lab.upstream.heard[0].raw
    assert lab.last.outcome is Outcome.CLEAN


PACKERS: list[tuple[str, Callable[[bytes], bytes], Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress, gzip.decompress),
    ("deflate", zlib.compress, zlib.decompress),
    ("br", brotli.compress, brotli.decompress),
    ("zstd", zstandard.compress, zstandard.decompress),
]


@pytest.mark.parametrize(("name", "pack", "unpack"), PACKERS)
async def test_an_encoded_request_is_masked_inside_its_encoding(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes], unpack: Callable[[bytes], bytes]
) -> None:
    async with proxied(tmp_path, lambda _: Reply([b"{}"], headers=JSON)) as lab, tunnelled(lab) as wire:
        await wire.post(pack(chat(f"to {EMAIL}")), headers=[f"content-encoding: {name}"])
        status, _, _ = await wire.answer()

    sent = lab.upstream.heard[0]
    assert status == 200
    assert sent.header("content-encoding") == name
    assert EMAIL.encode() not in unpack(sent.body)
    assert json.loads(unpack(sent.body))["model"] == "gpt-5"


@pytest.mark.parametrize(("name", "pack", "unpack"), PACKERS)
async def test_an_encoded_answer_is_restored_although_identity_was_asked_for(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes], unpack: Callable[[bytes], bytes]
) -> None:
    def answering(heard: Heard) -> Reply:
        packed = pack(event(asked(heard)))
        halves = [packed[:9], packed[9:]]
        return Reply(halves, headers=[("content-type", "text/event-stream"), ("content-encoding", name)])

    async with proxied(tmp_path, answering) as lab, tunnelled(lab) as wire:
        await wire.post(chat(EMAIL), headers=["accept-encoding: gzip, br, zstd"])
        _, headers, body = await wire.answer()

    assert lab.upstream.heard[0].header("accept-encoding") == "identity"
    assert spoken(body) == EMAIL
    assert "content-encoding" not in headers


async def test_what_is_only_read_may_stay_compressed(tmp_path: Path) -> None:
    page = gzip.compress(b"<html>")
    reply = Reply([page], headers=[("content-type", "text/html"), ("content-encoding", "gzip")], chunked=False)

    async with proxied(tmp_path, lambda _: reply) as lab, tunnelled(lab) as wire:
        await wire.send("GET", "/docs", [f"host: {HOST}", "accept-encoding: gzip"])
        _, headers, body = await wire.answer()

    assert lab.upstream.heard[0].header("accept-encoding") == "gzip"
    assert (headers["content-length"], body) == (str(len(page)), page)


async def test_an_answer_in_an_unknown_encoding_goes_through_and_is_reported(tmp_path: Path) -> None:
    reply = Reply([b"\x01\x02raw"], headers=[*JSON, ("content-encoding", "compress")])

    async with proxied(tmp_path, lambda _: reply) as lab, tunnelled(lab) as wire:
        await wire.post(chat(EMAIL))
        _, headers, body = await wire.answer()

    assert (headers["content-encoding"], body) == ("compress", b"\x01\x02raw")
    assert [n.kind for n in lab.notices] == [NoticeKind.ANSWER_NOT_RESTORED]


async def test_an_answer_that_does_not_keep_to_its_encoding_is_cut_off(tmp_path: Path) -> None:
    reply = Reply([b"not gzip at all, whatever the header says"], headers=[*JSON, ("content-encoding", "gzip")])

    async with proxied(tmp_path, lambda _: reply) as lab, tunnelled(lab) as wire:
        await wire.post(chat("hello"))
        await wire.head()
        with pytest.raises(asyncio.IncompleteReadError):
            await wire.chunks()


async def test_trailers_do_not_hang_the_client(tmp_path: Path) -> None:
    reply = Reply([event("hi")], trailers=b"x-checksum: 1\r\n")

    async with proxied(tmp_path, lambda _: reply, alpn=("http/1.1",)) as lab, tunnelled(lab) as wire:
        await wire.post(chat("hello"))
        _, _, body = await wire.answer()
        await wire.post(chat("again"))
        status, _, _ = await wire.answer()

    assert (spoken(body), status) == ("hi", 200)


async def test_the_way_to_http3_is_taken_out_of_answers(tmp_path: Path) -> None:
    reply = Reply([b"{}"], headers=[*JSON, ("alt-svc", 'h3=":443"')])

    async with proxied(tmp_path, lambda _: reply) as lab, tunnelled(lab) as wire:
        await wire.post(chat("hello"))
        _, headers, _ = await wire.answer()

    assert "alt-svc" not in headers


async def test_query_values_are_masked_too(tmp_path: Path) -> None:
    async with proxied(tmp_path, lambda _: Reply([b"{}"], headers=JSON)) as lab, tunnelled(lab) as wire:
        await wire.send("GET", f"/v1/models?after={EMAIL}&limit=2", [f"host: {HOST}"])
        status, _, _ = await wire.answer()

    assert status == 200
    assert "example.org" not in lab.upstream.heard[0].target
    assert lab.upstream.heard[0].target.endswith("&limit=2")


async def test_what_occurs_again_in_an_encoding_is_masked_there_and_comes_back(tmp_path: Path) -> None:
    """The detector sees the key once; the guard finds it in hexadecimal."""
    text = f"key {KEY} as hex {KEY.encode().hex()}."

    async with proxied(tmp_path, echo) as lab, tunnelled(lab) as wire:
        await wire.post(chat(text))
        _, _, body = await wire.answer()

    assert KEY.encode().hex().encode() not in lab.upstream.heard[0].body
    assert spoken(body).strip() == text


async def test_a_header_that_repeats_a_masked_value_is_masked_but_credentials_are_not(tmp_path: Path) -> None:
    async with proxied(tmp_path, whole) as lab, tunnelled(lab) as wire:
        await wire.post(chat(f"my key is {KEY}"), headers=[f"authorization: Bearer {KEY}", f"x-title: about {KEY}"])
        status, _, _ = await wire.answer()

    sent = lab.upstream.heard[0]
    assert status == 200
    assert sent.header("authorization") == f"Bearer {KEY}"
    assert KEY not in sent.header("x-title")


async def test_twenty_megabytes_pass_and_stay_masked(tmp_path: Path) -> None:
    filler = "lorem ipsum dolor sit amet " * 1000
    parts = [{"type": "text", "text": f"{i} {filler}"} for i in range(760)] + [{"type": "text", "text": EMAIL}]
    body = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": parts}]}).encode()
    assert len(body) > 20_000_000

    async with (
        proxied(tmp_path, lambda _: Reply([b"{}"], headers=JSON), limits=Limits(detect_s=120)) as lab,
        tunnelled(lab) as wire,
    ):
        await wire.post(body)
        async with asyncio.timeout(60):
            status, _ = await wire.head()

    assert status == 200
    assert EMAIL.encode() not in lab.upstream.heard[0].body
    assert abs(len(lab.upstream.heard[0].body) - len(body)) < 100


async def test_expect_continue_is_answered_and_masked(tmp_path: Path) -> None:
    body = chat(EMAIL)

    async with proxied(tmp_path, echo) as lab, tunnelled(lab) as wire:
        head = [f"host: {HOST}", "content-type: application/json", f"content-length: {len(body)}"]
        await wire.send("POST", "/v1/chat/completions", [*head, "expect: 100-continue"])
        assert (await wire.head())[0] == 100
        wire.writer.write(body)
        _, _, answer = await wire.answer()

    assert spoken(answer).strip() == EMAIL
    assert EMAIL.encode() not in lab.upstream.heard[0].body


async def test_http_1_0_clients_get_their_answer_until_the_end(tmp_path: Path) -> None:
    async with proxied(tmp_path, whole, alpn=("http/1.1",)) as lab, tunnelled(lab) as wire:
        body = chat(EMAIL)
        head = f"POST /v1/chat/completions HTTP/1.0\r\nhost: {HOST}\r\ncontent-type: application/json\r\n"
        wire.writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        status, headers = await wire.head()
        async with asyncio.timeout(20):
            answer = await wire.reader.read()

    assert status == 200
    assert "transfer-encoding" not in headers
    assert EMAIL in json.loads(answer)["choices"][0]["message"]["content"]


async def test_a_client_that_leaves_tls_to_the_proxy_is_protected_as_well(tmp_path: Path) -> None:
    async with proxied(tmp_path, whole) as lab, connected(lab.proxy.port) as wire:
        await wire.post(chat(EMAIL), target=f"https://{HOST}/v1/chat/completions")
        status, _, body = await wire.answer()

    assert (status, EMAIL.encode() in body) == (200, True)
    assert EMAIL.encode() not in lab.upstream.heard[0].body


async def test_an_http2_client_reaches_an_http1_provider(tmp_path: Path) -> None:
    async with (
        proxied(tmp_path, echo, alpn=("http/1.1",)) as lab,
        httpx2.AsyncClient(proxy=lab.proxy.url, verify=lab.trust, http2=True, trust_env=False) as client,
    ):
        answer = await client.post(f"https://{HOST}/v1/chat/completions", content=chat(EMAIL), headers=dict(JSON))

    assert spoken(answer.content).strip() == EMAIL
    assert EMAIL.encode() not in lab.upstream.heard[0].body
