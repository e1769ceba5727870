"""All rules over a text: one automaton decides which may match a line, then only those are run there. Sans-IO."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from maskwire.detect import spelling
from maskwire.detect.compiled import Compiled
from maskwire.detect.fragment import Fragment
from maskwire.detect.normalise import view
from maskwire.detect.overlap import resolve
from maskwire.detect.patterns import PatternSet, decoded_length, encode
from maskwire.detect.rule import Rule, load_pack
from maskwire.detect.segments import line_end, segments
from maskwire.detect.tables import cells
from maskwire.errors import BlockedError, Reason
from maskwire.spans import Span

MAX_TEXT = 32 * 1024 * 1024
"""Characters of one text: past it a request is refused, since no prompt is that long and each rule costs time."""

MAX_LABEL = 80
"""Characters of a label that count as context: a longer one is a sentence, not a name."""

LABELLED = 400
"""Bytes of a first line up to which its label stands before it like a key before its value."""

Found = tuple[int, int, float, Rule]
"""Start and end in bytes, score, rule."""


class RuleSet:
    """Rules that were loaded and compiled together."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        triggers: dict[str, list[Compiled]] = {}
        for rule in rules:
            compiled = Compiled(rule)
            triggers.setdefault(compiled.trigger, []).append(compiled)
        self._groups = [tuple(group) for group in triggers.values()]
        self._set = PatternSet([*triggers, *spelling.TRIGGERS])
        self._contexts = frozenset(i for i, group in enumerate(self._groups) if any(c.by_context for c in group))

    @classmethod
    def load(cls, packs: Sequence[Path | Traversable]) -> "RuleSet":
        """Return the rules of ``packs``, in order.

        Raises:
            ConfigError: a rule is invalid; names file, line, rule and reason.
        """
        return cls([rule for pack in packs for rule in load_pack(pack)])

    def find(self, fragment: Fragment) -> list[Span]:
        """Return the values in ``fragment``, sorted by start, none overlapping.

        Raises:
            BlockedError: the text is longer than ``MAX_TEXT``.
        """
        text = fragment.text
        if len(text) > MAX_TEXT:
            raise BlockedError(Reason.BODY_TOO_LARGE, f"a text of more than {MAX_TEXT} characters cannot be searched")
        label = fragment.label[:MAX_LABEL]
        found = _spans(encode(text), self._scan(encode(text), label))
        if (clean := view(text)) is not None:
            data = encode(clean.text)
            found.extend(clean.original(span) for span in _spans(data, self._scan(data, label)))
        return resolve(found)

    def _scan(self, data: bytes, label: str) -> Iterator[Found]:
        carried: list[int] = []
        first = True
        for start, end in segments(data):
            if first and label:
                yield from self._labelled(encode(label), data, start, end)
                carried = [i for i in self._set.hits(encode(label)) if i in self._contexts]
            first = False
            hits = self._set.hits(data[start:end])
            if not hits and not carried:
                continue
            context = [i for i in hits if i in self._contexts]
            yield from self._run(hits, carried, data, (start, end))
            if hits:
                yield from self._table(data, start, end)
            if start < end:
                carried = context

    def _run(self, hits: list[int], carried: list[int], data: bytes, at: tuple[int, int]) -> Iterator[Found]:
        """Yield what the rules of the triggers ``hits`` and ``carried`` find in one piece."""
        for index in hits if not carried else dict.fromkeys([*hits, *carried]):
            if index >= len(self._groups):
                yield from self._spelled(data, at)
                continue
            for compiled in self._groups[index]:
                lines = compiled.rule.lines
                stop = at[1] if lines == 1 else line_end(data, at[0], lines)
                for low, high, score in compiled.find(data, at[0], stop):
                    yield low, high, score, compiled.rule

    def _labelled(self, label: bytes, data: bytes, start: int, end: int) -> Iterator[Found]:
        """Yield what is found when ``label`` stands before a short piece like a key before its value."""
        if end - start > LABELLED:
            return
        value = data[start:end]
        quote = b"" if b'"' in value or end < len(data) else b'"'
        prefix = label + b": " + quote
        line = prefix + value + quote
        shift = start - len(prefix)
        for low, high, score, rule in self._run(self._set.hits(line), [], line, (0, len(line))):
            if low >= len(prefix) and high <= len(prefix) + len(value):
                yield low + shift, high + shift, score, rule

    def _table(self, data: bytes, start: int, end: int) -> Iterator[Found]:
        known: dict[bytes, bool] = {}
        for name, low, high in cells(data, start, end):
            if name not in known:
                known[name] = bool(self._set.hits(name + b": x"))
            if known[name]:
                yield from self._labelled(name, data[:high], low, high)

    def _spelled(self, data: bytes, at: tuple[int, int]) -> Iterator[Found]:
        """Yield what is found in one piece once spaced-out characters and digit words are written closely."""
        line = data[at[0] : at[1]].decode("utf-8", "surrogatepass")
        if (close := spelling.view(line)) is None:
            return
        written = encode(close.text)
        hits = [i for i in self._set.hits(written) if i < len(self._groups)]
        for low, high, score, rule in self._run(hits, [], written, (0, len(written))):
            start = decoded_length(written[:low])
            span = close.original(Span(start, start + decoded_length(written[low:high]), "", 0, ""))
            first = len(encode(line[: span.start]))
            yield at[0] + first, at[0] + first + len(encode(line[span.start : span.end])), score, rule


def _spans(data: bytes, found: Iterator[Found]) -> list[Span]:
    """Return ``found`` with offsets in characters."""
    if data.isascii():
        return [Span(low, high, rule.entity, score, rule.id) for low, high, score, rule in found]
    spans = []
    at = chars = 0
    for low, high, score, rule in sorted(found, key=lambda f: f[0]):
        chars += decoded_length(data[at:low])
        at = low
        spans.append(Span(chars, chars + decoded_length(data[low:high]), rule.entity, score, rule.id))
    return spans


@cache
def default_rules() -> RuleSet:
    """Return the shipped rules, loaded and compiled once per process."""
    packs = sorted(
        (p for p in files("maskwire.detect").joinpath("packs").iterdir() if p.name.endswith(".toml")),
        key=lambda p: p.name,
    )
    return RuleSet.load(packs)
