"""Whether a text beside a credential word is a credential, a placeholder or code. Sans-IO."""

import re
from base64 import b64decode
from collections import Counter
from itertools import pairwise
from math import log2

from maskwire.detect.letters import BINDING, HUMPS, letter_soup
from maskwire.detect.patterns import Pattern, encode
from maskwire.detect.wordlists import NO_KEYS

MIN_RANDOM_BITS = 2.9
"""Bits of entropy per character from which a text of 20 looks random: words have less, hex has more."""

MIN_PREFIXED_BITS = 3.9
"""Bits of entropy per character from which 30 letters and digits are no word: a random key has 4.2 or more."""

_PLACEHOLDER = Pattern(
    r"(?i)\.\.\.|…|\*{3}|x{6}|(?:^|[^a-z0-9])(?:your|(?:x{4}|todo)(?:[^a-z0-9]|$))|"
    r"0{8}|•|redacted|\bmasked\b|placeholder|changeme|change[-_ ]me|example|sample|dummy|"
    r"insert[-_]|"
    r"replace|my[-_](?:api|secret|token|pass|key)|fixme|foobar|^(?:test|secret|password|passwd|passwort|pass|"
    r"token|none|null|nil|true|false|undefined|empty|string|str|bool|int|bytes|any|optional|default|required|"
    r"value|here|hidden|unset|n/?a|key|apikey|admin|root|user|username|secretstr)\??!?$|"
    r"^<.*>$|^\[.*\]$|^\{.*\}$|^%.*%$|<[a-z_ -]+>|\$\{|\$\(|\{\{|#\{|^\$[A-Za-z_{(]|^%[sdv]$"
)
_CODE = Pattern(
    r"^[A-Za-z_$][A-Za-z_$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$]+)+$|^[\[(]?[A-Za-z_$][\w$.:]*\(.*$|^[A-Za-z_][\w.]*\[.*\]?$|"
    r"^[A-Za-z_][\w]*\s*(?:\|\||&&|==[^=]|!=|\?\?|=>|::).*$|^[!&*]?[A-Za-z_]+[;,)\]}]*$|^(?:process|os|env|self|this|config|"
    r"settings|request|req|ctx|options|params|data|secrets|vault|var|local|module|input|args|opts|props|state|user|cfg)\.|"
    r"^[(\[{<=!|&]+$|^\[[a-z_]+\(|^/(?:run|etc|var|home|usr|opt|path|tmp)/|^(?:~|\.{1,2})/|^https?://|^file:|"
    r"\.(?:pem|key|crt|json|ya?ml|txt|py|js|ts|env)$|^arn:|^(?:Read|Get|ConvertTo|ConvertFrom|New|Import|Unprotect)-[A-Z][A-Za-z]+$|^(?:ref|op|vault|ssm|secret|sops|keyring|enc)[:+]"
)
MIN_SOUP_KEY = 16
"""Letters and digits of a key: shorter ones are passwords."""

MIN_PLAIN_KEY = 19
"""Characters from which a key beside a word needs no capitals among its letters and digits."""

MIN_ASSIGNED_BITS = 2.4
"""Bits of entropy per character of a key whose name says what it is: three kinds of hex digits have less."""

MIN_TAIL_BITS = 3.2
"""Bits of entropy per character of 16 letters and digits that were drawn; words have less."""

_UUID = Pattern(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SEPARATED = re.compile(r"[._-]")
_WORDS = Pattern(r"^[A-Za-z]+(?:[ _-][A-Za-z]+)*[.!?]?$")


def entropy(value: str) -> float:
    """Return the entropy of ``value`` in bits per character."""
    length = len(value)
    return -sum(n / length * log2(n / length) for n in Counter(value).values()) if length else 0.0


def key_block(value: str) -> bool:
    """Tell whether a private key holds more than dots that stand for it."""
    body = value.partition("KEY")[2].removesuffix("-----").rpartition("-----END")[0]
    return not body or any(c.isalnum() for c in body) or not any(mark in body for mark in ("...", "…", "***"))


def prefixed_short(value: str) -> bool:
    """Tell whether a short text behind a name and a word of keys, as in ``acme_live_…``, is the key of a provider.

    Source: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    name, _, tail = value.replace("-", "_").rpartition("_")
    if any(part in NO_KEYS for part in name.lower().split("_")) or placeholder(value):
        return False
    digits = sum(c.isdigit() for c in tail)
    mixed = sum(a.islower() and b.isupper() for a, b in pairwise(tail)) > 1
    return digits >= 2 and (mixed or digits >= 4) and any(map(str.isalpha, tail)) and entropy(tail) >= MIN_TAIL_BITS


def placeholder(value: str) -> bool:
    """Tell whether ``value`` stands for a credential without being one."""
    return len(set(value)) < 4 or _PLACEHOLDER.found(encode(value))


def real(value: str) -> bool:
    """Tell whether a text in the shape of a key is no placeholder."""
    return not placeholder(value)


def random(value: str) -> bool:
    """Tell whether ``value`` looks made by a random generator: no placeholder, no words, enough entropy."""
    if placeholder(value) or _WORDS.fits(encode(value)):
        return False
    kinds = kinds_of(value)
    if kinds < 2 or (not any(c.isdigit() for c in value) and kinds < 3 and not _mixed(value)):
        return False
    return entropy(value) >= min(MIN_RANDOM_BITS, log2(len(value)) * 0.72)


def _mixed(value: str) -> bool:
    """Tell whether upper and lower case follow each other in no way that words do."""
    changes = sum(a.islower() and b.isupper() for a, b in pairwise(value))
    return len(value) >= 16 and changes >= len(value) // 8


def kinds_of(value: str) -> int:
    """Return how many of lower case, upper case, digits and others occur in ``value``."""
    return (
        any(c.islower() for c in value)
        + any(c.isupper() for c in value)
        + any(c.isdigit() for c in value)
        + any(not c.isalnum() for c in value)
    )


def secret_assigned(value: str) -> bool:
    """Tell whether what is assigned to a credential name is a credential: random, or at least no code and no word."""
    data = encode(value)
    if len(value) < 8 or placeholder(value) or " " in value:
        return False
    if letter_soup(value):
        return len(value) >= MIN_SOUP_KEY
    if _CODE.found(data) or _WORDS.fits(data):
        return False
    if len(value) >= MIN_SOUP_KEY and value.isalnum() and any(map(str.isalpha, value)) and any(map(str.isdigit, value)):
        return entropy(value) >= MIN_ASSIGNED_BITS
    return random(value) or (kinds_of(value) >= 3 and len(value) >= 10)


def session_assigned(value: str) -> bool:
    """Tell whether what names a session also opens it: random, and no UUID, which programs only count sessions with."""
    return secret_assigned(value) and not _UUID.fits(encode(value.lower()))


def password_assigned(value: str) -> bool:
    """Tell whether what is assigned to a password name is a password, which people choose short and readable."""
    data = encode(value)
    if not 4 <= len(value) <= 200 or placeholder(value):
        return False
    if letter_soup(value):
        return True
    if _CODE.found(data) or value.rstrip().endswith(":"):
        return False  # what ends with a colon asks for a password
    if any(c.isdigit() for c in value) or kinds_of(value) >= 3:
        return True
    return kinds_of(value) >= 2 and (not _WORDS.fits(data) or (len(value) >= 8 and not HUMPS.fits(data)))


def password_said(value: str) -> bool:
    """Tell whether a word that a sentence calls a password can be one: never a plain word."""
    return password_assigned(value) and (any(c.isdigit() for c in value) or kinds_of(value) >= 3 or letter_soup(value))


def password_plain(value: str) -> bool:
    """Tell whether an unquoted text behind a password name is a password and not the code that makes one."""
    if len(value) < 6 and not any(c.isalpha() for c in value):
        return False
    return password_assigned(value) and value[0] not in "=&|<>" and value[-1] not in "([{" and "=" not in value[1:-1]


def password_env(value: str) -> bool:
    """Tell whether the value of an environment variable is a password: nothing there is code, but paths are paths."""
    data = encode(value)
    if placeholder(value) or value.startswith(("/", "./", "~/", "http://", "https://")):
        return False
    return not _WORDS.fits(data) or (len(value) >= 8 and kinds_of(value) >= 2)


def url_password(value: str) -> bool:
    """Tell whether what stands before the host of an address is a password."""
    return not placeholder(value) and len(value) >= 3 and not value.startswith(("$", "{", "<", "%", "/"))


def header_value(value: str) -> bool:
    """Tell whether the value of a header that authorises is a credential: longer than a word, no placeholder."""
    return secret_assigned(value) or random(value)


def random_key(value: str) -> bool:
    """Tell whether a text near a credential word looks like a key: random, with digits, and neither UUID nor path."""
    if value.count("/") > 1 and not value.endswith("="):
        return False
    if len(value) < MIN_PLAIN_KEY and kinds_of(value) < 3:
        return False  # identifiers of spans and assemblies are hex of 16
    return random(value) and any(c.isdigit() for c in value) and not _UUID.fits(encode(value.lower()))


def prefixed(value: str) -> bool:
    """Tell whether a long text behind a short name, as in ``acme_live_…``, is a key of a provider that has no rule.

    Source: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    name, _, tail = value.replace("-", "_").rpartition("_")
    names = name.lower().split("_")
    if any(part in NO_KEYS for part in names) or placeholder(value):
        return False
    changes = sum(a.islower() and b.isupper() for a, b in pairwise(tail))
    digits = sum(c.isdigit() for c in tail)
    return kinds_of(tail) >= 3 and digits >= 2 and changes >= len(tail) // 10 and entropy(tail) >= MIN_PREFIXED_BITS


def prefixed_parts(value: str) -> bool:
    """Tell whether the parts behind a short name, as in ``acme.v2.….…``, are a key of a provider that has no rule.

    Source: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    name, *parts = _SEPARATED.split(value)
    tails = [part for part in parts if len(part) >= 6]
    tail = "".join(tails)
    if len(tail) < 28 or name.lower() in NO_KEYS or any(part in NO_KEYS for part in parts) or placeholder(value):
        return False
    changes = sum(a.islower() and b.isupper() for a, b in pairwise(tail))
    digits = sum(c.isdigit() for c in tail)
    return kinds_of(tail) == 3 and digits >= 4 and changes >= len(tail) // 10 and entropy(tail) >= MIN_PREFIXED_BITS


def seed_text(value: str) -> bool:
    """Tell whether letters of base32 are a shared secret and no word: digits among them, or too mixed to be one."""
    plain = value.replace(" ", "").rstrip("=")
    return any(c.isdigit() for c in plain) and entropy(plain.upper()) >= MIN_RANDOM_BITS


def password_pair(value: str) -> bool:
    """Tell whether what stands behind a name and a slash is its password: no date, no version.

    Source: https://pages.nist.gov/800-63-4/sp800-63b.html
    """
    letters = sum(c.isalpha() for c in value)
    long = len(value) >= 8 or not value.isalnum()
    return password_said(value) and long and letters >= 3 and kinds_of(value) >= 3 and any(c.isdigit() for c in value)


def base64_credential(value: str) -> bool:
    """Tell whether base64 hides what opens something: a name and a password, or a password alone.

    Source: https://www.rfc-editor.org/rfc/rfc4648#section-4, https://www.rfc-editor.org/rfc/rfc7617
    """
    try:
        plain = b64decode(value, validate=True).decode("ascii")
    except ValueError:
        return False
    if not plain.isprintable() or placeholder(plain):
        return False
    name, colon, secret = plain.strip().partition(":")
    if colon and name.replace("-", "").replace(".", "").replace("_", "").replace("@", "").isalnum():
        return len(secret) >= 4 and not secret.startswith("//")
    return " " not in plain and password_said(plain)


def seed_words(value: str) -> bool:
    """Tell whether words may be a wallet's recovery phrase: 12, 15, 18, 21 or 24 of them, none that only binds.

    Source: https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki
    """
    words = value.lower().replace(",", " ").split()
    return len(words) in (12, 15, 18, 21, 24) and not any(word in BINDING for word in words)


def mixed_case(value: str) -> bool:
    """Tell whether capital and small letters occur, as in base58 and not in hex."""
    return any(c.islower() for c in value) and any(c.isupper() for c in value)
