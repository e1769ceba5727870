"""A running daemon follows its file and its person: pauses end, good settings hold, wrong ones change nothing."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maskwire_client import Client, Status
from maskwire_client.errors import Refused
from tests.e2e.lab import MASKWIRE, Daemon, Home, running_daemon


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running_daemon(Home.at(tmp_path_factory.mktemp("settings"))) as running:
        yield running


@pytest.fixture
def client(daemon: Daemon) -> Iterator[Client]:
    daemon.home.config.write_text("")
    until(daemon.client, lambda s: s.state == "protecting" and not s.notes)
    yield daemon.client
    daemon.client.resume()


def until(client: Client, holds: Callable[[Status], bool], within_s: float = 20) -> float:
    """Wait until the status is as wanted and return how many seconds that took."""
    began = time.monotonic()
    while not holds(status := client.status()):
        assert time.monotonic() - began < within_s, status
        time.sleep(0.02)
    return time.monotonic() - began


def mode(client: Client, host: str) -> str:
    return next(entry.mode for entry in client.hosts() if entry.host == host)


def test_a_pause_ends_by_itself(client: Client) -> None:
    paused = client.pause(0.8 / 60)

    assert paused.state == "paused"
    assert paused.paused_until is not None
    assert paused.paused_until - time.time() <= 0.8
    until(client, lambda s: s.state == "protecting")


def test_resuming_ends_a_pause_at_once(client: Client) -> None:
    client.pause(5)

    assert client.resume().state == "protecting"


def test_an_endless_pause_is_refused(client: Client) -> None:
    with pytest.raises(Refused, match="minutes"):
        client.pause(100_000)
    assert client.status().state == "protecting"


def test_the_file_is_followed(daemon: Daemon, client: Client) -> None:
    daemon.home.config.write_text('[hosts."api.openai.com"]\nmode = "block"\n')
    until(client, lambda _: mode(client, "api.openai.com") == "block")


def test_a_wrong_file_changes_nothing_and_is_shown(daemon: Daemon, client: Client) -> None:
    daemon.home.config.write_text('[hosts."api.openai.com"]\nmode = "observe"\n')
    until(client, lambda _: mode(client, "api.openai.com") == "observe")
    daemon.home.config.write_text('[hosts."api.openai.com"]\nmode = "bypas"\n')
    until(client, lambda s: s.state == "attention")
    (reason,) = client.status().reasons

    assert f'{daemon.home.config}:2: hosts."api.openai.com".mode: ' in reason
    assert mode(client, "api.openai.com") == "observe"
    daemon.home.config.write_text("")
    until(client, lambda s: s.state == "protecting")
    assert mode(client, "api.openai.com") == "protect"


def test_a_setting_that_needs_a_restart_says_so(daemon: Daemon, client: Client) -> None:
    daemon.home.config.write_text("[limits]\nbody_mb = 1\n")
    until(client, lambda s: s.notes == ("takes effect at the next start: limits.body_mb",))

    assert client.status().state == "protecting"


def test_addresses_of_providers_are_followed(daemon: Daemon, client: Client) -> None:
    daemon.home.config.write_text('[upstream]\ntrusted_ca = "missing.pem"\n')
    until(client, lambda s: s.state == "attention" and "trusted_ca" in s.reasons[0])


def test_the_port_of_the_proxy_is_followed(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        ports = [s.getsockname()[1] for s in (first, second)]
    home.config.write_text(f"[proxy]\nport = {ports[0]}\n")
    command = [str(MASKWIRE), "up", "--headless", "--api-port", "0"]
    with subprocess.Popen(command, env=home.environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{ports[0]} " in process.stdout.readline()
        client = Client.running(home.environment)
        home.config.write_text(f"[proxy]\nport = {ports[1]}\n")
        until(client, lambda s: s.proxy == f"http://127.0.0.1:{ports[1]}")

        assert Client.running(home.environment).runtime.proxy == client.status().proxy
        process.terminate()


def test_setting_a_host_writes_the_file_and_holds_at_once(daemon: Daemon, client: Client) -> None:
    daemon.home.config.write_text("# mine\n")
    client.set_host("api.anthropic.com", "bypass")

    assert mode(client, "api.anthropic.com") == "bypass"
    assert daemon.home.config.read_text() == '# mine\n\n[hosts."api.anthropic.com"]\nmode = "bypass"\n'


def test_an_unknown_host_is_refused_with_a_guess(daemon: Daemon, client: Client) -> None:
    with pytest.raises(Refused, match=r"matches no host that maskwire knows; did you mean api\.openai\.com"):
        client.set_host("api.opnai.com", "bypass")
    assert daemon.home.config.read_text() == ""


def test_the_stale_file_of_a_canary_is_gone(daemon: Daemon, client: Client) -> None:
    host = client.open_canary("127.0.0.1:9", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n")
    file = daemon.home.config.parent / "authority" / "canary.pem"

    assert host.endswith(".api.openai.com")
    assert file.exists()
    client.close_canary()
    assert not file.exists()
    assert not list(Path(file.parent).glob("*canary*"))
