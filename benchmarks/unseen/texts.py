"""Labelled texts from templates: every slot becomes a value with its place and type.

A slot is ``{{kind}}``, ``{{kind.form}}`` or, for people, ``{{person.form#2}}``: the second person of the text. Slots
that are no values (digits, hashes) leave no label.
"""

import re
import tomllib
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.unseen.values import Values, ascii_of, luhn

HERE = Path(__file__).parent
_SLOT = re.compile(r"\{\{([A-Za-z_0-9]+)((?:\.[A-Za-z_0-9]+)*)(?:#(\d))?\}\}")

DOMAINS = (
    "larkfield.io osthof-apotheke.de voila-traiteur.fr mail.ru gmx.net outlook.es telenet.be bluewin.ch uol.com.br"
)
DOMAINS += (
    " hey.com tutanota.com seznam.cz naver.com rediffmail.com stud.uni-halle.de council.gov.uk icloud.com zonnet.nl"
)


@dataclass(frozen=True, slots=True)
class Slot:
    """What a slot became. ``kind`` is the type of the gold, or empty where it is no value."""

    text: str
    kind: str = ""


@dataclass(slots=True)
class Text:
    """A text under construction: the people that it speaks of, and what a provider is called in it."""

    language: str
    family: str
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    provider: str = ""


class Writer:
    """Fills templates; the same seed writes the same texts."""

    def __init__(self, seed: int, chosen: str = "first") -> None:
        """Write from the templates of the set that is ``chosen``, ``first`` or ``second``."""
        self.values = Values(seed)
        self._chosen = chosen
        self._names = self._read("names")
        self._secrets = self._read("secrets")
        self._addresses = self._read("addresses")
        self._shapes = self.values.shapes

    def _read(self, name: str) -> dict[str, Any]:
        return tomllib.loads((HERE / self._chosen / f"{name}.toml").read_text(encoding="utf-8"))

    def records(self, rounds: int) -> Iterator[dict[str, Any]]:
        """Yield the records, each template used ``rounds`` times."""
        count = 0
        for family, language, template in self._templates():
            for _ in range(rounds):
                count += 1
                yield self._record(f"u{count}", (family, language, template))

    def _templates(self) -> Iterator[tuple[str, str, str]]:
        for language, sets in self._read("people").items():
            yield from (("people", language, template) for template in sets["full"])
        for name, templates in [*self._read("structured").items(), *self._read("secrets_texts").items()]:
            family, _, language = name.partition("_")
            yield from ((family, language or "en", template) for template in templates)
        for country, addresses in self._addresses.items():
            yield from ((f"address {country}", "en", f"{{{{address.{country}.{i}}}}}") for i in range(len(addresses)))
        for name, templates in self._read("negatives").items():
            yield from ((f"not {name}", "en", template) for template in templates)

    def _record(self, name: str, source: tuple[str, str, str]) -> dict[str, Any]:
        family, language, template = source
        if family.startswith("address"):
            template = self.values.pick(*self._shapes["lists"]["address_frames"]).replace("{}", template)
        context = Text(language, family, provider=self.values.pick(*self._secrets["named"]))
        text, spans, end = "", [], 0
        for found in _SLOT.finditer(template := template.replace("\\n", "\n")):
            text += template[end : found.start()]
            slot = self._fill(context, found[1], [f for f in found[2].split(".") if f], found[3] or "1")
            if slot.kind:
                spans.append({"start": len(text), "end": len(text) + len(slot.text), "type": slot.kind})
            text += slot.text
            end = found.end()
        text += template[end:]
        negatives = [] if spans else [{"start": 0, "end": len(text), "kind": family.removeprefix("not ")}]
        return {"id": name, "text": text, "spans": spans, "negs": negatives, "fam": family, "lang": language}

    def _fill(self, text: Text, kind: str, form: list[str], number: str) -> Slot:
        match kind:
            case "person":
                return Slot(self._person(text, form, number), "PERSON")
            case "address":
                return Slot(self._address(self._addresses[form[0]][int(form[1])]), "ADDRESS")
            case "provider" | "PROVIDER" | "Provider":
                shown = text.provider.upper() if kind.isupper() else text.provider
                return Slot(shown.capitalize() if kind.istitle() else shown)
            case "named":
                return Slot(self.values.shape(self._secrets["named"][text.provider]), "SECRET")
            case "marked":
                return Slot(self.values.shape(self.values.pick(*self._secrets["marked"].values())), "SECRET")
            case "birth":
                return Slot(self.values.birth(form[0], text.language), "DOB")
            case "nat":
                return Slot(self.values.national(form[0]), "US_SSN" if form[0] == "us_ssn" else "NATIONAL_ID")
            case "phone":
                return Slot(self._phone(form), "PHONE")
            case "email":
                return Slot(self._email(form), "EMAIL")
        if text.family in ("generic", "password") and kind in self._shapes["secret"]:
            return Slot(self.values.shape(self._shapes["secret"][kind]), "SECRET")
        if (maker := self._makers(form).get(kind)) is not None:
            return maker()
        return Slot(self.values.shape(self._shapes["plain"][kind]))

    def _makers(self, form: list[str]) -> dict[str, Callable[[], Slot]]:
        v, how = self.values, form[0] if form else ""
        separator = {"sp": " ", "da": "-"}.get(how, "")
        place = v.coordinates()
        where = {"url": place.replace(" ", ""), "lat": place.split(", ")[0], "lon": place.split(", ")[1]}.get(
            how, place
        )
        password = v.password()
        if how == "url":
            password = re.sub(r"[^A-Za-z0-9!*^-]", "x", password)
        return {
            "card": lambda: Slot(v.card(separator), "CREDIT_CARD"),
            "iban": lambda: Slot(v.iban(how == "sp").lower() if how == "lower" else v.iban(how == "sp"), "IBAN"),
            "ip": lambda: Slot(v.ip(6 if how == "6" else 4), "IP"),
            "mac": lambda: Slot(v.mac(separator or ":").lower() if how == "lower" else v.mac(separator or ":"), "MAC"),
            "vin": lambda: Slot(v.vin(), "VIN"),
            "imei": lambda: Slot(_imei(v, separator), "IMEI"),
            "wallet": lambda: Slot(v.wallet(), "CRYPTO"),
            "geo": lambda: Slot(where, "GEO"),
            "user": lambda: Slot(self._login(), "USERNAME"),
            "passport": lambda: Slot(
                v.shape("[0-9]{2} [0-9]{2} [0-9]{6}" if how else v.pick(*self._shapes["lists"]["passports"])),
                "PASSPORT",
            ),
            "password": lambda: Slot(password, "SECRET"),
            "jwt": lambda: Slot(v.jwt(), "SECRET"),
            "pem": lambda: Slot(v.pem(), "SECRET"),
            "basic": lambda: Slot(v.basic(), "SECRET"),
        }

    def _person(self, text: Text, form: list[str], number: str) -> str:
        names = self._names[text.language]
        if number not in text.people:
            pick = self.values.pick
            text.people[number] = pick(*names["given"].split()), pick(*names["surname"].split())
        given, surname = text.people[number]
        eastern = text.language in ("zh", "ja")
        whole = f"{surname}{given}" if eastern else f"{given} {surname}"
        forms = {
            "given": given, "surname": surname, "lower": whole.lower(), "caps": whole.upper(),
            "sf": f"{surname}, {given}", "sf0": f"{surname} {given}", "initial": f"{given[0]}. {surname}",
        }  # fmt: skip
        shown = forms.get(form[0], whole) if form else whole
        return shown.lower() if form[1:] == ["lower"] else shown

    def _address(self, shape: str) -> str:
        v = self.values
        drawn = {
            "n": lambda: str(v.random.randint(2, 180)),
            "d": lambda: v.pick(*"123456789"),
            "p": lambda: v.digits(4),
        }
        return re.sub(r"\{([ndp])\}", lambda m: drawn[m[1]](), shape)

    def _login(self) -> str:
        given, surname = self._latin()
        pick = self.values.pick
        return pick(
            f"{given}.{surname}", f"{given[0]}{surname}", f"{surname}_{self.values.digits(2)}", f"{given}{surname[0]}"
        )

    def _latin(self) -> tuple[str, str]:
        names = self._names[self.values.pick("en", "de", "fr", "es", "it", "pt", "nl", "pl")]
        return tuple(ascii_of(self.values.pick(*names[part].split())) for part in ("given", "surname"))  # type: ignore[return-value]

    def _email(self, form: list[str]) -> str:
        given, surname = self._latin()
        pick = self.values.pick
        local = pick(
            f"{given}.{surname}",
            f"{given[0]}.{surname}",
            f"{surname}{self.values.digits(2)}",
            f"{given}+lists",
            f"{given}-{surname}",
        )
        domain = pick(*DOMAINS.split())
        match form:
            case ["atdot"]:
                return f"{local} [at] {domain.replace('.', ' [dot] ')}"
            case ["words"]:
                return f"{local.replace('+', '.')} at {domain.replace('.', ' dot ')}"
            case ["upper"]:
                return f"{local}@{domain}".upper()
            case ["percent"]:
                return urllib.parse.quote(f"{local}@{domain}", safe="")
        return f"{local}@{domain}"

    def _phone(self, form: list[str]) -> str:
        if len(form) == 2:
            return self.values.phone(form[1], form[0])
        return self.values.phone(form[0])


def _imei(values: Values, separator: str) -> str:
    number = luhn("35" + values.digits(12))
    return separator.join((number[:2], number[2:8], number[8:14], number[14:]))
