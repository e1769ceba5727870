"""Restoring an answer while it streams: bytes in, bytes out. Sans-IO."""

from typing import Protocol


class StreamRestorer(Protocol):
    """Restores one response body. ``feed`` may return ``b""`` while it holds bytes back."""

    def feed(self, chunk: bytes) -> bytes:
        """Return the bytes that are now certain, restored."""

    def flush(self) -> bytes:
        """Return what is left at the end of the body."""
