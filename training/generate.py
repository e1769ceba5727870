"""Writes texts with marked names, from templates in twelve languages and from the formats that programs write.

python training/generate.py COUNT SEED OUT.jsonl
"""

import json
import random
import sys
from pathlib import Path

from formats import FORMATS
from names_lists import LANGUAGES
from slots import HERE, Text, fill

SHARE = {"en": 0.42, "zh": 0.05, "ja": 0.05, "ru": 0.05, "uk": 0.04, "pl": 0.07}
"""How much of the texts is in a language; the others share the rest."""

FORMATTED = 0.3
"""How much is in the formats of programs."""


def _templates() -> dict[str, list[str]]:
    read = {}
    for language in LANGUAGES:
        lines = (HERE / "templates" / f"{language}.txt").read_text(encoding="utf-8").splitlines()
        read[language] = [line for line in lines if line and not line.startswith("# ")]
    return read


def _prose(language: str, templates: list[str]) -> Text:
    """Return one to four sentences."""
    text = Text()
    count = random.choices((1, 2, 3, 4), (0.6, 0.22, 0.12, 0.06))[0]
    for i in range(count):
        if i:
            text.add(
                random.choice((" ", " ", "\n", "\n\n")) if language not in {"zh", "ja"} else random.choice(("", "\n"))
            )
        text.join(fill(random.choice(templates), language))
    return text


def _vary(text: Text) -> Text:
    """Return ``text`` as careless people write it: all lower or upper case, no end mark, in quotes or after a prompt."""
    luck = random.random()
    if luck < 0.07 and len(text.text.lower()) == len(text.text):
        text.text = text.text.lower()
    elif luck < 0.09 and len(text.text.upper()) == len(text.text):
        text.text = text.text.upper()
    elif luck < 0.15:
        text.text = text.text.rstrip(".!")
    elif luck < 0.19:
        return (
            Text().add(random.choice(('"', "> ", "Q: ", "User: ", "Note: ", "- ", "INPUT: ", "Summary: "))).join(text)
        )
    return text


def main(count: int, seed: int, out: Path) -> None:
    """Write ``count`` texts."""
    random.seed(seed)
    templates = _templates()
    rest = [language for language in LANGUAGES if language not in SHARE]
    left = (1 - sum(SHARE.values())) / len(rest)
    weights = [SHARE.get(language, left) for language in LANGUAGES]
    makers = [make for _, make in FORMATS]
    shares = [share for share, _ in FORMATS]
    with out.open("w", encoding="utf-8") as sink:
        for _ in range(count):
            language = random.choices(LANGUAGES, weights)[0]
            if random.random() < FORMATTED:
                text = random.choices(makers, shares)[0](language)
            else:
                text = _vary(_prose(language, templates[language]))
            spans = [
                {"start": start, "end": end, "type": entity}
                for start, end, entity in text.spans
                if end <= len(text.text)
            ]
            sink.write(json.dumps({"text": text.text, "spans": spans, "lang": language}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
