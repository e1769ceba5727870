"""Providers that cannot be reached: the client is told in their own shape, soon, and nothing hangs."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from maskwire.exchange import Outcome
from maskwire.mitm import dialling
from tests.fakes.proxied import HOST, OTHER, Lab, connected, proxied, tunnelled
from tests.fakes.upstream import Heard, Reply

BODY = b'{"model":"gpt-5","messages":[{"role":"user","content":"to ada@example.org"}]}'

UNREACHABLE = {"message": f"maskwire could not reach {HOST}: the connection failed", "type": "api_connection_error"}


def ok(heard: Heard) -> Reply:
    return Reply([b'{"ok":true}'], headers=[("content-type", "application/json")])


async def lead(lab: Lab, place: str, host: str = HOST) -> None:
    """Have ``host`` dialled at another place."""
    await lab.proxy.apply(replace(lab.settings, connect_to={**lab.settings.connect_to, f"{host}:443": place}))


def nobody() -> str:
    """Return a place where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"127.0.0.1:{closed.getsockname()[1]}"


@contextmanager
def swallowing() -> Iterator[str]:
    """Return a place that answers nothing: its queue is full, so that the system drops what asks for a connection."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listener.getsockname())
        yield f"127.0.0.1:{listener.getsockname()[1]}"


async def unreachable(lab: Lab) -> None:
    """Ask, and check what the client is told."""
    async with tunnelled(lab) as wire:
        await wire.post(BODY)
        status, headers, body = await wire.answer()
        await lab.journalled()

    assert (status, headers["content-type"]) == (502, "application/json")
    assert json.loads(body)["error"] == UNREACHABLE
    assert (lab.last.outcome, lab.last.reason) == (Outcome.FAILED, "upstream_failed")
    assert lab.upstream.heard == []


async def test_a_provider_that_is_not_there(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        await lead(lab, nobody())
        await unreachable(lab)


async def test_a_provider_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialling, "DIAL_S", 0.3)
    with swallowing() as place:
        async with proxied(tmp_path, ok) as lab:
            await lead(lab, place)
            await unreachable(lab)


async def test_it_is_reached_again_in_the_same_tunnel(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        await lead(lab, nobody())
        async with tunnelled(lab) as wire:
            await wire.post(BODY)
            assert (await wire.answer())[0] == 502
            await lab.proxy.apply(lab.settings)
            await wire.post(BODY)
            assert (await wire.answer())[0] == 200


async def test_so_is_one_whose_certificate_was_wrong(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        trusted = lab.settings.trusted_ca
        assert trusted is not None  # the lab's own
        right = trusted.read_text()
        trusted.write_text("")
        await lab.proxy.apply(lab.settings)
        async with tunnelled(lab) as wire:
            await wire.post(BODY)
            assert (await wire.answer())[0] == 502
            trusted.write_text(right)
            await lab.proxy.apply(lab.settings)
            await wire.post(BODY)
            assert (await wire.answer())[0] == 200


async def test_the_tunnel_of_a_host_that_is_not_read_is_refused(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        await lead(lab, nobody(), OTHER)
        async with connected(lab.proxy.port) as wire:
            await wire.send("CONNECT", f"{OTHER}:443", [f"host: {OTHER}:443"])
            assert (await wire.head())[0] == 502


async def test_the_system_gives_up_a_connection_that_is_dead(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        await wire.post(BODY)
        assert (await wire.answer())[0] == 200
        (handler,) = lab.proxy._server.connections.values()
        writers = [io.writer for connection, io in handler.transports.items() if connection is not handler.client]
        (upstream,) = [w.get_extra_info("socket") for w in writers if isinstance(w, asyncio.StreamWriter)]

        assert upstream.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert upstream.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == dialling.LOST_S * 1000
        assert upstream.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 20
