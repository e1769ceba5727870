"""The same text as a reader sees it: without invisible characters, look-alikes and escapes. Sans-IO.

Source: https://www.unicode.org/reports/tr36/ (security considerations), https://www.unicode.org/reports/tr39/
(confusables), https://html.spec.whatwg.org/#character-references, https://www.rfc-editor.org/rfc/rfc3986#section-2.1
"""

import html
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from maskwire.detect.patterns import Pattern, decoded_length, encode
from maskwire.detect.views import Change, View

_LOOK_ALIKES = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХҮаеѕіјорсухһԁԛԝѵгΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυχιϲ",
        "ABESIJKMHOPCTYXYaesijopcyxhdqwvrABEZHIKMNOPTYXavopuxic",
        strict=True,
    )
)
"""Letters of other scripts that look like Latin ones in common fonts."""

_ESCAPE = Pattern(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|commat|period|nbsp|lpar|rpar|plus|hyphen|dash|amp|colon|sol|lowbar|num);"
    r"|(?:%[0-9a-fA-F]{2})+"
    r"|\\u\{[0-9a-fA-F]{1,6}\}|(?:\\u[0-9a-fA-F]{4})+|(?:\\x[0-9a-fA-F]{2})+"
)
_JSON_BREAK = Pattern(r'\\+[nrt"]')


def view(text: str) -> View | None:
    """Return ``text`` as it reads, or None when it reads as it stands (the common case, which costs a glance)."""
    changes = [] if text.isascii() else list(_characters(text))
    if "&" in text or "%" in text or "\\" in text:
        changes = sorted([*changes, *_escapes(text)], key=lambda change: change.start)
    seen = View(text, _apart(changes)) if changes else None
    plain = text if seen is None else seen.text
    if not plain.isascii() and (folds := list(_look_alikes(plain))):
        seen = View(plain, folds, seen)
    return seen


def _apart(changes: list[Change]) -> Iterator[Change]:
    reach = 0
    for change in changes:
        if change.start >= reach:
            yield change
            reach = change.end


def _characters(text: str) -> Iterator[Change]:
    """Yield a change for each character that is invisible or has a plain ASCII form."""
    odd = {c: plain for c in set(text) if c > "\x7f" and (plain := _plain(c)) != c}
    if odd:
        for at, c in enumerate(text):
            if c in odd:
                yield Change(at, at + 1, odd[c])


@lru_cache(maxsize=4096)
def _plain(c: str) -> str:
    """Return what one character reads as: nothing when it is invisible, ASCII when it is a form of it."""
    category = unicodedata.category(c)
    if category == "Cf" or "\ufe00" <= c <= "\ufe0f":
        return ""
    if category == "Zs":
        return " "
    if category == "Pd" or c == "\u2212":
        return "-"
    if category == "Nd":
        return str(unicodedata.digit(c))
    folded = unicodedata.normalize("NFKC", c)
    return folded if len(folded) == 1 and folded.isascii() else c


def _look_alikes(text: str) -> Iterator[Change]:
    """Yield a change for each look-alike in a word that also holds Latin letters."""
    if not any(c in _LOOK_ALIKES for c in set(text)):
        return
    at = 0
    for part in text.replace("\n", " ").replace("\t", " ").split(" "):
        if not part.isascii() and any("a" <= c <= "z" or "A" <= c <= "Z" for c in part):
            for i, c in enumerate(part, at):
                if c in _LOOK_ALIKES:
                    yield Change(i, i + 1, _LOOK_ALIKES[c])
        at += len(part) + 1


def _escapes(text: str) -> Iterator[Change]:
    """Yield a change for each escape that stands for printable text."""
    data = encode(text)
    found = [(a, b, _decoded(data[a:b])) for a, b in _ESCAPE.spans(data)]
    if b'\\"' in data:
        found = sorted([*found, *((a, b, "\n" if data[b - 1] != 0x22 else '"') for a, b in _JSON_BREAK.spans(data))])
    at = chars = 0
    for start, end, instead in found:
        chars += decoded_length(data[at:start])
        at = start
        if instead:
            yield Change(chars, chars + decoded_length(data[start:end]), instead)


def _decoded(escape: bytes) -> str:
    """Return what ``escape`` stands for, or nothing when that is no printable text."""
    text = escape.decode("ascii")
    if text[0] == "&":
        plain = html.unescape(text).replace("\xa0", " ")
    elif text[0] == "%":
        plain = bytes.fromhex(text.replace("%", "")).decode("utf-8", "ignore")
    elif text[1] == "x":
        plain = bytes.fromhex(text.replace("\\x", "")).decode("utf-8", "ignore")
    elif text[2] == "{":
        plain = _character(text[3:-1])
    else:
        units = bytes.fromhex(text.replace("\\u", ""))
        plain = units.decode("utf-16-be", "ignore")
    return plain if plain.isprintable() else ""


def _character(code: str) -> str:
    number = int(code, 16)
    return chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else ""
