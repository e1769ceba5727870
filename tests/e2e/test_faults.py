"""Whatever breaks, nothing leaves raw, and when it is whole again so is the work."""

import http.client
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.provider import Behaviour
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.lab import HOSTS, Daemon, Home, cannot_run, need, running_daemon
from tests.e2e.planted import ALL, PROMPT, VALUES
from tests.e2e.raw import Reply, chat, post


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with running(StandIn()) as stand_in:
        yield stand_in


@pytest.fixture
def home(tmp_path: Path, stand_in: StandIn) -> Home:
    home = Home.at(tmp_path)
    home.configure(dict.fromkeys(HOSTS, stand_in))
    return home


def long_prose() -> str:
    """Return a text that keeps the detector busy for a while: no line is like another."""
    line = "On day {0} {person} <{email}> met Robert Miller number {0} in Springfield about case {0}."
    return "\n".join(line.format(number, **VALUES) for number in range(4000))


def test_a_request_whose_detector_dies_never_leaves_raw(home: Home, stand_in: StandIn) -> None:
    text = long_prose()
    replies: list[Reply] = []
    with running_daemon(home) as daemon:
        status = daemon.client.status()
        assert post(status, chat(PROMPT)).chat_text == PROMPT
        asking = threading.Thread(target=lambda: replies.append(post(status, chat(text), timeout_s=120)))
        asking.start()
        asking.join(0.5)
        assert asking.is_alive(), "the text was searched before the worker could be killed: make it longer"
        os.kill(daemon.worker_pid(), signal.SIGKILL)
        asking.join()

        assert [reply.status for reply in replies if reply.status != 200 or reply.chat_text != text] in ([], [400])
        assert leaks(ALL, stand_in.heard()) == []
        assert post(status, chat(PROMPT + "Once more.")).chat_text == PROMPT + "Once more."
    assert leaks(ALL, stand_in.heard()) == []


def test_a_vault_whose_key_is_another_is_refused(home: Home, stand_in: StandIn) -> None:
    with running_daemon(home) as daemon:
        assert post(daemon.client.status(), chat(PROMPT)).chat_text == PROMPT
    masked = stand_in.provider.calls[0].body
    right = home.environment["MASKWIRE_MASTER_KEY"]
    home.environment["MASKWIRE_MASTER_KEY"] = "A" * 43 + "="
    refused = home.run("up", "--headless", "--proxy-port", "0", "--api-port", "0")

    assert refused.returncode == 1
    assert "key" in refused.stderr
    home.environment["MASKWIRE_MASTER_KEY"] = right
    with running_daemon(home) as daemon:
        assert PROMPT in _restored(daemon, masked)


def _restored(daemon: Daemon, body: bytes) -> str:
    """Return the text of a masked chat as the vault restores it."""
    text = json.loads(body)["messages"][-1]["content"]
    return daemon.client.restore([text]).texts[0]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB. Mounting needs root, which CI is; elsewhere the test is skipped."""
    if os.geteuid() != 0:
        cannot_run("mounting a small file system needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run([need("mount"), "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_refuses_and_recovers(small_disk: Path, stand_in: StandIn) -> None:
    home = Home.at(small_disk)
    home.configure(dict.fromkeys(HOSTS, stand_in))
    with running_daemon(home) as daemon:
        status = daemon.client.status()
        assert post(status, chat(f"Mail {VALUES['email']}")).status == 200
        ballast = small_disk / "ballast"
        _fill(ballast)
        stand_in.forget()
        refused = post(status, chat(PROMPT))

        assert refused.status == 400
        assert b"vault" in refused.body
        assert refused.headers["x-should-retry"] == "false"
        assert stand_in.heard() == b""

        ballast.unlink()
        assert post(status, chat(PROMPT)).chat_text == PROMPT
        assert leaks(ALL, stand_in.heard()) == []


def _fill(ballast: Path) -> None:
    """Write to ``ballast`` until the disk holds no byte more."""
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


@pytest.mark.parametrize("pieces", [0, 1, 20])
def test_an_answer_that_breaks_off_is_not_taken_for_whole(home: Home, stand_in: StandIn, pieces: int) -> None:
    stand_in.provider.behaviour = Behaviour(reset_after=pieces)
    with running_daemon(home) as daemon:
        status = daemon.client.status()
        with pytest.raises((http.client.HTTPException, OSError)):
            post(status, chat(PROMPT, stream=True))
        stand_in.provider.behaviour = Behaviour()

        assert post(status, chat(PROMPT, stream=True)).chat_text == PROMPT
        assert {event.outcome for event in daemon.wait_events(2)} == {"failed", "masked"}
    assert leaks(ALL, stand_in.heard()) == []


def test_a_stopping_daemon_finishes_what_is_open(home: Home, stand_in: StandIn) -> None:
    stand_in.provider.behaviour = Behaviour(pause_s=0.01)
    replies: list[Reply] = []
    daemon = Daemon(home)
    status = daemon.start()
    asking = threading.Thread(target=lambda: replies.append(post(status, chat(PROMPT, stream=True))))
    asking.start()
    while not stand_in.provider.calls:
        asking.join(0.02)

    assert daemon.stop() == 0
    asking.join()
    assert [reply.chat_text for reply in replies] == [PROMPT]
