"""Tokens for e-mail addresses and phone numbers. Sans-IO."""

import re
from types import MappingProxyType

from maskwire.tokens.digits import NOT_IN_NUMBER, NUMBER_ENDS, POWERS, digits, fill, only_digits
from maskwire.tokens.grammar import IN_CAPITALS_OR_AT_WORD, Part, atoms, either, run, sequence, word
from maskwire.tokens.opaque import LETTER, decode, encode


class Email:
    """``mail.k7q2mxa4n5@example.com``: 33,554,432 identifiers, one look-alike in 33 million accepted.

    ``example.com`` is reserved, so that nobody receives what is sent there by mistake, and accepted by
    validators that ask for a known top-level domain.

    Source: RFC 2606 section 3
    """

    name = "email"
    numeric = False
    bodies = MappingProxyType(
        {
            "M": sequence(
                word("mail"),
                Part("[ ._\\-]?", ""),
                run(LETTER, 10),
                Part(" ?", ""),
                either(word("@"), word("[at]"), word("(at)"), word("at ")),
                Part(" ?", ""),
                word("example"),
                Part(" ?", ""),
                either(word("."), word("[.]"), word("(.)"), word("dot "), word("[dot] "), word("(dot) ")),
                word("com"),
            ),
        }
    )
    before = IN_CAPITALS_OR_AT_WORD
    after = ""

    def variant(self, value: str) -> str | None:
        """Fits what has the sign of an address."""
        return "" if "@" in value else None

    def size(self, variant: str) -> int:
        """Ten characters of base 32."""
        del variant
        return 1 << 50

    def write(self, variant: str, number: int) -> str:
        """The local part is lower-case, as addresses usually are."""
        del variant
        return f"mail.{encode(number, 10).lower()}@example.com"

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read the ten characters behind the prefix."""
        number = decode(spelling[4:].lstrip(" ._-")[:10])
        return None if number is None else ("", number)

    def dress(self, token: str, value: str) -> str:
        """Addresses have one spelling."""
        del value
        return token


_PHONE = re.compile(r"\+?[0-9 ()./\-]+")
_AREA = atoms("1", "0", r"\d")
_NANP_VALUE = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")


class AmericanPhone:
    """``(101) 012-3456``: 20,000,000 numbers of the North American plan, no check.

    Area codes start with 2 to 9 there, and so do the three digits behind them. Of the area codes that start
    with 1 only 10x is used: more than ten countries assign each of 11x to 19x to numbers of ten digits, and the
    few that assign 10x (Beijing, Korean and Egyptian mobiles) write and dial a 0 before it.

    Source: https://www.nanpa.com/numbering/area-codes, ITU-T E.164.1, metadata of libphonenumber 9
    """

    name = "nanp"
    numeric = True
    bodies = MappingProxyType(
        {
            "+1(": sequence(
                Part(r"(?:\+1[ .\-]{0,2}|1[\-.]?)?", r"(?:\+|\+1[ .\-]{0,2}|1[\-.]?)?"),
                either(sequence(word("("), _AREA, word(")")), _AREA),
                Part(r"[ .\-/]{0,2}", ""),
                atoms("[01]", r"\d", r"\d"),
                Part(r"[ .\-/]{0,2}", ""),
                run(r"\d", 4),
            ),
        }
    )
    before = rf"(?<!\+){NOT_IN_NUMBER}"
    after = NUMBER_ENDS

    def variant(self, value: str) -> str | None:
        """Fits ten digits as that plan assigns them, with or without its country code 1."""
        numerals = only_digits(value)
        right = _PHONE.fullmatch(value) and _NANP_VALUE.fullmatch(numerals)
        return "" if right and (len(numerals) == 11 or not value.startswith("+")) else None

    def size(self, variant: str) -> int:
        """10 area codes, 2 x 100 exchanges, 10,000 lines."""
        del variant
        return 20_000_000

    def write(self, variant: str, number: int) -> str:
        """Area code, exchange, line."""
        del variant
        rest, line = divmod(number, 10_000)
        area, exchange = divmod(rest, 200)
        return f"{100 + area}-{exchange:03d}-{line:04d}"

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read the last ten digits."""
        numerals = only_digits(spelling)[-10:]
        return "", ((int(numerals[:3]) - 100) * 200 + int(numerals[3:6])) * 10_000 + int(numerals[6:])

    def dress(self, token: str, value: str) -> str:
        """Grouped like the value; a country code that stands apart gets its plus sign, to be told from a count."""
        numerals = only_digits(token)
        if len(only_digits(value)) == 10:
            return fill(value, numerals)
        plus = "+" if re.match(r"1[^0-9.\-]", value) else ""
        return plus + fill(value, "1" + numerals)


_GAP = r"[ ().\-/]{0,3}"
_LENGTHS = range(11, 16)


class WorldPhone:
    """``+999 01 2345678``: country code 999 is not assigned. At least 20,000,000 numbers for each length.

    The variant is the count of digits, from 11 to 15. The digit behind the country code tells it, so that a
    reader knows where the number ends. From 13 digits on there is a keyed check.

    Source: ITU-T E.164, list of assigned country codes
    """

    name = "world"
    numeric = True
    bodies = MappingProxyType(
        {
            "+09": sequence(
                Part(r"(?:\+|00)?", "0?"),
                word("9"),
                *(Part(_GAP, ""), word("9")) * 2,
                Part(_GAP, ""),
                either(
                    *(
                        sequence(Part(f"[{i}{i + 5}]", ""), digits(length - 4, _GAP))
                        for i, length in enumerate(_LENGTHS)
                    )
                ),
            ),
        }
    )
    before = NOT_IN_NUMBER
    after = NUMBER_ENDS

    def variant(self, value: str) -> str | None:
        """Fits 7 to 15 digits; a number without its country code gets three digits more."""
        count = len(only_digits(value))
        if not 7 <= count <= 15 or not _PHONE.fullmatch(value):
            return None
        wanted = count if value.startswith("+") else count + 3
        return str(min(max(wanted, _LENGTHS[0]), _LENGTHS[-1]))

    def size(self, variant: str) -> int:
        """Two digits tell each length, all behind it are free."""
        return 2 * POWERS[int(variant) - 4]

    def write(self, variant: str, number: int) -> str:
        """Country code, length digit, number."""
        free = int(variant) - 4
        half, rest = divmod(number, 10**free)
        return f"+999{int(variant) - _LENGTHS[0] + 5 * half}{rest:0{free}d}"

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read the digits behind the country code."""
        numerals = only_digits(spelling).lstrip("0")
        half, index = divmod(int(numerals[3]), 5)
        return str(_LENGTHS[index]), half * 10 ** (len(numerals) - 4) + int(numerals[4:])

    def dress(self, token: str, value: str) -> str:
        """Grouped like the value where it has as many digits, else without groups."""
        numerals, count = only_digits(token), len(only_digits(value))
        if value.startswith("+"):
            return fill(value, numerals) if count == len(numerals) else token
        return f"+999 {fill(value, numerals[3:])}" if count == len(numerals) - 3 else token
