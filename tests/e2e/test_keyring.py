"""The master key in a real gnome-keyring: unlocked, locked, wrong password, frozen, absent."""

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire_daemon.store.system_keyring import KeyringKey
from tests.e2e import keyring_probe
from tests.e2e.keyring_session import Session, bare_environment, program, session

PASSWORD = "correct horse"
STALL_S = 0.5
"""The loop may stand still this long on a busy machine; a blocked one stands still for the whole deadline."""


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Session]:
    """A session whose keyring is unlocked, as after a login."""
    program("secret-tool")
    with session(tmp_path) as made:
        made.start_keyring(PASSWORD)
        yield made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "maskwire"


def probe(environment: dict[str, str], home: Path, *arguments: str) -> dict[str, object]:
    command = [sys.executable, keyring_probe.__file__, str(home), *arguments]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def assert_locked_soon(found: dict[str, object], within_s: float = 2.0) -> None:
    assert found["error"] == "VaultLocked"
    assert "Unlock the keyring, then run `maskwire status`" in str(found["message"])
    assert float(str(found["took_s"])) < within_s
    assert float(str(found["stall_s"])) < STALL_S


def test_the_key_is_made_once_and_outlives_a_login(desktop: Session, home: Path) -> None:
    first = probe(desktop.environment, home)
    second = probe(desktop.environment, home, "--existing")
    desktop.stop_keyring()
    desktop.start_keyring(PASSWORD)
    third = probe(desktop.environment, home, "--existing")

    assert first["key"] == second["key"] == third["key"]


def test_two_homes_have_two_keys(desktop: Session, tmp_path: Path) -> None:
    keys = {str(probe(desktop.environment, tmp_path / name)["key"]) for name in ("one", "two")}

    assert len(keys) == 2


def test_the_desktops_own_tool_finds_the_same_entry(desktop: Session, home: Path) -> None:
    found = probe(desktop.environment, home)
    entry = KeyringKey(home)._entry
    text = desktop.run("secret-tool", "lookup", "service", "maskwire", "username", entry)

    assert hashlib.sha256(base64.b64decode(text)).hexdigest() == found["key"]


def test_a_locked_keyring_is_reported_and_the_loop_goes_on(desktop: Session, home: Path) -> None:
    probe(desktop.environment, home)
    desktop.lock()

    assert_locked_soon(probe(desktop.environment, home, "--existing"))


def test_a_keyring_locked_before_first_use_is_reported(desktop: Session, home: Path) -> None:
    desktop.lock()

    assert_locked_soon(probe(desktop.environment, home))


def test_a_wrong_password_leaves_the_keyring_locked_and_the_key_unharmed(desktop: Session, home: Path) -> None:
    before = probe(desktop.environment, home)
    desktop.stop_keyring()
    desktop.start_keyring("wrong password")
    assert_locked_soon(probe(desktop.environment, home, "--existing"))
    desktop.stop_keyring()
    desktop.start_keyring(PASSWORD)

    assert probe(desktop.environment, home, "--existing")["key"] == before["key"]


def test_a_keyring_that_does_not_answer_is_left_alone_after_the_deadline(desktop: Session, home: Path) -> None:
    probe(desktop.environment, home)
    desktop.freeze_keyring()
    found = probe(desktop.environment, home, "--existing")

    assert_locked_soon(found, within_s=3.0)
    assert float(str(found["took_s"])) > 1.9


def test_asking_again_gets_the_answer_that_came_late(desktop: Session, home: Path) -> None:
    before = probe(desktop.environment, home)
    desktop.freeze_keyring()
    command = [sys.executable, keyring_probe.__file__, str(home), "--existing", "--again-after", "0.5"]
    with subprocess.Popen(
        command, env=desktop.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as asking:
        assert asking.stderr is not None
        assert asking.stderr.readline() == "first attempt over\n"
        desktop.thaw_keyring()
        output, _ = asking.communicate(timeout=30)

    assert json.loads(output)["key"] == before["key"]


def test_an_entry_removed_by_the_person_is_not_made_up_again(desktop: Session, home: Path) -> None:
    probe(desktop.environment, home)
    desktop.run("secret-tool", "clear", "service", "maskwire", "username", KeyringKey(home)._entry)
    found = probe(desktop.environment, home, "--existing")

    assert found["error"] == "VaultLocked"
    assert "no longer holds the key" in str(found["message"])


def test_a_bus_that_starts_a_locked_keyring_is_reported(tmp_path: Path, home: Path) -> None:
    program("gnome-keyring-daemon")
    with session(tmp_path) as made:
        assert_locked_soon(probe(made.environment, home))


def test_a_bus_without_a_keyring_is_no_keyring(tmp_path: Path, home: Path) -> None:
    with session(tmp_path, activation=False) as made:
        found = probe(made.environment, home)

    assert found["error"] == "NoKeyring"
    assert "No keyring runs on this machine" in str(found["message"])


def test_no_bus_is_no_keyring(tmp_path: Path, home: Path) -> None:
    found = probe(bare_environment(tmp_path), home)

    assert found["error"] == "NoKeyring"
    assert float(str(found["took_s"])) < 2.0


def test_a_null_backend_is_refused_even_beside_a_real_keyring(desktop: Session, home: Path) -> None:
    environment = desktop.environment | {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    found = probe(environment, home)

    assert found["error"] == "NoKeyring"
    assert "keyring.backends.null.Keyring" in str(found["message"])
