"""What our network sees of a word: hashed pieces, shape, and what the lexicon knows. Sans-IO."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwire.detect.ner.lexicon import Lexicon
from maskwire.detect.ner.tokens import MAX_KEY, NEWLINE, is_cjk

PIECES = 24
"""Hashed pieces of a word at most: a word of ten letters has 21."""

BUCKETS = 1 << 16
"""Rows of the table of pieces. Row 0 stands for "no piece"."""

SHAPES = 48
"""Rows of the table of shapes."""


@dataclass(frozen=True, slots=True)
class Words:
    """Features of some words, one row each."""

    pieces: NDArray[np.int32]
    shapes: NDArray[np.int32]
    facts: NDArray[np.int32]
    vectors: NDArray[np.int32]


_WHOLE, _BEGINNING = zlib.crc32(b"w"), zlib.crc32(b"<")


def _row(checksum: int) -> int:
    return checksum % (BUCKETS - 1) + 1


def _bucket(piece: str) -> int:
    return _row(zlib.crc32(piece.encode("utf-8", "surrogatepass")))


def pieces_of(key: str) -> list[int]:
    """Return the rows of the pieces of ``key``: the word, its beginnings and endings, and what lies between."""
    word = key.lower()
    if is_cjk(key[0]):
        return [_bucket(f"c{key[0]}"), _bucket(f"p{key}")]
    if word.isascii() and word.isalpha():
        return _ascii_pieces(word.encode())
    found = [f"w{word}"]
    length = len(word)
    if word.isalpha() and length > 1:
        found += [f"<{word[:n]}" for n in (1, 2, 3, 4) if n < length]
        found += [f"{word[-n:]}>" for n in (1, 2, 3, 4) if n < length]
        found += [word[i : i + 3] for i in range(1, min(length, MAX_KEY) - 3)]
    return [_bucket(piece) for piece in found[:PIECES]]


def _ascii_pieces(word: bytes) -> list[int]:
    """Return the same for most words, in a third of the time: bytes need no encoding, and each beginning the last."""
    crc32 = zlib.crc32
    length = len(word)
    longest = min(4, length - 1)
    sums = [crc32(word, _WHOLE)]
    beginning = _BEGINNING
    for n in range(longest):
        beginning = crc32(word[n : n + 1], beginning)
        sums.append(beginning)
    sums += [crc32(word[-n:] + b">") for n in range(1, longest + 1)]
    sums += [crc32(word[i : i + 3]) for i in range(1, min(length - 3, PIECES - 2 * longest))]
    return [_row(checksum) for checksum in sums]


def shape_of(key: str) -> int:
    """Return the number of the shape of ``key``: script, case, length."""
    first = key[0]
    if not key.isalnum():
        return _mark_shape(key)
    if first.isdigit():
        return 1 + min(len(key), 5)
    if ord(first) > 0x2E7F:
        return _eastern_shape(first)
    if ord(first) < 0x0250:
        return 8 + _case(key)
    return 20 + _case(key) if 0x0370 <= ord(first) < 0x0530 else 32 + min(_case(key), 7)


def _case(key: str) -> int:
    if len(key) == 1:
        return 0 if key.isupper() else 1
    if key.islower():
        return 2 if len(key) > 3 else 3
    if key.isupper():
        return 4 if len(key) > 4 else 5
    if key[0].isupper() and key[1:].islower():
        return 6 if len(key) > 3 else 7
    if key[0].isupper():
        rest = key[1:]
        inner = sum(c.isupper() for c in rest)
        return 8 if inner == 1 and not rest[-1].isupper() else 9
    return 10


def _mark_shape(key: str) -> int:
    if key == NEWLINE:
        return 44
    return 45 if key[0].isascii() else 46


def _eastern_shape(first: str) -> int:
    code = ord(first)
    if 0x3041 <= code <= 0x309F:
        return 40
    if 0x30A0 <= code <= 0x30FF:
        return 41
    return 43 if 0xAC00 <= code <= 0xD7A3 else 42


def features_of(keys: list[str], lexicon: Lexicon) -> Words:
    """Return the features of each key."""
    pieces = np.zeros((len(keys), PIECES), np.int32)
    for row, key in enumerate(keys):
        found = pieces_of(key)
        pieces[row, : len(found)] = found
    shapes = np.array([shape_of(key) for key in keys], np.int32)
    facts, vectors = lexicon.look_up(keys)
    return Words(pieces, shapes, facts, vectors)
