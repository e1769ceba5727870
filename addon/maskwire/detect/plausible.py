"""What a real value of a kind can be beyond its shape: dates that exist, addresses in use. Sans-IO."""

import ipaddress

from maskwire.detect.checksums import digits_of
from maskwire.detect.patterns import Pattern, encode
from maskwire.detect.wordlists import (
    COMMON_TLDS,
    COUNTRIES,
    EXAMPLE_DOMAINS,
    FILES,
    JA_NO_NAME,
    KO_NO_NAME,
    NO_PERSON,
    NO_PERSON_LABEL,
    NO_STREET,
    NOT_TITLED,
    NUMBERED,
    SENTENCE_WORDS,
    SPOKEN_DOTS,
    STREET_KINDS,
    ZH_NO_NAME,
)

_EXAMPLE_HOSTS = frozenset(
    {"example.com", "example.org", "example.net", "example.edu", "domain.com", "yourdomain.com", "yourcompany.com"}
)


_MESSAGE_IDS = "mail.gmail.com"
"""Where the identifiers of Gmail's messages end; no mailbox is there."""

_CONSTANTS = frozenset(
    {"3.1415", "2.7182", "1.6180", "1.4142", "0.5772", "0.6931", "1.7320", "9.8066", "6.2831", "1.5707"}
)
"""The first digits of numbers that everybody calculates with."""

_PUBLIC_SERVICES = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "4.4.4.4", "208.67.222.222"})
"""Name servers that everybody writes: they tell nothing about anybody."""


def email(value: str) -> bool:
    """Tell whether an address can belong to somebody: no reserved domain, no file name such as logo@2x.png.

    Source: https://www.rfc-editor.org/rfc/rfc2606, https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1
    """
    local, _, domain = value.rpartition("@")
    domain = domain.lower()
    parts = domain.split(".")
    if local == "git" or len(local) > 64 or len(domain) > 253 or ".." in local:
        return False
    if domain == _MESSAGE_IDS or parts[-1] in EXAMPLE_DOMAINS or parts[-1] in FILES:
        return False
    return ".".join(parts[-2:]) not in _EXAMPLE_HOSTS


def ip_public(value: str) -> bool:
    """Tell whether an address is routed on the internet and not a well-known service.

    Source: https://www.iana.org/assignments/iana-ipv4-special-registry
    """
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    return address.is_global and not address.is_multicast and value not in _PUBLIC_SERVICES


def ssn(value: str) -> bool:
    """Tell whether nine digits can be a US social security number.

    Source: https://www.ssa.gov/kc/SSAFactSheet--IssuingSSNs.pdf
    """
    d = digits_of(value)
    return len(d) == 9 and d[:3] not in ("000", "666") and d[0] != "9" and d[3:5] != "00" and d[5:] != "0000"


def ssn_any(value: str) -> bool:
    """Tell whether nine digits that words call a social security number may be meant as one, issued or not.

    Source: https://www.ssa.gov/kc/SSAFactSheet--IssuingSSNs.pdf
    """
    d = digits_of(value)
    return len(d) == 9 and d[:3] != "000" and d[3:5] != "00" and d[5:] != "0000" and len(set(d)) > 1


def itin(value: str) -> bool:
    """Tell whether nine digits can be a US individual taxpayer number.

    Source: https://www.irs.gov/irm/part3/irm_03-021-263r
    """
    d = digits_of(value)
    group = int(d[3:5])
    return d[0] == "9" and (50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or 94 <= group <= 99)


def latitude_longitude(value: str) -> bool:
    """Tell whether two decimal numbers are a place on earth: not the origin, nor pi."""
    first, second = "".join(c if c.isdigit() or c in ".-" else " " for c in value).split()
    if any(number.lstrip("-")[:6] in _CONSTANTS for number in (first, second)):
        return False
    a, b = abs(float(first)), abs(float(second))
    return a <= 90 and b <= 180 and max(a, b) > 2


def email_spoken(value: str) -> bool:
    """Tell whether "name at host dot tld" is an address and no sentence: bracketed, or both words are spelled."""
    words = value.lower().replace("[", " [ ").replace("(", " ( ").split()
    if any(mark in value for mark in "[({<_") or "-at-" in value.lower():
        return True
    spelled = sum(word in SPOKEN_DOTS for word in words)
    tail = words[-1].rpartition(".")[2]
    return (spelled > 0 or tail in COMMON_TLDS) and words[0] not in SENTENCE_WORDS


def mac(value: str) -> bool:
    """Tell whether 48 bits are the address of one card: neither all zero, nor all one, nor a counting example."""
    digits = "".join(c for c in value.lower() if c.isalnum())
    return len(set(digits)) > 2 and digits not in ("0123456789ab", "001122334455", "aabbccddeeff")


_HOST_ENDS = frozenset(("com", "org", "net", "io", "dev", "local", "internal", "lan", "edu", "gov", "cloud", "app"))

_NO_PREFIXES = ("user", "your", "my_", "admin_", "current_", "test_", "default_", "new_", "db_", "app_")
"""How names of accounts begin that are a program's own."""


def username(value: str) -> bool:
    """Tell whether an account's name can be a person's: no service account, no word of a program."""
    name = value.lower().lstrip("@")
    return len(name) >= 3 and not name.isdigit() and name not in NO_PERSON and not name.startswith(_NO_PREFIXES)


def username_plain(value: str) -> bool:
    """Tell whether a bare word behind "user" is a name: it has a digit, a dot or an underscore, as words have not.

    Hosts have dots too: two of them, or one before an ending that hosts have and people have not.
    """
    if value.count(".") > 1 or value.rpartition(".")[2].lower() in _HOST_ENDS:
        return False
    return username(value) and any(c.isdigit() or c in "._" for c in value) and any(c.isalpha() for c in value)


def letters_and_digits(value: str) -> bool:
    """Tell whether ``value`` mixes at least three letters with at least four digits."""
    return sum(c.isalpha() for c in value) >= 3 and sum(c.isdigit() for c in value) >= 4


def plate(value: str) -> bool:
    """Tell whether ``value`` is as long as number plates are, with letters and digits."""
    plain = [c for c in value if c.isalnum()]
    return 4 <= len(plain) <= 9 and any(c.isdigit() for c in plain) and any(c.isalpha() for c in plain)


def bic(value: str) -> bool:
    """Tell whether the fifth and sixth letters of a bank's code are a country's.

    Source: https://www.iso.org/standard/60390.html
    """
    return value[4:6] in COUNTRIES


_NUMBER = Pattern(r"(?:^|[^0-9A-Za-z])[0-9]|[^\x00-\x7f][0-9]|[A-Za-z]{1,3}\.?[0-9]+(?:$|[^0-9A-Za-z])")
"""A number that begins a word or follows an abbreviation (A12, Nr.5): not the one in IPv4."""

_CALL = Pattern(r"[A-Za-z_]\(|&$|IPv[46]|\bIP address")
"""Code, or words about another kind of address."""


def postal(value: str) -> bool:
    """Tell whether what stands where an address should is one: letters, a number of its own, no mail, web or call."""
    return (
        _NUMBER.found(encode(value))
        and sum(c.isalpha() for c in value) >= 3
        and ((any(c in " ,/-" for c in value.strip()) and " " in value.strip()) or not value.isascii())
        and not any(mark in value for mark in ("@", "://", "=", "0x", "()", "${"))
        and not _CALL.found(encode(value))
    )


def postcode_line(value: str) -> bool:
    """Tell whether a name, a number and a postcode are an address: no heading, no date, no year for a postcode."""
    codes = [word for word in value.replace(",", " ").split() if len(word) == 4 and word.isdigit()]
    words = {word.strip(".,").lower() for word in value.split()}
    return not any("1900" <= code <= "2099" and code != "2000" for code in codes) and not words & NUMBERED


def postal_said(value: str) -> bool:
    """Tell whether what a sentence calls a place is an address: it also has a name in capitals, or another script."""
    return postal(value) and any(c.isupper() or c >= "\u3000" for c in value)


def identifier(value: str) -> bool:
    """Tell whether what is called a personal number has at least five digits that are not all the same."""
    digits = digits_of(value)
    return len(digits) >= 5 and len(set(digits)) > 2


def passport(value: str) -> bool:
    """Tell whether a text is as long as passport numbers are and has a digit."""
    plain = "".join(c for c in value if c.isalnum())
    return 6 <= len(plain) <= 11 and any(c.isdigit() for c in plain)


def street(value: str) -> bool:
    """Tell whether a street with its number has a name in it that is no year, month or measure."""
    words = value.replace(",", " ").split()
    named = [word for word in words if word[:1].isalpha()]
    return len(words) >= 2 and not STREET_KINDS.issuperset(named) and NO_STREET.isdisjoint(named)


def trimmed(value: str) -> bool:
    """Tell whether a street has a name: more than its kind, with a capital letter."""
    return (
        any(word[:1].isupper() for word in value.replace("'", " ").replace("’", " ").split()[1:]) and value[-1] != " "
    )


def titled(value: str) -> bool:
    """Tell whether what follows a title is a name: no brand, no office."""
    return value.lower() not in NOT_TITLED


def zh_name(value: str) -> bool:
    """Tell whether Chinese characters where a name should stand are one and no office or remark."""
    return not any(word in value for word in ZH_NO_NAME)


def ko_name(value: str) -> bool:
    """Tell whether Korean syllables where a name should stand are one and no office or remark."""
    return not any(word in value for word in KO_NO_NAME)


def person_label(value: str) -> bool:
    """Tell whether capitalised words behind a label of people are a name: no company, no office, no remark."""
    return NO_PERSON_LABEL.isdisjoint(word.strip(".,'’").lower() for word in value.split())


def ja_name(value: str) -> bool:
    """Tell whether Japanese characters where a name should stand are one and no office, group or remark."""
    return not any(word in value for word in JA_NO_NAME)
