"""Where a value may begin and end: what RE2 cannot say, since it has no look-around. Sans-IO.

An edge test gets the bytes and where the value stands in them.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

Edge = Callable[[bytes, int, int], bool]

_DIGITS = frozenset(b"0123456789")
_WORD = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_JOINERS = frozenset(b".-/:'")
_NUMERIC = tuple(bytes((c,)) for c in b"0123456789-[(")
_TOKEN = _WORD | frozenset(b"-")


def anywhere(data: bytes, start: int, end: int) -> bool:
    """Accept every place that holds something."""
    return start < end <= len(data)


def number(data: bytes, start: int, end: int) -> bool:
    """Tell whether a number stands alone: no part of a longer number, word, decimal, date or path of digits."""
    if start and (before := data[start - 1]) in _WORD | {0x23, 0x24}:
        return False
    if (
        start > 1
        and before in _JOINERS
        and (data[start - 2] in _DIGITS or (before == 0x2D and data[start - 2] in _WORD))
    ):
        return False
    if end < len(data) and (after := data[end]) in _WORD:
        return False
    return not (end + 1 < len(data) and after in _JOINERS and data[end + 1] in _DIGITS)


def groups(data: bytes, start: int, end: int) -> bool:
    """Tell whether grouped digits stand alone: no further group of digits follows or precedes after one blank."""
    if start > 1 and data[start - 1] == 0x20 and data[start - 2] in _DIGITS:
        return False
    if end + 1 < len(data) and data[end] == 0x20 and data[end + 1] in _DIGITS:
        return False
    return number(data, start, end)


def mail(data: bytes, start: int, end: int) -> bool:
    """Tell whether an address is no user and host of a URL: there the part before the host is a credential."""
    if end < len(data) and data[end] in _WORD:
        return False
    head = data[max(0, start - 200) : start]
    scheme = head.rfind(b"://")
    return scheme < 0 or any(c in b" \t/?#\"'<>()," for c in head[scheme + 3 :])


def word(data: bytes, start: int, end: int) -> bool:
    """Tell whether no letter, digit or underscore touches the value."""
    return not (start and data[start - 1] in _WORD) and not (end < len(data) and data[end] in _WORD)


def token(data: bytes, start: int, end: int) -> bool:
    """Tell whether the value is no part of a longer word with hyphens."""
    return not (start and data[start - 1] in _TOKEN) and not (end < len(data) and data[end] in _TOKEN)


def hexadecimal(data: bytes, start: int, end: int) -> bool:
    """Tell whether groups of hex digits are not part of a longer chain of them."""
    chain = _WORD | frozenset(b":")
    if start and data[start - 1] in chain:
        return False
    if end < len(data) and data[end] in chain:
        return False
    return not (
        end + 1 < len(data) and data[end] in b".-" and data[end + 1] in _WORD and data[start:end].count(b":") < 2
    )


def address(data: bytes, start: int, end: int) -> bool:
    """Tell whether four numbers with dots are no part of a version, a path or a longer dotted number."""
    if start and data[start - 1] in _WORD | frozenset(b"-."):
        return False
    return end == len(data) or data[end] not in _WORD


def pair(data: bytes, start: int, end: int) -> bool:
    """Tell whether two decimal numbers stand alone, not in a longer list of numbers."""
    before = data[max(0, start - 3) : start]
    after = data[end : end + 5].lstrip(b"]) ")
    if before[-1:].isalnum() or (before.strip()[-1:] == b"," and before.strip()[-2:-1].isdigit()):
        return False
    return not (after[:1] == b"," and after[1:].strip()[:1] in _NUMERIC)


def name(data: bytes, start: int, end: int) -> bool:
    """Tell whether a name stands alone and is not called, indexed or continued."""
    return word(data, start, end) and data[end : end + 1] not in (b"(", b"[", b"@", b"-")


EDGES: Mapping[str, Edge] = MappingProxyType(
    {
        "": anywhere,
        "number": number,
        "groups": groups,
        "mail": mail,
        "name": name,
        "word": word,
        "token": token,
        "hex": hexadecimal,
        "ip": address,
        "pair": pair,
    }
)
"""Every edge that a rule may name."""
