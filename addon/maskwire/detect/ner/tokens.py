"""Texts as tokens, the way our network reads them: words, digits, marks and line breaks. Sans-IO.

Chinese, Japanese kanji and hiragana are one character a token; Katakana and Hangul runs are words. A word's *key* is
what the network sees of it: zero-width characters gone, look-alikes of other scripts back in the script of the word.
"""

import re
import unicodedata
from dataclasses import dataclass

NEWLINE = "\n"
"""The key of a line break, written or escaped as in JSON and source code."""

_CJK = "\u3005\u3006\u3041-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f"
_INVISIBLE = "\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff"
_MARKS = "\u0300-\u036f"

_TOKEN = re.compile(
    rf"[{_CJK}]"
    rf"|[{_KATAKANA}]+"
    rf"|[^\W\d_{_CJK}{_KATAKANA}](?:[^\W\d_{_CJK}{_KATAKANA}{_MARKS}]|[{_MARKS}{_INVISIBLE}](?=[\w{_MARKS}{_INVISIBLE}]))*"
    r"|\d+|\s*\n\s*|\\[nrt]|\S",
)

_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХаеорсухіјѕԁһԛԝվցոսΑΒΕΖΗΙΚΜΝΟΡΤΥΧονɡɑıǀ",
    "ABEKMHOPCTYXaeopcyxijsdhqwugnuABEZHIKMNOPTYXovgail",
)
"""Letters of other scripts by the Latin letters that they look like. Source: https://www.unicode.org/reports/tr39/"""

_CLEAN = re.compile(rf"[{_INVISIBLE}]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_OTHER_SCRIPT = re.compile("[\u0250-\u0261\u0370-\u03ff\u0400-\u058f\u01c0]")
_IS_CJK = re.compile(f"[{_CJK}]")

MAX_KEY = 32
"""Characters of a word that are looked at: no name is longer, and what is longer is a key or a hash."""


_ASCII_WORD = re.compile(r"\\[nrt]|[A-Za-z]+")
"""The words of a text in ASCII, or what is skipped before the next."""


class Gap:
    """What stands before a token: one of four numbers."""

    NONE = 0
    SPACE = 1
    LINE = 2
    WIDE = 3


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text, as parallel lists. Offsets are code points."""

    starts: list[int]
    ends: list[int]
    keys: list[str]
    gaps: list[int]


def tokenize(text: str) -> Tokens:
    """Return the tokens of ``text`` in order; what lies between them is white space."""
    starts: list[int] = []
    ends: list[int] = []
    keys: list[str] = []
    gaps: list[int] = []
    last_end, fresh = 0, True
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        key = match.group()
        if fresh:
            gap = Gap.LINE
        elif start == last_end:
            gap = Gap.NONE
        else:
            gap = Gap.SPACE if start - last_end == 1 and text[last_end] != "\t" else Gap.WIDE
        if not key.isascii():
            key = _key(text, key, end)
        elif len(key) > 1 and (key[0].isspace() or key[0] == "\\"):
            key = NEWLINE
        starts.append(start)
        ends.append(end)
        keys.append(key)
        gaps.append(gap)
        last_end, fresh = end, key == NEWLINE
    return Tokens(starts, ends, keys, gaps)


def words_of(text: str) -> set[str] | None:
    """Return the keys of ``text`` that hold letters, or None where only ``tokenize`` can tell: beyond ASCII.

    Escaped line breaks are among them.
    """
    return set(_ASCII_WORD.findall(text)) if text.isascii() else None


def is_cjk(character: str) -> bool:
    """Tell whether ``character`` is a token of its own, as in Chinese and Japanese."""
    return _IS_CJK.match(character) is not None


def _key(text: str, word: str, end: int) -> str:
    """Return the key of a token that is not ASCII. A CJK character carries the next one, as words there are pairs."""
    if word[0].isspace():
        return NEWLINE
    if is_cjk(word):
        after = text[end : end + 1]
        return word + after if after and is_cjk(after) else word
    if len(word) > 1:
        word = unicodedata.normalize("NFKC", _CLEAN.sub("", word)) or word
        if _LATIN.search(word) and _OTHER_SCRIPT.search(word):
            word = word.translate(_LOOK_ALIKES)
    return word
