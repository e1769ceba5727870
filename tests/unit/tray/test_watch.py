"""What the tray sees of a daemon that comes, goes, hangs and refuses."""

import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from maskwire.errors import ControlError
from maskwire_client.discovery import RUNTIME_FILE
from maskwire_tray.watch import OTHER_VERSION, Watch
from tests.fakes.control import STATUS, FakeControl
from tests.unit.client.test_client import runtime, serving


class Counting(FakeControl):
    """Counts what is asked for; refuses exchanges while ``shut``."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.shut = False

    async def events(self, limit: int, after: int) -> Sequence[Mapping[str, Any]]:
        self.asked += 1
        if self.shut:
            raise ControlError("the vault is not open yet")
        return await super().events(limit, after)


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"MASKWIRE_HOME": str(tmp_path)}


def announce(home: dict[str, str], port: int) -> Path:
    file = Path(home["MASKWIRE_HOME"]) / RUNTIME_FILE
    file.write_text(runtime(port).dumps())
    return file


def test_a_running_daemon_is_seen_whole(home: dict[str, str]) -> None:
    with serving(FakeControl()) as port:
        announce(home, port)
        seen = Watch(home).look()

    assert seen.status == STATUS
    assert [event.id for event in seen.events] == [3, 2, 1]
    assert [host.host for host in seen.hosts] == ["api.openai.com"]


def test_what_did_not_change_is_not_asked_for_again(home: dict[str, str]) -> None:
    control = Counting()
    with serving(control) as port:
        announce(home, port)
        watch = Watch(home)
        looks = [watch.look() for _ in range(5)]

    assert control.asked == 1
    assert looks[0] == looks[4]


def test_a_refusal_of_details_is_no_absence(home: dict[str, str]) -> None:
    control = Counting()
    control.shut = True
    with serving(control) as port:
        announce(home, port)
        watch = Watch(home)
        first = watch.look()
        control.shut = False
        second = watch.look()

    assert (first.status, first.events) == (STATUS, ())
    assert len(second.events) == 3


def test_a_daemon_that_was_stopped_differs_from_one_that_vanished(home: dict[str, str]) -> None:
    watch = Watch(home)
    with serving(FakeControl()) as port:
        file = announce(home, port)
        watch.look()
    vanished = watch.look()
    file.unlink()
    stopped = watch.look()

    assert (vanished.status, vanished.stopped, vanished.problem) == (None, False, "")
    assert (stopped.status, stopped.stopped) == (None, True)


class _Empty(BaseHTTPRequestHandler):
    """Answers everything with an empty object, as a daemon of a strange version might."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        pass


def test_a_daemon_of_another_version_is_a_problem_with_a_remedy(home: dict[str, str]) -> None:
    with HTTPServer(("127.0.0.1", 0), _Empty) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        announce(home, server.server_port)
        seen = Watch(home).look()
        thread.join()

    assert (seen.status, seen.problem) == (None, OTHER_VERSION)


def test_a_daemon_that_refuses_is_a_problem(home: dict[str, str]) -> None:
    with serving(FakeControl()) as port:
        file = announce(home, port)
        file.write_text(file.read_text().replace("t0ken", "wrong"))
        seen = Watch(home).look()

    assert seen.status is None
    assert seen.problem
