"""Fills the slots of templates, and keeps where the names stand."""

import random
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from faker import Faker
from names_lists import names_of, places
from people import Person, handle, make_family, make_person

HERE = Path(__file__).parent
WORDS = {
    key: [w.strip() for w in text.replace("\n", "").split("|")]
    for key, text in tomllib.loads((HERE / "fillers.toml").read_text(encoding="utf-8"))["words"].items()
}
_SLOT = re.compile(r"\{([A-Z]\d?)([gdi]?)\}")
_DIGITS = "0123456789"
_PLACES = [(name, size) for name, size in places() if len(name) > 2 or name > "\u2e7f"]
_LATIN_PLACES = [name for name, size in _PLACES if name < "\u0370"]
_BIG_PLACES = [name for name, size in _PLACES if size > 500_000 and name < "\u0370"]
_SCRIPTS = {
    "ru": ("\u0400", "\u0500"),
    "uk": ("\u0400", "\u0500"),
    "zh": ("\u3400", "\ua000"),
    "ja": ("\u3040", "\ua000"),
}
_OWN_PLACES = {
    language: [name for name, _ in _PLACES if low <= name[0] < high] for language, (low, high) in _SCRIPTS.items()
}


@dataclass(slots=True)
class Text:
    """A text that grows, with the names in it."""

    text: str = ""
    spans: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, piece: str, entity: str = "") -> "Text":
        """Append ``piece``, a name if ``entity`` says so."""
        if entity and piece.strip():
            self.spans.append((len(self.text), len(self.text) + len(piece), entity))
        self.text += piece
        return self

    def join(self, other: "Text") -> "Text":
        """Append another text with its names."""
        at = len(self.text)
        self.text += other.text
        self.spans += [(start + at, end + at, entity) for start, end, entity in other.spans]
        return self


def digits(count: int) -> str:
    """Return ``count`` digits."""
    return "".join(random.choice(_DIGITS) for _ in range(count))


def make_company(language: str) -> str:
    """Return the name of an organization."""
    kind = random.random()
    if kind < 0.35:
        return random.choice(WORDS["companies"])
    if kind < 0.6:
        return f"{random.choice(WORDS['company_words'])} {random.choice(WORDS['company_kinds'])}"
    family = make_family(language if language not in {"zh", "ja"} else "en")
    if kind < 0.8:
        return f"{family} {random.choice(WORDS['company_forms'])}"
    if kind < 0.92:
        return f"{family} {random.choice(WORDS['company_kinds'])}"
    return f"{family} & {make_family('en')}"


def make_place(language: str) -> str:
    """Return the name of a city or country, in the script of ``language``."""
    own = _OWN_PLACES.get(language)
    if own and random.random() < 0.9:
        return random.choice(own)
    return random.choice(_BIG_PLACES if random.random() < 0.6 else _LATIN_PLACES)


def make_date() -> str:
    """Return a date in one of the usual forms."""
    day, month, year = random.randint(1, 28), random.randint(1, 12), random.randint(1940, 2027)
    name = random.choice(WORDS["months"])
    return random.choice(
        (f"{day:02}/{month:02}/{year}", f"{year}-{month:02}-{day:02}", f"{day}.{month}.{year}", f"{name} {day}, {year}",
         f"{day} {name}", f"{name} {day}", f"{day} {name} {year}")
    )  # fmt: skip


def _plain(slot: str, language: str) -> str:
    """Return what fills a slot that is no name."""
    if slot in "WXSJK":
        key = {"W": "tools", "X": "eponyms", "S": "subjects", "J": "jobs", "K": "streets"}[slot]
        return random.choice(WORDS[key])
    if slot == "E":
        domain = random.choice(WORDS["company_words"]).lower() + random.choice(WORDS["company_kinds"]).lower()
        return f"{handle(make_person(language))}@{domain}.{random.choice(('com', 'net', 'io', 'de', 'org'))}"
    if slot == "D":
        return make_date()
    return {
        "T": random.choice(
            (f"+{digits(2)} {digits(3)} {digits(6)}", f"({digits(3)}) {digits(3)}-{digits(4)}", digits(10))
        ),
        "N": random.choice((digits(8), f"{digits(1)}.{digits(2)}.{digits(1)}", f"{digits(4)} {digits(4)}")),
        "I": random.choice((f"{random.choice('ABCKRT')}{digits(6)}", f"#{digits(5)}", f"REF-{digits(4)}", digits(7))),
        "M": random.choice((f"${digits(3)}.{digits(2)}", f"{digits(3)} €", f"{digits(4)} EUR", f"£{digits(2)}")),
        "H": random.choice(
            (f"{random.randint(1, 12)} pm", f"{random.randint(0, 23)}:{digits(1)}0", f"{random.randint(1, 12)}")
        ),
        "Y": str(random.randint(1850, 2027)),
        "U": f"https://{random.choice(WORDS['company_words']).lower()}.com/{digits(3)}",
        "A": make_address(language),
        "Q": make_eponym(language),
        "V": random.choice(WORDS["verbs"]),
        "G": random.choice(WORDS["acronyms"]),
        "B": random.choice(WORDS["name_words"]),
    }[slot]


def make_eponym(language: str) -> str:
    """Return something that is called after a person, who is not meant."""
    family = make_family("en" if language in {"zh", "ja", "ru", "uk"} else language)
    noun = random.choice(WORDS["eponym_nouns"])
    return random.choice(
        (f"{family} {noun}", f"{family} {noun}", f"{family}'s {noun}", f"{family}-{make_family('en')} {noun}")
    )


_LOCALES = {
    "en": ("en_US", "en_GB", "en_CA", "en_AU", "en_IN", "en_IE"), "es": ("es_ES", "es_MX", "es_CO"), "de": ("de_DE", "de_AT", "de_CH"),
    "fr": ("fr_FR", "fr_CA", "fr_CH"), "it": ("it_IT",), "pt": ("pt_BR", "pt_PT"), "nl": ("nl_NL", "nl_BE"), "pl": ("pl_PL",),
    "ru": ("ru_RU",), "uk": ("uk_UA",), "zh": ("zh_CN", "zh_TW"), "ja": ("ja_JP",),
    "xx": ("sv_SE", "tr_TR", "hu_HU", "fi_FI", "da_DK", "cs_CZ", "hr_HR", "ro_RO", "id_ID", "no_NO"),
}  # fmt: skip


@cache
def _addresses(locale: str) -> tuple[str, ...]:
    """Return some addresses: streets are often called after people, who are not meant."""
    faker = Faker(locale)
    faker.seed_instance(len(locale))
    whole = [faker.address() for _ in range(700)]
    return tuple(whole + [faker.street_address() for _ in range(700)])


def make_address(language: str) -> str:
    """Return a street address, whole or in part, on one line or more."""
    own = language if random.random() < 0.7 else random.choice(tuple(_LOCALES))
    address = random.choice(_addresses(random.choice(_LOCALES[own])))
    return address if random.random() < 0.3 else address.replace("\n", random.choice((", ", " ", "\\n")))


def fill(template: str, language: str) -> Text:
    """Return ``template`` with its slots filled. Slots with the same digit speak of the same person."""
    result = Text()
    people: dict[str, Person] = {}
    last = 0
    for match in _SLOT.finditer(template):
        result.add(template[last : match.start()])
        last = match.end()
        slot, case = match.groups()
        kind, number = slot[0], slot[1:]
        if slot == "A1":
            result.add(str(random.randint(1, 99)))
        elif kind in "PFL":
            person = people.get(number) if number else None
            if person is None:
                person = make_person(language)
                if number:
                    people[number] = person
            result.add(person.form(kind, case), "PERSON")
        elif kind == "O":
            result.add(make_company(language), "ORG")
        elif kind == "C":
            result.add(make_place(language), "LOCATION")
        else:
            plain = _plain(kind, language)
            starts = not result.text or result.text[-1] == "\n" or result.text.endswith(". ")
            result.add(plain.capitalize() if kind == "B" and starts else plain)
    return result.add(template[last:])


def known_given(language: str) -> list[str]:
    """Return the given names of ``language``."""
    return names_of(language).given
