"""There is a watchdog while there has to be one, and repair costs nothing when there is nothing to repair."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from maskwire_client import client
from maskwire_client.discovery import Runtime
from maskwire_daemon.capture import kept
from maskwire_daemon.capture.guardian import _LEFT, LOGIN_FILE, Guardian, at_login, repair
from maskwire_daemon.capture.kept import AfterDeath, Kept
from maskwire_daemon.paths import Paths, write_private
from maskwire_daemon.singleton import only_one

WAITS = (sys.executable, "-c", "import sys; sys.stdin.buffer.read(); open('{}', 'w').close()")
"""A command that ends when its pipe does, and leaves a file."""


def waiting(mark: Path) -> list[str]:
    return [*WAITS[:2], WAITS[2].format(mark)]


def soon(mark: Path) -> bool:
    deadline = time.monotonic() + 10
    while not mark.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return mark.exists()


def test_a_watchdog_that_was_killed_is_replaced(tmp_path: Path) -> None:
    guardian = Guardian(waiting(tmp_path / "mark"))
    guardian.watch()
    first = guardian.pid
    guardian.watch()
    assert guardian.pid == first
    assert first is not None
    subprocess.run(["kill", "-9", str(first)], check=True)
    while guardian.pid is not None:
        time.sleep(0.01)
    guardian.watch()

    assert guardian.pid not in (None, first)
    guardian.release()
    assert guardian.pid is None
    assert (tmp_path / "mark").exists()


RUNS = """#!/bin/sh
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
"""
"""A manager that runs what it is given."""


@pytest.mark.parametrize(
    ("manager", "scoped"), [(RUNS, True), ("#!/bin/sh\nexit 1\n", False)], ids=["there", "missing"]
)
def test_a_service_starts_its_watchdog_outside_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manager: str, scoped: bool
) -> None:
    program = tmp_path / "systemd-run"
    program.write_text(manager)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("INVOCATION_ID", "x")
    guardian = Guardian(waiting(tmp_path / "mark"))
    guardian.watch()
    deadline = time.monotonic() + 10
    while guardian._scoped is not scoped and time.monotonic() < deadline:
        time.sleep(0.02)
        guardian.watch()

    assert guardian._scoped is scoped
    guardian.release()
    assert soon(tmp_path / "mark")


def test_release_without_a_watchdog_does_nothing() -> None:
    Guardian(["never-started"]).release()


def test_repair_does_nothing_where_nothing_was_left(tmp_path: Path) -> None:
    assert not repair(["never-started"], {"MASKWIRE_HOME": str(tmp_path)})


def test_repair_starts_a_watchdog_for_what_was_left(tmp_path: Path) -> None:
    environ = {"MASKWIRE_HOME": str(tmp_path)}
    paths = Paths.of(environ)
    paths.create()
    kept.store(paths, Kept(after=AfterDeath(script="x")))

    assert repair(waiting(tmp_path / "mark"), environ)
    assert soon(tmp_path / "mark")
    assert _LEFT.pop().wait(timeout=10) == 0


def test_repair_leaves_a_daemon_alone_that_is_only_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PROBE_S", 0.2)
    environ = {"MASKWIRE_HOME": str(tmp_path)}
    paths = Paths.of(environ)
    paths.create()
    kept.store(paths, Kept(after=AfterDeath(script="x")))
    with only_one(paths.lock), socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        write_private(paths.runtime, Runtime(os.getpid(), address, address, "", "", 0.0, "0", "token").dumps())

        assert not repair(["never-started"], environ)


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="these systems have no such entries")
def test_an_entry_repairs_at_login_while_it_is_wanted(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "MASKWIRE_HOME": "/home/a b/100%"}
    file = tmp_path / "autostart" / LOGIN_FILE
    at_login(["/opt/mask wire/maskwire"], environ, wanted=True)
    lines = file.read_text().splitlines()

    assert 'Exec=env "MASKWIRE_HOME=/home/a b/100%%" "/opt/mask wire/maskwire" capture repair' in lines
    at_login(["x"], environ, wanted=False)
    assert not file.exists()
    at_login(["x"], environ, wanted=False)
