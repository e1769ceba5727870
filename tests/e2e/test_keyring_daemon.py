"""The whole daemon on a real gnome-keyring: its tokens outlive it, and a locked keyring does not hang it."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire_client.client import Client
from maskwire_client.errors import NotRunning
from maskwire_client.models import Status
from tests.e2e.keyring_session import Session, session
from tests.e2e.lab import Daemon, Home, running_daemon

PASSWORD = "correct horse"
SECRET = "ann.lindqvist@nordwind-logistik.de"
LINE = json.dumps({"id": 1, "text": f"Write to {SECRET}, please."})


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Session]:
    with session(tmp_path) as made:
        made.start_keyring(PASSWORD)
        yield made


@pytest.fixture
def home(tmp_path: Path, desktop: Session) -> Home:
    """A home whose key is in the session's keyring."""
    made = Home.at(tmp_path / "person", desktop.environment)
    made.environment["MASKWIRE_KEY_PROVIDER"] = "keyring"
    del made.environment["MASKWIRE_MASTER_KEY"]
    return made


def text_of(home: Home, command: str, line: str) -> str:
    done = home.run(command, "--jsonl", stdin=line + "\n")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["text"])


def wait_state(home: Home, state: str, timeout_s: float = 60) -> Status:
    """Return the daemon's status once it is ``state``; one that hangs on the keyring does not answer on the way."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        try:
            status = Client.running(home.environment).status()
        except NotRunning:
            time.sleep(0.05)
            continue
        if status.state == state:
            return status
        time.sleep(0.05)
    raise AssertionError(f"the daemon was never {state}")


def test_tokens_outlive_the_daemon(home: Home) -> None:
    with running_daemon(home) as daemon:
        status = daemon.client.status()
        masked = text_of(home, "mask", LINE)
    with running_daemon(home):
        again = text_of(home, "mask", LINE)
        restored = text_of(home, "restore", json.dumps({"id": 1, "text": masked}))

    assert (status.state, status.key_provider, status.vault, status.persistent) == (
        "protecting",
        "keyring",
        "sqlite",
        True,
    )
    assert SECRET not in masked
    assert masked == again
    assert restored == json.loads(LINE)["text"]


def test_a_locked_keyring_is_waited_for_and_everything_else_answers(home: Home, desktop: Session) -> None:
    with running_daemon(home):
        masked = text_of(home, "mask", LINE)
    desktop.lock()
    daemon = Daemon(home)
    started: list[Status] = []
    starting = threading.Thread(target=lambda: started.append(daemon.start()))
    starting.start()
    try:
        waiting = wait_state(home, "attention")
        desktop.stop_keyring()
        desktop.start_keyring(PASSWORD)
        starting.join(60)
        open_again = wait_state(home, "protecting")
        restored = text_of(home, "restore", json.dumps({"id": 1, "text": masked}))
    finally:
        starting.join(60)
        code = daemon.stop()

    assert SECRET not in masked
    assert waiting.proxy == ""
    assert any("Unlock the keyring" in reason for reason in waiting.reasons)
    assert open_again.proxy == started[0].proxy != ""
    assert restored == json.loads(LINE)["text"]
    assert code == 0
