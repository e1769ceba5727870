"""Labelled texts written by hand, each value marked where it stands: ``⟦PERSON|Ann Lee⟧``.

A text begins with a line ``%%% family language``. Behind the bar of a mark stands the value itself, with ``~`` a shape
that a value is drawn from (``⟦SECRET|~[a-z]{8}⟧``), with ``=`` a kind of valid value (``⟦IBAN|=iban.sp⟧``). A kind that
begins with ``-`` marks what is no value but looks like one, ``?`` what does not count either way. A text without any
value is such a look-alike as a whole, unless it marks its own.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.unseen.values import Values, luhn

_HEAD = re.compile(r"^%%% (.+) (\w\w)$", re.MULTILINE)
_MARK = re.compile(r"⟦([^|⟧]+)\|([^⟧]*)⟧")


def marked_records(folder: Path, seed: int, rounds: int) -> Iterator[dict[str, Any]]:
    """Yield the records of every ``*.txt`` of ``folder``, each text ``rounds`` times with values drawn anew."""
    values = Values(seed)
    for path in sorted(folder.glob("*.txt")):
        parts = _HEAD.split(path.read_text(encoding="utf-8"))[1:]
        texts = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
        for number, (family, language, text) in enumerate(texts, 1):
            for turn in range(rounds if re.search(r"⟦[^|]+\|[~=]", text) else 1):
                record = _record(values, text.strip("\n"))
                yield {"id": f"{path.stem}{number}.{turn}", **record, "fam": family, "lang": language}


def _record(values: Values, template: str) -> dict[str, Any]:
    text, end = "", 0
    spans, negatives, ignored = [], [], []
    for mark in _MARK.finditer(template):
        text += template[end : mark.start()]
        kind, end = mark[1], mark.end()
        place = {"start": len(text)}
        text += _value(values, mark[2])
        place["end"] = len(text)
        match kind[0]:
            case "-":
                negatives.append(place | {"kind": kind[1:]})
            case "?":
                ignored.append(place)
            case _:
                spans.append(place | {"type": kind})
    text += template[end:]
    if not spans and not negatives:
        negatives = [{"start": 0, "end": len(text), "kind": "text"}]
    return {"text": text, "spans": spans, "negs": negatives, "ignore": ignored}


def _value(values: Values, said: str) -> str:
    """Return the value that a mark stands for."""
    if said.startswith("~"):
        return values.shape(said[1:])
    if not said.startswith("="):
        return said
    kind, *forms = said[1:].split(".")
    form = forms[0] if forms else ""
    place = values.coordinates()
    match kind:
        case "phone":
            return values.phone(forms[1], form)
        case "nat":
            return values.national(form)
        case "iban":
            return values.iban("sp" in forms, form.upper() if form not in ("", "sp") else "")
        case "card":
            return values.card({"sp": " ", "da": "-"}.get(form, ""))
        case "ip":
            return values.ip(6 if form == "6" else 4)
        case "mac":
            number = values.mac("-" if form == "da" else ":")
            return number.lower() if form == "lower" else number
        case "imei":
            return luhn("35" + values.digits(12))
        case "geo":
            return {"url": place.replace(" ", ""), "lat": place.split(", ")[0], "lon": place.split(", ")[1]}.get(
                form, place
            )
    plain = {"vin": values.vin, "wallet": values.wallet, "pem": values.pem, "jwt": values.jwt, "basic": values.basic}
    return plain[kind]()
