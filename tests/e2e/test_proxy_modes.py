"""What is none of our business stays untouched, and what the person switched off or only observes."""

import asyncio
import gc
import json
import ssl
from pathlib import Path

from maskwire.exchange import Outcome
from maskwire.mitm.engine import http
from maskwire.mitm.services import Limits
from maskwire.policy import Action, HostPolicy, Mode, Override, Policy
from tests.fakes.openai import chat, event
from tests.fakes.proxied import connected, proxied, tunnelled
from tests.fakes.upstream import Heard, Reply, Upstream

EMAIL = "ada@example.org"
KEY = "sk-test-4hF9qLm2Zx81"
JSON = (("content-type", "application/json"),)


def asked(heard: Heard) -> str:
    return str(json.loads(heard.body)["messages"][0]["content"])


def echo(heard: Heard) -> Reply:
    return Reply([*(event(word + " ") for word in asked(heard).split(" ")), b"data: [DONE]\n\n"])


def whole(heard: Heard) -> Reply:
    answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": f"You said: {asked(heard)}"}}]}
    return Reply([json.dumps(answer).encode()], headers=JSON, chunked=False)


async def test_other_hosts_are_tunnelled_with_their_own_certificate(tmp_path: Path) -> None:
    async with proxied(tmp_path, lambda heard: Reply([heard.body], headers=JSON, chunked=False)) as lab:
        real = ssl.create_default_context(cadata=lab.upstream.pem)
        async with tunnelled(lab, "bank.test", trust=real) as wire:
            await wire.send("POST", "/", ["host: bank.test", f"content-length: {len(EMAIL)}"], EMAIL.encode())
            status, _, body = await wire.answer()

    assert (status, body) == (200, EMAIL.encode())
    assert lab.detector.asked == 0
    assert lab.journal == []


async def test_what_is_neither_tls_nor_http_is_tunnelled_for_others(tmp_path: Path) -> None:
    async def mirror(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(mirror, "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, proxied(tmp_path, echo) as lab, connected(lab.proxy.port) as wire:
        await wire.send("CONNECT", address, [f"host: {address}"])
        await wire.head()
        wire.writer.write(b"\x00\x01 no protocol")
        async with asyncio.timeout(20):
            assert await wire.reader.read() == b"\x00\x01 no protocol"


async def test_plain_http_of_others_passes_untouched(tmp_path: Path) -> None:
    big = b"x" * 200_000 + EMAIL.encode()

    async with (
        proxied(tmp_path, echo, limits=Limits(body_bytes=1000)) as lab,
        Upstream(lambda heard: Reply([heard.body], headers=[("alt-svc", "h3")], chunked=False)).serving(
            tls=False
        ) as plain,
        connected(lab.proxy.port) as wire,
    ):
        head = [f"host: {plain.address}", f"content-length: {len(big)}", "accept-encoding: br"]
        await wire.send("POST", f"http://{plain.address}/up", head, big)
        status, headers, body = await wire.answer()

    assert (status, headers["alt-svc"], body) == (200, "h3", big)
    assert plain.heard[0].header("accept-encoding") == "br"
    assert (lab.detector.asked, lab.journal) == (0, [])


async def test_observing_changes_secrets_alone_and_counts_the_rest(tmp_path: Path) -> None:
    async with proxied(tmp_path, whole) as lab, tunnelled(lab) as wire:
        lab.policy = Policy(default=HostPolicy(mode=Mode.OBSERVE))
        await wire.post(chat(f"{EMAIL} {KEY}"))
        _, _, body = await wire.answer()
        await lab.journalled()

    sent = lab.upstream.heard[0].body
    assert EMAIL.encode() in sent
    assert KEY.encode() not in sent
    assert KEY.encode() in body
    assert lab.last.outcome is Outcome.OBSERVED
    assert lab.last.entities == {"EMAIL_ADDRESS": 1, "API_KEY": 1}


FOR_CODEX = Policy(
    default=HostPolicy(mode=Mode.BLOCK),
    programs={"codex": {"*": Override(Mode.PROTECT, {"EMAIL_ADDRESS": Action.ALLOW})}},
)


async def test_a_program_may_do_what_others_may_not(tmp_path: Path) -> None:
    async with proxied(tmp_path, whole) as lab:
        lab.policy = FOR_CODEX
        for lab.program in ("curl", "codex"):
            async with tunnelled(lab) as wire:
                await wire.post(chat(f"{EMAIL} {KEY}"))
                await wire.answer()
        await lab.journalled(2)

    [heard] = lab.upstream.heard
    assert EMAIL.encode() in heard.body
    assert KEY.encode() not in heard.body
    assert [(e.program, e.outcome) for e in lab.journal] == [("curl", Outcome.BLOCKED), ("codex", Outcome.MASKED)]


async def test_while_paused_secrets_stay_masked(tmp_path: Path) -> None:
    async with proxied(tmp_path, whole) as lab, tunnelled(lab) as wire:
        lab.policy = Policy(paused=True)
        await wire.post(chat(f"{EMAIL} {KEY}"))
        await wire.answer()

    assert EMAIL.encode() in lab.upstream.heard[0].body
    assert KEY.encode() not in lab.upstream.heard[0].body


async def test_while_paused_an_unknown_body_passes_unless_it_holds_a_secret(tmp_path: Path) -> None:
    async with proxied(tmp_path, lambda _: Reply([b"{}"], headers=JSON)) as lab, tunnelled(lab) as wire:
        lab.policy = Policy(paused=True)
        await wire.post(b'{"x":"' + EMAIL.encode() + b'"}', target="/v9/unheard-of")
        passed, _, _ = await wire.answer()
        await wire.post(b'{"x":"' + KEY.encode() + b'"}', target="/v9/unheard-of")
        refused, _, _ = await wire.answer()

    assert (passed, refused) == (200, 400)
    assert len(lab.upstream.heard) == 1


async def test_no_flow_is_kept_once_it_has_ended(tmp_path: Path) -> None:
    before = flow_ids()
    async with proxied(tmp_path, whole) as lab:
        for _ in range(5):
            async with tunnelled(lab) as wire:
                for _ in range(4):
                    await wire.post(chat(EMAIL))
                    await wire.answer()
        await lab.journalled(20)
        await asyncio.sleep(0.1)
        assert flow_ids() <= before

    assert lab.proxy.active == 0


def flow_ids() -> set[str]:
    """Return the flows that are in memory, also those that earlier tests still hold."""
    gc.collect()
    return {thing.id for thing in gc.get_objects() if isinstance(thing, http.HTTPFlow)}
