"""One text that is restored as it arrives: a message, or one string of a tool's arguments. Sans-IO."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from maskwire.stream.address import AddressReader, known_form
from maskwire.stream.fence import Prose
from maskwire.stream.fragment import Nesting, escape, is_escaped, literal
from maskwire.stream.restoration import Restoration
from maskwire.stream.scanner import Cut, Scanner

UNREAD = 65_536
"""Characters that may wait before they are searched for addresses: without a token nobody needs to know."""


class Form(StrEnum):
    """What a text is made of; decides how a value is written into it."""

    TEXT = "text"
    """What a person reads. JSON stays JSON: from the first character on (a structured answer), or in a code fence."""
    STRING = "string"
    """A JSON string, decoded: any JSON in it stays JSON."""
    SOURCE = "source"
    """JSON source between strings, where a value is a number or becomes a string."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text as it came, and what is written in its place, if anything."""

    text: str
    value: str | None = field(default=None, repr=False)


class Passage:
    """Decides piece by piece what is restored. The ``text`` of all pieces joined is the input.

    A token inside an address is held back only while that address may still become one of the person's own.
    """

    def __init__(self, how: Restoration, form: Form = Form.TEXT) -> None:
        self._how = how
        self._form = form
        self._nesting = Prose() if form is Form.TEXT else Nesting()
        self._scanner = Scanner(how.ours, surrogates=how.surrogates)
        self._reader = AddressReader()
        self._unread: list[str] = []
        self._unread_size = 0
        self._waiting: list[Cut] = []

    def passes(self, text: str) -> str | None:
        """Return what is certain now, as ``feed`` would, if it goes on as it came; ``None``: it is for ``feed``."""
        if self._waiting or (certain := self._scanner.passes(text)) is None:
            return None
        self._skip(certain)
        if self._form is not Form.SOURCE:
            self._nesting.feed(certain)
        return certain

    def feed(self, text: str) -> list[Piece]:
        """Return the pieces that are certain now."""
        return list(self._decide(self._scanner.feed(text)))

    def flush(self) -> list[Piece]:
        """Return what is left, as the end of the text."""
        pieces = list(self._decide(self._scanner.flush()))
        return [*pieces, *self._settle(self._reader.address)]

    def _decide(self, cuts: Iterable[Cut]) -> Iterator[Piece]:
        for cut in cuts:
            if self._waiting or (cut.token is not None and self._in_address() and self._may_be_known(cut.text)):
                yield from self._wait(cut)
            elif cut.token is None:
                self._skip(cut.text)
                yield self._piece(cut.text)
            else:
                yield self._restore(cut, withheld=self._in_address())
                self._follow(cut.text)

    def _wait(self, cut: Cut) -> Iterator[Piece]:
        """Put ``cut`` behind what waits for the end of its address, and settle that if it has come."""
        self._waiting.append(cut)
        end = self._reader.feed(cut.text)
        if end is not None:
            yield from self._settle(self._reader.ended)
            self._follow(cut.text, end)
        elif not self._may_be_known(""):
            yield from self._settle("")

    def _settle(self, address: str) -> Iterator[Piece]:
        withheld = known_form(address) not in self._how.known_urls
        for cut in self._waiting:
            yield self._piece(cut.text) if cut.token is None else self._restore(cut, withheld=withheld)
        self._waiting.clear()

    def _restore(self, cut: Cut, *, withheld: bool) -> Piece:
        assert cut.token is not None  # only candidates are restored
        if withheld:
            self._how.tally.withheld += 1
            return self._piece(cut.text)
        return self._piece(cut.text, self._how.value(cut.token, cut.text))

    def _piece(self, text: str, value: str | None = None) -> Piece:
        """Return ``text``, which comes next, and how ``value`` is written there."""
        if value is not None:
            value = self._written(text, value)
        if self._form is not Form.SOURCE:
            self._nesting.feed(text)
        return Piece(text, value)

    def _written(self, text: str, value: str) -> str:
        bare = self._nesting.bare and text.isdigit()
        if bare or self._form is Form.SOURCE:
            value = literal(value)
        depth = self._nesting.depth
        if self._form is Form.TEXT and depth and is_escaped(value):
            # What was taken from JSON source that stood in a text is escaped as it was there.
            return value
        return escape(value, depth)

    def _in_address(self) -> bool:
        if self._how.restore_urls:
            return False
        self._follow("")
        return self._reader.inside

    def _may_be_known(self, more: str) -> bool:
        so_far = known_form(self._reader.address + more)
        return bool(so_far) and any(known.startswith(so_far) for known in self._how.known_urls)

    def _skip(self, text: str) -> None:
        self._unread.append(text)
        self._unread_size += len(text)
        if self._unread_size > UNREAD:
            self._follow("")

    def _follow(self, text: str, start: int | None = 0) -> None:
        """Let the reader know ``text`` from ``start`` on, and what was skipped before it."""
        if self._unread:
            text = "".join((*self._unread, text))
            self._unread.clear()
            self._unread_size = 0
        while start is not None:
            start = self._reader.feed(text, start)
