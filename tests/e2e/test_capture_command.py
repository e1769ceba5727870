"""``maskwire capture`` with a real daemon and its watchdog, each killed in turn."""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire_client.errors import Refused
from tests.e2e.lab import Daemon, Home, running_daemon

SOON_S = 30.0


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    home = Home.at(tmp_path, {"XDG_CURRENT_DESKTOP": ""})
    home.config.write_text("[capture]\npac_port = 0\nbase_url_port = 0\nafter_crash_s = 1\n")
    with running_daemon(home) as daemon:
        yield daemon
    home.run("capture", "off")


def modes(home: Home) -> dict[str, dict[str, object]]:
    said = home.run("capture", "status", "--json", "--verify")
    assert said.returncode == 0, said.stderr
    return {mode["mode"]: mode for mode in json.loads(said.stdout)["modes"]}


def served(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return b"FindProxyForURL" in answer.read()
    except OSError:
        return False


def soon(done: object) -> bool:
    assert callable(done)
    deadline = time.monotonic() + SOON_S
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(done())


def watchdogs(home: Home) -> list[int]:
    """Return the process ids of this home's watchdogs."""
    mark = f"MASKWIRE_HOME={home.environment['MASKWIRE_HOME']}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"watch" in (folder / "cmdline").read_bytes().split(b"\0") and mark in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def test_only_the_proxy_is_on_at_first(daemon: Daemon) -> None:
    found = modes(daemon.home)

    assert {name for name, mode in found.items() if mode["on"]} == {"proxy"}
    assert found["proxy"]["verified_at"] is not None
    assert watchdogs(daemon.home) == []
    assert {mode.mode for mode in daemon.client.status().capture} == set(found)


def test_an_unknown_desktop_is_said_and_not_called_protected(daemon: Daemon) -> None:
    said = daemon.home.run("capture", "on", "system")

    assert said.returncode == 1
    assert "NOT PROVEN" in said.stdout
    assert "GNOME, KDE" in said.stderr
    assert daemon.client.status().state == "attention"
    assert daemon.home.run("capture", "off", "system").returncode == 0
    assert daemon.client.status().reasons == ()


def test_a_mode_takes_only_its_own_key(daemon: Daemon) -> None:
    for mode, changes in (("pac", {"base_urls": True}), ("nonsense", {"pac": True}), ("pac", {}), ("pac", {"pac": 3})):
        with pytest.raises(Refused) as refused:
            daemon.client.set_capture(mode, changes)
        assert refused.value.status == 400
    assert {mode.mode for mode in daemon.client.capture() if mode.on} == {"proxy"}


def test_base_urls_come_and_go(daemon: Daemon) -> None:
    assert daemon.home.run("capture", "on", "base-urls").returncode == 0
    on = modes(daemon.home)["base-urls"]
    assert on["verified_at"] is not None
    assert "/anthropic" in str(on["detail"])
    daemon.home.run("capture", "off", "base-urls")

    assert not modes(daemon.home)["base-urls"]["on"]


def test_the_script_outlives_daemon_and_watchdog(daemon: Daemon) -> None:
    home = daemon.home
    assert home.run("capture", "on", "pac").returncode == 0
    url = str(modes(home)["pac"]["detail"])
    assert served(url)
    assert soon(lambda: watchdogs(home))
    first = watchdogs(home)
    os.kill(first[0], signal.SIGKILL)
    assert soon(lambda: watchdogs(home) not in ([], first))

    daemon.kill()
    assert soon(lambda: served(url))
    for pid in watchdogs(home):
        os.kill(pid, signal.SIGKILL)
    assert soon(lambda: not served(url))
    assert home.run("status").returncode == 3  # any command looks after what was left
    assert soon(lambda: served(url))
    assert "still lead to it" in home.run("capture").stderr

    again = Daemon(home)
    again.start()
    try:
        assert soon(lambda: modes(home)["pac"]["verified_at"] is not None)
        assert soon(lambda: len(watchdogs(home)) == 1)
    finally:
        again.stop()
    assert soon(lambda: watchdogs(home) == [])
    assert not served(url)


def test_a_mode_without_a_daemon_is_written_for_the_next_start(tmp_path: Path) -> None:
    home = Home.at(tmp_path)

    assert home.run("capture", "on", "pac").returncode == 0
    assert home.run("capture", "app", "4242").returncode == 0
    assert home.config.read_text() == '[capture]\npac = true\napps = ["4242"]\n'
    assert home.run("capture", "off").returncode == 0
    assert home.run("capture", "repair").stdout == "nothing to repair\n"


def test_a_password_without_a_user_is_refused(tmp_path: Path) -> None:
    said = Home.at(tmp_path).run("capture", "password", stdin="x\n")

    assert said.returncode == 1
    assert "http://user@host:port" in said.stderr
