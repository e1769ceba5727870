"""Requests and answers of the stand-in as HTTP sees them, and the JSON and event framing of all formats. Sans-IO."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

type Json = dict[str, object]
"""A JSON object that the stand-in builds or has received."""

JSON = "application/json"
SSE = "text/event-stream; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived. ``repr`` shows neither headers nor body."""

    method: str
    host: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False, default=())
    body: bytes = field(repr=False, default=b"")

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the question mark, or nothing."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str:
        """Return the first header of that name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. ``pieces`` are written one by one; more than one means that it is streamed."""

    pieces: tuple[bytes, ...]
    content_type: str = JSON
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def encode(value: object) -> bytes:
    """Return ``value`` as compact JSON, text as it is rather than escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_answer(value: object, status: int = 200) -> Answer:
    """Return an answer that is one JSON value."""
    return Answer((encode(value),), status=status)


def event(data: object, name: str = "", newline: bytes = b"\n") -> bytes:
    """Return one server-sent event; ``name`` fills its ``event:`` line.

    Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
    """
    head = b"event: " + name.encode() + newline if name else b""
    return head + b"data: " + (data if isinstance(data, bytes) else encode(data)) + newline * 2


def named(events: Sequence[Json]) -> Answer:
    """Return a stream whose event names repeat the ``type`` of their data, as Anthropic's and Responses' do."""
    return Answer(tuple(event(data, str(data["type"])) for data in events), SSE)


def as_object(value: object) -> Mapping[str, object]:
    """Return ``value`` if it is a JSON object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_array(value: object) -> Sequence[object]:
    """Return ``value`` if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else ()
