"""Faults of everything around the proxy: whatever breaks, no original leaves, and who is there gets an answer."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from maskwire.errors import BlockedError, Reason, VaultError
from maskwire.exchange import Outcome
from maskwire.mitm.services import Limits, NoticeKind
from maskwire.policy import Policy
from maskwire.vault import Finding, Token
from maskwire.wire.surface import Surface
from tests.fakes.proxied import proxied, refused, tunnelled
from tests.fakes.upstream import Heard, Reply, Reset

EMAIL = "ada@example.org"
BODY = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": f"to {EMAIL}"}]}).encode()


def ok(heard: Heard) -> Reply:
    return Reply([b'{"ok":true}'], headers=[("content-type", "application/json")])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError(f"about {EMAIL}"), Reason.DETECTOR_FAILED),
        (MemoryError(), Reason.DETECTOR_FAILED),
        (RecursionError(), Reason.DETECTOR_FAILED),
        (BlockedError(Reason.DETECTOR_TIMEOUT, "took too long"), Reason.DETECTOR_TIMEOUT),
        (GeneratorExit(), Reason.INTERNAL_ERROR),
    ],
)
async def test_a_detector_that_raises_sends_nothing(
    tmp_path: Path, error: BaseException, reason: Reason, caplog: pytest.LogCaptureFixture
) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        lab.detector.error = error
        await wire.post(BODY)
        if isinstance(error, Exception):
            assert await refused(lab, wire) is reason
            await lab.journalled()
            assert (lab.last.outcome, lab.last.reason, lab.last.status) == (Outcome.BLOCKED, reason, 400)
        else:
            with pytest.raises((TimeoutError, asyncio.IncompleteReadError)):
                async with asyncio.timeout(1):
                    await wire.reader.readexactly(1)
        assert lab.upstream.heard == []

    assert EMAIL not in caplog.text


async def test_a_detector_that_hangs_is_given_up(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok, limits=Limits(detect_s=0.2)) as lab, tunnelled(lab) as wire:
        lab.detector.delay_s = 60
        await wire.post(BODY)
        assert await refused(lab, wire) is Reason.DETECTOR_TIMEOUT


async def test_a_detector_that_answers_too_little_sends_nothing(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        lab.detector.short = True
        await wire.post(BODY)
        assert await refused(lab, wire) is Reason.DETECTOR_FAILED


@pytest.mark.parametrize(
    ("error", "reason"),
    [(VaultError("locked"), Reason.VAULT_UNAVAILABLE), (OSError("disk full"), Reason.INTERNAL_ERROR)],
)
async def test_a_vault_that_raises_sends_nothing(
    tmp_path: Path, error: Exception, reason: Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:

        def tokenize(findings: Sequence[Finding]) -> list[Token]:
            raise error

        monkeypatch.setattr(lab.vault, "tokenize", tokenize)
        await wire.post(BODY)
        assert await refused(lab, wire) is reason


async def test_a_vault_that_cannot_resolve_leaves_tokens_in_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def echo(heard: Heard) -> Reply:
        text = json.loads(heard.body)["messages"][0]["content"]
        answer = {"choices": [{"index": 0, "message": {"content": text}}]}
        return Reply([json.dumps(answer).encode()], headers=[("content-type", "application/json")])

    async with proxied(tmp_path, echo) as lab, tunnelled(lab) as wire:
        await wire.post(BODY)
        await wire.head()

        def resolve(token: Token) -> str | None:
            raise VaultError("locked")

        monkeypatch.setattr(lab.vault, "resolve", resolve)
        await wire.chunks()
        lab.policy = Policy()
        await wire.post(BODY.replace(b"to ", b"hello "))
        status, _, body = await wire.answer()

    assert status in {200, 400}
    assert EMAIL.encode() not in body
    assert all(EMAIL.encode() not in h.body for h in lab.upstream.heard)


async def test_a_provider_with_an_untrusted_certificate_gets_nothing(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        lab.settings.trusted_ca.write_text("")  # type: ignore[union-attr]
        await lab.proxy.apply(lab.settings)
        async with tunnelled(lab) as wire:
            await wire.post(BODY)
            status, headers, body = await wire.answer()
            await lab.journalled()

    assert (status, headers["content-type"]) == (502, "application/json")
    assert "ertificate verify failed" in json.loads(body)["error"]["message"]
    assert (lab.last.outcome, lab.last.reason) == (Outcome.FAILED, "upstream_failed")
    assert lab.upstream.heard == []


async def test_a_provider_that_breaks_off_breaks_off_for_the_client(tmp_path: Path) -> None:
    reply = Reply([b"data: 1\n\n", 0.05, Reset()])

    async with proxied(tmp_path, lambda _: reply) as lab, tunnelled(lab) as wire:
        await wire.post(BODY)
        await wire.head()
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await wire.chunks()
        await lab.journalled()

    assert (lab.last.outcome, lab.last.reason) == (Outcome.FAILED, "upstream_failed")
    assert lab.proxy.active == 0


async def test_a_client_that_leaves_stops_the_provider(tmp_path: Path) -> None:
    pauses: list[bytes | float] = [0.02, b"data: 2\n\n"]
    endless = Reply([b"data: 1\n\n", *pauses * 500])

    async with proxied(tmp_path, lambda _: endless) as lab:
        async with tunnelled(lab) as wire:
            await wire.post(BODY)
            await wire.head()
            await wire.chunk()
        await lab.journalled()
        async with asyncio.timeout(20):
            while lab.upstream.open:  # noqa: ASYNC110 - the fake has no event for it
                await asyncio.sleep(0.01)

    assert (lab.last.outcome, lab.last.reason) == (Outcome.FAILED, "client_left")


async def test_a_client_that_leaves_while_its_text_is_searched_sends_nothing(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        lab.detector.delay_s = 0.3
        async with tunnelled(lab) as wire:
            await wire.post(BODY)
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.4)
        await lab.journalled()

    assert lab.upstream.heard == []
    assert lab.last.outcome is Outcome.FAILED


async def test_a_failure_while_restoring_hands_out_the_bytes_as_they_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = [b"data: one\n\n", b"data: two\n\n", b"data: three\n\n"]
    async with proxied(tmp_path, lambda _: Reply(pieces)) as lab, tunnelled(lab) as wire:

        class Failing:
            unread = 0

            def feed(self, chunk: bytes) -> bytes:
                if b"two" in chunk:
                    raise RuntimeError(EMAIL)
                return chunk

            def flush(self) -> bytes:
                return b""

        monkeypatch.setattr(Surface, "stream", lambda *_: Failing())
        await wire.post(BODY)
        _, _, body = await wire.answer()

    assert body == b"".join(pieces)
    assert [n.kind for n in lab.notices] == [NoticeKind.ANSWER_NOT_RESTORED]
