"""A desktop session of one's own: a private D-Bus and a real gnome-keyring, in a folder of its own.

Nothing of the machine's own session is seen or touched.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PACKAGES = {
    "dbus-daemon": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "secret-tool": "libsecret-tools",
}

_BARE_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>
"""


def program(name: str) -> str:
    """Return the path of ``name``; a machine without it fails the test and says what to install."""
    path = shutil.which(name)
    if path is None:
        pytest.fail(f"{name} is not installed: run `apt-get install -y {PACKAGES[name]}`", pytrace=False)
    return path


class Session:
    """One session: its environment, its bus, and at most one keyring daemon."""

    def __init__(self, folder: Path, bus_address: str) -> None:
        self._folder = folder
        self._keyring: subprocess.Popen[bytes] | None = None
        self.environment = bare_environment(folder) | {"DBUS_SESSION_BUS_ADDRESS": bus_address}

    def start_keyring(self, password: str) -> None:
        """Start gnome-keyring and try to unlock its collection with ``password``, made with it if new."""
        command = [program("gnome-keyring-daemon"), "--foreground", "--unlock", "--components=secrets"]
        self._keyring = subprocess.Popen(
            command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert self._keyring.stdin is not None
        self._keyring.stdin.write(password.encode())
        self._keyring.stdin.close()
        wait_until(self._answers)

    def stop_keyring(self) -> None:
        """End the keyring daemon, as a logout does."""
        if self._keyring is not None:
            self._keyring.send_signal(signal.SIGCONT)
            self._keyring.terminate()
            self._keyring.wait(10)
            self._keyring = None

    def freeze_keyring(self) -> None:
        """Make the keyring daemon answer nobody until ``thaw_keyring``."""
        assert self._keyring is not None
        self._keyring.send_signal(signal.SIGSTOP)

    def thaw_keyring(self) -> None:
        """Let it answer again."""
        assert self._keyring is not None
        self._keyring.send_signal(signal.SIGCONT)

    def run(self, *command: str) -> str:
        """Run ``command`` inside the session and return what it printed."""
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def lock(self) -> None:
        """Lock the collection, as a screen saver may."""
        self.run(
            sys.executable,
            "-c",
            "import secretstorage; bus = secretstorage.dbus_init();"
            "secretstorage.get_default_collection(bus).lock(); bus.close()",
        )

    def _answers(self) -> bool:
        command = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"]
        question = ["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]
        done = subprocess.run([*command, *question], env=self.environment, check=False, capture_output=True)
        return b"boolean true" in done.stdout


def bare_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a person who is not logged in to any desktop."""
    for name in ("home", "run"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ}
    return kept | {"HOME": str(folder / "home"), "XDG_RUNTIME_DIR": str(folder / "run")}


@contextlib.contextmanager
def session(folder: Path, *, activation: bool = True) -> Iterator[Session]:
    """Run a bus in ``folder``; without ``activation`` it starts no service by itself."""
    command = [program("dbus-daemon"), "--nofork", "--print-address=1"]
    if activation:
        command.append("--session")
    else:
        config = folder / "bus.conf"
        config.write_text(_BARE_BUS.format(folder=folder))
        command.append(f"--config-file={config}")
    bus = subprocess.Popen(
        command, env=bare_environment(folder), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert bus.stdout is not None
    made = Session(folder, bus.stdout.readline().strip())
    try:
        yield made
    finally:
        made.stop_keyring()
        bus.terminate()
        bus.wait(10)
        bus.stdout.close()


def wait_until(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Wait for ``condition``, and fail when it does not come."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "the keyring daemon did not start"
        time.sleep(0.05)
