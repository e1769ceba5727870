"""Tokens for addresses of machines. Sans-IO."""

import ipaddress
import re
from types import MappingProxyType

from maskwire.tokens.grammar import IN_CAPITALS_OR_AT_WORD, Part, either, run, sequence, word

_DOT = either(word("."), word("[.]"), word("(.)"), word("-"), word("_"), word("[dot]"))


class Ipv4:
    """``241.12.3.45``: 249,692,160 addresses of the reserved block 240.0.0.0/4, no check.

    None starts with 255 and none ends in 0 or 255, so that no net mask or broadcast address is among them.

    Source: RFC 1112 section 4, RFC 6890 table 15
    """

    name = "ipv4"
    numeric = False
    bodies = MappingProxyType(
        {
            "2": sequence(
                word("2"),
                either(sequence(word("4"), Part(r"\d", "")), sequence(word("5"), Part("[0-4]", ""))),
                *(_DOT, run(r"\d", 1, 3)) * 3,
            ),
        }
    )
    before = r"(?<!\d)(?<!\d\.)"
    after = r"(?!\d)"

    def variant(self, value: str) -> str | None:
        """Fits a dotted address."""
        try:
            ipaddress.IPv4Address(value)
        except ValueError:
            return None
        return ""

    def size(self, variant: str) -> int:
        """15 first octets, two free ones, 254 last ones."""
        del variant
        return 15 * 65_536 * 254

    def write(self, variant: str, number: int) -> str:
        """Four octets."""
        del variant
        rest, last = divmod(number, 254)
        first, middle = divmod(rest, 65_536)
        return f"{240 + first}.{middle >> 8}.{middle & 255}.{last + 1}"

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read four octets."""
        first, second, third, last = (int(octet) for octet in re.findall(r"\d+", spelling))
        if max(second, third) > 255 or not 1 <= last <= 254:
            return None
        return "", ((first - 240) * 65_536 + (second << 8) + third) * 254 + last - 1

    def dress(self, token: str, value: str) -> str:
        """Addresses have one spelling."""
        del value
        return token


_HEX = "[0-9A-F]"
_GROUPS = 6
_GROUP_SIZE = 0xF000


class Ipv6:
    """``2001:db8:1a2b:...``: 61,440 to the power of six addresses of the documentation block; a keyed check.

    Every group has four digits, so that no spelling can be shortened. One look-alike in 10 to the power of 14 is
    accepted.

    Source: RFC 3849
    """

    name = "ipv6"
    numeric = False
    bodies = MappingProxyType(
        {
            "2": sequence(
                word("2001"),
                Part(" ?: ?", " ?"),
                Part("0?", ""),
                word("DB8"),
                *(Part(" ?: ?", " ?"), sequence(Part("[1-9A-F]", ""), run(_HEX, 3))) * _GROUPS,
            ),
        }
    )
    before = ""
    after = ""

    def variant(self, value: str) -> str | None:
        """Fits an address, with or without a zone."""
        try:
            ipaddress.IPv6Address(value)
        except ValueError:
            return None
        return ""

    def size(self, variant: str) -> int:
        """Six groups that do not start with a zero."""
        del variant
        return int(_GROUP_SIZE**_GROUPS)

    def write(self, variant: str, number: int) -> str:
        """Lower-case, all eight groups. Source: RFC 5952 section 4"""
        del variant
        groups = []
        for _ in range(_GROUPS):
            number, group = divmod(number, _GROUP_SIZE)
            groups.append(f"{group + 0x1000:x}")
        return ":".join(("2001", "db8", *reversed(groups)))

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read the last six groups."""
        number = 0
        for group in spelling.replace(" ", "").split(":")[2:]:
            number = number * _GROUP_SIZE + int(group, 16) - 0x1000
        return "", number

    def dress(self, token: str, value: str) -> str:
        """In capitals where the value is."""
        return token.upper() if value.isupper() else token


_MAC = re.compile(
    r"[0-9A-Fa-f]{2}(?:([:\- ])?[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"
)


class Mac:
    """``f6:1a:2b:3c:4d:5e``: 16,777,216 identifiers, one look-alike in 65,536 accepted.

    Locally administered, of the quadrant that no protocol assigns from (second digit 6).

    Source: IEEE 802c-2017 table 8-1 (structured local address plan)
    """

    name = "mac"
    numeric = False
    bodies = MappingProxyType({"F": sequence(word("F6"), *(Part("[:.\\- ]?", ""), run(_HEX, 2)) * 5)})
    before = f"{IN_CAPITALS_OR_AT_WORD}(?<![0-9A-F])(?<![0-9A-F][:-])"
    after = "(?![0-9A-F])"

    def variant(self, value: str) -> str | None:
        """Fits six octets in a usual grouping."""
        return "" if _MAC.fullmatch(value) else None

    def size(self, variant: str) -> int:
        """Five free octets."""
        del variant
        return 1 << 40

    def write(self, variant: str, number: int) -> str:
        """Lower-case octets with colons."""
        del variant
        return ":".join(("f6", *(f"{number >> (8 * place) & 255:02x}" for place in reversed(range(5)))))

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read five octets behind the first."""
        return "", int("".join(filter(str.isalnum, spelling.lower())).removeprefix("f6"), 16)

    def dress(self, token: str, value: str) -> str:
        """With the separators of the value, in capitals where it has no small letter."""
        following = iter(token.replace(":", ""))
        dressed = "".join(next(following) if letter.isalnum() else letter for letter in value)
        return dressed.upper() if value.isupper() else dressed
