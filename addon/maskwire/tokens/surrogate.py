"""Tokens that read like names: ``Robin Tavelumirona``. Sans-IO.

The given name is one of a list. The surname is invented: syllables that write the number, the check included. So
nobody is called so, and the surname alone says the whole token. The given name alone says nothing: it may be that of a
real person, and stays as it is.

Given names are such as women and men have, so that no pronoun contradicts them; nothing else of the value shows.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from maskwire.tokens.folding import fold
from maskwire.tokens.grammar import IN_CAPITALS_OR_AT_WORD, Part, either, sequence, word
from maskwire.vault import Token

CONSONANTS: Final = "bdfghjklmnprstvz"
VOWELS: Final = "aeiou"
SYLLABLES: Final = 6
LENGTH: Final = 2 * SYLLABLES
"""Letters of a surname."""

GIVEN: Final = (
    *("Alex", "Ariel", "Avery", "Billie", "Cameron", "Casey", "Charlie", "Chris"),
    *("Dakota", "Dana", "Devin", "Dominique", "Eden", "Elliot", "Ellis", "Emery"),
    *("Finley", "Frankie", "Hayden", "Indigo", "Jamie", "Jess", "Jordan", "Jules"),
    *("Kai", "Kelly", "Kendall", "Kerry", "Kim", "Kit", "Leslie", "Logan"),
    *("Luca", "Marion", "Max", "Micah", "Mika", "Morgan", "Nico", "Nikita"),
    *("Noa", "Noel", "Parker", "Peyton", "Quinn", "Reese", "Remy", "Riley"),
    *("Robin", "Rory", "Rowan", "Sam", "Sasha", "Shay", "Sidney", "Skyler"),
    *("Stevie", "Taylor", "Teagan", "Toni", "Tracy", "Valentine", "Vivian", "Yael"),
)
"""Given names of both sexes; none is the beginning of another, so that a spelling without a joint is read one way.
A change of this list, or of the letters, would make other tokens of those in vaults."""

WHOLE: Final = "whole"
"""Variant of a given name and a surname: for people with more than one name."""

ALONE: Final = "alone"
"""Variant of an invented word alone: for a single name, a company, a place."""

_VARIANTS: Final = (WHOLE, ALONE)
"""In the order of the numbers' parity, so that a surname tells its variant."""

_BASE: Final = len(CONSONANTS) * len(VOWELS)
_LETTERS: Final = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]
_PLACES: Final = {letters: place for place, letters in enumerate(_LETTERS)}

_SYLLABLE: Final = f"[{CONSONANTS}][{VOWELS}]"
SURNAME: Final = Part(f"(?:{_SYLLABLE}){{{SYLLABLES}}}", f"(?:{_SYLLABLE}){{0,{SYLLABLES - 1}}}(?:[{CONSONANTS}])?")

_JOINT: Final = r"[ _.\-+]|[*`~]{1,3}|\\{1,2}[nrt]|</?[A-Z]{1,8}>|\r?\n[ \t>]{0,12}"
JOINT: Final = Part(rf"(?:{_JOINT}){{0,3}}", rf"(?:{_JOINT}){{0,2}}(?:\\{{1,2}}|</?[A-Z]{{0,8}}|\r)")
"""What stands between two names: a space, what identifiers have, marks, a tag, a line break (of a quotation too)."""


def _name(name: str) -> Part:
    beginnings = "|".join(name[:end] for end in range(len(name)))
    return Part(name, f"(?:{beginnings})")


_NAMED: Final = {
    first: sequence(either(*map(_name, names)), JOINT, SURNAME)
    for first, names in groupby(sorted(GIVEN), key=itemgetter(0))
}
_TURNED: Final = sequence(SURNAME, word(","), JOINT, either(*map(_name, GIVEN)))
_NEXT: Final = r"[ _.\-]"
"""What may stand between a given name and a surname that belongs to it rather than to the one before."""

SETTLED: Final = f"(?-i:(?<=[{CONSONANTS.upper()}][a-z]{{{LENGTH - 1}}}))"
"""Lookbehind: a surname with its capital is one, whatever follows."""


class Surrogate:
    """``Robin Tavelumirona``, or an invented word alone: 16,777,216 identifiers, one look-alike in 7,812 accepted.

    What stands before an ``@`` in small letters is an address that a model made up.
    """

    name = "surrogate"
    bodies: Mapping[str, Part] = MappingProxyType(_NAMED | {CONSONANTS.upper(): SURNAME})
    before = IN_CAPITALS_OR_AT_WORD
    after = f"(?:{SETTLED}|(?!@))"

    def size(self, variant: str) -> int:
        """Six syllables, half of them for each variant."""
        del variant
        return int(_BASE**SYLLABLES) // 2

    def write(self, variant: str, number: int) -> str:
        """The given name follows from the number."""
        rest, letters = 2 * number + _VARIANTS.index(variant), ""
        for _ in range(SYLLABLES):
            rest, place = divmod(rest, _BASE)
            letters = _LETTERS[place] + letters
        surname = letters.capitalize()
        return f"{_given_of(number)} {surname}" if variant == WHOLE else surname

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read the surname at the end; another's given name before it does not belong to it."""
        return _read(spelling[:-LENGTH], spelling[-LENGTH:])


class Turned(Surrogate):
    """``Tavelumirona, Robin``, of 16,777,216 identifiers. A given name before another surname belongs to that."""

    name = "surrogate_turned"
    bodies = MappingProxyType(
        {CONSONANTS.upper(): Part(_TURNED.full, f"(?:{_TURNED.open}|{_TURNED.full}{_NEXT}(?:{SURNAME.open}))")}
    )
    before = IN_CAPITALS_OR_AT_WORD
    after = f"(?![A-Z@]|{_NEXT}{SURNAME.full})"

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read the surname at the beginning, if the given name is its own."""
        return _read(spelling[LENGTH:], spelling[:LENGTH])


def _given_of(number: int) -> str:
    return GIVEN[number % len(GIVEN)]


def _read(beside: str, surname: str) -> tuple[str, int] | None:
    """Return variant and number of ``surname``; ``beside`` is what stands with it: a given name and a joint."""
    letters, written = surname.lower(), 0
    for start in range(0, LENGTH, 2):
        written = written * _BASE + _PLACES[letters[start : start + 2]]
    number, variant = written // 2, _VARIANTS[written % 2]
    if beside:
        given, said = _given_of(number).lower(), beside.lower()
        if variant == ALONE or not (said.startswith(given) or said.endswith(given)):
            return None
    return variant, number


_TOKEN: Final = re.compile(f"[A-Z][a-z]+ [A-Z][a-z]{{{LENGTH - 1}}}")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_ENDINGS: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
_JOINTS: Final = frozenset({"", "_", "-", "."})


def worn(token: Token, spelling: str, value: str) -> str:
    """Return ``value`` as ``spelling`` says it: all of it, but for a surrogate of a value of several plain words.

    Its surname alone is the last of them; turned round, the last comes first. What joins the words of an identifier
    joins those of the value, in its case; marks and line breaks stay before the last.
    """
    if _TOKEN.fullmatch(token) is None:
        return value
    given, surname = token.split()
    said, words = fold(spelling).text, value.split()
    if len(words) < 2 or not all(map(_WORD.fullmatch, words)):
        return value
    if said.lower().startswith(surname.lower()):
        joint = said[LENGTH : -len(given)] if len(said) > LENGTH else None
        return value if words[-1].lower().rstrip(".") in _ENDINGS else _turned(words, joint)
    joint = said[len(given) : -LENGTH]
    if joint in _JOINTS:
        return _in_case_of(said, joint.join(words))
    if joint == " " or "\\" in joint:
        return value
    return f"{' '.join(words[:-1])}{joint}{words[-1]}"


def _turned(words: Sequence[str], joint: str | None) -> str:
    """Return the last word, and the others behind it if there is a ``joint`` between them."""
    if joint is None:
        return words[-1]
    return f"{words[-1]}{', ' if '\\' in joint else joint}{' '.join(words[:-1])}"


def _in_case_of(said: str, text: str) -> str:
    if said.islower():
        return text.lower()
    return text.upper() if said.isupper() else text
