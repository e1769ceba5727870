"""A pause keeps its floor: keys stay masked, unless the person said outright that nothing is to be."""

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.lab import Daemon, Home, running_daemon

HOST = "api.openai.com"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running(StandIn()) as provider:
        home = Home.at(tmp_path_factory.mktemp("pause"))
        home.configure({HOST: provider}, "[detection]\nnames = false\n")
        with running_daemon(home) as made:
            yield made


def decrypted(daemon: Daemon) -> bool:
    """Tell whose certificate a program gets that connects to the provider through the proxy: maskwire's or its own."""
    status = daemon.client.status()
    proxy = urlsplit(status.proxy)
    trust = ssl.create_default_context(cafile=status.ca_file)
    with socket.create_connection((proxy.hostname or "", proxy.port or 0), timeout=20) as raw:
        raw.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
        assert raw.recv(4096).startswith(b"HTTP/1.1 200")
        try:
            with trust.wrap_socket(raw, server_hostname=HOST):
                return True
        except ssl.SSLCertVerificationError:
            return False


def test_a_pause_still_masks_secrets(daemon: Daemon) -> None:
    said = daemon.home.run("pause", "5").stdout

    assert "secrets stay masked" in said
    assert not daemon.client.status().secrets_pass
    assert decrypted(daemon)
    daemon.client.resume()


def test_a_pause_of_everything_decrypts_nothing_and_says_so(daemon: Daemon) -> None:
    said = daemon.home.run("pause", "5", "--everything").stdout

    assert "nothing is masked, keys and passwords neither" in said
    assert daemon.client.status().secrets_pass
    assert "nothing is masked" in daemon.home.run("status").stdout
    assert "nothing is masked" in daemon.home.run("exec", "--", "true").stderr
    assert not decrypted(daemon)


def test_the_next_pause_has_a_floor_again(daemon: Daemon) -> None:
    daemon.client.pause(5, floor=False)
    daemon.client.resume()

    assert decrypted(daemon)
    assert not daemon.client.pause(5).secrets_pass
    assert decrypted(daemon)
    daemon.client.resume()
