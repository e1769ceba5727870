"""Runs a client as a person would, by ``maskwire exec``, and looks at both ends: the one place that asserts."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.provider import Provider
from tests.e2e.clients.conversation import PLANTED, REQUESTS, expected
from tests.e2e.lab import Daemon, Home, cannot_run, need, run_under

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@dataclass(frozen=True)
class Client:
    """A client to run: its command, and what it needs to know beside what ``maskwire exec`` tells it.

    One that is ``alone`` is told nothing by maskwire: neither a proxy nor whom to trust.
    """

    command: Sequence[str]
    environment: Mapping[str, str] = MappingProxyType({})
    alone: bool = False

    def run(self, home: Home) -> "subprocess.CompletedProcess[bytes]":
        """Run it and return what it said."""
        environment = {"PYTHONPATH": str(ROOT), **self.environment}
        if not self.alone:
            return run_under(home, self.command, environment)
        return subprocess.run(
            self.command,
            env={**home.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )


class Hearing(Protocol):
    """A stand-in provider that keeps what it heard."""

    provider: Provider

    def heard(self) -> bytes: ...


def python_client(name: str, *arguments: str) -> list[str]:
    """Return the command that runs ``clients/NAME.py`` in an environment of the packages that it names."""
    script = HERE / f"{name}.py"
    synced = _tool("uv", "sync", "--script", str(script), "--python", sys.executable)
    if synced.returncode:
        cannot_run(f"uv could not install what {name} needs: {synced.stderr[-500:]}")
    interpreter = _tool("uv", "python", "find", "--script", str(script)).stdout.strip()
    return [interpreter, "-m", f"tests.e2e.clients.{name}", *arguments]


def _tool(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [need(program), *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280, check=False)


def assert_protected(daemon: Daemon, stand_in: Hearing, client: Client) -> None:
    """Let ``client`` hold the conversation; nothing planted may arrive, and all of it must come back."""
    before = daemon.last_event()
    ran = client.run(daemon.home)
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")[-3000:]
    transcript: dict[str, Any] = json.loads(ran.stdout)
    assert_restored(transcript)
    assert_nothing_arrived(stand_in, REQUESTS * len(transcript["talks"]))
    outcomes = [event.outcome for event in daemon.wait_events(REQUESTS * len(transcript["talks"]), before)]
    assert outcomes == ["masked"] * len(outcomes)


def assert_restored(transcript: Mapping[str, Any]) -> None:
    """Assert that tool and reader of every talk got the real values."""
    assert transcript["talks"]
    for how, turns in transcript["talks"].items():
        assert turns == expected(), how


def assert_nothing_arrived(stand_in: Hearing, requests: int) -> None:
    """Assert that all requests reached the provider and none held a planted value in any spelling."""
    assert len([call for call in stand_in.provider.calls if call.method == "POST"]) == requests
    assert leaks(PLANTED, stand_in.heard()) == []
