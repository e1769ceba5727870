"""A remote analyzer that answers well, badly, slowly or not at all."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NameSettings, load_names
from maskwire.detect.names_remote import RemoteFailed
from maskwire.spans import Span

TEXT = "\U0001f600 Anna Kowalska in Rome"
Reply = Callable[[dict[str, object]], tuple[int, bytes]]


def good(question: dict[str, object]) -> tuple[int, bytes]:
    """Answer as Presidio does, with one entity that was not asked for."""
    assert question["entities"] == ["LOCATION", "ORGANIZATION", "PERSON"]
    start = str(question["text"]).index("Anna")
    found = [
        {"start": start, "end": start + 13, "score": 0.85, "entity_type": "PERSON"},
        {"start": 0, "end": 1, "score": 0.5, "entity_type": "DATE_TIME"},
    ]
    return 200, json.dumps(found).encode()


@contextmanager
def analyzer(reply: Reply) -> Iterator[str]:
    """The address of an analyzer that answers with ``reply``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, answer = reply(json.loads(body))
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/analyze"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(url: str, *texts: str, timeout_s: float = 2.0) -> list[list[Span]]:
    """Return what the analyzer at ``url`` finds."""
    settings = NameSettings(engine="remote", remote_url=url, remote_timeout_s=timeout_s)
    return load_names(settings).find([Fragment(text) for text in texts])


def test_findings_come_back_with_their_offsets() -> None:
    with analyzer(good) as url:
        first, second = ask(url, TEXT, "  ")

    assert first == [Span(2, 15, "PERSON", 0.85, "names.remote")]
    assert second == []


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, b"[]"),
        (200, b"not json"),
        (200, b'{"error": "x"}'),
        (200, b'[{"start": 0}]'),
        (200, b'[{"start": 0, "end": 999, "score": 1, "entity_type": "PERSON"}]'),
        (200, b'[{"start": "0", "end": 1, "score": 1, "entity_type": "PERSON"}]'),
    ],
)
def test_a_bad_answer_is_a_failure_not_nothing_found(status: int, answer: bytes) -> None:
    with analyzer(lambda _: (status, answer)) as url, pytest.raises(RemoteFailed) as caught:
        ask(url, TEXT)

    assert "Anna" not in str(caught.value)


def test_a_silent_analyzer_is_a_failure_in_time() -> None:
    def silent(_: dict[str, object]) -> tuple[int, bytes]:
        time.sleep(0.6)
        return 200, b"[]"

    with analyzer(silent) as url, pytest.raises(RemoteFailed, match="did not answer"):
        ask(url, TEXT, timeout_s=0.2)


def test_nobody_there_is_a_failure() -> None:
    with pytest.raises(RemoteFailed, match="did not answer"):
        ask("http://127.0.0.1:1/analyze", TEXT)
