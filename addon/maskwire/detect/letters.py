"""Passwords of letters alone: what no tongue speaks, and words in a row that are no sentence. Sans-IO."""

import re
from itertools import pairwise

from maskwire.detect.patterns import Pattern, encode

HUMPS = Pattern(r"[A-Z]*(?:[A-Z]?[a-z]{2,}[ _-]?)+[A-Z]*[.!?]?")
"""Words of a name in code, one after the other, each with a capital."""

_UNSPEAKABLE = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{5}|q[^u]|[jvxz][bcdfghjkmnpqrtvwxz]|[bcdfghjkmpqstvwz]x|[bcfgjkmpqtvwxz]j|[fhjkmpqwxz]v|zq|wq"
)
"""Letters that follow each other in no word of the tongues that people take passwords from."""

_SPOKEN = re.compile(
    r"tchphr|ssphr|rchstr|ngths|ghtsm|xyz|jwt|xml|json|sql|https?|html?|css|vpn|mfa|api|url|uri|ssh|tls|aws|gcp|jvm|jdbc|"
    r"passw(?:or)?d|pwd|pswd|passwd|usr|pass|user|token|tkn|key|ctx|cfg|conf|mgr|mngr|str|conn|txt|tmp|hdr|msg|fmt|ptr|src|"
    r"dst|cmd|pkt|btn|lbl|tbl|idx|arr|len|obj|req|resp|svc|srv|env|hash|crypt|auth|cert|ldap|smtp|imap|ftp|db|fn|vw|vx|ng"
)
"""What such letters are part of in long words, abbreviations and names in code."""

MIN_SOUP = 8
"""Letters from which chance makes unspeakable ones, and which no abbreviation has."""

BINDING = frozenset(
    ("the", "and", "are", "was", "were", "for", "with", "this", "have", "has", "had", "not", "but", "they")
)
"""Words that only bind others."""

_SENTENCE = frozenset(
    ("your", "enter", "must", "should", "will", "can", "that", "when", "then", "file", "using", "please")
)
_SENTENCE |= frozenset(("required", "empty", "from", "key", "protected", "incorrect", "wrong", "does", "here", "any"))
"""Words of sentences that speak of a pass phrase and are none."""


def letter_soup(value: str) -> bool:
    """Tell whether letters alone cannot be a word or a name in code: unspeakable, or with capitals anywhere."""
    if len(value) < MIN_SOUP or not value.isascii() or not value.isalpha():
        return False
    if HUMPS.fits(encode(value)) or value.isupper():
        return _UNSPEAKABLE.search(_SPOKEN.sub("a", value.lower())) is not None
    return sum(a.islower() and b.isupper() for a, b in pairwise(value)) > 1


def letter_groups(value: str) -> bool:
    """Tell whether four groups of four letters are a generated password and no sentence.

    Source: https://support.google.com/accounts/answer/185833
    """
    return letter_soup(value.replace(" ", "").replace("-", ""))


def phrase_words(value: str) -> bool:
    """Tell whether four to nine words may be a pass phrase: none that only binds others.

    Source: https://www.eff.org/dice
    """
    words = value.lower().replace("-", " ").replace(".", " ").split()
    return 4 <= len(words) <= 9 and BINDING.isdisjoint(words) and _SENTENCE.isdisjoint(words)
