"""What a pattern cannot say: the table of checks a rule may name. Sans-IO.

A check takes the value as found and tells whether it can be real.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

Check = Callable[[str], bool]


def digits_of(value: str) -> str:
    """Return the ASCII digits of ``value``."""
    return "".join(c for c in value if "0" <= c <= "9")


def luhn(value: str) -> bool:
    """Tell whether the digits of ``value`` end in their Luhn digit.

    Source: https://www.iso.org/standard/70484.html (ISO/IEC 7812-1, annex B)
    """
    total = 0
    for index, digit in enumerate(reversed(digits_of(value))):
        number = int(digit) * (1 + index % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def mod97(value: str) -> bool:
    """Tell whether ``value`` has right IBAN check digits.

    Source: https://www.iso.org/standard/81090.html (ISO 13616-1)
    """
    compact = "".join(value.split()).replace("-", "").upper()
    moved = compact[4:] + compact[:4]
    return moved.isalnum() and moved.isascii() and int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def aba(value: str) -> bool:
    """Tell whether nine digits are a bank routing number: prefix in use, weighted sum a multiple of ten.

    Source: https://www.aba.com/about-us/routing-number
    """
    digits = [int(c) for c in digits_of(value)]
    prefix = digits[0] * 10 + digits[1]
    known = prefix <= 12 or 21 <= prefix <= 32 or 61 <= prefix <= 72 or prefix == 80
    return known and any(digits) and sum(d * w for d, w in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0


CHECKS: Mapping[str, Check] = MappingProxyType({"luhn": luhn, "mod97": mod97, "aba": aba})
"""Every check that a rule may name."""
