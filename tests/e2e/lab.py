"""Real processes to test against: a daemon in a home of its own, and programs that run under it."""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn, Protocol

import pytest

from maskwire_client.client import Client
from maskwire_client.errors import ControlError
from maskwire_client.models import Event, Status

MASKWIRE = Path(sys.executable).with_name("maskwire")
"""The command as it was installed."""

START_S = 60.0
"""Seconds that a daemon may take on a busy machine; what it should take is measured in benchmarks/startup.py."""

HOSTS = (
    "api.openai.com",
    "api.anthropic.com",
    "generativelanguage.googleapis.com",
    "chatgpt.com",  # Codex asks it for its models, which must not reach the real one
    "api.groq.com",
    "api.mistral.ai",
    "api.cohere.com",
    "ollama.com",
    "bedrock-runtime.eu-central-1.amazonaws.com",
)
"""The hosts that the stand-in plays."""

KEY = base64.b64encode(bytes(range(32))).decode()
"""The master key of tests whose vault must outlive its daemon."""


def clean_environment(home: Path) -> dict[str, str]:
    """Return an environment that takes nothing from ours but the search path: no proxy, no trust, no bus."""
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": f"{MASKWIRE.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        "MASKWIRE_HOME": str(home / "maskwire"),
        "MASKWIRE_KEY_PROVIDER": "env",
        "MASKWIRE_MASTER_KEY": KEY,
    }


class Reachable(Protocol):
    """A stand-in provider, whatever it speaks."""

    address: str

    @property
    def pem(self) -> str: ...


def toml_of(stand_ins: Mapping[str, Reachable], trusted: Path, more: str = "") -> str:
    """Return a configuration that connects each host to its stand-in; ``more`` is appended as it is."""
    trusted.write_text("".join(dict.fromkeys(s.pem for s in stand_ins.values())))
    addresses = ", ".join(f'"{host}:443" = "{stand_in.address}"' for host, stand_in in stand_ins.items())
    return f'[upstream]\ntrusted_ca = "{trusted}"\nconnect_to = {{ {addresses} }}\n{more}'


@dataclass
class Home:
    """A maskwire home on disk and the environment that leads to it."""

    folder: Path
    environment: dict[str, str]

    @classmethod
    def at(cls, folder: Path, environment: Mapping[str, str] = MappingProxyType({})) -> "Home":
        """Make a home in ``folder``; ``environment`` adds to a clean one."""
        home = cls(folder, {**clean_environment(folder), **environment})
        home.config.parent.mkdir(parents=True, exist_ok=True)
        return home

    @property
    def config(self) -> Path:
        return self.folder / "maskwire" / "config.toml"

    def configure(self, stand_ins: Mapping[str, Reachable], more: str = "") -> None:
        self.config.write_text(toml_of(stand_ins, self.folder / "stand-ins.pem", more))

    def run(self, *arguments: str, stdin: str = "", timeout_s: float = 60) -> "subprocess.CompletedProcess[str]":
        """Run ``maskwire`` with ``arguments`` in this home and return what it said."""
        return subprocess.run(
            [str(MASKWIRE), *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def done(self, *arguments: str, stdin: str = "") -> str:
        """Run ``maskwire`` with ``arguments``, which must do what it is asked to, and return what it printed."""
        ran = self.run(*arguments, stdin=stdin)
        assert ran.returncode == 0, f"maskwire {' '.join(arguments)}: {ran.stderr}"
        return ran.stdout

    def files(self) -> Iterator[Path]:
        """Yield every file below the home."""
        return (path for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink())


@dataclass
class Daemon:
    """``maskwire up`` as a process of its own. Its output goes to a file of the home."""

    home: Home
    cwd: Path | None = None
    core_dumps: bool = False
    process: "subprocess.Popen[bytes]" = field(init=False)
    output: Path = field(init=False)

    def __post_init__(self) -> None:
        self.output = self.home.folder / "daemon-output"

    def start(self) -> Status:
        """Start the process and wait until it listens."""
        command = [str(MASKWIRE), "up", "--headless", "--proxy-port", "0", "--api-port", "0"]
        if self.core_dumps:
            command = ["sh", "-c", 'ulimit -c unlimited && exec "$@"', "sh", *command]
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                env=self.home.environment,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        return self.wait_ready()

    def wait_ready(self, timeout_s: float = START_S) -> Status:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the daemon ended: {self.output.read_text()}"
            try:
                status = Client.running(self.home.environment).status()
            except ControlError:
                time.sleep(0.02)
                continue
            if status.proxy and status.pid == self.process.pid:
                return status
            time.sleep(0.02)
        raise AssertionError(f"no daemon after {timeout_s} s: {self.output.read_text()}")

    @property
    def client(self) -> Client:
        return Client.running(self.home.environment)

    def worker_pid(self, timeout_s: float = START_S) -> int:
        """Return the process id of the detector's worker, once there is one."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            if children:
                return int(children[0])
            time.sleep(0.02)
        raise AssertionError("the daemon started no worker")

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask the process to end and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def wait_events(self, count: int, after: int = 0) -> list[Event]:
        """Return the journal's exchanges above ``after`` once there are at least ``count``."""
        deadline = time.monotonic() + 10
        while len(events := self.client.events(200, after)) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        return events

    def last_event(self) -> int:
        """Return the id of the journal's newest exchange, 0 when there is none."""
        return max((event.id for event in self.client.events(1)), default=0)


@contextmanager
def running_daemon(home: Home) -> Iterator[Daemon]:
    """Run a daemon in ``home`` until the block ends."""
    daemon = Daemon(home)
    daemon.start()
    try:
        yield daemon
    finally:
        daemon.stop()


def exec_environment(home: Home) -> dict[str, str]:
    """Return the environment that ``maskwire exec`` gives to a command of this home."""
    show = "import json, os; print(json.dumps(dict(os.environ)))"
    shown = home.run("exec", "--", sys.executable, "-c", show)
    assert shown.returncode == 0, shown.stderr
    environment: dict[str, str] = json.loads(shown.stdout)
    return environment


def run_under(
    home: Home, command: Sequence[str], environment: Mapping[str, str] = MappingProxyType({})
) -> "subprocess.CompletedProcess[bytes]":
    """Run ``command`` by ``maskwire exec``, with ``environment`` beside the home's, and return what it said."""
    return subprocess.run(
        [str(MASKWIRE), "exec", "--", *command],
        env={**home.environment, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
        cwd=home.folder,
    )


def need(program: str) -> str:
    """Return the path of ``program``; without it the test cannot run."""
    found = shutil.which(program)
    if not found:
        cannot_run(f"{program} is not installed: .ci/run installs what these tests start")
    return found


def cannot_run(reason: str) -> NoReturn:
    """End a test for want of something on this machine: skipped on somebody's own, failed in CI."""
    assert not os.environ.get("CI"), reason
    pytest.skip(reason)
