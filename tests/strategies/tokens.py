"""Values of every entity, what models do to tokens, and texts that hold tokens, cut anywhere."""

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from maskwire.entities import KINDS
from maskwire.tokens import spell
from maskwire.vault import Token, surrogate
from tests.fakes.vault import FakeVault

_PHONES = (
    "212-{:03d}-{:04d}",
    "+1 (646) {:03d}-{:04d}",
    "1 718 {:03d} {:04d}",
    "917{:03d}{:04d}",
    "+49 30 {:03d}{:04d}",
    "030 {:03d}{:04d}",
    "+44 20 7{:03d} {:04d}",
    "{:03d}-{:04d}",
)
_CARDS = ("4111 1{:03d} {:04d} 1111", "51051{:03d}{:04d}5100", "3782-82{:03d}{:01d}-10005", "60110{:03d}{:04d}999")
_MACS = ("00:1a:{}:{}:{}:{}", "00-1A-{}-{}-{}-{}", "001a.{}{}.{}{}")


def _phone(index: int) -> str:
    layout = _PHONES[index % len(_PHONES)]
    return layout.format(200 + index // 10_000, index % 10_000)


def _card(index: int) -> str:
    return _CARDS[index % len(_CARDS)].format(index // 10_000, index % 10_000)


def _iban(index: int) -> str:
    bare = ("DE8937040044", "NO93", "MT84MALT011000012", "FR1420041010050500013M")[index % 4] + f"{index:011d}"
    return bare if index % 3 else " ".join(bare[i : i + 4] for i in range(0, len(bare), 4))


def _ip(index: int) -> str:
    return f"2a00:1450:{index:x}::1" if index % 3 == 0 else f"10.{index >> 16 & 255}.{index >> 8 & 255}.{index & 255}"


def _mac(index: int) -> str:
    octets = [f"{index >> shift & 255:02x}" for shift in (24, 16, 8, 0)]
    made = _MACS[index % 3].format(*octets)
    return made.upper() if index % 3 == 1 else made


_VALUES: Mapping[str, Callable[[int], str]] = {
    "EMAIL_ADDRESS": lambda index: f"person.{index}@corp-{index % 97}.de",
    "PHONE_NUMBER": _phone,
    "CREDIT_CARD": _card,
    "IBAN_CODE": _iban,
    "US_SSN": lambda index: f"078-{index // 10_000:02d}-{index % 10_000:04d}",
    "ABA_ROUTING_NUMBER": lambda index: f"0210{index:05d}",
    "IP_ADDRESS": _ip,
    "MAC_ADDRESS": _mac,
    "PRIVATE_KEY": lambda index: f'-----BEGIN PRIVATE KEY-----\nMII"{index}\\\n-----END PRIVATE KEY-----\n',
}

ENTITIES = (*KINDS, "EMPLOYEE_ID")
"""Every shipped entity, and one that a person's own rules invent."""


def value_of(entity: str, index: int) -> str:
    """Return the value of ``entity`` with this number, below 100,000: another one for every number."""
    make = _VALUES.get(entity)
    return make(index) if make else f"{entity.title()} Nº {index} “é”"


MANGLED: Mapping[str, Callable[[str], str]] = {
    "as it is": str,
    "in small letters": str.lower,
    "in capitals": str.upper,
    "in bold": "**{}**".format,
    "in italics": "*{}*".format,
    "as code": "`{}`".format,
    "in quotes": '"{}"'.format,
    "in brackets": "<{}>".format,
    "with a possessive": "{}'s".format,
    "with a typographic possessive": "{}’s".format,
    "in a sentence": "Ask {}, please.".format,
    "between ideographs": "请联系{}先生".format,
    "behind a line break in code": "print('\\n{}\\n')".format,
    "behind a percent escape": "a%20{}".format,
    "as a mail link": "mailto:{}".format,
}
"""What models do to tokens of any shape."""

OPAQUE_MANGLED: Mapping[str, Callable[[str], str]] = {
    "escaped underscore": lambda token: token.replace("_", "\\_"),
    "doubly escaped underscore": lambda token: token.replace("_", "\\\\_"),
    "hyphen": lambda token: token.replace("_", "-"),
    "space": lambda token: token.replace("_", " "),
    "dots": lambda token: token.replace("_", "."),
    "nothing before the code": lambda token: "".join(token.rsplit("_", 1)),
    "no-break space": lambda token: token.replace("_", "\u00a0"),
    "full-width underscore": lambda token: token.replace("_", "＿"),
    "decimal entity": lambda token: token.replace("_", "&#95;"),
    "named entity": lambda token: token.replace("_", "&lowbar;"),
    "percent escape": lambda token: token.replace("_", "%5F"),
    "JSON escape": lambda token: token.replace("_", "\\u005f"),
    "zero-width space": lambda token: token.replace("_", "_\u200b"),
    "word joiner inside the code": lambda token: f"{token[:-4]}\u2060{token[-4:]}",
    "soft hyphen": lambda token: f"{token[:3]}\u00ad{token[3:]}",
    "letter O for zero": lambda token: token[:-8] + token[-8:].replace("0", "O"),
    "letter I for one": lambda token: token[:-8] + token[-8:].replace("1", "I"),
    "letter l for one": lambda token: token[:-8] + token[-8:].lower().replace("1", "l"),
    "bold label": lambda token: f"**{token[:-9]}**_{token[-8:]}",
    "code as code": lambda token: f"{token[:-9]}_`{token[-8:]}`",
    "colon": lambda token: f"{token[:-9].title()}: {token[-8:]}",
    "glued ending": "{}s Haus".format,
    "glued front": "der{}".format,
}
"""What models do to opaque tokens."""

NUMBER_MANGLED: Mapping[str, Callable[[str], str]] = {
    "bare": lambda token: "".join(filter(str.isdigit, token)),
    "spaces": lambda token: token.replace("-", " "),
    "hyphens": lambda token: token.replace(" ", "-"),
    "dots": lambda token: token.replace("-", ".").replace(" ", "."),
    "en dashes": lambda token: token.replace("-", "–"),
    "no-break hyphens": lambda token: token.replace("-", "\u2011"),
    "no-break spaces": lambda token: token.replace(" ", "\u00a0"),
    "entities": lambda token: token.replace("-", "&#45;"),
    "percent escapes": lambda token: token.replace(" ", "%20").replace("+", "%2B"),
    "escaped": lambda token: token.replace("-", "\\-").replace("+", "\\+").replace("(", "\\(").replace(")", "\\)"),
    "escaped spaces": lambda token: token.replace(" ", "\\ "),
    "zero-width": lambda token: f"{token[:4]}\u200b{token[4:]}",
}
"""What models do to tokens that are written in digits."""

SHAPE_MANGLED: Mapping[str, Mapping[str, Callable[[str], str]]] = {
    "PERSON": OPAQUE_MANGLED,
    "US_DRIVER_LICENSE": OPAQUE_MANGLED,
    "API_KEY": OPAQUE_MANGLED,
    "PHONE_NUMBER": NUMBER_MANGLED,
    "CREDIT_CARD": NUMBER_MANGLED,
    "US_SSN": NUMBER_MANGLED,
    "ABA_ROUTING_NUMBER": NUMBER_MANGLED,
    "EMAIL_ADDRESS": {
        "escaped": lambda token: token.replace("@", "\\@").replace(".", "\\."),
        "entity": lambda token: token.replace("@", "&#64;"),
        "named entity": lambda token: token.replace("@", "&commat;").replace(".", "&period;"),
        "percent escape": lambda token: token.replace("@", "%40"),
        "full-width": lambda token: token.replace("@", "＠"),
        "spoken": lambda token: token.replace("@", " at ").replace("e.com", "e dot com"),
        "defanged": lambda token: token.replace("@", "[at]").replace("e.com", "e[.]com"),
        "zero-width": lambda token: token.replace("@", "\u200b@"),
        "linked": lambda token: f"[{token}](mailto:{token})",
        "without its dot": lambda token: token.replace("mail.", "mail", 1),
    },
    "IBAN_CODE": {
        "bare": lambda token: token.replace(" ", ""),
        "grouped": lambda token: " ".join(token.replace(" ", "")[i : i + 4] for i in range(0, 40, 4)).strip(),
        "hyphens": lambda token: token.replace(" ", "-"),
        "no-break spaces": lambda token: token.replace(" ", "\u00a0"),
    },
    "IP_ADDRESS": {
        "defanged": lambda token: token.replace(".", "[.]"),
        "escaped": lambda token: token.replace(".", "\\.").replace(":", "\\:"),
        "entities": lambda token: token.replace(".", "&period;").replace(":", "&colon;"),
        "percent escapes": lambda token: token.replace(":", "%3A"),
        "a host name": lambda token: f"ip-{token.replace('.', '-')}.ec2.internal",
        "with a port": "[{}]:8080".format,
    },
    "MAC_ADDRESS": {
        "hyphens": lambda token: token.replace(":", "-"),
        "bare": lambda token: "".join(filter(str.isalnum, token)),
        "escaped": lambda token: token.replace(":", "\\:"),
        "percent escapes": lambda token: token.replace(":", "%3A"),
    },
}
"""What models do to the tokens of each shape; every shape is here."""

SURROGATE_MANGLED: Mapping[str, Callable[[str], str]] = {
    "capitals and small ones": lambda token: token.swapcase(),
    "line break": lambda token: token.replace(" ", "\n"),
    "line break in a quotation": lambda token: token.replace(" ", "\r\n> "),
    "line break in JSON": lambda token: token.replace(" ", "\\n"),
    "two spaces": lambda token: token.replace(" ", "  "),
    "no-break space": lambda token: token.replace(" ", "\u00a0"),
    "named entity": lambda token: token.replace(" ", "&nbsp;"),
    "decimal entity": lambda token: token.replace(" ", "&#32;"),
    "percent escape": lambda token: token.replace(" ", "%20"),
    "a form's plus": lambda token: token.replace(" ", "+"),
    "JSON escape": lambda token: token.replace(" ", "\\u0020"),
    "escaped space": lambda token: token.replace(" ", "\\ "),
    "snake case": lambda token: token.replace(" ", "_").lower(),
    "constant": lambda token: token.replace(" ", "_").upper(),
    "kebab case": lambda token: token.replace(" ", "-").lower(),
    "camel case": lambda token: token.replace(" ", ""),
    "dots": lambda token: token.replace(" ", "."),
    "escaped underscore": lambda token: token.replace(" ", "\\_"),
    "each word in bold": lambda token: token.replace(" ", "** **"),
    "each word tagged": lambda token: f"<b>{token.replace(' ', '</b> <b>')}</b>",
    "given name in code": lambda token: token.replace(" ", "` "),
    "zero-width space": lambda token: f"{token[:-6]}\u200b{token[-6:]}",
    "soft hyphen": lambda token: f"{token[:-4]}\u00ad{token[-4:]}",
    "surname alone": lambda token: token.rpartition(" ")[2],
    "title and surname": lambda token: f"Ms. {token.rpartition(' ')[2]}",
    "surname first": lambda token: ", ".join(reversed(token.split())),
    "surname first, in capitals": lambda token: ", ".join(reversed(token.upper().split())),
    "glued ending": "{}s Haus".format,
    "glued front": "der{}".format,
}
"""What models do to invented names."""

VAULT = FakeVault()
"""Knows ``VALUES_EACH`` values of every entity."""

VALUES_EACH = 8

PEOPLE = (
    "Jane Miller",
    "Zoë O’Brien",
    "Li Xiu Ying",
    "Karl-Heinz Böhm",
    "Ann Lee Jr.",
    "Anna (Ops) Kim",
    "A. B.",
    "王 伟",
)
"""Names of people of more than one word, some of which are no plain words."""

SURROGATES: Mapping[Token, str] = {
    VAULT.token(entity, value, surrogate("")): value
    for entity, values in (("PERSON", (*PEOPLE, "Jane")), ("ORGANIZATION", ("Northwind GmbH",)), ("LOCATION", ("Ulm",)))
    for value in values
}
"""Invented names, and the values behind them."""

SPELLINGS: tuple[str, ...] = (
    *(
        spell(VAULT.token(entity, value_of(entity, index)), value_of(entity, index))
        for entity in ENTITIES
        for index in range(VALUES_EACH)
    ),
    *SURROGATES,
)
"""Tokens of every shape as they stand in masked texts; the longest label and number are among them."""

_manglings = [mangle for table in (MANGLED, *SHAPE_MANGLED.values(), SURROGATE_MANGLED) for mangle in table.values()]
_mangled = st.builds(lambda mangle, token: mangle(token), st.sampled_from(_manglings), st.sampled_from(SPELLINGS))
_beginnings = st.builds(lambda token, end: token[:end], st.sampled_from(SPELLINGS), st.integers(0, 40))
_edges = st.sampled_from(
    [
        "\\",
        "\\u00",
        "\\u005",
        "%",
        "%5",
        "&",
        "&#",
        "&#95",
        "&low",
        "+",
        "(",
        "1-",
        "**",
        "`",
        "\u200b" * 9,
        "mail.",
        "9",
        "Robin ",
        "Robin",
        "Kim\n",
        ", ",
        "@",
        "</b",
    ]
)
_around = st.sampled_from(
    ["https://crm.example/?q=", "](", "![a](<", '<img src="', "mailto:", ">", ")", '"', "'", "\n"]
)
_plain = st.text(st.sampled_from("aZ09 _-.,:@+\n\\\"'/é你\u200b\ufe0f"), max_size=6)

texts = st.lists(st.one_of(_mangled, st.sampled_from(SPELLINGS), _beginnings, _edges, _around, _plain), max_size=8).map(
    "".join
)
"""Texts with tokens whole, mangled and cut short, with escapes that end early, in and out of addresses."""


_parts = [part for name in SURROGATES for part in name.split()]
_joints = [
    " ",
    "  ",
    "\n",
    "\r",
    "\n> ",
    "\\n",
    "\\",
    ", ",
    ",",
    "_",
    ".",
    "-",
    "**",
    "*",
    "<b>",
    "</b",
    "@",
    "'s",
    "+",
    "%20",
    "&nbsp;",
]
_beginnings_of_names = ["Ro", "robin", "Robin", "Ta", "ta", "tadaleno", "t", "a", "s", "7", "é"]

names = st.lists(
    st.one_of(
        st.sampled_from([*_parts, *SURROGATES]),
        st.sampled_from(_parts).map(str.lower),
        st.builds(lambda part, end: part[:end], st.sampled_from(_parts), st.integers(1, 12)),
        st.sampled_from(_joints),
        st.sampled_from(_beginnings_of_names),
    ),
    max_size=9,
).map("".join)
"""Texts of invented names, their parts and what may stand between them."""


@st.composite
def cut(draw: st.DrawFn, whole: st.SearchStrategy[str] = texts) -> tuple[str, list[str]]:
    """Return a text, and itself cut anywhere; pieces may be empty or single characters."""
    text = draw(whole)
    if draw(st.booleans()):
        return text, list(text)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    return text, [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
