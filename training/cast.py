"""Puts people into running text: in place of "the user" and the like, or as those who speak and are spoken to.

    python training/cast.py PLAIN.jsonl COUNT SEED OUT.jsonl

Templates alone teach a network their own wording; sentences of documentation and user interfaces are as varied as
their writers.
"""

import json
import random
import re
import sys
from pathlib import Path
from typing import Any

from people import make_person
from slots import Text, fill

ROLES = {
    "en": "the user|the caller|the author|the client|the developer|the programmer|the reader|someone|somebody|they|he|she|"
    "the maintainer|the owner|the administrator|the operator|a user|the customer|users|everyone",
    "de": "der Benutzer|die Benutzerin|der Nutzer|der Autor|der Administrator|der Eigentümer|jemand|Sie|dieser Benutzer",
    "es": "el usuario|la usuaria|el autor|el administrador|el propietario|alguien|usted|este usuario",
    "fr": "l'utilisateur|l'auteur|l'administrateur|le propriétaire|quelqu'un|vous|cet utilisateur",
    "it": "l'utente|l'autore|l'amministratore|il proprietario|qualcuno|questo utente",
    "pt": "o usuário|o utilizador|o autor|o administrador|o proprietário|alguém|você|este usuário|este utilizador",
    "nl": "de gebruiker|de auteur|de beheerder|de eigenaar|iemand|u|deze gebruiker",
    "pl": "użytkownik|autor|administrator|właściciel|ktoś|ten użytkownik",
    "ru": "пользователь|автор|администратор|владелец|кто-то|вы|этот пользователь",
    "uk": "користувач|автор|адміністратор|власник|хтось|ви|цей користувач",
    "zh": "用户|作者|管理员|您|你|该用户",
    "ja": "ユーザー|作者|管理者|あなた|このユーザー",
}
"""Words in the place of a person, as the subject of a sentence."""

AROUND = {
    "": ("{F}, §", "§ {P}", "{P}: §", "{F}: §", "§, {F}", "{P} - §", "§ ({P})", "\"§\" {P}", "§\n{P}", "§\n\n{F}", "{P}\n§", "@{F} §", "> §\n{P}",
         "§ {P} §", "{P} / {P}: §", "§; {P}, {P}"),
    "en": ("{P} says that §", "{F} wrote: §", "As {F} told {F}, §", "{L} & co: §", "Thanks {F}! §", "Hi {F}, §", "Dear Mr {L}, §", "§ Best, {F}",
           "§ -- {P}, {O}", "{P} of {O}: §", "I asked {F} and {F} said: §", "§ (see {P}, {Y})", "{L} et al. ({Y}). §", "§ by {P}", "to {F}: §",
           "§, according to {P}", "{F} from {C}: §", "§ I heard it from {F}."),
    "de": ("{P} sagt, §", "Hallo {F}, §", "Frau {L}: §", "§ Gruß {F}", "§ (laut {P})", "Herr {L}, §", "von {P}: §", "§ gez. {P}"),
    "es": ("{P} dice que §", "Hola {F}, §", "Sra. {L}: §", "§ Saludos, {F}", "§ (según {P})", "Don {F}, §", "de {P}: §"),
    "fr": ("{P} dit que §", "Bonjour {F}, §", "Mme {L} : §", "§ Cordialement, {F}", "§ (selon {P})", "M. {L}, §", "de {P} : §"),
    "it": ("{P} dice che §", "Ciao {F}, §", "Sig.ra {L}: §", "§ Saluti, {F}", "§ (secondo {P})", "di {P}: §"),
    "pt": ("{P} diz que §", "Oi {F}, §", "Sra. {L}: §", "§ Abraço, {F}", "§ (segundo {P})", "de {P}: §"),
    "nl": ("{P} zegt dat §", "Hoi {F}, §", "Mevr. {L}: §", "§ Groet, {F}", "§ (volgens {P})", "van {P}: §"),
    "pl": ("{P} mówi, że §", "Cześć {F}, §", "Pani {L}: §", "§ Pozdrawiam, {F}", "§ (według {Pg})", "od {Pg}: §"),
    "ru": ("{P} говорит, что §", "Привет, {F}! §", "Г-жа {L}: §", "§ С уважением, {F}", "§ (по словам {Pg})", "от {Pg}: §"),
    "uk": ("{P} каже, що §", "Привіт, {F}! §", "Пані {L}: §", "§ З повагою, {F}", "§ (за словами {Pg})", "від {Pg}: §"),
    "zh": ("{P}说：§", "{P}，§", "{L}先生，§", "{L}女士：§", "§{P}", "据{P}，§", "{L}经理：§", "{P}表示，§"),
    "ja": ("{P}さん、§", "{L}様、§", "{P}によると、§", "§（{P}）", "{L}部長、§", "{P}は言った。§", "{P}氏は、§"),
}  # fmt: skip
"""What can stand around a sentence (§), in any language and in one."""


def _replaced(text: str, language: str) -> Text | None:
    """Return ``text`` with a person in the place of a role, or None if it names none."""
    boundary = "" if language in {"zh", "ja"} else r"\b"
    matches = list(re.finditer(rf"{boundary}(?:{ROLES[language]}){boundary}", text, re.IGNORECASE))
    if not matches:
        return None
    match = random.choice(matches)
    person = make_person(language)
    result = Text().add(text[: match.start()]).add(person.form(random.choice("PPFFL")), "PERSON")
    return result.add(text[match.end() :])


def _around(record: dict[str, Any]) -> Text:
    """Return the text of ``record`` with people around it."""
    language, sentence = record["lang"], record["text"]
    own = AROUND[language]
    template = random.choice(own if random.random() < 0.5 else AROUND[""])
    result = Text()
    for i, part in enumerate(template.split("§")):
        if i:
            result.add(
                sentence
                if language in {"de", "zh", "ja"} or random.random() < 0.6
                else sentence[:1].lower() + sentence[1:]
            )
        result.join(fill(part, language))
    return result


def main(plain: Path, count: int, seed: int, out: Path) -> None:
    """Write ``count`` texts."""
    random.seed(seed)
    records = [r for r in map(json.loads, plain.open(encoding="utf-8")) if not r.get("unsure") and len(r["text"]) < 200]
    english = [r for r in records if r["lang"] == "en"]
    others = [r for r in records if r["lang"] != "en"]
    with out.open("w", encoding="utf-8") as sink:
        for _ in range(count):
            record = random.choice(english if random.random() < 0.45 else others)
            text = (_replaced(record["text"], record["lang"]) if random.random() < 0.6 else None) or _around(record)
            spans = [{"start": start, "end": end, "type": entity} for start, end, entity in text.spans]
            sink.write(
                json.dumps({"text": text.text, "spans": spans, "lang": record["lang"]}, ensure_ascii=False) + "\n"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
