from collections.abc import Iterable

import pytest
from mitmproxy.options import Options

from maskwire.mitm.bypass import Scope
from maskwire.mitm.engine import Client, ClientHelloData, Context, TlsConfig, TlsData
from maskwire.mitm.tls import Leaf, OwnTlsConfig, rejected_host
from maskwire.policy import HostPolicy, Mode, Policy

HOST = "api.openai.com"


class NoAuthority:
    """Signs for nobody."""

    def leaf(self, host: str, sans: Iterable[str] = ()) -> Leaf:
        raise ValueError(host)


class Hello:
    """A ClientHello of which only the name matters."""

    def __init__(self, sni: str | None) -> None:
        self.sni = sni


def config(policy: Policy | None = None) -> OwnTlsConfig:
    return OwnTlsConfig(NoAuthority(), lambda: Scope([HOST]), lambda: policy or Policy())


def context(connect: str | None, sni: str | None = None) -> Context:
    made = Context(Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2)), Options())
    made.client.sni = sni
    made.server.address = (connect, 443) if connect else None
    return made


@pytest.mark.parametrize(
    ("connect", "sni", "tunnelled"),
    [
        (HOST, HOST, False),
        (HOST, None, False),
        ("bank.test", "bank.test", True),
        ("bank.test", None, True),
        ("192.0.2.1", HOST, False),
        ("bank.test", HOST, False),
        (HOST, "bank.test", False),
        (None, "bank.test", False),
    ],
)
def test_only_what_names_no_protected_host_is_tunnelled(
    connect: str | None, sni: str | None, tunnelled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TlsConfig, "tls_clienthello", lambda *_: None)
    data = ClientHelloData(context(connect), Hello(sni))  # type: ignore[arg-type]
    config().tls_clienthello(data)

    assert data.ignore_connection is tunnelled


def test_a_bypassed_host_is_tunnelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TlsConfig, "tls_clienthello", lambda *_: None)
    data = ClientHelloData(context(HOST), Hello(HOST))  # type: ignore[arg-type]
    config(Policy(default=HostPolicy(mode=Mode.BYPASS))).tls_clienthello(data)

    assert data.ignore_connection


def test_without_a_certificate_there_is_no_connection(caplog: pytest.LogCaptureFixture) -> None:
    made = context("bank.test", "bank.test")
    data = TlsData(made.client, made)
    config().tls_start_client(data)

    assert data.ssl_conn is None
    assert "bank.test" not in caplog.text


@pytest.mark.parametrize(
    ("error", "connect", "sni", "host"),
    [
        ("tlsv1 alert unknown ca", HOST, HOST, HOST),
        ("OpenSSL Error([('SSL routines', '', 'sslv3 alert certificate unknown')])", HOST, HOST, HOST),
        ("ssl/tls alert bad certificate", "192.0.2.1", HOST, HOST),
        ("ssl/tls alert bad certificate", HOST, None, HOST),
        ("connection closed", HOST, HOST, None),
        (None, HOST, HOST, None),
    ],
)
def test_a_client_that_does_not_trust_us_is_told_from_one_that_left(
    error: str | None, connect: str, sni: str | None, host: str | None
) -> None:
    made = context(connect, sni)
    made.client.error = error

    assert rejected_host(TlsData(made.client, made)) == host


def test_the_stock_stores_and_pages_are_switched_off() -> None:
    made = config()
    made.running()

    assert made.certstore is None
