"""The daemon and a real keyring: unlocked, locked, silent. Nothing ever waits for it but the proxy's opening."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire_client import ControlError
from maskwire_client.models import Status
from tests.e2e.keyring_session import Session, session
from tests.e2e.lab import MASKWIRE, Daemon, Home, running_daemon


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Session]:
    folder = tmp_path / "desktop"
    folder.mkdir()
    with session(folder) as running:
        running.start_keyring("ci")
        yield running


@pytest.fixture
def home(tmp_path: Path, desktop: Session) -> Home:
    home = Home.at(tmp_path / "home", {"MASKWIRE_KEY_PROVIDER": "keyring"})
    home.environment |= {k: v for k, v in desktop.environment.items() if k != "PATH"}
    return home


def status_when(daemon: Daemon, *, opened: bool, within_s: float = 20) -> Status:
    """Return the status once the proxy is open, or once the daemon says that it is not."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            status = daemon.client.status()
        except ControlError:
            time.sleep(0.05)
            continue
        if bool(status.proxy) == opened:
            return status
        time.sleep(0.05)
    raise AssertionError(daemon.output.read_text())


def start_without_waiting(home: Home) -> Daemon:
    daemon = Daemon(home)
    daemon.wait_ready = lambda timeout_s=0: status_when(daemon, opened=False)  # type: ignore[method-assign]
    daemon.start()
    return daemon


def test_an_unlocked_keyring_keeps_the_key(home: Home) -> None:
    with running_daemon(home) as daemon:
        status = daemon.client.status()
        token = daemon.client.mask(["jane.doe@corp.com"])[0]

        assert (status.state, status.key_provider, status.persistent) == ("protecting", "keyring", True)
    with running_daemon(home) as daemon:
        assert daemon.client.restore([token]).texts == ("jane.doe@corp.com",)


def test_a_locked_keyring_is_waited_for_and_named(home: Home, desktop: Session) -> None:
    with running_daemon(home) as daemon:
        token = daemon.client.mask(["jane.doe@corp.com"])[0]
    desktop.lock()
    daemon = start_without_waiting(home)
    try:
        status = daemon.client.status()

        assert (status.state, status.proxy) == ("attention", "")
        assert "locked" in status.reasons[0]
        assert "\nmaskwire: waiting, nothing is sent until this is solved: " in daemon.output.read_text()
        with pytest.raises(ControlError, match="the vault is not open yet"):
            daemon.client.mask(["jane.doe@corp.com"])
        command = [str(MASKWIRE), "exec", "--", "echo", "done"]
        waiting = subprocess.Popen(
            command, env=home.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert waiting.stderr is not None
        assert "maskwire: waiting: The keyring is locked" in waiting.stderr.readline()
        desktop.stop_keyring()
        desktop.start_keyring("ci")
        assert waiting.communicate(timeout=30)[0] == "done\n"
        status = status_when(daemon, opened=True)
        assert (status.state, status.persistent) == ("protecting", True)
        assert daemon.client.restore([token]).texts == ("jane.doe@corp.com",)
    finally:
        assert daemon.stop() == 0


def test_a_keyring_that_hangs_holds_up_nothing(home: Home, desktop: Session) -> None:
    desktop.freeze_keyring()
    daemon = start_without_waiting(home)
    try:
        began = time.monotonic()
        status = daemon.client.status()

        assert time.monotonic() - began < 1
        assert "has not answered within 2 s" in status.reasons[0]
        desktop.thaw_keyring()
        assert status_when(daemon, opened=True).state == "protecting"
    finally:
        desktop.thaw_keyring()
        assert daemon.stop() == 0


def test_a_hanging_keyring_does_not_keep_it_from_stopping(home: Home, desktop: Session) -> None:
    desktop.freeze_keyring()
    daemon = start_without_waiting(home)
    try:
        assert daemon.stop() == 0
    finally:
        desktop.thaw_keyring()
