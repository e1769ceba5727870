"""Tokens that show only what kind of value they hide: ``PERSON_K7Q2MXA4``. Sans-IO.

A code has 40 bits in Crockford's base 32: 24 identify the value, 16 are the keyed check, so that one look-alike in
65,536 reaches the vault. Every code holds a digit from 2 to 9 and a letter: ordinary words behind a label are not
even candidates.

Source: https://www.crockford.com/base32.html
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter
from string import ascii_uppercase
from types import MappingProxyType

from maskwire.entities import KINDS
from maskwire.tokens.grammar import IN_CAPITALS_OR_AT_WORD, Part, atoms, either, run, sequence, word

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's digits: no I, L, O (read as 1, 1, 0) and no U."""

CODE_LENGTH = 8
"""Characters of a code: 40 bits."""

LONGEST_LABEL = 24
"""Characters of the label of an entity that a person's own rules invent."""

LETTER = "[0-9A-TV-Z]"
"""A character that may be read as a digit of the alphabet."""

_READ = str.maketrans("OIL", "011")
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_JOINTS = str.maketrans("", "", " _-.:#*`")
_SHIPPED = {entity.translate(_JOINTS): entity for entity in KINDS}


def encode(number: int, length: int) -> str:
    """Return ``number`` in ``length`` characters of the alphabet."""
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(length)))


def decode(code: str) -> int | None:
    """Return the number of a code as a person reads it; ``None`` without both a letter and a digit from 2 to 9."""
    plain = code.upper().translate(_READ)
    if plain.isdigit() or not any(letter in "23456789" for letter in plain):
        return None
    number = 0
    for letter in plain:
        number = number << 5 | _VALUES[letter]
    return number


@cache
def label_of(entity: str) -> str:
    """Return the readable front of the tokens of ``entity``.

    An entity that maskwire does not ship gives one run of capitals without digits, so that its label can be told
    from a word before it, and never one that ends in a shipped label.
    """
    if entity in KINDS:
        return entity
    label = re.sub("[^A-Z]", "", entity.upper())[: LONGEST_LABEL - 1]
    label = label if len(label) > 1 else f"{label}CUSTOM"
    return f"{label}X" if label.endswith(tuple(_SHIPPED)) else label


_CODE = run(LETTER, CODE_LENGTH)
_MARKS = ("**", "`")
"""Bold and code."""


def _marked(part: Part) -> tuple[Part, ...]:
    return tuple(sequence(word(mark), part, word(mark)) for mark in _MARKS)


def _labelled(*labels: Part) -> Part:
    """Return any of the labels with a code behind it."""
    return sequence(either(*labels), Part("[ _\\-.:#]{0,2}", ""), either(_CODE, *_marked(_CODE)))


def _spaced(label: str) -> Part:
    """Return the label, its words joined in any way."""
    return atoms(*("[ _.\\-]?" if letter == "_" else letter for letter in label))


def _bodies() -> Mapping[str, Part]:
    """Return labels and codes in one part for each first character, so that few are tried at any place."""
    labels = sorted(KINDS)
    plain = {first: _labelled(*map(_spaced, group)) for first, group in groupby(labels, key=itemgetter(0))}
    bold, code = map(_labelled, _marked(either(*map(_spaced, labels))))
    return MappingProxyType(plain | {"*": bold, "`": code})


class Opaque:
    """``LABEL_CODE`` of a shipped entity; the variant is the label. 16,777,216 identifiers for each label."""

    name = "opaque"
    bodies = _bodies()
    before = IN_CAPITALS_OR_AT_WORD
    after = ""

    def size(self, variant: str) -> int:
        """Forty bits, whatever the label."""
        del variant
        return 1 << 5 * CODE_LENGTH

    def write(self, variant: str, number: int) -> str:
        """Label, underscore, code."""
        return f"{variant}_{encode(number, CODE_LENGTH)}"

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read label and code through marks, joints, case and letters that look like digits."""
        plain = spelling.translate(_JOINTS)
        label = _SHIPPED.get(plain[:-CODE_LENGTH].upper())
        number = decode(plain[-CODE_LENGTH:])
        return None if label is None or number is None else (label, number)


class Invented(Opaque):
    """``LABEL_CODE`` of an entity that a person's own rules name, 16,777,216 identifiers for each label.

    Its label may be any word, so it is read in capitals and with its underscore only.
    """

    name = "invented"
    bodies = MappingProxyType(
        {
            ascii_uppercase: sequence(
                Part(f"(?-i:[A-Z]{{2,{LONGEST_LABEL}}})", f"(?-i:[A-Z]{{1,{LONGEST_LABEL}}})"),
                word("_"),
                run("(?-i:[0-9A-TV-Z])", CODE_LENGTH),
            )
        }
    )
    before = "(?-i:(?<![A-Z]))"

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read label and code; a label that ends in a shipped one belongs to a token that starts later."""
        label, _, code = spelling.partition("_")
        number = decode(code)
        return None if number is None or label.endswith(tuple(_SHIPPED)) else (label, number)
