"""Puts values back into answers, whole or as they arrive. Sans-IO.

Any way of cutting the input gives the same output; only the shortest tail that can still become a token (or, in
an address, one that the person knows) is held back.
"""

from collections.abc import Iterable

from maskwire.stream.fragment import Source, Unit, escape, is_json, units
from maskwire.stream.passage import Form, Passage, Piece
from maskwire.stream.restoration import Resolve, Restoration, Tally

__all__ = [
    "ArgumentRestorer",
    "Resolve",
    "Restoration",
    "Tally",
    "TextRestorer",
    "restore_json_source",
    "restore_text",
]


class TextRestorer:
    """Restores plain text.

    A text that is JSON from its first character on (a structured answer) stays JSON, and so does JSON in a code
    fence: there a value is escaped for the string it lands in, unless it is escaped already, as it is when it was
    taken from JSON source.
    """

    def __init__(self, how: Restoration) -> None:
        self._passage = Passage(how)

    def feed(self, piece: str) -> str:
        """Return the text that is certain now, restored."""
        certain = self._passage.passes(piece)
        return _joined(self._passage.feed(piece)) if certain is None else certain

    def flush(self) -> str:
        """Return what was held back, as the end of the text."""
        return _joined(self._passage.flush())


def _joined(pieces: Iterable[Piece]) -> str:
    return "".join([piece.text if piece.value is None else piece.value for piece in pieces])


def restore_text(text: str, how: Restoration) -> str:
    """Return ``text`` restored."""
    restorer = TextRestorer(how)
    return restorer.feed(text) + restorer.flush()


class ArgumentRestorer:
    """Restores the JSON source of a tool's arguments.

    A value is escaped for the string it lands in, and once more for each level of JSON inside it. Outside of
    strings it lands as a number where it is one, else as a JSON string. A source that is not JSON is restored
    as plain text. With ``restore_arguments`` off everything stays as it is.
    """

    def __init__(self, how: Restoration) -> None:
        self._how = how
        self._pending = ""
        self._json: bool | None = None
        self._string: _String | None = None
        self._outside = Passage(how)

    def feed(self, piece: str) -> str:
        """Return the source that is certain now, restored."""
        if not self._how.restore_arguments:
            return piece
        self._pending += piece
        return self._read() if self._decided() else ""

    def flush(self) -> str:
        """Return what was held back, as the end of the source."""
        rest, self._pending = self._pending, ""
        if self._string is not None:
            return self._string.flush() + rest
        return _joined([*self._outside.feed(rest), *self._outside.flush()])

    def _decided(self) -> bool:
        if self._json is None:
            quoted = self._pending.lstrip().startswith('"')
            self._json = True if quoted else is_json(self._pending)
            if self._json:
                self._outside = Passage(self._how, Form.SOURCE)
        return self._json is not None

    def _read(self) -> str:
        source, done, out = self._pending, 0, list[str]()
        while done < len(source):
            if self._string is None:
                quote = source.find('"', done) if self._json else -1
                end = len(source) if quote < 0 else quote
                out.append(_joined(self._outside.feed(source[done:end])))
                done = end
                if quote >= 0:
                    out.append(_joined(self._outside.flush()) + '"')
                    self._string, self._outside = _String(self._how), Passage(self._how, Form.SOURCE)
                    done += 1
                continue
            inside, done, closed = units(source, done)
            out.append(self._string.feed(inside))
            if closed:
                out.append(self._string.flush() + '"')
                self._string = None
            elif done < len(source):
                break
        self._pending = source[done:]
        return "".join(out)


def restore_json_source(text: str, how: Restoration) -> str:
    """Return the JSON source ``text`` restored."""
    restorer = ArgumentRestorer(how)
    return restorer.feed(text) + restorer.flush()


class _String:
    """The inside of one JSON string: decodes for the passage, and writes back what was not restored as it was."""

    def __init__(self, how: Restoration) -> None:
        self._passage = Passage(how, Form.STRING)
        self._source = Source()

    def feed(self, inside: list[Unit]) -> str:
        self._source.add(inside)
        text = "".join([unit.text for unit in inside])
        certain = self._passage.passes(text)
        return self._write(self._passage.feed(text)) if certain is None else self._source.take(len(certain))

    def flush(self) -> str:
        return self._write(self._passage.flush())

    def _write(self, pieces: Iterable[Piece]) -> str:
        sources = ((piece, self._source.take(len(piece.text))) for piece in pieces)
        return "".join([source if piece.value is None else escape(piece.value, 1) for piece, source in sources])
