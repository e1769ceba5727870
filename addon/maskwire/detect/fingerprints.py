"""Secrets that are known by keyed fingerprints only, found again however they are written. Sans-IO.

A secret is learned in each form it may take on its way: plain, hex, URL- and JSON-escaped, and base64 at each of the
three offsets it may have inside a longer text (there only the characters that the neighbours cannot change).
Source: https://www.rfc-editor.org/rfc/rfc4648#section-4
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote

from maskwire.detect.patterns import Pattern, encode, in_characters
from maskwire.spans import Span

SHORTEST = 8
"""Characters a secret must have to be learned: shorter ones are words, and would be found everywhere."""

_HEAD = 6
"""Characters at the head of a form whose own hash decides whether the whole is hashed."""

_RUN = Pattern(r"[0-9A-Za-z+/_-]{8,}")


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


class Fingerprints:
    """The fingerprints of all known secrets."""

    def __init__(self, key: bytes, known: Iterable[Fingerprint]) -> None:
        self._key = key
        known = list(known)
        self._wholes = frozenset(f.whole for f in known)
        self._lengths = sorted({f.length for f in known if not f.inside})
        self._heads: dict[bytes, set[int]] = {}
        for fingerprint in known:
            if fingerprint.inside:
                self._heads.setdefault(fingerprint.head, set()).add(fingerprint.length)

    def find(self, text: str) -> Iterator[Span]:
        """Yield where known secrets stand in ``text``; spans may overlap."""
        if not self._wholes:
            return
        for start, end in [*self._between(text), *self._inside(text)]:
            if _hash(text[start:end], self._key, 16) in self._wholes:
                yield Span(start, end, "PASSWORD", 1.0, "terms.secret")

    def _between(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the pieces between two marks of ``text`` that are as long as a known form."""
        marks = _marks(text)
        ends = set(marks)
        for start in marks:
            for length in self._lengths:
                if start + length in ends:
                    yield start, start + length

    def _inside(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the pieces of long runs of ``text`` whose head is known."""
        if not self._heads:
            return
        data = encode(text)
        for first, last in in_characters(data, _RUN.spans(data)):
            run = text[first:last]
            for at in range(len(run) - _HEAD + 1):
                for length in self._heads.get(_hash(run[at : at + _HEAD], self._key, 8), ()):
                    if at + length <= len(run):
                        yield first + at, first + at + length


def _marks(text: str) -> Sequence[int]:
    """Return the offsets at which a value may begin or end: where a character is no letter or digit, and both ends."""
    marks = {0, len(text)}
    for at, c in enumerate(text):
        if not c.isalnum():
            marks.update((at, at + 1))
    return sorted(marks)
