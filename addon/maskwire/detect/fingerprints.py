"""Secrets that are known by keyed fingerprints only, found again however they are written. Sans-IO.

A secret is learned in each form it may take on its way: plain, hex, URL- and JSON-escaped, and base64 at each of the
three offsets it may have inside a longer text (there only the characters that the neighbours cannot change).
Source: https://www.rfc-editor.org/rfc/rfc4648#section-4
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from urllib.parse import quote

from maskwire.detect.patterns import encode
from maskwire.spans import Span

SHORTEST = 8
"""Characters a secret must have to be learned: shorter ones are words, and would be found everywhere."""

_HEAD = 6
"""Characters at the head of a form whose own hash decides whether the whole is hashed."""

_RUN = re.compile(r"[0-9A-Za-z+/_-]{8,}")
_MARK = re.compile(r"[\W_]")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One form of one secret: its length in characters, and keyed hashes of its head and of all of it."""

    length: int
    head: bytes
    whole: bytes
    inside: bool
    """Whether the form stands inside a longer run of characters, as base64 does."""


def learn(value: str, key: bytes) -> list[Fingerprint]:
    """Return the fingerprints of ``value`` under ``key``; none when it is too short to be told from a word."""
    if len(value) < SHORTEST:
        return []
    data = encode(value)
    forms = {(value, False), (quote(value, safe=""), False), (json.dumps(value)[1:-1], False)}
    forms |= {(json.dumps(value, ensure_ascii=False)[1:-1], False), (data.hex(), True), (data.hex().upper(), True)}
    for offset in range(3):
        coded = b64encode(b"\0" * offset + data).decode("ascii").rstrip("=")
        start, spare = (0, 2, 3)[offset], (len(data) + offset) % 3
        core = coded[start : len(coded) - (1 if spare else 0)]
        forms |= {(core, True), (core.replace("+", "-").replace("/", "_"), True)}
    return [
        Fingerprint(len(form), _hash(form[:_HEAD], key, 8), _hash(form, key, 16), inside)
        for form, inside in sorted(forms)
        if len(form) >= SHORTEST
    ]


def _hash(text: str, key: bytes, size: int) -> bytes:
    return blake2b(encode(text), key=key[:64], digest_size=size, person=b"secret").digest()


@dataclass(frozen=True, slots=True)
class _Lengths:
    """How long the forms are that have the same head: those that stand alone, and those inside longer runs."""

    alone: set[int] = field(default_factory=set)
    inside: set[int] = field(default_factory=set)


class Fingerprints:
    """The fingerprints of all known secrets."""

    def __init__(self, key: bytes, known: Iterable[Fingerprint]) -> None:
        self._key = key
        self._wholes: set[bytes] = set()
        self._heads: dict[bytes, _Lengths] = {}
        for fingerprint in known:
            self._wholes.add(fingerprint.whole)
            lengths = self._heads.setdefault(fingerprint.head, _Lengths())
            (lengths.inside if fingerprint.inside else lengths.alone).add(fingerprint.length)

    def find(self, text: str) -> Iterator[Span]:
        """Yield where known secrets stand in ``text``; spans may overlap."""
        if not self._wholes:
            return
        heads = _Heads(self._key, self._heads)
        for start, end in [*_alone(text, heads), *_inside(text, heads)]:
            if _hash(text[start:end], self._key, 16) in self._wholes:
                yield Span(start, end, "PASSWORD", 1.0, "terms.secret")


class _Heads(dict[str, _Lengths | None]):
    """What is known of each head that a text holds. Words repeat, and a hash takes ten times as long as a look-up."""

    def __init__(self, key: bytes, known: Mapping[bytes, _Lengths]) -> None:
        super().__init__()
        self._key = key
        self._known = known

    def __missing__(self, head: str) -> _Lengths | None:
        found = self[head] = self._known.get(_hash(head, self._key, 8))
        return found


def _alone(text: str, heads: _Heads) -> Iterator[tuple[int, int]]:
    """Yield the pieces between two marks of ``text`` that begin and are as long as a known form."""
    for start in _marks(text):
        if (lengths := heads[text[start : start + _HEAD]]) is not None:
            for length in lengths.alone:
                if start + length <= len(text) and _is_mark(text, start + length):
                    yield start, start + length


def _inside(text: str, heads: _Heads) -> Iterator[tuple[int, int]]:
    """Yield the pieces of long runs of ``text`` whose head is known."""
    for run in _RUN.finditer(text):
        first, last = run.span()
        for start in range(first, last - _HEAD + 1):
            if (lengths := heads[text[start : start + _HEAD]]) is not None:
                yield from ((start, start + length) for length in lengths.inside if start + length <= last)


def _marks(text: str) -> list[int]:
    """Return the offsets at which a value may begin: at and behind each character that is no letter or digit."""
    marks = {0}
    for mark in _MARK.finditer(text):
        marks.update(mark.span())
    return sorted(marks)


def _is_mark(text: str, at: int) -> bool:
    """Tell whether a value may end at ``at``."""
    return at == len(text) or not text[at].isalnum() or not text[at - 1].isalnum()
