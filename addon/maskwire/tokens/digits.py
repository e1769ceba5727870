"""Tokens that are written in digits: how digits are read, grouped and dressed. Sans-IO."""

import re

from maskwire.tokens.grammar import Part

NOT_IN_NUMBER = r"(?<!\d)(?<!\d\.)"
"""Lookbehind: a token does not start inside a longer number, nor behind its decimal point."""

NUMBER_ENDS = r"(?!\d)"
"""Lookahead: no further digit follows."""

POWERS: tuple[int, ...] = tuple(10**count for count in range(35))
"""How many numbers so many digits can write."""

_NOT_DIGIT = re.compile(r"[^0-9]+")


def digits(count: int, gap: str) -> Part:
    """Return ``count`` digits, before each of which the pattern ``gap`` may stand."""
    return Part(f"(?:{gap}\\d){{{count}}}", f"(?:{gap}\\d){{0,{count - 1}}}{gap}")


def only_digits(text: str) -> str:
    """Return the ASCII digits of ``text``."""
    return _NOT_DIGIT.sub("", text)


def fill(layout: str, numerals: str) -> str:
    """Return ``layout`` with its ASCII digits replaced in order; there must be as many as ``numerals``."""
    following = iter(numerals)
    return "".join(next(following) if "0" <= letter <= "9" else letter for letter in layout)


def luhn(numerals: str) -> str:
    """Return the digit that makes ``numerals`` valid when put behind it. Source: ISO/IEC 7812-1, annex B."""
    total = 0
    for place, numeral in enumerate(reversed(numerals)):
        doubled = int(numeral) * (2 - place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)
