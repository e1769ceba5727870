"""Whether a value can be found in raw bytes, plain or in an encoding that anybody would undo. Sans-IO."""

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus


def leaks(values: Iterable[str], raw: bytes) -> list[str]:
    """Return those of ``values`` that occur in ``raw``, in the order given.

    Found are: the text itself, its JSON, percent and HTML-form escapes, base64 at any alignment, hexadecimal,
    UTF-16, and its digits alone where a value is a number written in groups.
    """
    return [value for value in values if any(spelling in raw for spelling in spellings(value))]


def spellings(value: str) -> set[bytes]:
    """Return the byte strings that ``leaks`` looks for."""
    plain = value.encode()
    texts = {
        value,
        json.dumps(value)[1:-1],
        json.dumps(json.dumps(value)[1:-1])[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        quote(value, safe=""),
        quote_plus(value),
        plain.hex(),
        plain.hex().upper(),
    }
    if len(digits := re.sub(r"[\s().+-]", "", value)) >= 9 and digits.isdigit():
        texts.add(digits)
    found = {text.encode() for text in texts} | {value.encode("utf-16-le"), value.encode("utf-16-be")}
    return found | (_base64(plain) if len(plain) >= 6 else set())


def _base64(plain: bytes) -> set[bytes]:
    """Return the base64 text of ``plain`` that does not depend on what stands around it, for each alignment."""
    found = set()
    for lead in range(3):
        start, end = -(-lead * 8 // 6), (lead + len(plain)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(bytes(lead) + plain)[start:end])
    return found
