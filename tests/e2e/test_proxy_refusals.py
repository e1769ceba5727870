"""Whatever goes wrong, no original leaves: every default of mitmproxy that fails open, and every refusal of ours."""

import asyncio
import gzip
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from maskwire.errors import Reason
from maskwire.mitm.services import Limits, NoticeKind
from maskwire.policy import Action, HostPolicy, Mode, Policy
from tests.fakes.proxied import HOST, OTHER, connected, proxied, refused, tunnelled
from tests.fakes.upstream import Heard, Reply

EMAIL = "ada@example.org"
BODY = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": f"to {EMAIL}"}]}).encode()


def ok(heard: Heard) -> Reply:
    return Reply([b'{"ok":true}'], headers=[("content-type", "application/json")])


@pytest.mark.parametrize(
    ("body", "headers", "target", "reason"),
    [
        (b"not json " + EMAIL.encode(), [], "/v1/chat/completions", Reason.BODY_NOT_UNDERSTOOD),
        (BODY, ["content-encoding: compress"], "/v1/chat/completions", Reason.ENCODING_UNSUPPORTED),
        (BODY, ["content-encoding: gzip, gzip"], "/v1/chat/completions", Reason.ENCODING_UNSUPPORTED),
        (BODY, ["content-encoding: gzip"], "/v1/chat/completions", Reason.ENCODING_UNSUPPORTED),
        (BODY, [], "/v1/never/heard/of", Reason.UNKNOWN_SURFACE),
        (BODY, [], "/v1/models/../chat/completions", Reason.UNKNOWN_SURFACE),
        (BODY, ["authorization: AWS4-HMAC-SHA256 Credential=x"], "/v1/chat/completions", Reason.SIGNED_BODY),
        (BODY, [], "/v1/chat/completions?X-Amz-Signature=00", Reason.SIGNED_BODY),
    ],
)
async def test_what_cannot_be_masked_is_refused(
    tmp_path: Path, body: bytes, headers: list[str], target: str, reason: Reason
) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        await wire.post(body, target=target, headers=headers)
        assert await refused(lab, wire) is reason


async def test_a_signed_request_without_findings_passes_byte_for_byte(tmp_path: Path) -> None:
    body = BODY.replace(EMAIL.encode(), b"nobody")

    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        await wire.post(body, headers=["authorization: AWS4-HMAC-SHA256 Credential=x", "accept-encoding: gzip"])
        status, _, _ = await wire.answer()

    assert status == 200
    assert lab.upstream.heard[0].body == body
    assert lab.upstream.heard[0].header("accept-encoding") == "gzip"


async def test_a_blocked_entity_is_refused_when_it_is_new(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        lab.policy = Policy(actions={"EMAIL_ADDRESS": Action.BLOCK})
        await wire.post(BODY)
        assert await refused(lab, wire) is Reason.POLICY_BLOCKED


async def test_a_blocked_host_gets_nothing(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        lab.policy = Policy(hosts={HOST: HostPolicy(mode=Mode.BLOCK)})
        await wire.send("GET", "/v1/models", [f"host: {HOST}"])
        assert await refused(lab, wire) is Reason.POLICY_BLOCKED


async def test_a_websocket_of_no_known_format_is_sent_back_to_https(tmp_path: Path) -> None:
    upgrade = ["connection: Upgrade", "upgrade: websocket", "sec-websocket-version: 13", "sec-websocket-key: eA=="]

    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        await wire.send("GET", "/v1/unheard/of", [f"host: {HOST}", *upgrade])
        assert await refused(lab, wire, status=426) is Reason.UPGRADE_UNSUPPORTED
        await wire.post(BODY)
        assert (await wire.answer())[0] == 200


async def test_an_upgrade_that_nobody_asked_for_ends_the_connection(tmp_path: Path) -> None:
    reply = Reply([], status=101, headers=[("upgrade", "websocket"), ("connection", "upgrade")], chunked=False)

    async with proxied(tmp_path, lambda _: reply, alpn=("http/1.1",)) as lab, tunnelled(lab) as wire:
        await wire.post(BODY)
        async with asyncio.timeout(20):
            rest = await wire.reader.read()

    assert b"101" not in rest


@pytest.mark.parametrize(
    "lines",
    [
        [f"host: {OTHER}"],
        [f"host: {HOST}", f"host: {OTHER}"],
        ["host: evil.test:443"],
    ],
)
async def test_another_host_header_is_refused(tmp_path: Path, lines: list[str]) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        head = ["content-type: application/json", f"content-length: {len(BODY)}"]
        await wire.send("POST", "/v1/chat/completions", [*lines, *head], BODY)
        if len(lines) == 1:
            assert await refused(lab, wire) is Reason.HOST_MISMATCH
        else:
            assert (await wire.head())[0] == 400
    assert lab.upstream.heard == []


async def test_an_absolute_target_for_another_host_is_refused(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        await wire.post(BODY, target=f"https://{OTHER}/v1/chat/completions")
        assert await refused(lab, wire) is Reason.HOST_MISMATCH


async def test_a_protected_name_behind_another_tunnel_is_refused(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab, OTHER, sni=HOST) as wire:
        await wire.post(BODY)
        assert await refused(lab, wire) is Reason.HOST_MISMATCH


async def test_another_name_inside_a_protected_tunnel_gets_no_certificate(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            async with tunnelled(lab, HOST, sni=OTHER):
                pass
    assert lab.upstream.heard == []


async def test_a_name_with_a_final_dot_is_protected_as_well(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab, connected(lab.proxy.port) as wire:
        await wire.send("CONNECT", f"{HOST}.:443", [f"host: {HOST}.:443"])
        assert (await wire.head())[0] == 200
        await wire.writer.start_tls(lab.trust, server_hostname=HOST)
        await wire.post(BODY)
        status, _, _ = await wire.answer()

    assert status == 200
    assert EMAIL.encode() not in lab.upstream.heard[0].body


async def test_plain_http_to_a_protected_host_is_refused(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab, connected(lab.proxy.port) as wire:
        await wire.post(BODY, target=f"http://{HOST}/v1/chat/completions")
        assert await refused(lab, wire) is Reason.HOST_MISMATCH


async def test_plain_http_inside_a_tunnel_is_refused(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab, connected(lab.proxy.port) as wire:
        await wire.send("CONNECT", f"{HOST}:443", [f"host: {HOST}:443"])
        await wire.head()
        await wire.post(BODY)
        assert await refused(lab, wire) is Reason.HOST_MISMATCH


async def test_what_is_not_http_inside_a_decrypted_tunnel_never_arrives(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        async with tunnelled(lab) as wire:
            wire.writer.write(b"\x00\x01\x02" + EMAIL.encode())
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.2)

        assert (lab.upstream.heard, lab.upstream.stray) == ([], b"")


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_over_the_limit_is_refused_in_json(tmp_path: Path, announced: bool) -> None:
    big = b"x" * 300_000
    framing = f"content-length: {len(big)}" if announced else "transfer-encoding: chunked"
    sent = big if announced else b"".join(b"%x\r\n%s\r\n" % (1000, big[:1000]) for _ in range(300)) + b"0\r\n\r\n"

    async with proxied(tmp_path, ok, limits=Limits(body_bytes=100_000)) as lab, tunnelled(lab) as wire:
        head = [f"host: {HOST}", "content-type: application/json", framing]
        await wire.send("POST", "/v1/chat/completions", head, sent)
        assert await refused(lab, wire) is Reason.BODY_TOO_LARGE
        await lab.journalled()
        assert lab.last.reason == Reason.BODY_TOO_LARGE
        await wire.post(BODY)
        assert (await wire.answer())[0] == 200
    assert lab.proxy.active == 0


async def test_a_body_over_the_limit_is_refused_over_http2(tmp_path: Path) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b"x" * 1000

    async with (
        proxied(tmp_path, ok, limits=Limits(body_bytes=100_000)) as lab,
        httpx2.AsyncClient(proxy=lab.proxy.url, verify=lab.trust, http1=False, http2=True, trust_env=False) as client,
    ):
        url = f"https://{HOST}/v1/chat/completions"
        answer = await client.post(url, content=slowly())
        again = await client.post(url, content=BODY, headers={"content-type": "application/json"})

    assert (answer.status_code, again.status_code) == (400, 200)
    assert Reason.BODY_TOO_LARGE in answer.text


async def test_a_small_body_that_grows_past_the_limit_is_refused(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok, limits=Limits(body_bytes=100_000)) as lab, tunnelled(lab) as wire:
        await wire.post(gzip.compress(b"0" * 10_000_000), headers=["content-encoding: gzip"])
        assert await refused(lab, wire) is Reason.ENCODING_UNSUPPORTED


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_the_control_api_cannot_be_reached_through_the_proxy(tmp_path: Path, host: str) -> None:
    reached: list[bytes] = []

    async def api(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(api, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, proxied(tmp_path, ok) as lab:
        await lab.proxy.apply(replace(lab.settings, api_port=port))
        async with connected(lab.proxy.port) as wire:
            await wire.send("CONNECT", f"{host}:{port}", [f"host: {host}:{port}"])
            tunnel, _ = await wire.head()
        async with connected(lab.proxy.port) as wire:
            await wire.send("POST", f"http://{host}:{port}/pause", [f"host: {host}:{port}", "content-length: 2"], b"{}")
            plain, _ = await wire.head()

    assert (tunnel, plain) == (403, 403)
    assert reached == []
    assert {n.kind for n in lab.notices} == {NoticeKind.CONTROL_API_REFUSED}


async def test_a_name_that_leads_to_the_control_api_is_refused_when_it_is_dialled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def getaddrinfo(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("192.0.2.1", 8878)), (2, 1, 6, "", ("127.0.0.1", 8878))]

    async with proxied(tmp_path, ok) as lab:
        await lab.proxy.apply(replace(lab.settings, api_port=8878))
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
        async with connected(lab.proxy.port) as wire:
            await wire.send("CONNECT", "rebound.test:8878", ["host: rebound.test:8878"])
            status, _ = await wire.head()

    assert status == 502
    assert {n.kind for n in lab.notices} == {NoticeKind.CONTROL_API_REFUSED}
