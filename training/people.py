"""Invented people: names in the styles that people write them, in many languages."""

import random
import unicodedata
from dataclasses import dataclass

from inflection import decline
from names_lists import LANGUAGES, OTHER, PARTICLES, names_of

PATRONYMICS = {
    "ru": "Иванович Петровна Сергеевич Алексеевна Николаевич Викторовна Андреевич Михайловна Дмитриевич Олеговна".split(),
    "uk": "Іванович Петрівна Сергійович Олексіївна Миколайович Вікторівна Андрійович Михайлівна Дмитрович Олегівна".split(),
}

_FOREIGN_ZH = "阿艾安奥巴贝本比波伯布查达戴丹德迪多杜恩法菲弗福格哈海赫亨霍基吉加杰卡凯科克拉莱兰劳雷里利林卢罗马麦曼米莫穆纳内尼诺帕佩皮普乔琼萨塞沙史斯索塔泰汤特托瓦威维沃西希夏谢辛雅亚伊约泽詹朱"
_FOREIGN_JA = "アイウエカキクケコサシスセソタチテトナニネノハビフヘホマミムメモラリルレロワンージャドグブパプデヴィ"


def _foreign(language: str) -> tuple[str, str]:
    """Return a foreign name as Chinese or Japanese writes it by sound."""
    letters = _FOREIGN_ZH if language == "zh" else _FOREIGN_JA
    given, family = ("".join(random.choice(letters) for _ in range(random.randint(2, 4))) for _ in range(2))
    return given, family


_EASTERN_GAPS = {"zh": ("",), "ja": ("", "", "", " ", "\u3000")}

SYLLABLES = (
    "ka ri mo ta len bar do shi wa ne vel kor an ol gu min tra ze dor li sha ber no ya pek ul ro vin sa mi je".split()
)
"""What surnames are built of that stand in no list, so that the network learns to do without the lists."""

FAMILY_ENDINGS = "son sen mann berg ski sky ov ev ova enko uk ez es ini elli etti ard eau aert dottir oglu yan shvili wala ara aya".split()


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person."""

    given: str
    family: str
    language: str

    def form(self, part: str, case: str = "") -> str:
        """Return the ``P`` full, ``F`` given or ``L`` family name in a grammatical case."""
        if part == "F":
            return _cased(self.given, case, self.language)
        if part == "L":
            return _cased(self.family, case, self.language)
        return self._full(case)

    def _full(self, case: str) -> str:
        if self.language.startswith("foreign"):
            return self.given + random.choice("·・" if self.language.endswith("ja") else "··") + self.family
        if self.language in {"zh", "ja"}:
            return self.family + random.choice(_EASTERN_GAPS[self.language]) + self.given
        given, family = _cased(self.given, case, self.language), _cased(self.family, case, self.language)
        if self.language in PATRONYMICS and random.random() < 0.3:
            middle = random.choice(PATRONYMICS[self.language])
            return random.choice((f"{given} {middle} {family}", f"{family} {given} {middle}"))
        return self._western(given, family)

    def _western(self, given: str, family: str) -> str:
        """Return the two names in one of the ways that people write them."""
        style = random.random()
        if style < 0.66:
            return f"{given} {family}"
        if style < 0.74:
            return f"{given} {random.choice(_INITIALS)}. {family}"
        if style < 0.80:
            return f"{family}, {given}"
        if style < 0.84:
            return f"{given} {make_given(self.language)} {family}"
        if style < 0.88:
            return f"{given[0]}. {family}"
        if style < 0.90:
            return f"{family.upper()} {given}" if random.random() < 0.5 else f"{given} {family.upper()}"
        if style < 0.93:
            return f"{family} {given}"
        if style < 0.97:
            return f"{given} {family}{random.choice('- ')}{make_family(self.language)}"
        return f"{given[0]}. {random.choice(_INITIALS)}. {family}"


_INITIALS = "ABCDEFGHIJKLMNOPRSTUVWZ"


def _cased(name: str, case: str, language: str) -> str:
    return " ".join(decline(word, case, language) for word in name.split()) if case else name


def _pick(names: list[str]) -> str:
    """Return one of ``names``: the usual ones in front come more often, but every one comes."""
    return names[int(len(names) * random.random() ** 1.6)]


def make_given(language: str) -> str:
    """Return a given name."""
    name = _pick(names_of(language).given)
    if language in {"en", OTHER} and random.random() < 0.04:
        name = "".join(random.sample(SYLLABLES, random.randint(2, 3))).title()
    return name


WORD_NAMES = """Good Day Seven Best Long Short Young Little Strong Swift Sharp Wise Bright Noble Gentry Savage Pray Moody Love Joy Bliss
Hope Winter Summers Spring Frost Snow Rain Storm Field Woods Rivers Lake Banks Bridges Church Temple Castle House Hall Kitchen Cook Baker
Butler Carter Farmer Fisher Hunter Mason Potter Taylor Weaver King Queen Knight Bishop Pope Abbot Major Sergeant Judge Law Price Rich
Cash Money Gold Silver Diamond Stone Steel Wood Rose Flower Berry Apple Rice Bean Bacon Lamb Wolf Fox Bird Swan Finch Crane Drake Fish
May March June Monday Friday Grant Mark Will Bill Chance Case Page Booker English French German Holland London Paris York Lincoln""".split()
"""Words that are family names too."""


def make_family(language: str) -> str:
    """Return a family name; some stand in no list, some are words."""
    if language == "en" and random.random() < 0.06:
        return random.choice(WORD_NAMES)
    if language not in {"zh", "ja", "ru", "uk"} and random.random() < 0.12:
        body = "".join(random.sample(SYLLABLES, random.randint(1, 3)))
        return (body + random.choice(FAMILY_ENDINGS)).title()
    return _pick(names_of(language).family)


def ascii_of(text: str) -> str:
    """Return ``text`` without accents, as people type it on other keyboards."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def make_person(language: str) -> Person:
    """Return a person as one meets in a text in ``language``: half of the names come from elsewhere."""
    own = language
    if language in {"zh", "ja"}:
        if random.random() < 0.2:
            given, family = _foreign(language)
            return Person(given, family, f"foreign {language}")
    elif language in {"ru", "uk"}:
        own = language if random.random() < 0.9 else "en"
    elif random.random() < (0.55 if language == "en" else 0.3):
        own = random.choice((*LANGUAGES[:8], OTHER, OTHER, OTHER))
    given, family = make_given(own), make_family(own)
    if own == "es" and random.random() < 0.4:
        family = f"{family} {make_family(own)}"
    if family.isupper() and len(family) > 2:
        family = family.title()
    if random.random() < 0.05 and own not in {"zh", "ja", "ru", "uk"}:
        given, family = ascii_of(given), ascii_of(family)
    return Person(given, family, own)


def handle(person: Person) -> str:
    """Return what stands before the @ in the person's address."""
    words = [ascii_of(w).lower() for w in (person.given, person.family)]
    given, family = ("".join(c for c in w if c.isascii() and c.isalnum()) for w in words)
    given, family = given or "user", family or str(random.randint(10, 999))
    return random.choice(
        (f"{given}.{family}", f"{given[0]}{family}", f"{given}_{family}", f"{given}{random.randint(1, 99)}")
    )


__all__ = ["PARTICLES", "Person", "ascii_of", "handle", "make_family", "make_given", "make_person"]
