"""A long text in the pieces that a model reads one by one. Sans-IO. Offsets are characters."""

from collections.abc import Iterator

MAX_PIECE = 20_000
"""Characters that go through a model at once: stock models take five hundred times as much memory."""


def pieces_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the parts of ``text`` that are searched by themselves, each with its offset: all of it, if it is not long.

    Long texts are cut after a line, else after a word.
    """
    at = 0
    while len(text) - at > MAX_PIECE:
        last = at + MAX_PIECE
        end = next((cut + 1 for mark in "\n " if (cut := text.rfind(mark, at, last)) > at), last)
        yield at, text[at:end]
        at = end
    yield at, text[at:]
