"""A Redis of a test's own: a real ``redis-server`` on a socket file, which can be killed and started again."""

import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from maskwire_daemon.store.team.address import Address
from maskwire_daemon.store.team.membership import Membership
from maskwire_daemon.store.team.opening import Team
from maskwire_daemon.store.team.vault import TeamVault
from tests.e2e.lab import need

START_S = 30.0
"""Seconds that the server may take on a busy machine; it takes a twentieth."""


class RedisServer:
    """``redis-server`` in ``folder``, with an append-only file. ``options`` are more lines of its configuration."""

    def __init__(self, folder: Path, options: Sequence[str] = (), password: str = "") -> None:
        self.folder = folder
        self.socket = folder / "r.sock"
        self._program = need("redis-server")
        self._login = ["-a", password] if password else []
        lines = ["port 0", f"unixsocket {self.socket}", "appendonly yes", f"dir {folder}", 'save ""', *options]
        if password:
            lines.append(f"requirepass {password}")
        (folder / "redis.conf").write_text("\n".join(lines) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def address(self) -> Address:
        return Address(socket=str(self.socket))

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [self._program, str(self.folder / "redis.conf")]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_S
        while self.cli("PING") != "PONG":
            assert self._process.poll() is None, "redis-server ended"
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stall(self) -> None:
        """Let it take connections and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """End a stall."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def cli(self, *words: str) -> str:
        """Return what ``redis-cli`` prints for a command."""
        command = ["redis-cli", "-s", str(self.socket), *self._login, *words]
        ran = subprocess.run(command, capture_output=True, check=False, timeout=30)
        return ran.stdout.decode("utf-8", "replace").strip()

    def stored(self) -> bytes:
        """Return every byte of what it wrote to its disk."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*.aof") if path.is_file())


@contextmanager
def running_redis(folder: Path, options: Sequence[str] = (), password: str = "") -> Iterator[RedisServer]:
    """Run a Redis in ``folder`` until the block ends."""
    server = RedisServer(folder, options, password)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def team_of(server: RedisServer, membership: Membership | None = None) -> Team:
    """Return a team whose vault is on ``server``; a new one where no membership is given."""
    return Team(membership or Membership.new(), server.address, {})


def founded(team: Team) -> TeamVault:
    """Return the vault of ``team``, set up."""
    shelf = team.shelf()
    shelf.found()
    shelf.link.close()
    return team.vault()
