"""A machine's one line to the world, which can be cut, swallow everything, and come back elsewhere.

Runs as root in network and mount namespaces of its own, so that nothing outside is touched.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROVIDER = "198.51.100.10"
"""Where the provider is, whatever line leads there."""

HERE, THERE = "mwhere", "mwthere"
"""The two ends of the line."""


@dataclass
class World:
    """What is at the other end of the line."""

    process: "subprocess.Popen[str]"
    pem: Path

    def tell(self, line: str) -> str:
        """Have something done there and return what it answered."""
        assert self.process.stdin is not None  # it was started with pipes
        assert self.process.stdout is not None
        if line:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        answer: str = json.loads(self.process.stdout.readline())
        return answer

    def heard(self) -> bytes:
        """Return all that the provider received."""
        return base64.b64decode(self.tell("heard"))

    def ip(self, *arguments: str) -> None:
        """Run ``ip`` there."""
        run("nsenter", "--target", str(self.process.pid), "--net", "ip", *arguments)


@dataclass
class Line:
    """The line, as it is now: its network is 10.``number``.0.0/24, this end has .1, the other .2."""

    world: World
    resolver: Path
    number: int = 0

    @property
    def gateway(self) -> str:
        """The other end."""
        return f"10.{self.number}.0.2"

    def connect(self, number: int) -> None:
        """Bring it up in a network, with its own address, route and name server."""
        self.number = number
        run("ip", "link", "set", HERE, "up")
        self.world.ip("link", "set", THERE, "up")
        self.world.ip("address", "add", f"{self.gateway}/24", "dev", THERE)
        run("ip", "address", "add", f"10.{number}.0.1/24", "dev", HERE)
        self.route()
        self.resolver.write_text(f"nameserver {self.gateway}\n")

    def route(self) -> None:
        """Lead everything over it, which a cut undoes."""
        run("ip", "route", "replace", "default", "via", self.gateway)

    def cut(self) -> None:
        """Take this end down; its address stays for when it comes back, as with a cable that is pulled."""
        run("ip", "link", "set", HERE, "down")

    def mend(self) -> None:
        """Bring it up as it was."""
        run("ip", "link", "set", HERE, "up")
        self.route()

    def leave(self) -> None:
        """Leave this network: line down, address, route and name server gone."""
        self.cut()
        run("ip", "address", "flush", "dev", HERE)
        self.world.ip("address", "flush", "dev", THERE)
        self.resolver.write_text("")

    def swallow(self, *, on: bool) -> None:
        """Let everything vanish on its way, without a word to anybody; or no longer."""
        self.world.ip("route", "add" if on else "del", "blackhole", f"10.{self.number}.0.1/32", "table", "local")


@contextmanager
def network(folder: Path) -> Iterator[Line]:
    """Make the line and the world."""
    assert os.geteuid() == 0, "network namespaces need root"
    folder.mkdir()
    for name, text in (("resolv.conf", ""), ("hosts", "127.0.0.1 localhost\n")):
        (folder / name).write_text(text)
        run("mount", "--bind", str(folder / name), f"/etc/{name}")
    run("ip", "link", "set", "lo", "up")
    command = ["unshare", "--net", sys.executable, "-m", "tests.e2e.network_world", str(folder / "provider.pem")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            world = World(process, folder / "provider.pem")
            world.tell("")
            run("ip", "link", "add", HERE, "type", "veth", "peer", "name", THERE, "netns", str(process.pid))
            world.ip("link", "set", "lo", "up")
            world.ip("address", "add", f"{PROVIDER}/32", "dev", "lo")
            yield Line(world, folder / "resolv.conf")
        finally:
            process.kill()


def run(*command: str) -> None:
    """Run a command that has to succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
