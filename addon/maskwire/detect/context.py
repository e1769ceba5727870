"""Words that say what stands beside them, as one pattern. Sans-IO."""

from collections.abc import Iterable

_META = frozenset("\\.+*?()|[]{}^$")
_GAP = r"[\s_.-]{0,2}"


def escape(text: str) -> str:
    """Return ``text`` as a pattern that matches itself."""
    return "".join(f"\\{c}" if c in _META else c for c in text)


def word_pattern(words: Iterable[str]) -> str:
    """Return a pattern for any of ``words`` in prose and in identifiers.

    ``card number`` is found in "Card number:", ``card_number``, ``card-numbers`` and ``userCardNumber``, not in
    "discard numbers". A leading or trailing ``*`` lifts the boundary on that side. Words of other scripts
    have no boundaries, since RE2's are ASCII only and some scripts write none.
    """
    bounded: list[str] = []
    prefixes: list[str] = []
    anywhere: list[str] = []
    humps: list[str] = []
    for word in dict.fromkeys(words):
        parts = [escape(part) for part in word.strip("*").split()]
        body = _GAP.join(parts)
        if not word.strip("*").isascii():
            anywhere.append(body)
        elif word.startswith("*"):
            anywhere.append(body if word.endswith("*") else f"{body}s?(?:$|[^A-Za-z])")
        else:
            (prefixes if word.endswith("*") else bounded).append(body)
            humps.append(_GAP.join(part[:1].upper() + part[1:] for part in parts))
    alternatives = []
    if bounded:
        alternatives.append(rf"(?:^|[^A-Za-z])(?i:{'|'.join(bounded)})(?:s?$|s?[^A-Za-z]|[A-Z])")
    if prefixes:
        alternatives.append(rf"(?:^|[^A-Za-z])(?i:{'|'.join(prefixes)})")
    if humps:
        alternatives.append(rf"[a-z](?:{'|'.join(humps)})(?:s?$|[^a-z]|s[^a-z])")
    if anywhere:
        alternatives.append(f"(?i:{'|'.join(anywhere)})")
    return "|".join(alternatives)
