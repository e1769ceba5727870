"""Cuts a text that arrives in pieces into candidates for tokens and what stands between them. Sans-IO."""

from dataclasses import dataclass

from maskwire.tokens.folding import fold, is_plain, unfinished
from maskwire.tokens.reader import ALL, CODES, CONTEXT, Ours
from maskwire.vault import Token


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of the text as it stands; ``token`` is what it says if it is a candidate."""

    text: str
    token: Token | None = None


class Scanner:
    """``find`` for a stream: the stretches joined are the input, however it was cut.

    What is held back is the shortest tail that may still become a candidate, or an escape that is not complete:
    at most a few hundred characters, so the work for each piece is bounded. Only with ``surrogates`` are invented names
    read, since many words begin like one.
    """

    __slots__ = ("_before", "_held", "_ours", "_reader")

    def __init__(self, ours: Ours, *, surrogates: bool = False) -> None:
        self._ours = ours
        self._reader = ALL if surrogates else CODES
        self._held = ""
        self._before = ""

    def passes(self, piece: str) -> str | None:
        """Return what is certain now, as ``feed`` would, if no candidate can be in it; ``None``: it is for ``feed``."""
        raw = self._held + piece
        if not is_plain(raw) or self._reader.sign.search(raw):
            return None
        text, shift = self._before + raw, len(self._before)
        certain = self._reader.open_from(text, shift)
        self._held, self._before = text[certain:], text[max(0, certain - CONTEXT) : certain]
        return text[shift:certain]

    def feed(self, piece: str) -> list[Cut]:
        """Return the stretches that are certain now."""
        self._held += piece
        return self._cut(unfinished(self._held), final=False)

    def flush(self) -> list[Cut]:
        """Return what is left, as the end of the text."""
        return self._cut(len(self._held), final=True)

    def _cut(self, stop: int, *, final: bool) -> list[Cut]:
        raw = self._held
        folded = fold(raw[:stop])
        text, shift = self._before + folded.text, len(self._before)
        certain = len(text) if final else self._reader.open_from(text, shift)
        cuts: list[Cut] = []
        done = 0
        for match in self._reader.spelled(text, shift, self._ours):
            if match.start >= certain:
                break
            start, end = folded.raw_start(match.start - shift), folded.raw_end(match.end - shift)
            if done < start:
                cuts.append(Cut(raw[done:start]))
            cuts.append(Cut(raw[start:end], match.token))
            done = end
            if match.end > certain:
                certain = self._reader.open_from(text, match.end)
        rest = folded.raw_start(certain - shift) if certain < len(text) else stop
        if done < rest:
            cuts.append(Cut(raw[done:rest]))
        self._held = raw[max(rest, done) :]
        self._before = text[max(0, certain - CONTEXT) : certain]
        return cuts
