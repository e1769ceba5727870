"""Whether digits can be a telephone number. Sans-IO; ``phonenumbers`` is imported when it is first needed."""

from functools import cache
from importlib import import_module
from types import ModuleType

from maskwire.detect.checksums import digits_of
from maskwire.detect.patterns import Pattern, encode

_DATE = Pattern(
    r"^\(?[0-9]{1,2}([-./ ])[0-9]{1,2}[-./ ](?:19|20)?[0-9]{2}$|^(?:19|20)[0-9]{2}[-./ ][0-9]{1,2}[-./ ][0-9]{1,2}$"
)
_YEARS = Pattern(r"^(?:19|20)[0-9]{2} ?[-/] ?(?:19|20)[0-9]{2}$")
"""A span of years, which stands beside a name and its address in every copyright line."""

_ZIP = Pattern(r"^0[0-9]{4}-[0-9]{4}$")
"""A US postal code of nine digits, as the states of the north-east have them."""

_SSN = Pattern(r"[0-9]{3}([- ])[0-9]{2}[- ][0-9]{4}")
"""The groups of a US social security number, which no telephone number has."""


_OTHER = Pattern(r"^97[89][- ][0-9]|^1[4-9][0-9]{11}$|^[0-9]{4}\.[0-9]{4,5}$|\.[0-9]{1,3}/[0-9]{1,2}$")
"""A book, a time in milliseconds, a paper, a network."""


@cache
def _phones() -> ModuleType:
    return import_module("phonenumbers")


def phone_international(value: str) -> bool:
    """Tell whether a number with its country code has a length that the country uses, and is no fiction.

    Source: https://www.itu.int/rec/T-REC-E.164
    """
    digits = digits_of(value.split("x")[0].split("ext")[0])
    for trunk in ("00", "011"):
        if not value.lstrip("( ").startswith("+") and digits.startswith(trunk):
            digits = digits[len(trunk) :]
            break
    if not 8 <= len(digits) <= 16 or not not_fiction(digits):
        return False
    phones = _phones()
    try:
        number = phones.parse("+" + digits, None)
    except phones.NumberParseException:
        return False
    return bool(phones.is_possible_number(number))


def not_fiction(value: str) -> bool:
    """Tell whether a number is not one of those set aside for films: 555-01xx in North America.

    Source: https://nationalnanpa.com/number_resource_info/555_numbers.html
    """
    digits = digits_of(value)
    if len(digits) > 11 and not digits.startswith("1"):
        return True
    national = digits[1:] if len(digits) >= 11 and digits[0] == "1" else digits
    return national[-7:-2] != "55501" and national[:3] != "555" and len(set(national)) > 2


def phone_us(value: str) -> bool:
    """Tell whether ten digits are a North American number: area and exchange begin with 2-9.

    Source: https://nationalnanpa.com/about_us/abt_nanp.html
    """
    digits = digits_of(value.lower().split("x")[0].split("ext")[0])
    for prefix in ("001", "1"):
        if len(digits) > 10 and digits.startswith(prefix):
            digits = digits[len(prefix) :]
            break
    return len(digits) == 10 and digits[0] > "1" and digits[1:3] != "11" and not_fiction(digits)


def phone_said(value: str) -> bool:
    """Tell whether what a sentence calls a number has the length of one, and is no date."""
    digits = digits_of(value.lower().split("x")[0].split("ext")[0])
    data = encode(value)
    if not 7 <= len(digits) <= 13 or _DATE.found(data) or _SSN.fits(data) or _dotted_quad(value) or _OTHER.found(data):
        return False
    return len(set(digits)) > 2 and not_fiction(digits) and not _YEARS.fits(data)


def phone_trunk(value: str) -> bool:
    """Tell whether a number that begins with the trunk digit 0 is written as numbers are.

    Source: https://www.itu.int/rec/T-REC-E.123
    """
    digits = digits_of(value)
    if not 9 <= len(digits) <= 12 or _DATE.found(encode(value)) or _ZIP.fits(encode(value)):
        return False
    return len(set(digits)) > 3 and value.count(".") in (0, 4)


def _dotted_quad(value: str) -> bool:
    """Tell whether ``value`` is four bytes with dots: the address of a machine, in use or not."""
    parts = value.split(".")
    return len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts)
