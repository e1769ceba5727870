"""The proxy's own life: ports, hosts and policy changed while it runs, a clean end, nothing left on disk."""

import asyncio
import json
import logging
import os
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from maskwire.errors import ConfigError
from maskwire.mitm.services import NoticeKind
from maskwire.policy import HostPolicy, Mode, Policy
from maskwire_daemon.proxy import Proxy, write_roots
from tests.fakes.proxied import HOST, Lab, connected, proxied, tunnelled
from tests.fakes.upstream import Heard, Reply

EMAIL = "ada@example.org"
BODY = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": f"to {EMAIL}"}]}).encode()


def ok(heard: Heard) -> Reply:
    return Reply([b'{"ok":true}'], headers=[("content-type", "application/json")])


def real(lab: Lab) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=lab.upstream.pem)


async def ask(lab: Lab) -> int:
    async with tunnelled(lab) as wire:
        await wire.post(BODY)
        return (await wire.answer())[0]


def leaked(lab: Lab) -> bool:
    return any(EMAIL.encode() in heard.body for heard in lab.upstream.heard)


async def test_it_listens_on_loopback_alone(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        listening = {a[0] for s in lab.proxy._server.servers for a in s.listen_addrs}

    assert listening == {"127.0.0.1"}


async def test_a_port_in_use_names_its_program(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with proxied(tmp_path, ok) as lab:
            other = Proxy(lab.proxy._services, lab.authority, replace(lab.settings, port=port))
            await lab.proxy.stop()
            with pytest.raises(ConfigError) as caught:
                await other.start()
            await lab.proxy.start()

            assert await ask(lab) == 200
    assert f"port {port} is already used by" in str(caught.value)
    assert f"process {os.getpid()}" in str(caught.value)
    assert caught.value.key == "proxy.port"


async def test_the_port_moves_while_an_answer_streams(tmp_path: Path) -> None:
    gate = asyncio.Event()
    slow = Reply([b"data: 1\n\n", gate, b"data: 2\n\n"])

    async with proxied(tmp_path, lambda _: slow) as lab, tunnelled(lab) as wire:
        before = lab.proxy.port
        await wire.post(BODY)
        await wire.head()
        first = await wire.chunk()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        await lab.proxy.apply(replace(lab.settings, port=port))
        gate.set()
        rest = await wire.chunks()
        moved = await ask(lab)
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", before)

    assert (lab.proxy._settings.port, first, rest, moved) == (port, b"data: 1\n\n", [b"data: 2\n\n"], 200)


async def test_a_port_that_cannot_be_opened_leaves_the_old_one(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        before = lab.proxy.port
        with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigError):
            await lab.proxy.apply(replace(lab.settings, port=taken.getsockname()[1]))

        assert lab.proxy.port == before
        assert await ask(lab) == 200


async def test_a_bypassed_host_is_tunnelled_and_read_again_after_it(tmp_path: Path) -> None:
    """A tunnel that was opened during the bypass must not outlive it."""
    async with proxied(tmp_path, ok) as lab:
        lab.policy = Policy(hosts={HOST: HostPolicy(mode=Mode.BYPASS)})
        lab.proxy.refresh()
        async with tunnelled(lab, trust=real(lab)) as wire:
            await wire.post(BODY)
            assert (await wire.answer())[0] == 200
            assert leaked(lab)
            lab.upstream.heard.clear()

            lab.policy = Policy()
            lab.proxy.refresh()
            async with asyncio.timeout(20):
                assert await wire.reader.read() == b""
        assert await ask(lab) == 200

    assert not leaked(lab)


async def test_a_full_pause_decrypts_nothing(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        lab.policy = Policy(paused=True, pause_secrets=True)
        lab.proxy.refresh()
        async with tunnelled(lab, trust=real(lab)) as wire:
            seen = wire.peer_certificate()

    issuer = x509.load_pem_x509_certificate(lab.upstream.pem.encode()).subject
    assert x509.load_der_x509_certificate(seen).issuer == issuer


async def test_a_connection_that_was_decrypted_goes_on_when_its_host_is_bypassed(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        await wire.post(BODY)
        await wire.answer()
        assert not leaked(lab)
        lab.policy = Policy(hosts={HOST: HostPolicy(mode=Mode.BYPASS)})
        lab.proxy.refresh()
        await wire.post(BODY)
        status, _, _ = await wire.answer()

    assert status == 200
    assert leaked(lab)


async def test_no_hosts_at_all_means_nothing_is_decrypted(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        await lab.proxy.apply(replace(lab.settings, hosts=()))
        async with tunnelled(lab, trust=real(lab)) as wire:
            await wire.post(BODY)
            status, _, _ = await wire.answer()

    assert status == 200
    assert lab.detector.asked == 0


async def test_the_second_look_tunnels_what_slipped_through_the_gate(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        lab.proxy._update(allow_hosts=[".*"])
        async with tunnelled(lab, "bank.test", trust=real(lab)) as wire:
            await wire.send("GET", "/", ["host: bank.test"])
            status, _, _ = await wire.answer()

    assert status == 200
    assert lab.journal == []


async def test_stopping_lets_an_answer_end_and_takes_no_new_connection(tmp_path: Path) -> None:
    gate = asyncio.Event()
    slow = Reply([b"data: 1\n\n", gate, b"data: 2\n\n"])

    async with proxied(tmp_path, lambda _: slow) as lab, tunnelled(lab) as wire:
        port = lab.proxy.port
        await wire.post(BODY)
        await wire.head()
        async with asyncio.TaskGroup() as tasks:
            stopping = tasks.create_task(lab.proxy.stop(drain_s=5))
            await asyncio.sleep(0.1)
            with pytest.raises(ConnectionError):
                await asyncio.open_connection("127.0.0.1", port)
            assert not stopping.done()
            gate.set()
            events = await wire.chunks()

    assert events == [b"data: 1\n\n", b"data: 2\n\n"]
    assert len(lab.journal) == 1


async def test_stopping_ends_at_its_deadline(tmp_path: Path) -> None:
    endless = Reply([b"data: 1\n\n", asyncio.Event()])

    async with proxied(tmp_path, lambda _: endless) as lab, tunnelled(lab) as wire:
        await wire.post(BODY)
        await wire.head()
        async with asyncio.timeout(20):
            await lab.proxy.stop(drain_s=0.2)
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await wire.chunks()

        assert lab.proxy.port == 0


async def test_no_private_key_and_no_traffic_is_written(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        assert await ask(lab) == 200

    ours = {path.name.partition("-")[0] for path in files(tmp_path) if path.parent == tmp_path}
    assert ours == {"roots", "upstream.pem"}
    for path in files(tmp_path):
        assert b"BEGIN PRIVATE KEY" not in path.read_bytes()
        assert b"BEGIN EC PRIVATE KEY" not in path.read_bytes()
        assert EMAIL.encode() not in path.read_bytes()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_the_client_gets_a_leaf_and_the_intermediate_for_permitted_names_alone(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab, tunnelled(lab) as wire:
        leaf = x509.load_der_x509_certificate(wire.peer_certificate())
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert names.get_values_for_type(x509.DNSName) == [HOST]
    assert leaf.issuer == lab.authority.chain[0].subject
    assert leaf.public_key() != lab.authority.chain[0].public_key()


def shake_hands(port: int, trust: ssl.SSLContext) -> None:
    """As asyncio does not: send the alert that says why."""
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nhost: {HOST}\r\n\r\n".encode())
        plain.recv(1000)
        with trust.wrap_socket(plain, server_hostname=HOST):
            pass


async def test_a_client_that_does_not_trust_us_is_reported(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.to_thread(shake_hands, lab.proxy.port, real(lab))
        async with asyncio.timeout(20):
            while not lab.notices:  # noqa: ASYNC110 - a plain list
                await asyncio.sleep(0.01)

    assert [(n.kind, n.host) for n in lab.notices] == [(NoticeKind.CLIENT_REJECTED_CERTIFICATE, HOST)]
    assert lab.upstream.heard == []


async def test_clients_that_leave_after_the_handshake_are_reported(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        for asks in (False, False, True, False, False):
            if asks:
                await ask(lab)
            else:
                async with tunnelled(lab):
                    pass
            await asyncio.sleep(0.05)
        assert lab.notices == []
        async with tunnelled(lab):
            pass
        async with asyncio.timeout(20):
            while not lab.notices:  # noqa: ASYNC110 - a plain list
                await asyncio.sleep(0.01)

    assert [(n.kind, n.host) for n in lab.notices] == [(NoticeKind.CLIENT_SENT_NOTHING, HOST)]


async def test_nothing_of_the_traffic_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with proxied(tmp_path, lambda _: Reply([b"data: 1\n\n"])) as lab:
        async with connected(lab.proxy.port) as wire:
            wire.writer.write(f"GARBAGE {EMAIL}".encode())
            wire.writer.write_eof()
            await wire.reader.read()
        assert await ask(lab) == 200
        lab.detector.error = RuntimeError(EMAIL)
        assert await ask(lab) == 400
        for name in ("mitmproxy.proxy.server", "mitmproxy.addonmanager"):
            logging.getLogger(name).error("about %s", EMAIL)

    assert EMAIL not in caplog.text
    assert "mitmproxy" not in {r.name.partition(".")[0] for r in caplog.records}
    assert "engine error" in caplog.text


async def test_roots_are_named_by_their_content(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        first = write_roots(lab.settings)
        second = write_roots(replace(lab.settings, trusted_ca=None))

    assert first != second
    assert not first.exists()
    assert lab.upstream.pem.strip() not in second.read_text()


async def test_roots_that_cannot_be_read_name_their_key(tmp_path: Path) -> None:
    async with proxied(tmp_path, ok) as lab:
        with pytest.raises(ConfigError) as caught:
            await lab.proxy.apply(replace(lab.settings, trusted_ca=tmp_path / "missing.pem"))
        assert await ask(lab) == 200

    assert caught.value.key == "upstream.trusted_ca"
