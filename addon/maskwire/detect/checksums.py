"""Check digits: arithmetic that a real number obeys. Sans-IO. Each function gets a value as it was found."""

import re
from hashlib import sha256

_LENGTHS = """
AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22 DJ:27
DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HN:28 HR:21 HU:28
IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22
MK:19 MN:20 MR:27 MT:31 MU:30 NI:28 NL:18 NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 RU:33 SA:24
SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 SO:23 ST:25 SV:28 TL:23 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20 YE:30
"""
_IBAN_LENGTHS = dict(pair.split(":") for pair in _LENGTHS.split())
"""Characters of an IBAN per country. Source: https://www.swift.com/standards/data-standards/iban (registry)"""

_DIGITS = re.compile("[0-9]+")
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_BASE58 = {c: i for i, c in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_BECH32 = {c: i for i, c in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}


def digits_of(value: str) -> str:
    """Return the ASCII digits of ``value``."""
    return "".join(_DIGITS.findall(value))


def luhn(value: str) -> bool:
    """Tell whether the digits of ``value`` end in their Luhn digit.

    Source: https://www.iso.org/standard/70484.html (ISO/IEC 7812-1, annex B)
    """
    total = 0
    for index, digit in enumerate(reversed(digits_of(value))):
        number = int(digit) * (1 + index % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def card(value: str) -> bool:
    """Tell whether the digits are a card number: a brand's prefix and length, and the Luhn digit.

    Source: https://www.iso.org/standard/70484.html, https://en.wikipedia.org/wiki/Payment_card_number
    """
    digits = digits_of(value)
    if len(digits) > 16 or (
        digits[0] in "56" and not digits.startswith(("51", "52", "53", "54", "55", "60", "62", "64", "65"))
    ):
        return False
    return len(digits) in card_lengths(digits) and len(set(digits)) > 1 and luhn(digits)


def card_any(value: str) -> bool:
    """Tell whether digits that words call a card can be one: also of brands with many lengths, such as Maestro.

    Source: https://www.iso.org/standard/70484.html
    """
    digits = digits_of(value)
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and luhn(digits)


def card_lengths(digits: str) -> frozenset[int]:
    """Return the lengths that a card number with this beginning may have; none when no brand begins so."""
    two, three, four = int(digits[:2]), int(digits[:3]), int(digits[:4])
    if digits[0] == "4":
        return frozenset((13, 16, 19))
    if two in (34, 37):
        return frozenset((15,))
    if 51 <= two <= 55 or 2221 <= four <= 2720 or 2200 <= four <= 2204:
        return frozenset((16,))
    if 300 <= three <= 305 or three == 309 or two in (36, 38, 39):
        return frozenset((14, 16, 19))
    if two in (60, 64, 65, 62, 81) or 3528 <= four <= 3589:
        return frozenset((16, 17, 18, 19))
    if two == 50 or 56 <= two <= 58 or two in (61, 63, 67, 68):
        return frozenset(range(13, 20))
    return frozenset((15,)) if four in (1800, 2131) else frozenset()


def iban(value: str) -> bool:
    """Tell whether ``value`` has the length of its country's accounts and right check digits.

    Source: https://www.iso.org/standard/81090.html (ISO 13616-1)
    """
    compact = "".join(c for c in value if c.isalnum()).upper()
    if not compact.isascii() or _IBAN_LENGTHS.get(compact[:2]) != str(len(compact)):
        return False
    moved = compact[4:] + compact[:4]
    return 2 <= int(compact[2:4]) <= 98 and int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def aba(value: str) -> bool:
    """Tell whether nine digits are a bank routing number: prefix in use, weighted sum a multiple of ten.

    Source: https://www.aba.com/about-us/routing-number
    """
    digits = [int(c) for c in digits_of(value)]
    if len(digits) != 9:
        return False
    prefix = digits[0] * 10 + digits[1]
    known = prefix <= 12 or 21 <= prefix <= 32 or 61 <= prefix <= 72 or prefix == 80
    return known and any(digits) and sum(d * w for d, w in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0


def vin(value: str) -> bool:
    """Tell whether the ninth character of a vehicle number is its check digit.

    Source: https://www.ecfr.gov/current/title-49/section-565.15
    """
    values = [int(c) if c.isdigit() else _VIN_VALUES.get(c, -1) for c in value.upper()]
    if len(values) != 17 or min(values) < 0:
        return False
    remainder = sum(v * w for v, w in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return value.upper()[8] == "0123456789X"[remainder]


def base58check(value: str) -> bool:
    """Tell whether the last four bytes of a base58 text are the double SHA-256 of the others.

    Source: https://en.bitcoin.it/wiki/Base58Check_encoding
    """
    number = 0
    for c in value:
        if c not in _BASE58:
            return False
        number = number * 58 + _BASE58[c]
    payload = number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload = b"\0" * (len(value) - len(value.lstrip("1"))) + payload
    return len(payload) > 4 and sha256(sha256(payload[:-4]).digest()).digest()[:4] == payload[-4:]


def bech32(value: str) -> bool:
    """Tell whether a segwit address has right check symbols (BIP 173 or BIP 350).

    Source: https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki
    """
    text = value.lower()
    prefix, _, data = text.rpartition("1")
    if not prefix or any(c not in _BECH32 for c in data):
        return False
    symbols = [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *(_BECH32[c] for c in data)]
    check = 1
    for symbol in symbols:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ symbol
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> i & 1 else 0
    return check in (1, 0x2BC830A3)


def npi(value: str) -> bool:
    """Tell whether ten digits are a US provider number: Luhn over 80840 and the number.

    Source: https://www.cms.gov/regulations-and-guidance/administrative-simplification/nationalprovidentstand
    """
    digits = digits_of(value)
    return len(digits) == 10 and digits[0] in "12" and luhn("80840" + digits)


def nhs(value: str) -> bool:
    """Tell whether ten digits are an NHS number (mod 11).

    Source: https://www.datadictionary.nhs.uk/attributes/nhs_number.html
    """
    digits = [int(c) for c in digits_of(value)]
    if len(digits) != 10:
        return False
    check = 11 - sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == digits[9] and check != 10 and len(set(digits)) > 1


def imei(value: str) -> bool:
    """Tell whether fifteen digits end in their Luhn digit; sixteen are a software version and have none.

    Source: https://www.3gpp.org/ftp/Specs/archive/23_series/23.003/
    """
    digits = digits_of(value)
    return len(set(digits)) > 2 and (len(digits) == 16 or luhn(digits))


def card_grouping(value: str) -> bool:
    """Tell whether a card number is written as people do: no separators, or at most five groups of at least two."""
    groups = value.replace("-", " ").replace("+", " ").split()
    return len(groups) == 1 or (len(groups) <= 5 and min(len(group) for group in groups) >= 2)


def nric(value: str) -> bool:
    """Tell whether a Singapore number ends in its check letter.

    Source: https://en.wikipedia.org/wiki/National_Registration_Identity_Card
    """
    series = value[0]
    total = sum(int(d) * w for d, w in zip(value[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(series, 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}
    index = total % 11 if series != "M" else 10 - total % 11
    return value[8] == letters[series][index]


def tw_id(value: str) -> bool:
    """Tell whether a Taiwanese number has a right check digit.

    Source: https://en.wikipedia.org/wiki/National_Identification_Card_(Republic_of_China)
    """
    area = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(value[0]) + 10
    digits = (area // 10, area % 10, *(int(c) for c in value[1:]))
    return sum(d * w for d, w in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0


def hkid(value: str) -> bool:
    """Tell whether a Hong Kong number has a right check character.

    Source: https://en.wikipedia.org/wiki/Hong_Kong_identity_card
    """
    plain = "".join(c for c in value if c.isalnum()).rjust(9)
    values = [36 if c == " " else int(c, 36) for c in plain[:8]]
    total = sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if plain[8] == "A" else int(plain[8]))) % 11 == 0


def cn_ric(value: str) -> bool:
    """Tell whether a Chinese resident number ends in its check character (ISO 7064 mod 11-2).

    Source: https://std.samr.gov.cn/ (GB 11643-1999)
    """
    total = sum(int(c) * pow(2, 17 - i, 11) for i, c in enumerate(value[:17]))
    return "10X98765432"[total % 11] == value[17].upper()


def dea(value: str) -> bool:
    """Tell whether a US prescriber's number ends in its check digit.

    Source: https://www.deadiversion.usdoj.gov/
    """
    d = [int(c) for c in value[2:]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def kvnr(value: str) -> bool:
    """Tell whether a German health insurance number ends in its check digit.

    Source: https://www.gkv-datenaustausch.de/
    """
    digits = f"{ord(value[0]) - 64:02d}{value[1:9]}"
    products = [int(d) * (1 + i % 2) for i, d in enumerate(digits)]
    return sum(p - 9 if p > 9 else p for p in products) % 10 == int(value[9])
