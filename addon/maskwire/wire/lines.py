"""JSON lines (NDJSON): one event per line. Sans-IO. Source: https://github.com/ndjson/ndjson-spec"""

from dataclasses import dataclass

from maskwire.wire.frame import MAX_EVENT, REWOUND, PlainFrame

CONTENT_TYPES = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}
)


@dataclass(frozen=True, slots=True)
class LineFrame(PlainFrame):
    """One line with its end. ``unread`` marks bytes that passed without being understood."""

    raw: bytes
    data: str | None = None
    unread: bool = False

    @property
    def gap(self) -> bytes:
        """The line end that the last line may lack."""
        return b"" if self.raw.endswith(b"\n") else b"\n"

    def with_data(self, data: str) -> bytes:
        """Return the line with another payload."""
        body = self.raw.rstrip(b"\r\n")
        return data.encode() + self.raw[len(body) :]

    def before(self, data: str) -> bytes:
        """Return a new line with this one's end."""
        return data.encode() + (b"\r\n" if self.raw.endswith(b"\r\n") else b"\n")

    def after(self, data: str) -> bytes:
        """Return the same: lines stand alone."""
        return self.before(data)


def _read(raw: bytes) -> LineFrame:
    body = raw.rstrip(b"\r\n")
    if not body.strip():
        return LineFrame(raw)
    try:
        return LineFrame(raw, body.decode("utf-8"))
    except UnicodeDecodeError:
        return LineFrame(raw, unread=True)


class LineSplitter:
    """Cuts lines apart; one that passes ``limit`` bytes goes on in unread pieces until its end."""

    def __init__(self, limit: int = MAX_EVENT) -> None:
        self._limit = limit
        self._held = bytearray()
        self._seen = 0
        self._skipping = False

    def feed(self, chunk: bytes) -> list[LineFrame]:
        """Return the lines that are now complete."""
        self._held += chunk
        frames: list[LineFrame] = []
        while (end := self._held.find(b"\n", self._seen)) >= 0:
            raw = bytes(self._held[: end + 1])
            del self._held[: end + 1]
            self._seen = 0
            frames.append(self._line(raw))
            self._skipping = False
        self._seen = len(self._held)
        if self._skipping or len(self._held) > self._limit:
            self._skipping = True
            frames += self.flush()
        return frames

    def flush(self) -> list[LineFrame]:
        """Return a last line without its end."""
        raw = bytes(self._held)
        self._held.clear()
        self._seen = 0
        return [self._line(raw)] if raw else []

    def rewind(self) -> bytes | None:
        """Give back the beginning of a line, to be fed again; ``None`` where it is long or has gone on already."""
        if self._skipping or len(self._held) > REWOUND:
            return None
        raw = bytes(self._held)
        self._held.clear()
        self._seen = 0
        return raw

    def _line(self, raw: bytes) -> LineFrame:
        unread = self._skipping or len(raw) > self._limit
        return LineFrame(raw, unread=True) if unread else _read(raw)
