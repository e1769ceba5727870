"""What a real value of a kind can be beyond its shape: dates that exist, addresses in use. Sans-IO."""

import ipaddress

from maskwire.detect.checksums import digits_of

_EXAMPLE_DOMAINS = frozenset({"example", "test", "invalid", "localhost", "local", "internal"})
_EXAMPLE_HOSTS = frozenset(
    {"example.com", "example.org", "example.net", "example.edu", "domain.com", "yourdomain.com", "yourcompany.com"}
)
_FILES = frozenset("png jpg jpeg gif svg webp js ts css py json md txt html pdf zip exe dll so map".split())
_SPOKEN_DOTS = frozenset("dot punkt punto point ponto kropka".split())
_NO_STREET = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday AM PM The This That These When".split()
)
_COMMON_TLDS = frozenset(
    "com org net io dev edu gov de uk fr es it nl pl pt br ru ua cn jp eu app ai co us ch at be".split()
)
_SENTENCE_WORDS = frozenset(
    "look looking stay stayed met meet meeting arrive arrived work works working is was be are at home here there once "
    "all least last first best sign signed and or of the a an not but it he she we you they i run running starts".split()
)
_NO_PERSON = frozenset(
    "root admin administrator ubuntu debian centos fedora user users username name login guest test tester testuser demo "
    "default public shared system service daemon nobody www-data www nginx apache mysql postgres postgresql redis mongodb "
    "oracle git github gitlab runner jenkins ci build builder deploy deployer vagrant docker node app apps application "
    "ec2-user azureuser opc core pi kali me self this that null none true false undefined string str int id ids data "
    "input output info page agent group groups role roles list table form field email password passwd token account "
    "accounts profile session local server client host anonymous unknown example foo bar baz someone somebody all any "
    "and or is was has not the for with from who what when where can may must should will would you your our their his "
    "her its one new old same other each every experience interface story stories research id_rsa linuxbrew admin1 "
    "sudo operator support sales staff member members owner author editor viewer manager superuser sa dbuser dbadmin "
    "hello hi hey please thanks ok okay yes no how why there error failed success logged enter could cannot does did".split()
)
"""Names of accounts that belong to no person, and words that follow "user" in sentences and programs."""

_COUNTRIES = frozenset(
    "AD AE AL AM AO AR AT AU AZ BA BB BD BE BG BH BM BN BO BR BS BW BY BZ CA CH CI CL CM CN CO CR CU CY CZ DE DK DO DZ EC "
    "EE EG ES ET FI FJ FO FR GA GB GE GH GI GL GR GT GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KR KW KY "
    "KZ LA LB LI LK LT LU LV LY MA MC MD ME MG MK ML MM MN MO MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NZ OM PA PE PF PG "
    "PH PK PL PR PS PT PY QA RO RS RU RW SA SC SD SE SG SI SK SM SN SV SY TG TH TJ TM TN TR TT TW TZ UA UG US UY UZ VA VE "
    "VG VN XK YE ZA ZM ZW".split()
)

_PUBLIC_SERVICES = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "4.4.4.4", "208.67.222.222"})
"""Name servers that everybody writes: they tell nothing about anybody."""


def email(value: str) -> bool:
    """Tell whether an address can belong to somebody: no reserved domain, no file name such as logo@2x.png.

    Source: https://www.rfc-editor.org/rfc/rfc2606, https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1
    """
    local, _, domain = value.rpartition("@")
    domain = domain.lower()
    parts = domain.split(".")
    if len(local) > 64 or len(domain) > 253 or ".." in local:
        return False
    if parts[-1] in _EXAMPLE_DOMAINS or parts[-1] in _FILES:
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


def itin(value: str) -> bool:
    """Tell whether nine digits can be a US individual taxpayer number.

    Source: https://www.irs.gov/irm/part3/irm_03-021-263r
    """
    d = digits_of(value)
    group = int(d[3:5])
    return d[0] == "9" and (50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or 94 <= group <= 99)


def latitude_longitude(value: str) -> bool:
    """Tell whether two decimal numbers are a place on earth, and not the origin."""
    first, second = "".join(c if c.isdigit() or c in ".-" else " " for c in value).split()
    a, b = abs(float(first)), abs(float(second))
    return a <= 90 and b <= 180 and a + b > 1


def email_spoken(value: str) -> bool:
    """Tell whether "name at host dot tld" is an address and no sentence: bracketed, or both words are spelled."""
    words = value.lower().replace("[", " [ ").replace("(", " ( ").split()
    if any(mark in value for mark in "[({<_") or "-at-" in value.lower():
        return True
    spelled = sum(word in _SPOKEN_DOTS for word in words)
    tail = words[-1].rpartition(".")[2]
    return (spelled > 0 or tail in _COMMON_TLDS) and words[0] not in _SENTENCE_WORDS


def mac(value: str) -> bool:
    """Tell whether 48 bits are the address of one card: neither all zero, nor all one, nor a counting example."""
    digits = "".join(c for c in value.lower() if c.isalnum())
    return len(set(digits)) > 2 and digits not in ("0123456789ab", "001122334455", "aabbccddeeff")


def username(value: str) -> bool:
    """Tell whether an account's name can be a person's: no service account, no word of a program."""
    name = value.lower().lstrip("@")
    return (
        len(name) >= 3
        and not name.isdigit()
        and name not in _NO_PERSON
        and not name.startswith(("user", "your", "my_"))
    )


def username_plain(value: str) -> bool:
    """Tell whether a bare word behind "user" is a name: it has a digit, a dot or an underscore, as words have not."""
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
    return value[4:6] in _COUNTRIES


def postal(value: str) -> bool:
    """Tell whether what stands where an address should is one: letters, a number, no mail or web address."""
    return (
        any(c.isdigit() for c in value)
        and sum(c.isalpha() for c in value) >= 3
        and (any(c in " ,/-" for c in value.strip()) and " " in value.strip() or not value.isascii())
        and not any(mark in value for mark in ("@", "://", "=", "0x", "()", "${"))
    )


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
    return len(words) >= 2 and bool(named) and not any(word in _NO_STREET for word in named)


def trimmed(value: str) -> bool:
    """Tell whether a street has a name: more than its kind, with a capital letter."""
    return (
        any(word[:1].isupper() for word in value.replace("'", " ").replace("’", " ").split()[1:]) and value[-1] != " "
    )
