"""Which secrets stand in a credential file: ``.env``, INI, JSON, YAML, netrc, PEM. Sans-IO.

Nothing is executed or resolved, and what cannot be told from an ordinary word is left out: a secret that is learned
is masked wherever it stands, so ``production`` must never be one.
"""

import base64
import binascii
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

SHORTEST = 8
"""Characters of a secret: shorter ones are words."""

LONGEST = 4096
"""Characters of a secret; more is a document."""

SURE = 12
"""Characters from which a value under a credential's name needs no mix of letters and digits."""

NAMELESS = 20
"""Characters from which a value counts without a credential's name, when it looks random."""

RANDOM_BITS = 3.5
"""Shannon bits for each character of a value that looks random: words and hosts have about 3, base64 above 4."""

_CREDENTIAL = re.compile(r"secret|token|passw|pwd|credential|private|api_?key|auth|signature|salt|dsn", re.IGNORECASE)
_PARTS = frozenset({"key", "pass", "pw", "pat", "psk"})
_OPEN = re.compile(r"public|fingerprint|_url$|_uri$|_host$|_id$|_name$|type$|method$", re.IGNORECASE)

_PLACEHOLDER = re.compile(
    r"[<{$%\[]|(?:your|my|change|replace|enter|insert|dummy|sample|example|placeholder|none|null|undefined|todo)"
    r"|localhost|.*(?:changeme|example|placeholder|x{6}|\*{4}|\.{3})",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?:[a-z][\w.+-]*://.*|[~.]{0,2}/.*|[A-Za-z]:\\.*|[\w.+-]+@[\w-]+\.[\w.-]+|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?"
    r"|(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?|[\d\s.:TZ+/-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    re.IGNORECASE,
)
"""Addresses, paths, numbers, dates and UUIDs: they name things."""

_ASSIGNED = re.compile(r"\s*(?:export\s+)?([^\s=#;\[]+)\s*=\s*(.*)")
_MAPPED = re.compile(r"""\s*(?:-\s+)?["']?([\w./-]+)["']?:\s+(.+)""")
_SECTION = re.compile(r"\s*\[([^\]]+)\]\s*(?:[#;].*)?")
_NETRC = re.compile(r"\b(?:machine\s+(\S+)|(default)\b|password\s+(\S+))")
_IN_URL = re.compile(r"[a-z][\w.+-]*://[^\s:/@]*:([^\s/@]+)@", re.IGNORECASE)
_PEM = re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----(.*?)-----END \1-----", re.DOTALL)
_PEM_LINE = re.compile(r"[A-Za-z0-9+/=]{40,}")


@dataclass(frozen=True, slots=True)
class Secret:
    """What was found, and what it is called there. ``repr`` never shows the value."""

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """The secrets of one file, and how many values under a credential's name are too weak to be learned."""

    secrets: tuple[Secret, ...]
    weak: int


def read_secrets(text: str) -> Reading:
    """Return the secrets in the text of a credential file, each value once."""
    secrets: dict[str, str] = {}
    weak = 0
    for name, value in _values(text):
        for part_name, part in _parts(name, value):
            named = _is_credential(part_name)
            if _is_strong(part, named=named):
                secrets.setdefault(part, part_name)
            elif named and part:
                weak += 1
    for name, line in _pem_lines(text):
        secrets.setdefault(line, name)
    return Reading(tuple(Secret(name, value) for value, name in secrets.items()), weak)


def _values(text: str) -> Iterator[tuple[str, str]]:
    """Yield every name with its value."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if isinstance(document, dict | list):
        yield from _walk(document, "")
    elif re.search(r"^\s*(?:machine\s|default\s)", text, re.MULTILINE):
        yield from _netrc(text)
    else:
        yield from _lines(text)


def _walk(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, name)


def _netrc(text: str) -> Iterator[tuple[str, str]]:
    machine = "default"
    for found in _NETRC.finditer(text):
        if found[3] is None:
            machine = found[1] or "default"
        else:
            yield f"{machine}.password", found[3]


def _lines(text: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in text.splitlines():
        if line.lstrip().startswith(("#", ";")):
            continue
        if header := _SECTION.fullmatch(line):
            section = f"{header[1].strip()}."
        elif found := _ASSIGNED.match(line) or _MAPPED.match(line):
            yield section + found[1], _bare(found[2].strip())


def _bare(value: str) -> str:
    """Return a value without its quotes, or without the comment behind it."""
    if value[:1] in ('"', "'") and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    return re.split(r"\s[#;]", value, maxsplit=1)[0].rstrip().rstrip(",")


def _parts(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield a value, or the secrets inside it: the password of an address, of a basic authentication."""
    if found := _IN_URL.search(value):
        yield f"{name}.password", unquote(found[1])
        return
    yield name, value
    if name.lower().endswith(("auth", "_auth")):
        try:
            user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return
        if user and colon:
            yield f"{name}.password", password


def _pem_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of private keys but the first of each, which kinds of key have in common."""
    for block in _PEM.finditer(text.replace("\\n", "\n")):
        for line in _PEM_LINE.findall(block[2])[1:]:
            yield block[1].lower(), line


def _is_credential(name: str) -> bool:
    last = name.rpartition(".")[2]
    words = re.split(r"[^a-z0-9]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", last).lower())
    return not _OPEN.search(last) and (bool(_CREDENTIAL.search(last)) or not _PARTS.isdisjoint(words))


def _is_strong(value: str, *, named: bool) -> bool:
    """Tell whether a value can be told from ordinary words; ``named`` when its name says that it is a credential."""
    if not SHORTEST <= len(value) <= LONGEST or "\n" in value or len(set(value)) < 5:
        return False
    if _PLACEHOLDER.match(value) or _PLAIN.fullmatch(value):
        return False
    letters, digits = any(c.isalpha() for c in value), any(c.isdigit() for c in value)
    if named:
        kinds = sum((any(c.islower() for c in value), any(c.isupper() for c in value), digits, not value.isalnum()))
        return kinds > 1 or len(value) >= SURE
    looks_random = letters and digits and not any(c.isspace() for c in value) and _bits(value) >= RANDOM_BITS
    return len(value) >= NAMELESS and looks_random and not re.search(r"[/.]\w*[/.]", value)


def _bits(value: str) -> float:
    """Return the Shannon entropy of the characters of ``value``."""
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())
