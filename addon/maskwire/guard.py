"""The egress guard: looks once more, over the very bytes that are about to leave, for values that were masked. Sans-IO.

The detector reads texts one by one; the same value may stand a second time where no rule sees it, or
encoded (a password inside ``Authorization: Basic …``). Every value of a request is looked for plain and
in the encodings that programs use, all of them in one pass of one automaton.

Left out are values that prove nothing when they occur again: names and other ordinary words, and what
is so short that random bytes hold it.
"""

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote, quote_plus

from maskwire.detect.patterns import decoded_length, encode
from maskwire.entities import Kind, kind_of
from maskwire.errors import BlockedError, Reason
from maskwire.masker import OPAQUE_ENTITY
from maskwire.tokens import stands
from maskwire.vault import Finding
from maskwire.words import Words

SHORTEST = 6
"""Letters and digits a value must have: five base64 characters stand in every image by chance."""

LONGEST_RUN = 8192
"""Characters of an encoded run that may become one token; a longer one is a file, not text."""

_WINDOW = 64 * 1024
"""Bytes searched at a time, about half a millisecond: no other thread runs meanwhile."""

_BESIDE = 64
"""Characters on each side that decide whether a token is read back there."""

_HEAD = 24
"""Bytes of a needle that the automaton looks for; the rest is compared where they stand. A third of the memory of 128,
and few values share so many."""

_GROUPS = (256, 64)
"""Values in one automaton. A conversation repeats its values in their order, so that all groups but the last are those
of the turn before: small ones are made anew in a few milliseconds, large ones make few passes over a large body."""

_KEPT = 12
"""Groups that are kept for the next turn, at about 2 MB for a large one. They hold values, as the vault's own cache
does."""


class Coding(StrEnum):
    """How a value was written where it was found."""

    PLAIN = "plain"
    ESCAPED = "escaped"
    """As inside a JSON string, or a JSON string inside one."""
    PERCENT = "percent"
    BASE64 = "base64"
    HEX = "hex"
    UTF16 = "utf16"


@dataclass(frozen=True, slots=True)
class Hit:
    """``data[start:end]`` is the value of finding number ``index``, written in ``coding``; offsets are bytes."""

    start: int
    end: int
    index: int
    coding: Coding


@dataclass(frozen=True, slots=True)
class Cut:
    """``text[start:end]`` gives a masked value away and has to become the token of ``finding``."""

    start: int
    end: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class _Needle:
    """A way of writing the value of finding number ``index``."""

    form: bytes = field(repr=False)
    index: int
    coding: Coding


class _Group:
    """Finds the values of one group in all their forms by the heads of these."""

    def __init__(self, values: Sequence[str]) -> None:
        needles: dict[bytes, _Needle] = {}
        for i, value in enumerate(values):
            for coding, form in _forms(value):
                needles.setdefault(form, _Needle(form, i, coding))
        heads: dict[str, list[_Needle]] = {}
        for form, needle in needles.items():
            heads.setdefault(form[:_HEAD].decode("latin-1"), []).append(needle)
        self._heads = Words(heads)

    def occurrences(self, data: bytes) -> Iterator[tuple[int, _Needle]]:
        """Yield where a form stands in ``data``; a number inside a longer number is another number."""
        for window in range(0, len(data), _WINDOW):
            piece = data[window : window + _WINDOW + _HEAD - 1].decode("latin-1")
            for at, needles in self._heads.found(piece):
                if at < _WINDOW:
                    start = window + at
                    yield from ((start, needle) for needle in needles if _whole(data, start, needle.form))


@lru_cache(maxsize=_KEPT)
def _group(values: tuple[str, ...]) -> _Group:
    return _Group(values)


def _bounds(count: int) -> Iterator[tuple[int, int]]:
    """Yield where each group of ``count`` values begins and ends: first those of full size, the largest first."""
    start = 0
    for size in _GROUPS:
        while count - start >= size:
            yield start, start + size
            start += size
    if start < count:
        yield start, count


class Guard:
    """Looks for the values of one request."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._findings = [f for f in findings if is_telling(f)]
        values = [f.value for f in self._findings]
        self._groups = [(start, _group(tuple(values[start:end]))) for start, end in _bounds(len(values))]

    def search(self, data: bytes) -> list[Hit]:
        """Return where any value occurs in ``data``, sorted by start; hits may overlap."""
        hits = [
            Hit(start, start + len(needle.form), first + needle.index, needle.coding)
            for first, group in self._groups
            for start, needle in group.occurrences(data)
        ]
        hits.sort(key=lambda h: (h.start, -h.end))
        return hits

    def cuts(self, text: str) -> list[Cut]:
        """Return what must be replaced in a decoded ``text``, sorted, none overlapping.

        A value in an encoding takes the whole encoded run with it, so that restoring gives it back as it was.

        Raises:
            BlockedError: a value stands inside an encoded run too long to be text.
        """
        data = encode(text)
        cuts: list[Cut] = []
        done = start = 0
        for hit in self.search(data):
            start += decoded_length(data[done : hit.start])
            done = hit.start
            floor = cuts[-1].end if cuts else 0
            if start < floor:
                continue
            left, end = _run(text, start, start + decoded_length(data[hit.start : hit.end]), hit.coding)
            left = max(left, floor)
            if end - left > LONGEST_RUN:
                raise leak(hit.coding)
            value, entity = text[left:end], self._findings[hit.index].entity
            if hit.coding is not Coding.PLAIN or not _stands(text, left, end, entity):
                entity = OPAQUE_ENTITY
            cuts.append(Cut(left, end, Finding(entity, value)))
        return cuts


def _stands(text: str, start: int, end: int, entity: str) -> bool:
    """Tell whether a token of ``entity`` would be read back in place of ``text[start:end]``."""
    return stands(text[max(0, start - _BESIDE) : start], entity, text[start:end], text[end : end + _BESIDE])


def leak(coding: Coding) -> BlockedError:
    """Return the refusal for a value that was found again where it cannot be masked."""
    return BlockedError(
        Reason.EGRESS_GUARD,
        f"a value that was masked occurs again ({coding.value}) in a place that cannot be masked, "
        "such as a file, an identifier or the address; take it out there, or allow that value for this host",
    )


def is_telling(finding: Finding) -> bool:
    """Tell whether a second occurrence of this value can only be the value itself.

    A value of letters alone in one case (``letmein``, ``Dragon``) counts as an ordinary word.
    """
    value = finding.value
    if kind_of(finding.entity) is Kind.PROSE or sum(map(str.isalnum, value)) < SHORTEST:
        return False
    return not (value.isalpha() and (value.islower() or value.isupper() or value.istitle()))


def _whole(data: bytes, start: int, form: bytes) -> bool:
    """Tell whether ``form`` as a whole stands at ``start``, and is not part of a longer number."""
    end = start + len(form)
    if len(form) > _HEAD and data[start:end] != form:
        return False
    return not (form.isdigit() and (data[max(start - 1, 0) : start].isdigit() or data[end : end + 1].isdigit()))


_ALPHABETS = {
    Coding.BASE64: re.compile(r"[A-Za-z0-9+/_-]*", re.ASCII),
    Coding.HEX: re.compile(r"[0-9A-Fa-f]*", re.ASCII),
}
_PADDING = re.compile(r"={0,2}")


def _run(text: str, start: int, end: int, coding: Coding) -> tuple[int, int]:
    """Return the bounds of the encoded run that holds ``text[start:end]``."""
    alphabet = _ALPHABETS.get(coding)
    if alphabet is None:
        return start, end
    window = text[max(0, start - LONGEST_RUN) : start]
    before = alphabet.match(window[::-1])
    after = alphabet.match(text, end, end + LONGEST_RUN)
    assert before is not None  # a pattern that matches the empty string always matches
    assert after is not None
    start, end = start - before.end(), after.end()
    padding = _PADDING.match(text, end)
    assert padding is not None
    return start, (padding.end() if coding is Coding.BASE64 else end)


def _forms(value: str) -> Iterator[tuple[Coding, bytes]]:
    """Yield every way of writing ``value`` that is looked for; the plain one first."""
    raw = encode(value)
    yield Coding.PLAIN, raw
    for form in _escaped(value):
        yield Coding.ESCAPED, form
    for form in _percent(value):
        yield Coding.PERCENT, form
    wide = value.encode("utf-16-le", "surrogatepass")
    if value.isascii():
        yield Coding.UTF16, wide[:-1]
    for form in (*_base64(raw), *_base64(wide)):
        yield Coding.BASE64, form
        yield Coding.BASE64, form.translate(bytes.maketrans(b"+/", b"-_"))
    yield Coding.HEX, raw.hex().encode()
    yield Coding.HEX, raw.hex().upper().encode()


def _percent(value: str) -> Iterator[bytes]:
    """Yield ``value`` as Python, a form, and JavaScript's two functions write it in an address."""
    forms = [quote(value, safe=safe, errors="surrogatepass") for safe in ("", "/", "!'()*", ";,/?:@&=+$#!'()*")]
    forms.append(quote_plus(value, errors="surrogatepass"))
    for form in forms:
        yield form.encode()
        yield re.sub(r"%[0-9A-F]{2}", lambda m: m[0].lower(), form).encode()


def _escaped(value: str) -> Iterator[bytes]:
    once = [json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]]
    once.append(re.sub(r"\\u[0-9a-f]{4}", lambda m: "\\u" + m[0][2:].upper(), once[0]))
    once += [form.replace("/", r"\/") for form in once]
    for form in once:
        yield encode(form)
        yield encode(json.dumps(form, ensure_ascii=False)[1:-1])


def _base64(raw: bytes) -> Iterator[bytes]:
    """Yield the characters that ``raw`` determines alone, when 0, 1 or 2 bytes stand before it in its group."""
    for shift in range(3):
        written = base64.b64encode(bytes(shift) + raw)
        first = (shift * 8 + 5) // 6
        last = (shift + len(raw)) * 8 // 6
        yield written[first:last]
