"""What happens when the daemon is gone: the script goes on, then the person's choice holds, and it is said."""

import contextlib
import io
import os
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from maskwire_client.discovery import Runtime
from maskwire_daemon.capture import kept, notify, watchdog
from maskwire_daemon.capture.keeper import Keeper
from maskwire_daemon.capture.kept import AfterDeath
from maskwire_daemon.capture.places import ENVIRONMENT, pac_url
from maskwire_daemon.capture.watchdog import BLOCKED, REDIRECTED, RESTORED, Daemon, Watchdog
from maskwire_daemon.paths import Paths, write_private
from maskwire_daemon.platform.system_proxy import Way
from maskwire_daemon.singleton import only_one
from tests.fakes.settings import FakePlace

SOON_S = 30.0


@dataclass
class Left:
    """What a killed daemon left behind."""

    paths: Paths
    keeper: Keeper
    place: FakePlace
    environ: dict[str, str]
    port: int

    def die(self, **after: object) -> None:
        """Keep what is to happen, as the daemon did before it died."""
        self.keeper.after(replace(AfterDeath(script="// the script", pac_port=self.port, grace_s=0.2), **after))  # type: ignore[arg-type]

    @contextmanager
    def watched(self) -> Iterator[threading.Thread]:
        """Let a watchdog stand in until the block ends and nothing leads to a daemon any more."""
        dog = Watchdog(self.paths, self.keeper, self.environ)
        thread = threading.Thread(target=dog.stand_in, daemon=True)
        thread.start()
        yield thread
        self.keeper.let_all_go()
        self.keeper.after(AfterDeath())
        thread.join(SOON_S)
        assert not thread.is_alive()

    def script(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/proxy.pac", timeout=5) as answer:
            return str(answer.read().decode())

    def told(self, sentence: str) -> bool:
        deadline = time.monotonic() + SOON_S
        file = self.paths.state / notify.FILE
        while time.monotonic() < deadline:
            if file.exists() and sentence in file.read_text():
                return True
            time.sleep(0.02)
        return False


@pytest.fixture
def left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Left:
    monkeypatch.setenv("PATH", "")  # nothing shows a notification here
    environ = {"MASKWIRE_HOME": str(tmp_path)}
    paths = Paths.of(environ)
    paths.create()
    place = FakePlace({"mode": "none", "script": None})
    keeper = Keeper(paths, {"fake": place, ENVIRONMENT: FakePlace({"mode": None})})
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port = trial.getsockname()[1]
    return Left(paths, keeper, place, environ, port)


def opened(left: Left) -> str:
    deadline = time.monotonic() + SOON_S
    while True:
        try:
            return left.script()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_daemon_that_put_all_back_leaves_nothing_to_do(left: Left) -> None:
    dog = Watchdog(left.paths, left.keeper, left.environ)
    dog.wait(io.BytesIO())
    dog.stand_in()

    assert not (left.paths.state / notify.FILE).exists()


def test_the_script_goes_on_and_providers_stay_closed(left: Left) -> None:
    left.keeper.lead("fake", Way("127.0.0.1", 1, pac_url(left.port, "// the script")))
    left.die(block=True)
    with left.watched():
        assert opened(left) == "// the script"
        assert left.told(BLOCKED)
        assert left.script() == "// the script"
        assert left.place.values["mode"] == "script"


def test_a_proxy_for_all_traffic_becomes_the_script(left: Left) -> None:
    left.keeper.lead("fake", Way("127.0.0.1", 8877))
    left.keeper.lead(ENVIRONMENT, Way("127.0.0.1", 8877))
    left.die(block=True)
    with left.watched():
        assert left.told(BLOCKED)
        assert left.place.values["mode"] == "script"
        assert left.place.values["script"] == pac_url(left.port, "// the script")
        assert list(left.keeper.kept().places) == ["fake"]
    assert left.place.values == {"mode": "none", "script": None, "host": None}


def test_the_settings_from_before_come_back(left: Left) -> None:
    left.keeper.lead("fake", Way("127.0.0.1", 8877))
    left.die(block=False)
    with left.watched() as thread:
        thread.join(SOON_S)

    assert left.place.values == {"mode": "none", "script": None, "host": None}
    assert left.told(RESTORED)
    assert not kept.file_of(left.paths).exists()


def test_without_its_port_nothing_is_blocked_for_ever(left: Left) -> None:
    left.keeper.lead("fake", Way("127.0.0.1", 8877))
    left.die(block=True)
    with socket.create_server(("127.0.0.1", left.port)), left.watched() as thread:
        thread.join(SOON_S)
        assert left.place.values["mode"] == "none"
    assert left.told(RESTORED)


@contextmanager
def silent(left: Left) -> Iterator[None]:
    """Be a daemon that lives, holds its lock and its port, and answers nothing."""
    with only_one(left.paths.lock), socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        runtime = Runtime(os.getpid(), address, address, "", "", time.time(), "0", "token")
        write_private(left.paths.runtime, runtime.dumps())
        yield
        left.paths.runtime.unlink()


def test_a_daemon_that_is_only_slow_keeps_its_settings(left: Left, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "ANSWER_S", 0.2)
    monkeypatch.setattr(watchdog, "LOOK_LATER_S", 0.05)
    left.keeper.lead("fake", Way("127.0.0.1", 8877))
    left.die(block=False, apps="codex")
    with silent(left):
        assert watchdog.daemon_of(left.paths, left.environ) is Daemon.SILENT
        dog = Watchdog(left.paths, left.keeper, left.environ)
        thread = threading.Thread(target=dog.stand_in, daemon=True)
        thread.start()
        thread.join(1.5)

        assert thread.is_alive()
        assert left.place.values["mode"] == "manual"
        assert not (left.paths.state / notify.FILE).exists()
    thread.join(SOON_S)
    assert left.told(RESTORED)
    assert left.place.values["mode"] == "none"


def test_nothing_is_decided_while_a_daemon_starts(left: Left) -> None:
    left.keeper.lead("fake", Way("127.0.0.1", 8877))
    left.die(block=True)
    with left.watched():
        with only_one(left.paths.lock):
            assert opened(left) == "// the script"
            time.sleep(1.0)  # five times the grace

            assert left.place.values["mode"] == "manual"
            assert not (left.paths.state / notify.FILE).exists()
        assert left.told(BLOCKED)
        assert left.place.values["mode"] == "script"


def test_redirection_that_ended_is_said_at_once(left: Left) -> None:
    left.die(script="", apps="codex, 4242", grace_s=30)
    with left.watched():
        assert left.told(REDIRECTED.format("codex, 4242"))


def test_redirection_alone_leaves_nothing_to_watch(left: Left) -> None:
    left.die(script="", apps="4242")
    with left.watched() as thread:
        thread.join(SOON_S)
        assert not kept.file_of(left.paths).exists()
    assert "restored" not in (left.paths.state / notify.FILE).read_text()


def test_what_cannot_be_put_back_is_said(left: Left) -> None:
    left.keeper.lead("fake", Way("127.0.0.1", 8877))
    left.die(block=False)
    left.place.dead = True
    with left.watched():
        assert left.told("could not be taken back: the desktop does not answer")
        left.place.dead = False


def test_nobody_can_keep_the_watchdog_by_asking_slowly(left: Left) -> None:
    left.keeper.lead("fake", Way("127.0.0.1", 1, pac_url(left.port, "// the script")))
    left.die(block=True)
    with left.watched():
        opened(left)
        with socket.create_connection(("127.0.0.1", left.port)) as slow:
            slow.sendall(b"GET /proxy")
            assert left.told(BLOCKED)


def test_nobody_can_keep_it_a_byte_at_a_time(left: Left) -> None:
    left.keeper.lead("fake", Way("127.0.0.1", 1, pac_url(left.port, "// the script")))
    left.die(block=True)
    with left.watched():
        opened(left)
        with socket.create_connection(("127.0.0.1", left.port)) as slow:
            ended = threading.Event()
            thread = threading.Thread(target=drip, args=(slow, ended))
            thread.start()
            try:
                assert left.told(BLOCKED)
            finally:
                ended.set()
                thread.join()


def drip(connection: socket.socket, ended: threading.Event) -> None:
    """Send one byte after the other, sooner than any single wait is over."""
    with contextlib.suppress(OSError):
        while not ended.wait(0.2):
            connection.sendall(b"x")


@pytest.mark.parametrize("platform", ["darwin", "linux"])
def test_a_sentence_is_never_part_of_a_program(platform: str) -> None:
    sentence = '" & (do shell script "true") & "'
    command = notify.command(sentence, platform)

    assert command[-1] == sentence
    assert not any(sentence in word for word in command[:-1])


def test_sentences_wait_until_they_are_shown(left: Left) -> None:
    for number in range(notify.MOST + 2):
        notify.tell(left.paths, f"sentence {number}")

    assert notify.told(left.paths) == [f"sentence {n}" for n in range(2, notify.MOST + 2)]
    assert notify.told(left.paths) == []
