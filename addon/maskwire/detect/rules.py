"""All rules over a text: words and shapes decide which rules can match a line, then only those run there. Sans-IO."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain

from maskwire.detect import spelling
from maskwire.detect.breaks import continues, joins
from maskwire.detect.compiled import Compiled, Piece
from maskwire.detect.fragment import Fragment
from maskwire.detect.normalise import view
from maskwire.detect.rule import Rule, load_pack
from maskwire.detect.segments import LONG_LINE, OVERLAP, line_end, segments
from maskwire.detect.shapes import Block, Shape, Shapes
from maskwire.detect.statements import Statements
from maskwire.detect.tables import Tables
from maskwire.detect.vocabulary import Entry, Vocabulary
from maskwire.entities import Kind, kind_of
from maskwire.errors import BlockedError, Reason
from maskwire.spans import Span, select

MAX_TEXT = 32 * 1024 * 1024
"""Characters of one text: past it a request is refused, since no prompt is that long and each rule costs time."""

MAX_LABEL = 80
"""Characters of a label that count as context: a longer one is a sentence, not a name."""

LABELLED = 400
"""Characters of a piece up to which its label is put before it like a key before its value."""

SPELLED = 5
"""Digit words in a piece from which it may spell a number."""

SURE = 0.93
"""Score of a rule from which a value cut by a line break needs no word beside it."""

HEAD = 5
"""Characters of a value that must stand before a line break for the rest to be looked for behind it."""

REACH = 100
"""Characters before a piece whose words still count in it: the longest distance of a rule, and a word."""


NEAR = LONG_LINE + OVERLAP
"""Characters that a rule of a few lines reads at most, as one of a single line does."""

PLANS = 4096
"""Combinations of rules that are remembered."""

FAR = 32 * 1024
"""Characters that a rule without words around it reads at most: twice a private key of 16,384 bits."""


class RuleSet:
    """Rules that were loaded and compiled together."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._rule = {rule.id: rule for rule in rules}
        self._compiled = [Compiled(rule, number) for number, rule in enumerate(rules)]
        self._words = Vocabulary([*(compiled.entry for compiled in self._compiled), Entry(spelling.NUMBER_WORDS)])
        self._spells = 1 << len(rules)
        shapes = [Shape(number, compiled.rule.id, compiled.shape) for number, compiled in enumerate(self._compiled)]
        self._shapes = Shapes([*shapes, Shape(len(rules), "", spelling.TRIGGER)])
        self._wordless = sum(1 << n for n, rule in enumerate(rules) if not rule.keywords)
        self._broken_rules = sum(1 << n for n, rule in enumerate(rules) if rule.broken)
        self._plans: dict[int, tuple[Compiled, ...]] = {}
        self._contextless = sum(1 << n for n, rule in enumerate(rules) if not rule.requires_context)

    def rule(self, name: str) -> Rule | None:
        """Return the rule called ``name``."""
        return self._rule.get(name)

    def find(self, fragment: Fragment) -> list[Span]:
        """Return the values in ``fragment``, sorted by start, none overlapping.

        Raises:
            BlockedError: the text is longer than ``MAX_TEXT``.
        """
        text = fragment.text
        if len(text) > MAX_TEXT:
            raise BlockedError(Reason.BODY_TOO_LARGE, f"a text of more than {MAX_TEXT} characters cannot be searched")
        label = fragment.label[:MAX_LABEL]
        found = list(self._scan(text, label))
        if "\n" in text:
            found.extend(self._broken(text, found))
        if (clean := view(text)) is not None:
            for layer in clean.layers():
                for start, end in layer.changed_lines():
                    spans = self._scan(layer.text[start:end], label if start == 0 else "")
                    found.extend(layer.original(span.moved(start)) for span in spans)
        return select(found)

    def _scan(self, text: str, label: str = "", depth: int = 0, only: int = -1) -> list[Span]:
        """Return what the rules ``only`` find in ``text``, with overlaps."""
        found: list[Span] = []
        hits = self._words.hits(text)
        ends = [end for _, end, _ in hits]
        carried = 0
        reached: dict[int, int] = {}
        named = _Named(text) if depth == 0 else None
        block = Block(self._shapes, text)
        for number, (start, end) in enumerate(segments(text)):
            if number == 0 and label:
                found.extend(self._labelled(label, text, start, end))
            low = bisect_left(ends, start)
            last = bisect_left(ends, end + 1, low)
            awake = block.awake(start)
            if low == last and not carried and awake is not None and not awake:
                continue
            words = context = numbers = 0
            for index in range(low, last):
                word = hits[index][2]
                words |= word.keyword
                context |= word.context
                numbers += word.keyword >= self._spells
            near = hits[bisect_left(ends, start - REACH, 0, low) : bisect_left(ends, end + REACH, last)] if hits else ()
            piece = Piece(text, start, end, near)
            shaped = self._shapes.rules(piece.data, awake)
            ready = (words & ~self._spells | self._wordless) & (context | carried | self._contextless) & shaped & only
            if ready:
                self._run(ready, piece, reached, found)
            if numbers >= SPELLED or shaped & self._spells:
                found.extend(self._spelled(text[start:end], start, depth))
            if named is not None and (words or context):
                found.extend(self._table(named, start, end))
            carried = context if start < end else carried
        return found

    def _broken(self, text: str, found: Sequence[Span]) -> Iterator[Span]:
        """Yield values that stand on both sides of a line break, where rule and context leave no doubt."""
        ends = {span.end for span in found}
        for join in joins(text):
            for span in self._scan(join.text, depth=2, only=self._broken_rules):
                rule = self._rule[span.rule]
                whole = join.original(span)
                if whole is None:
                    continue
                secret = kind_of(rule.entity) is Kind.SECRET
                if secret or join.start + join.at in ends:
                    sure = secret and continues(join.tail(span))
                else:
                    known = rule.requires_context or span.score > rule.score or rule.score >= SURE
                    sure = known and join.head(span) >= HEAD and join.text[span.start - 1 : span.start] != ","
                if sure:
                    yield Span(whole.start, whole.end, whole.entity, min(0.99, whole.score + 0.02), whole.rule)

    def _run(self, ready: int, single: Piece, reached: dict[int, int], found: list[Span]) -> None:
        """Add to ``found`` what the rules ``ready`` find in a piece; ``reached`` says how far each has read."""
        plan = self._plans.get(ready)
        if plan is None:
            plan = self._plan(ready)
        for compiled in plan:
            if compiled.rule.lines == 1:
                found += compiled.find(single)
            elif (piece := _lines(single, compiled.rule, reached.get(compiled.number, 0))) is not None:
                reached[compiled.number] = piece.end
                found += compiled.find(piece)

    def _plan(self, ready: int) -> tuple[Compiled, ...]:
        """Return the rules ``ready``, in order."""
        if len(self._plans) >= PLANS:
            self._plans.clear()
        plan: list[Compiled] = []
        left = ready
        while left:
            lowest = left & -left
            left ^= lowest
            plan.append(self._compiled[lowest.bit_length() - 1])
        self._plans[ready] = tuple(plan)
        return self._plans[ready]

    def _labelled(self, label: str, text: str, start: int, end: int) -> Iterator[Span]:
        """Yield what is found when ``label`` stands before a short piece like a key before its value."""
        value = text[start:end]
        if len(value) > LABELLED:
            return
        quote = "" if '"' in value else '"'
        prefix = f"{label}: {quote}"
        shift = start - len(prefix)
        for span in self._scan(prefix + value + quote, depth=1):
            if span.start >= len(prefix) and span.end <= len(prefix) + len(value):
                yield span.moved(shift)

    def _table(self, named: "_Named", start: int, end: int) -> Iterator[Span]:
        """Yield what is found in the cells below a line that names columns, and in rows that a statement inserts."""
        text = named.text
        below = named.tables.cells(start, end) if end < len(text) else ()
        for name, low, high in chain(below, named.statements.inserted(start, end)):
            if name not in named.known:
                named.known[name] = bool(self._words.hits(name))
            if not named.known[name] or high - low > LABELLED:
                continue
            cell = name, text[low:high]
            if cell not in named.found:
                named.found[cell] = [span.moved(-low) for span in self._labelled(name, text, low, high)]
            yield from (span.moved(low) for span in named.found[cell])

    def _spelled(self, line: str, start: int, depth: int) -> Iterator[Span]:
        """Yield what is found once spaced-out characters and digit words are written closely."""
        if depth < 2 and (close := spelling.view(line)) is not None:
            for span in self._scan(close.text, depth=2):
                yield close.original(span).moved(start)


class _Named:
    """What names the values of a text elsewhere than beside them, and what was found in those read so far."""

    __slots__ = ("found", "known", "statements", "tables", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tables = Tables(text)
        self.statements = Statements(text)
        self.known: dict[str, bool] = {}
        self.found: dict[tuple[str, str], list[Span]] = {}


def _lines(single: Piece, rule: Rule, reached: int) -> Piece | None:
    """Return the lines that ``rule`` reads from where ``single`` starts; None when it has read them already.

    A rule without words around it reads twice as far as it must, so that the lines that follow need not be read again:
    else a text of beginnings without ends would be read once for each of them.
    """
    text, start = single.text, single.start
    if start == 0 and single.end == len(text) > reached:
        return single
    stop = line_end(text, start, rule.lines)
    if rule.context or rule.unless:
        return Piece(text, start, min(stop, start + NEAR), single.hits)
    stop = min(stop, start + FAR)
    if stop <= reached:
        return None
    return Piece(text, start, min(line_end(text, stop, rule.lines), stop + FAR), single.hits)


def shipped_packs() -> list[Traversable]:
    """Return the packs that ship, by name."""
    folder = files("maskwire.detect") / "packs"
    return sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)


@cache
def default_rules() -> RuleSet:
    """Return the shipped rules, loaded and compiled once per process."""
    return RuleSet([rule for pack in shipped_packs() for rule in load_pack(pack, tried=True)])
