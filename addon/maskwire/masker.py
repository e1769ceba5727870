"""Decides what is masked in a body, and turns the tokens for it into edits. Sans-IO.

``plan`` names the values that need a token; the caller asks the vault for them; ``edits`` says where they go.
"""

import json
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from maskwire.entities import Kind, kind_of
from maskwire.errors import BlockedError, Reason
from maskwire.occurrences import Occurrences
from maskwire.policy import Action
from maskwire.spans import Span
from maskwire.tokens import Ours, find, numeric, spell, stands
from maskwire.vault import Finding, Token
from maskwire.wire.document import Edit, Field, Mark, Place

Decide = Callable[[str, float], Action]
"""What is done with a finding of an entity with a score."""

LEAST_REMAINDER = 2
"""Letters and digits that must be left of a finding beside one of our tokens to be masked: less is a possessive
or a plural ending."""

LEAST_EVERYWHERE = 4
"""Characters a value must have to be masked where no detector found it: shorter ones are part of anything."""


OPAQUE_ENTITY = "CUSTOM"
"""The entity of a value that stands where a token of its own shape would not be read back, as between digits."""

_DECISIVE = frozenset({Action.BLOCK, Action.ROUTE_LOCAL})
"""What a policy may say of an entity that tells more than that it is to be masked."""

_Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """``fields[field].text[start:end]`` becomes the token of ``findings[finding]``.

    ``firm`` tells that it does so also in a text of the history that left with the value in the clear.
    """

    field: int
    start: int
    end: int
    finding: int
    number: bool
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What to mask. ``findings`` are unique and in the order of the body; one token is needed for each.

    ``entities`` counts what is masked, place by place; ``allowed`` what the policy lets pass; ``actions`` both,
    by what is done. ``paths`` are the journal paths of the fields that change, each once.
    """

    findings: tuple[Finding, ...]
    entities: Mapping[str, int]
    allowed: Mapping[str, int]
    actions: Mapping[str, int]
    paths: tuple[str, ...]
    spots: tuple[Spot, ...] = field(repr=False)

    def marks(self) -> dict[int, list[Mark]]:
        """Return what is masked in each field by its index, sorted."""
        made: dict[int, list[Mark]] = {}
        for spot in self.spots:
            made.setdefault(spot.field, []).append(Mark(spot.start, spot.end, self.findings[spot.finding].entity))
        return made

    def firm(self) -> list[Finding]:
        """Return the findings that are masked also in a text of the history that left with them in the clear."""
        return [self.findings[number] for number in sorted({spot.finding for spot in self.spots if spot.firm})]


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    entity: str
    score: float
    action: Action
    firm: bool = False


def plan(fields: Sequence[Field], spans: Sequence[Sequence[Span]], decide: Decide, ours: Ours) -> Plan:
    """Return what to mask in ``fields``, whose findings are ``spans``: one sequence for each field.

    Our own tokens stay as they are; ``ours`` must ask the keyed check and the vault, since a shape is no proof. A
    secret or structured value that is masked in one place is masked in all places; ordinary words only in the
    field where a detector saw them. Nothing that is to be masked stays uncovered where findings overlap: the
    longest wins, of the others the remainders are masked.

    What was masked when a text left before is masked again. A text of the history that is known to have left is masked
    only so, whatever has become known since, but for secrets and what the policy does not simply mask.

    Raises:
        BlockedError: the policy blocks a finding in a fresh field. In the history it is masked, since every
            later turn would be refused otherwise.
    """
    own = [[(match.start, match.end) for match in find(each.text, ours)] for each in fields]
    judged = [list(_judge(each, found, taken, decide)) for each, found, taken in zip(fields, spans, own, strict=True)]
    masked = [[one for one in found if one.action is not Action.ALLOW] for found in judged]
    everywhere = _everywhere(fields, masked)
    known = Occurrences(list(everywhere))
    numbers: dict[Finding, int] = {}
    spots: list[Spot] = []
    actions: Counter[str] = Counter()
    for index, (each, found, taken) in enumerate(zip(fields, masked, own, strict=True)):
        again = _again(each.text, found, known, everywhere)
        for one in _as_before(each, [*found, *again], taken):
            finding = _finding(each.text, one)
            number = numbers.setdefault(finding, len(numbers))
            spots.append(Spot(index, one.start, one.end, number, each.place is Place.NUMBER, one.firm))
            actions[one.action] += 1
    findings = tuple(numbers)
    allowed = Counter(one.entity for found in judged for one in found if one.action is Action.ALLOW)
    if allowed:
        actions[Action.ALLOW] = allowed.total()
    return Plan(
        findings=findings,
        entities=Counter(findings[spot.finding].entity for spot in spots),
        allowed=allowed,
        actions=actions,
        paths=tuple(dict.fromkeys(fields[spot.field].path for spot in spots)),
        spots=tuple(spots),
    )


def edits(plan: Plan, tokens: Sequence[Token]) -> dict[int, list[Edit]]:
    """Return the edits of each field index, sorted; ``tokens`` are those of ``plan.findings``, in order.

    In a number the text is valid JSON: the digits of the token where it has such a spelling, else the token as a
    JSON string.

    Raises:
        ValueError: there is not one token for each finding.
    """
    if len(tokens) != len(plan.findings):
        raise ValueError(f"{len(plan.findings)} findings need as many tokens, not {len(tokens)}")
    made: dict[int, list[Edit]] = {}
    for spot in plan.spots:
        token = tokens[spot.finding]
        value = plan.findings[spot.finding].value
        text = (numeric(token) or json.dumps(token)) if spot.number else spell(token, value)
        made.setdefault(spot.field, []).append(Edit(spot.start, spot.end, text))
    return made


def _judge(each: Field, spans: Iterable[Span], own: Sequence[_Interval], decide: Decide) -> Iterator[_Candidate]:
    """Yield what the policy says of each finding outside our own tokens, widened to the whole of a number."""
    for span in spans:
        for start, end in _remainders(each.text, (span.start, span.end), own):
            action = decide(span.entity, span.score)
            firm = action in _DECISIVE or kind_of(span.entity) is Kind.SECRET
            if action is Action.BLOCK:
                if each.fresh:
                    raise _blocked(span.entity, each.path)
                action = Action.MASK
            place = (0, len(each.text)) if each.place is Place.NUMBER else (start, end)
            yield _Candidate(*place, span.entity, span.score, action, firm)


def _blocked(entity: str, path: str) -> BlockedError:
    return BlockedError(
        Reason.POLICY_BLOCKED,
        f"maskwire did not send this request: it holds a value of type {entity} (at {path}), which your policy "
        f"blocks. Take the value out, or let the policy mask or allow {entity}, then send it again.",
    )


def _everywhere(fields: Sequence[Field], masked: Sequence[Sequence[_Candidate]]) -> dict[str, _Candidate]:
    """Return the values that are masked wherever they stand, each with the finding that it was first seen as."""
    values: dict[str, _Candidate] = {}
    for each, found in zip(fields, masked, strict=True):
        for one in found:
            value = each.text[one.start : one.end]
            if kind_of(one.entity) is not Kind.PROSE and len(value) >= LEAST_EVERYWHERE:
                first = values.setdefault(value, one)
                if one.firm and not first.firm:
                    values[value] = replace(first, firm=True)
    return values


def _again(
    text: str, found: Sequence[_Candidate], known: Occurrences, everywhere: Mapping[str, _Candidate]
) -> Iterator[_Candidate]:
    """Yield where values stand again that were found in this text, or that are masked everywhere."""
    prose = {text[one.start : one.end]: one for one in found if kind_of(one.entity) is Kind.PROSE}
    for source, values in ((known, everywhere), (Occurrences(list(prose)), prose)):
        for start, end in source.find(text):
            first = values[text[start:end]]
            yield _Candidate(start, end, first.entity, first.score, Action.MASK, first.firm)


def _marked(mark: Mark) -> _Candidate:
    return _Candidate(mark.start, mark.end, mark.entity, 1.0, Action.MASK, kind_of(mark.entity) is Kind.SECRET)


def _as_before(each: Field, candidates: Sequence[_Candidate], own: Sequence[_Interval]) -> list[_Candidate]:
    """Return what is masked in a field, sorted, none overlapping: what was masked when it left before stays so."""
    if each.left is None:
        return _settle(each, candidates, own)
    settled = _settle(each, map(_marked, each.left), own)
    new = candidates if each.fresh else [one for one in candidates if one.firm]
    more = _settle(each, new, [*own, *((one.start, one.end) for one in settled)])
    return sorted([*settled, *more], key=lambda one: one.start)


def _settle(each: Field, candidates: Iterable[_Candidate], own: Sequence[_Interval]) -> list[_Candidate]:
    """Return what covers all candidates outside our own tokens, sorted, none overlapping."""
    taken = sorted(own)
    settled: list[_Candidate] = []
    for one in sorted(candidates, key=lambda one: (one.start - one.end, -one.score, one.start, one.entity)):
        if each.place is Place.NUMBER and (one.start, one.end) != (0, len(each.text)):
            continue
        for start, end in _remainders(each.text, (one.start, one.end), taken):
            settled.append(_Candidate(start, end, one.entity, one.score, one.action, one.firm))
            insort(taken, (start, end))
    return sorted(settled, key=lambda one: one.start)


def _finding(text: str, one: _Candidate) -> Finding:
    value = text[one.start : one.end]
    fits = stands(text[: one.start], one.entity, value, text[one.end :])
    return Finding(one.entity if fits else OPAQUE_ENTITY, value)


def _remainders(text: str, span: _Interval, taken: Sequence[_Interval]) -> list[_Interval]:
    """Return what is left of ``span`` outside the sorted intervals ``taken``, without ragged edges."""
    start, end = span
    parts: list[_Interval] = []
    index = max(bisect_right(taken, (start, start)) - 1, 0)
    while index < len(taken) and taken[index][0] < end:
        left, right = taken[index]
        if right > start:
            parts.append((start, left))
            start = right
        index += 1
    if start == span[0]:
        return [span]
    parts.append((start, end))
    return [trimmed for part in parts if (trimmed := _trim(text, part))]


def _trim(text: str, part: _Interval) -> _Interval | None:
    """Return ``part`` without the punctuation at its ends, ``None`` when hardly anything is left."""
    start, end = part
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    solid = sum(map(str.isalnum, text[start:end]))
    return (start, end) if solid >= LEAST_REMAINDER else None
