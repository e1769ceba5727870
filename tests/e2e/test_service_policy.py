"""A running daemon obeys its organisation's policy, refuses edits of it, and trusts none that anybody can write."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from maskwire_client import Client, NotRunning, Status
from maskwire_client.errors import Refused
from tests.e2e.lab import START_S, Home

pytestmark = pytest.mark.e2e

RUN = """
import sys
from pathlib import Path
from maskwire_daemon.config import managed
managed.POLICY_FILE = Path(sys.argv[1])
from maskwire_daemon.cli.main import main
sys.exit(main(sys.argv[2:]))
"""
"""Runs maskwire as on a machine with another policy file; nothing but code can say so."""

PROTECT = '[hosts."*.openai.com"]\nmode = "protect"\n'


@dataclass
class Managed:
    """A home on a machine with a policy."""

    home: Home
    policy: Path

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", RUN, str(self.policy), *arguments]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*arguments), env=self.home.environment, capture_output=True, text=True, check=False, timeout=60
        )

    def until(self, holds: Callable[[Status], bool]) -> Status:
        """Wait for the daemon's status to be as wanted."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                status = Client.running(self.home.environment).status()
            except NotRunning:
                status = None
            if status is not None and holds(status):
                return status
            time.sleep(0.05)
        raise AssertionError(status)


@pytest.fixture
def machine(tmp_path: Path) -> Managed:
    folder = tmp_path / "etc"
    folder.mkdir(mode=0o755)
    return Managed(Home.at(tmp_path / "home"), folder / "policy.toml")


@pytest.fixture
def running(machine: Managed) -> Iterator[Managed]:
    machine.policy.write_text(PROTECT)
    command = machine.command("up", "--headless", "--proxy-port", "0", "--api-port", "0")
    daemon = subprocess.Popen(command, env=machine.home.environment, stdin=subprocess.DEVNULL)
    try:
        machine.until(lambda s: bool(s.proxy))
        yield machine
    finally:
        daemon.terminate()
        daemon.wait()


def test_a_managed_mode_holds_is_shown_and_cannot_be_edited(running: Managed) -> None:
    running.home.config.write_text('[hosts."api.openai.com"]\nmode = "bypass"\n[journal]\nmax_mb = 7.0\n')
    client = Client.running(running.home.environment)
    status = running.until(lambda s: any("managed by your organisation" in note for note in s.notes))
    with pytest.raises(Refused, match="managed by your organisation"):
        client.set_host("api.openai.com", "observe")
    shown = running.run("config", "check", "--json")

    assert any("hosts.*.openai.com.mode" in note for note in status.notes)
    assert {entry.mode for entry in client.hosts() if entry.host == "api.openai.com"} == {"protect"}
    assert json.loads(shown.stdout)["managed"] == ["hosts.*.openai.com.mode"]


def test_a_policy_that_is_opened_to_everybody_changes_nothing_and_needs_attention(running: Managed) -> None:
    running.policy.chmod(0o666)
    running.policy.write_text('[hosts."*.openai.com"]\nmode = "bypass"\n')
    status = running.until(lambda s: s.state == "attention" and any("chmod go-w" in r for r in s.reasons))
    hosts = Client.running(running.home.environment).hosts()

    assert status.proxy
    assert {entry.mode for entry in hosts if entry.host == "api.openai.com"} == {"protect"}


def test_no_daemon_starts_under_a_policy_that_anybody_can_write(machine: Managed) -> None:
    machine.policy.write_text(PROTECT)
    machine.policy.chmod(0o666)
    started = machine.run("up", "--headless", "--proxy-port", "0", "--api-port", "0")

    assert started.returncode == 2
    assert "chmod go-w" in started.stderr


def test_another_key_provider_is_refused_at_start(machine: Managed) -> None:
    machine.policy.write_text('key_provider = "keyring"\n')
    started = machine.run("up", "--headless", "--proxy-port", "0", "--api-port", "0")

    assert started.returncode == 2
    assert "key_provider is managed by your organisation" in started.stderr
