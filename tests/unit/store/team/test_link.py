"""The way to Redis: what goes wrong on it is said in a sentence, costs a second, and is over when it is over."""

import datetime
import ipaddress
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from maskwire.errors import ConfigError, VaultUnreachable
from maskwire_daemon.store.team.address import Address
from maskwire_daemon.store.team.link import PAUSE_S, Entry, Link, call
from maskwire_daemon.store.team.scripts import FETCH
from tests.fakes.redis import RedisServer, running_redis

PING = [("PING",)]


class Ticks:
    """A clock that only grows, by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path) as server:
        yield server


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def link(server: RedisServer, ticks: Ticks) -> Iterator[Link]:
    made = Link(Entry(server.address, ticks=ticks))
    yield made
    made.close()


def test_several_commands_are_answered_together(link: Link) -> None:
    assert link.ask([("SET", b"k\0", b"\xff"), ("GET", b"k\0"), ("GET", "none")]) == [b"OK", b"\xff", None]
    assert link.ask([]) == []
    assert link.problem == ""


def test_it_says_how_redis_stands(link: Link) -> None:
    standing = link.look()

    assert standing.warnings == ()
    assert "in its log" in standing.promise
    assert abs(standing.skew_s) < 60


def test_a_restart_goes_unnoticed_but_for_its_mark(link: Link, server: RedisServer) -> None:
    before = link.look().run
    server.kill()
    server.start()

    assert link.ask(PING) == [b"PONG"]
    assert link.standing is not None
    assert link.standing.run != before


def test_forgotten_scripts_are_loaded_again(link: Link, server: RedisServer) -> None:
    link.look()
    server.cli("SCRIPT", "FLUSH")

    assert link.ask([call(FETCH, b"nothing:")]) == [[b"missing"]]


def test_a_dead_redis_fails_at_once_for_a_second_and_comes_back(link: Link, server: RedisServer, ticks: Ticks) -> None:
    server.kill()
    with pytest.raises(VaultUnreachable, match="cannot be reached") as failed:
        link.ask(PING)
    server.start()
    with pytest.raises(VaultUnreachable, match="cannot be reached"):
        link.ask(PING)
    assert str(server.socket) in str(failed.value)
    assert link.problem == str(failed.value)
    ticks.now += PAUSE_S

    assert link.ask(PING) == [b"PONG"]
    assert link.problem == ""


def test_a_stalled_redis_is_given_up_in_time(link: Link, server: RedisServer, ticks: Ticks) -> None:
    link.look()
    server.stall()
    try:
        with pytest.raises(VaultUnreachable, match="does not answer in time"):
            link.ask(PING)
    finally:
        server.go_on()
    ticks.now += PAUSE_S

    assert link.ask(PING) == [b"PONG"]


@pytest.mark.parametrize(
    ("options", "password", "sentence"),
    [
        (["requirepass right-one"], "", "wants a password"),
        (["requirepass right-one"], "wrong-one", "does not take the password"),
        (["user default on nopass ~* +ping +auth +info"], "", "does not allow this user"),
        (["maxmemory 1mb", "maxmemory-policy noeviction"], "", "no memory left"),
    ],
)
def test_each_refusal_names_its_remedy(tmp_path: Path, options: list[str], password: str, sentence: str) -> None:
    login = "right-one" if "requirepass" in options[0] else ""
    with running_redis(tmp_path, [line for line in options if not line.startswith("requirepass")], login) as server:
        link = Link(Entry(server.address, password))
        with pytest.raises(VaultUnreachable, match=sentence) as refused:
            link.ask([("SET", b"key", bytes(5_000_000))])
        link.close()

    assert "wrong-one" not in str(refused.value)


def test_a_replica_is_refused_as_what_it_is(tmp_path: Path) -> None:
    with running_redis(tmp_path, ["replicaof 127.0.0.1 1"]) as server:
        link = Link(Entry(server.address))
        with pytest.raises(VaultUnreachable, match="is a replica"):
            link.ask([("SET", b"key", b"value")])
        link.close()


def test_without_the_extra_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.backoff", None)

    with pytest.raises(ConfigError, match=r"maskwire\[team\]"):
        Link(Entry(Address("127.0.0.1")))


def test_a_missing_file_of_authorities_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="redis_ca"):
        Link(Entry(Address("127.0.0.1", tls=True, ca=tmp_path / "ca.pem")))


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def certificate(folder: Path) -> Path:
    """Write a certificate for 127.0.0.1 that signs itself, and its key; return the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "redis of a test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "cert.pem"


def test_over_tls_only_a_trusted_certificate_with_the_right_name_will_do(tmp_path: Path) -> None:
    ca, port = certificate(tmp_path), free_port()
    options = [f"tls-port {port}", f"tls-cert-file {ca}", f"tls-key-file {tmp_path / 'key.pem'}", "tls-auth-clients no"]
    with running_redis(tmp_path, options):
        for address, sentence in (
            (Address("127.0.0.1", port, tls=True, ca=ca), ""),
            (Address("127.0.0.1", port, tls=True), "certificate that is not trusted"),
            (Address("localhost", port, tls=True, ca=ca), "certificate that is not trusted"),
            (Address("127.0.0.1", port), "cannot be reached"),
        ):
            link = Link(Entry(address))
            if sentence:
                with pytest.raises(VaultUnreachable, match=sentence):
                    link.ask(PING)
            else:
                assert link.ask(PING) == [b"PONG"]
            link.close()


def test_nothing_shows_the_password() -> None:
    entry = Entry(Address("127.0.0.1"), "hunter22")

    assert "hunter22" not in repr(entry) + repr(Link(entry))
