"""Values of every kind for the unseen texts: valid by the issuers' own rules, drawn with a seeded generator.

Numbers with check digits come from python-stdnum and phonenumbers, never from maskwire's own rules.
"""

import base64
import hashlib
import importlib
import json
import re
import string
import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path
from random import Random

import phonenumbers

_CLASS = re.compile(r"\[([^]]+)\]\{(\d+)\}|\[([^]]+)\]|(.)", re.DOTALL)

_REGIONS = """
US GB DE FR ES IT NL PL PT BR AR MX CA AU NZ IN JP KR CN SG ZA NG KE SE NO DK FI CH AT BE IE TR UA RU CZ HU GR RO
IL AE CO CL PE PH ID TH VN MY PK EG MA
"""
REGIONS = tuple(_REGIONS.split())
"""Countries whose telephone numbers are drawn."""

BRANDS = (("4", 16), ("51", 16), ("2720", 16), ("34", 15), ("37", 15), ("6011", 16), ("3528", 16), ("36", 14))
"""Card prefixes and lengths: Visa, Mastercard (both ranges), American Express, Discover, JCB, Diners Club."""

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
}
"""Names of months in the case a date takes."""


class Values:
    """Draws values; the same seed draws the same."""

    def __init__(self, seed: int) -> None:
        self.shapes = tomllib.loads((Path(__file__).parent / "shapes.toml").read_text(encoding="utf-8"))
        self.random = Random(seed)

    def shape(self, shape: str) -> str:
        """Return a string of ``shape``: literal text with ``[class]`` and ``[class]{count}``."""
        drawn = []
        for counted, times, single, literal in _CLASS.findall(shape):
            letters = counted or single
            alphabet = _expand(letters) if letters else literal
            drawn += [self.random.choice(alphabet) for _ in range(int(times or 1))]
        return "".join(drawn)

    def pick(self, *options: str) -> str:
        """Return one of ``options``."""
        return self.random.choice(options)

    def digits(self, count: int) -> str:
        """Return ``count`` digits, the first not 0."""
        return self.pick(*"123456789") + "".join(self.pick(*string.digits) for _ in range(count - 1))

    def national(self, kind: str) -> str:
        """Return a valid personal number of ``kind``, a module of python-stdnum."""
        if kind == "us_ssn":
            return f"{self.random.randint(101, 665)}-{self.random.randint(10, 99)}-{self.random.randint(1000, 9999)}"
        if kind == "uk_nino":
            return self.shape("[ABCEHJLMPRSTWXY][ABCEHJLMPRSTWXY] [0-9]{2} [0-9]{2} [0-9]{2} [A-D]")
        country, _, name = kind.rpartition("_")
        module = importlib.import_module(f"stdnum.{country}.{name}")
        return self._until(lambda: self.shape(self.shapes["national"][kind]), module.is_valid)

    def _until(self, draw: Callable[[], str], valid: Callable[[str], bool]) -> str:
        while not valid(value := draw()):
            pass
        return value

    def phone(self, style: str, region: str = "") -> str:
        """Return a valid number of ``region`` in ``style``: int, e164, national, dots, idd."""
        region = region or self.pick(*REGIONS)
        kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
        example = phonenumbers.example_number_for_type(region, self.random.choice(kinds))
        assert example is not None  # every region of REGIONS has both
        text = str(example.national_number)

        def draw() -> str:
            return text[:-5] + "".join(self.pick(*string.digits) for _ in range(5))

        def parsed(national: str) -> phonenumbers.PhoneNumber:
            return phonenumbers.PhoneNumber(
                example.country_code, int(national), italian_leading_zero=example.italian_leading_zero
            )

        number = parsed(self._until(draw, lambda n: phonenumbers.is_valid_number(parsed(n))))
        forms = phonenumbers.PhoneNumberFormat
        international = phonenumbers.format_number(number, forms.INTERNATIONAL)
        match style:
            case "e164":
                return phonenumbers.format_number(number, forms.E164)
            case "national":
                return phonenumbers.format_number(number, forms.NATIONAL)
            case "dots":
                return international.replace(" ", ".").replace("-", ".")
            case "idd":
                return "00" + phonenumbers.format_number(number, forms.E164)[1:]
            case _:
                return international

    def card(self, separator: str = "") -> str:
        """Return a card number with a valid last digit, in groups if there is a separator."""
        prefix, length = self.random.choice(BRANDS)
        number = luhn(prefix + self.digits(length - len(prefix) - 1))
        cuts = (4, 8, 12, 16) if length == 16 else (4, 10, length)
        return separator.join(number[a:b] for a, b in zip((0, *cuts), cuts, strict=False))

    def iban(self, spaced: bool = False, country: str = "") -> str:
        """Return an IBAN of ``country``, of any when empty, with valid check digits."""
        country = country or self.pick(*self.shapes["iban"])
        body = "".join(
            self.shape(f"[{'0-9' if kind == 'n' else 'A-Z'}]{{{count}}}")
            for count, kind in re.findall(r"(\d+)([an])", self.shapes["iban"][country])
        )
        number = "".join(str(int(letter, 36)) for letter in f"{body}{country}00")
        iban = f"{country}{98 - int(number) % 97:02d}{body}"
        return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4)) if spaced else iban

    def birth(self, style: str, language: str = "en") -> str:
        """Return a date of birth: iso, dmy, mdy, dots, short, long."""
        year, month, day = self.random.randint(1938, 2008), self.random.randint(1, 12), self.random.randint(1, 28)
        if language in ("zh", "ja"):
            return f"{year}年{month}月{day}日"
        name = MONTHS.get(language, MONTHS["en"]).split()[month - 1]
        long = {
            "en": self.pick(f"{name} {day}, {year}", f"{day} {name} {year}", f"{day} {name[:3]} {year}"),
            "de": f"{day}. {name} {year}",
            "es": f"{day} de {name} de {year}",
            "pt": f"{day} de {name} de {year}",
        }.get(language, f"{day} {name} {year}")
        forms = {
            "iso": f"{year}-{month:02d}-{day:02d}",
            "dmy": f"{day:02d}/{month:02d}/{year}",
            "mdy": f"{month}/{day}/{year}",
            "dots": f"{day}.{month}.{year}",
            "short": f"{month:02d}/{day:02d}/{year % 100:02d}",
            "dashes": f"{day:02d}-{month:02d}-{year}",
            "long": long,
        }
        return forms[style]

    def ip(self, version: int = 4) -> str:
        """Return a public address."""
        if version == 6:
            return self.shape("2a0[0-9]:[1-9a-f]{4}:[1-9a-f]{3}::[1-9a-f]{2}")
        parts = (self.random.randint(1, 254) for _ in range(3))
        return f"{self.pick('5', '31', '46', '62', '79', '85', '93', '109', '151', '185', '213')}." + ".".join(
            map(str, parts)
        )

    def mac(self, separator: str = ":") -> str:
        """Return an address of a network card with a vendor's prefix."""
        pairs = [self.pick("00", "3C", "48", "A4", "F0"), *(self.shape("[0-9A-F]{2}") for _ in range(5))]
        return separator.join(pairs)

    def vin(self) -> str:
        """Return a vehicle number with its check digit."""
        weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
        letters = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
        raw = self.pick("1HG", "2T1", "3FA", "JTD", "WDB", "YV1") + self.shape(
            "[A-HJ-NPR-Z0-9]{5}0[A-HJ-NPR-TV-Y1-9][A-HJ-NPR-Z][0-9]{6}"
        )
        total = sum(w * (int(c) if c.isdigit() else letters[c]) for w, c in zip(weights, raw, strict=True))
        return f"{raw[:8]}{'X' if total % 11 == 10 else total % 11}{raw[9:]}"

    def wallet(self) -> str:
        """Return a wallet's address with a valid checksum: Bitcoin, Ethereum, Litecoin, Tron, Dogecoin."""
        version = self.random.choice((b"\x00", b"\x05", b"\x30", b"\x41", b"\x1e", b""))
        if not version:
            return "0x" + self.shape("[0-9a-f]{40}")
        data = version + self.random.randbytes(20)
        data += hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]
        number, text = int.from_bytes(data), ""
        while number:
            number, rest = divmod(number, 58)
            text = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[rest] + text
        return "1" * (len(data) - len(data.lstrip(b"\0"))) + text

    def coordinates(self) -> str:
        """Return a place on land or sea, four to six decimals."""
        places = self.random.randint(4, 6)
        return f"{self.random.uniform(-65, 68):.{places}f}, {self.random.uniform(-160, 170):.{places}f}"

    def jwt(self) -> str:
        """Return a signed token."""
        payload = json.dumps({"iss": "idp", "sub": self.digits(7), "exp": int(self.digits(10))}).encode()
        head = base64.urlsafe_b64encode(b'{"alg":"RS256","kid":"k2"}').decode().rstrip("=")
        body = base64.urlsafe_b64encode(payload).decode().rstrip("=")
        return f"{head}.{body}.{self.shape('[A-Za-z0-9_-]{86}')}"

    def pem(self) -> str:
        """Return a private key block."""
        kind = self.pick("RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "PRIVATE KEY")
        body = "\n".join(self.shape("[A-Za-z0-9+/]{64}") for _ in range(4))
        return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----"

    def basic(self) -> str:
        """Return a user and a password as basic authentication sends them."""
        return base64.b64encode(f"{self.pick('svc', 'api', 'deploy')}:{self.password()}".encode()).decode()

    def password(self) -> str:
        """Return a password as people make them."""
        word = self.pick("Harvest", "gondola", "Zeppelin", "marmot", "Quiver", "lantern", "Saffron", "bramble")
        other = self.pick("Copper", "tundra", "Velvet", "falcon", "Meadow", "pixel")
        return self.pick(
            f"{word}{self.digits(3)}!",
            f"{word}-{other}-{self.digits(2)}",
            self.shape("[A-Za-z0-9]{11}"),
            self.shape("[A-Za-z]{4}#[0-9]{3}[a-z]{4}"),
            f"{word}@{self.random.randint(1990, 2026)}",
            word.lower().replace("a", "4").replace("e", "3") + self.digits(2) + "$",
            self.shape("[a-zA-Z0-9^*]{13}") + "q7",
        )


def luhn(digits: str) -> str:
    """Return ``digits`` with their Luhn check digit."""
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 * (doubled > 9)
    return digits + str(-total % 10)


def ascii_of(name: str) -> str:
    """Return ``name`` in small ASCII letters, as mail addresses spell it."""
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L").replace("ß", "ss"))
    return re.sub(r"[^a-z]", "", plain.encode("ascii", "ignore").decode().lower())


def _expand(letters: str) -> str:
    """Return the characters of a class: ``a-f0`` is ``abcdef0``."""
    return re.sub(r"(.)-(.)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), letters)
