"""Tokens for cards, bank accounts and the numbers of US persons. Sans-IO."""

import re
from types import MappingProxyType

from maskwire.tokens.digits import NOT_IN_NUMBER, NUMBER_ENDS, POWERS, digits, fill, luhn, only_digits
from maskwire.tokens.grammar import IN_CAPITALS_OR_AT_WORD, Part, atoms, either, run, sequence, word

_GAP = r"[ .\-]?"


class Card:
    """``9943 1234 5678 9017``: 100 million numbers of 12 digits and ten times more for each further one.

    Major industry 9 with a country code from 900 on, which no standards body may assign, and a right Luhn
    digit. The third digit tells the length, from 12 to 19. From 14 digits on there is a keyed check.

    Source: ISO/IEC 7812-1 section 4, ISO 3166-1 clause 8.1.3
    """

    name = "card"
    numeric = True
    bodies = MappingProxyType(
        {
            "9": sequence(
                word("9"),
                Part(_GAP, ""),
                word("9"),
                Part(_GAP, ""),
                either(*(sequence(word(str(index)), digits(index + 9, _GAP)) for index in range(8))),
            ),
        }
    )
    before = NOT_IN_NUMBER
    after = NUMBER_ENDS

    def variant(self, value: str) -> str | None:
        """Fits 12 to 19 digits in groups."""
        count = len(only_digits(value))
        return str(count) if 12 <= count <= 19 and re.fullmatch(r"[0-9 .\-]+", value) else None

    def size(self, variant: str) -> int:
        """All digits but the first three and the last."""
        return POWERS[int(variant) - 4]

    def write(self, variant: str, number: int) -> str:
        """Without groups."""
        count = int(variant)
        numerals = f"99{count - 12}{number:0{count - 4}d}"
        return numerals + luhn(numerals)

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read the digits; their Luhn digit must be right."""
        numerals = only_digits(spelling)
        return (str(len(numerals)), int(numerals[3:-1])) if luhn(numerals[:-1]) == numerals[-1] else None

    def dress(self, token: str, value: str) -> str:
        """Grouped like the value."""
        return fill(value, token)


_CODES = [f"X{letter}" for letter in "ABCDEFGHIJLMNOPQRSTU"]
_COUNTRIES = {15 + index: code for index, code in enumerate(_CODES)}
_LENGTHS = {code: length for length, code in _COUNTRIES.items()}


class Iban:
    """``XH12 3456 ...``: 10 to the power of its length less four, at least 100,000 million; a keyed check.

    XA to XZ are user-assigned codes, of which XK is in use for Kosovo. The code tells the length, from 15 to
    34; the check digits are right.

    Source: ISO 3166-1 clause 8.1.3, ISO 13616-1 section 6, ISO/IEC 7064 (MOD 97-10)
    """

    name = "iban"
    numeric = False
    bodies = MappingProxyType(
        {"X": either(*(sequence(word(code), digits(length - 2, r"[ .\-]?")) for code, length in _LENGTHS.items()))}
    )
    before = IN_CAPITALS_OR_AT_WORD
    after = NUMBER_ENDS

    def variant(self, value: str) -> str | None:
        """Fits 15 to 34 letters and digits."""
        count = sum(map(str.isalnum, value))
        return str(count) if count in _COUNTRIES else None

    def size(self, variant: str) -> int:
        """All digits of the account."""
        return POWERS[int(variant) - 4]

    def write(self, variant: str, number: int) -> str:
        """Without groups."""
        code, account = _COUNTRIES[int(variant)], f"{number:0{int(variant) - 4}d}"
        check = 98 - int("".join(str(int(letter, 36)) for letter in f"{account}{code}00")) % 97
        return f"{code}{check:02d}{account}"

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read the account; the check digits must be right."""
        numerals = only_digits(spelling)
        variant, number = str(len(numerals) + 2), int(numerals[2:])
        return (variant, number) if self.write(variant, number)[2:] == numerals else None

    def dress(self, token: str, value: str) -> str:
        """In groups of four where the value has spaces."""
        return " ".join(token[i : i + 4] for i in range(0, len(token), 4)) if " " in value else token


class Ssn:
    """``912-34-5678``: 54,000,000 numbers, no check.

    Areas from 900 on are never issued as social security numbers, and these groups (01 to 49, 66 to 69, 89, and
    00) neither as the taxpayer numbers that share those areas.

    Source: https://www.ssa.gov/employer/randomization.html, IRM 3.21.263.5.3 (ITIN), IRM 3.13.40 (ATIN)
    """

    name = "ssn"
    numeric = True
    _groups = (*range(50), *range(66, 70), 89)
    bodies = MappingProxyType(
        {
            "9": sequence(
                word("9"),
                run(r"\d", 2),
                Part(_GAP, ""),
                either(*(atoms(a, b) for a, b in (("[0-4]", r"\d"), ("6", "[6-9]"), ("8", "9")))),
                Part(_GAP, ""),
                run(r"\d", 4),
            ),
        }
    )
    before = NOT_IN_NUMBER
    after = NUMBER_ENDS

    def variant(self, value: str) -> str | None:
        """Fits nine digits."""
        return "" if len(only_digits(value)) == 9 and re.fullmatch(r"[0-9 .\-]+", value) else None

    def size(self, variant: str) -> int:
        """100 areas, 55 groups, 10,000 serials."""
        del variant
        return 100 * len(self._groups) * 10_000

    def write(self, variant: str, number: int) -> str:
        """Area, group, serial."""
        del variant
        rest, serial = divmod(number, 10_000)
        area, group = divmod(rest, len(self._groups))
        return f"{900 + area}-{self._groups[group]:02d}-{serial:04d}"

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read area, group and serial."""
        numerals = only_digits(spelling)
        group = self._groups.index(int(numerals[3:5]))
        return "", ((int(numerals[:3]) - 900) * len(self._groups) + group) * 10_000 + int(numerals[5:])

    def dress(self, token: str, value: str) -> str:
        """Grouped like the value."""
        return fill(value, only_digits(token))


class Routing:
    """``131234565``: 52,000,000 numbers with a right check digit, no keyed check.

    None starts with two digits that the registrar has issued (00 to 12, 21 to 32, 61 to 72, 80), nor with a 9,
    which would read as a social security number.

    Source: https://www.aba.com/about-us/routing-number, 12 CFR part 229, appendix A
    """

    name = "routing"
    numeric = True
    _prefixes = (*range(13, 21), *range(33, 61), *range(73, 80), *range(81, 90))
    bodies = MappingProxyType(
        {
            "12345678": sequence(
                either(
                    *(
                        atoms(a, b)
                        for a, b in (("1", "[3-9]"), ("2", "0"), ("3", "[3-9]"), ("[45]", r"\d"), ("6", "0"))
                    ),
                    *(atoms(a, b) for a, b in (("7", "[3-9]"), ("8", "[1-9]"))),
                ),
                either(
                    run(r"\d", 7),
                    sequence(run(r"\d", 2), atoms(r"[ .\-]"), run(r"\d", 4), atoms(r"[ .\-]", r"\d")),
                ),
            ),
        }
    )
    before = NOT_IN_NUMBER
    after = NUMBER_ENDS

    def variant(self, value: str) -> str | None:
        """Fits nine digits."""
        return "" if len(only_digits(value)) == 9 and re.fullmatch(r"[0-9 .\-]+", value) else None

    def size(self, variant: str) -> int:
        """52 prefixes, six free digits."""
        del variant
        return len(self._prefixes) * 10**6

    def write(self, variant: str, number: int) -> str:
        """The digits with their checksum."""
        del variant
        prefix, rest = divmod(number, 10**6)
        numerals = f"{self._prefixes[prefix]}{rest:06d}"
        return numerals + str(-sum(int(n) * w for n, w in zip(numerals, (3, 7, 1) * 3, strict=False)) % 10)

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Read the digits; their checksum must be right."""
        numerals = only_digits(spelling)
        number = self._prefixes.index(int(numerals[:2])) * 10**6 + int(numerals[2:8])
        return ("", number) if self.write("", number) == numerals else None

    def dress(self, token: str, value: str) -> str:
        """Grouped like the value."""
        return fill(value, token)
