"""Numbers that are written one character at a time, or as words. Sans-IO."""

from collections.abc import Iterator

from maskwire.detect.patterns import Pattern, decoded_length, encode
from maskwire.detect.views import Change, View

_WORDS = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "niner": "9",
    "cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7",
    "ocho": "8", "nueve": "9",
    "null": "0", "eins": "1", "zwei": "2", "zwo": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6",
    "sieben": "7", "acht": "8", "neun": "9",
    "zéro": "0", "un": "1", "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "sept": "7", "huit": "8",
    "neuf": "9",
    "due": "2", "tre": "3", "quattro": "4", "cinque": "5", "sei": "6", "sette": "7", "otto": "8", "nove": "9",
    "um": "1", "dois": "2", "três": "3", "quatro": "4", "sete": "7", "oito": "8",
    "jeden": "1", "dwa": "2", "trzy": "3", "cztery": "4", "pięć": "5", "sześć": "6", "siedem": "7", "osiem": "8",
    "dziewięć": "9",
    "nul": "0", "een": "1", "twee": "2", "drie": "3", "vijf": "5", "zes": "6", "zeven": "7", "negen": "9",
}  # fmt: skip
"""Digits in the languages that the rules know; a run of them reads as a number in any mix."""

_ANY = "|".join(sorted(_WORDS, key=len, reverse=True))
_RUN = rf"(?i)\b(?:(?:{_ANY}|plus|dash|hyphen)[ ,-]+){{5,}}(?:{_ANY})\b"
_ONE = r"(?:[0-9]{1,2}|[A-Z]{4}|[A-Za-z])"
_SPACED = (
    r"(?:[+(][ ]{0,2})?\b(?:[0-9A-Za-z]|[A-Za-z]{1,2}[0-9]{1,2}|[0-9]{2,3})"
    rf"(?:[ ]{{1,2}}[-.()/]{{0,2}}[ ]{{0,2}}{_ONE}|[ ]?[-.()/]{{1,2}}[ ]{{0,2}}{_ONE}){{7,}}\b"
)

NUMBER_WORDS = tuple(_WORDS)
"""The digit words of all languages: five of them in a piece may spell a number."""

TRIGGER = r"\b[0-9A-Za-z](?:[ ]{1,2}[-.()/]{0,2}[ ]?[0-9A-Za-z]\b){5}|(?:[0-9][ .()/-]{1,4}){7}"
"""A pattern for the automaton: what must occur in a piece before spaced-out characters are looked for."""

_spaced = Pattern(_SPACED)
_run = Pattern(_RUN)
_word = Pattern(rf"(?i)\b(?:{_ANY}|plus)\b")


def view(text: str) -> View | None:
    """Return ``text`` with spelled-out numbers written closely, or None when there are none."""
    data = encode(text)
    changes = [
        Change(*_characters(data, start, end), instead)
        for start, end, instead in sorted([*_closed(data), *_numbers(data)])
    ]
    return View(text, changes) if changes else None


def _characters(data: bytes, start: int, end: int) -> tuple[int, int]:
    first = decoded_length(data[:start])
    return first, first + decoded_length(data[start:end])


def _closed(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield the gaps of each run of single characters."""
    for start, end in _spaced.spans(data):
        run = data[start:end]
        if sum(0x30 <= c <= 0x39 for c in run) < 5:
            continue
        at = start
        while (gap := data.find(b" ", at, end)) >= 0:
            stop = gap
            while data[stop : stop + 1] == b" ":
                stop += 1
            yield gap, stop, ""
            at = stop


def _numbers(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield each run of digit words with the number that it spells."""
    for start, end in _run.spans(data):
        words = [data[a:b].decode("utf-8").lower() for a, b in _word.spans(data, start, end)]
        yield start, end, "".join("+" if w == "plus" else _WORDS[w] for w in words)
