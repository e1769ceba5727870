"""What was found in a text, remembered without the text. Sans-IO."""

import threading
from collections import OrderedDict
from hashlib import blake2b

from maskwire.detect.fragment import Fragment
from maskwire.spans import Span

DEFAULT_SIZE_BYTES = 8 * 1024 * 1024
"""Bytes the findings may take: about 40,000 strings of a dozen findings, a day of chats."""

_ENTRY_BYTES = 200
_SPAN_BYTES = 120


class SpanCache:
    """Findings per fragment, least recently used first out, bounded by bytes. Any thread may use it.

    Keys are BLAKE2b of label and text under a key of the process, so the memory holds no text and no
    hash that could be compared with one made elsewhere.
    """

    def __init__(self, key: bytes, size_bytes: int = DEFAULT_SIZE_BYTES) -> None:
        self._key = key[:64]
        self._limit = size_bytes
        self._size = 0
        self._entries: OrderedDict[bytes, tuple[Span, ...]] = OrderedDict()
        self._lock = threading.Lock()
        self.hits = 0
        self.misses = 0

    def find(self, fragment: Fragment) -> list[Span] | None:
        """Return what was found in ``fragment``, or None when that is not remembered."""
        digest = self._digest(fragment)
        with self._lock:
            if (spans := self._entries.get(digest)) is None:
                self.misses += 1
                return None
            self.hits += 1
            self._entries.move_to_end(digest)
        return list(spans)

    def store(self, fragment: Fragment, spans: list[Span]) -> None:
        """Remember that ``spans`` is all that was found in ``fragment``."""
        digest, entry = self._digest(fragment), tuple(spans)
        with self._lock:
            if (old := self._entries.pop(digest, None)) is not None:
                self._size -= _cost(old)
            if _cost(entry) > self._limit:
                return
            self._entries[digest] = entry
            self._size += _cost(entry)
            while self._size > self._limit:
                _, dropped = self._entries.popitem(last=False)
                self._size -= _cost(dropped)

    def clear(self) -> None:
        """Forget everything, as is needed when rules, terms or names change."""
        with self._lock:
            self._entries.clear()
            self._size = 0

    @property
    def hit_rate(self) -> float:
        """The part of all questions that was answered, from 0 to 1."""
        return self.hits / asked if (asked := self.hits + self.misses) else 0.0

    @property
    def size_bytes(self) -> int:
        """About what the entries take."""
        return self._size

    def __len__(self) -> int:
        return len(self._entries)

    def _digest(self, fragment: Fragment) -> bytes:
        label = fragment.label.encode("utf-8", "surrogatepass")
        state = blake2b(len(label).to_bytes(8, "big"), key=self._key, digest_size=16)
        state.update(label)
        state.update(fragment.text.encode("utf-8", "surrogatepass"))
        return state.digest()


def _cost(spans: tuple[Span, ...]) -> int:
    return _ENTRY_BYTES + _SPAN_BYTES * len(spans)
