"""Trains the network of ``maskwire.detect.ner`` and writes the model that ships.

    python training/train.py LEXICON.npz OUT.npz --generated G --cast C --annotated A --plain P --steps 1700

``--annotated`` is a file of sentences with PERSON, LOCATION and ORG spans, ``--plain`` one of texts without
persons (``corpora.py``), ``--cast`` of ``cast.py``, ``--generated`` of ``generate.py``; each is JSON lines. The
figures are in docs/model-card.md.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from people import make_person

from maskwire.detect.ner.features import BUCKETS, PIECES, SHAPES, Words, features_of
from maskwire.detect.ner.lexicon import FACTS, LEVELS, Lexicon
from maskwire.detect.ner.network import DILATIONS, TAGS
from maskwire.detect.ner.tokens import tokenize

EMBEDDED, HIDDEN, WIDTH = 64, 160, 128
"""Width of a word's sum of pieces, of the hidden layer, and of the convolutions."""

ROW, ROWS, WORDS = 512, 28, 5600
"""Tokens in a row, rows in a batch, and different words in a batch (more are left out of the batch)."""

PADDING = max(DILATIONS)
KINDS = {"PERSON": 0, "ORG": 1, "LOCATION": 2}
UNSURE = -1
PEAK_RATE = 2.5e-3

Params = dict[str, Any]


@dataclass(slots=True)
class Example:
    """One text as numbers: words, gaps and tags."""

    words: NDArray[np.int32]
    gaps: NDArray[np.int32]
    tags: NDArray[np.int32]


class Vocabulary:
    """Numbers of keys; 0 is padding."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {"\0": 0}

    def example(self, record: dict[str, Any]) -> Example:
        """Return ``record`` as numbers."""
        tokens = tokenize(record["text"])
        tags = np.zeros(len(tokens.keys), np.int32)
        starts, ends = np.array(tokens.starts, np.int32), np.array(tokens.ends, np.int32)
        for span in record["spans"]:
            inside = np.flatnonzero((starts < span["end"]) & (ends > span["start"])).tolist()
            if not inside:
                continue
            base = 1 + 4 * KINDS[span["type"]]
            tags[inside] = base + 1
            tags[inside[0]], tags[inside[-1]] = base, base + 2
            if len(inside) == 1:
                tags[inside[0]] = base + 3
        for start, end in record.get("unsure", ()):
            tags[(starts < end) & (ends > start)] = UNSURE
        words = [self.numbers.setdefault(key, len(self.numbers)) for key in tokens.keys]
        return Example(np.array(words, np.int32), np.array(tokens.gaps, np.int32), tags)


def replace_people(record: dict[str, Any]) -> dict[str, Any]:
    """Return ``record`` with other people in it."""
    text, spans, last = "", [], 0
    for span in sorted(record["spans"], key=lambda s: int(s["start"])):
        old = record["text"][span["start"] : span["end"]]
        new = old
        if span["type"] == "PERSON" and random.random() < 0.8:
            person = make_person(record["lang"])
            words = len(old.split()) if record["lang"] not in {"zh", "ja"} else 2 + (len(old) < 3)
            new = person.form("P") if words > 1 else person.form(random.choice("FL"))
        text += record["text"][last : span["start"]]
        spans.append({"start": len(text), "end": len(text) + len(new), "type": span["type"]})
        text += new
        last = span["end"]
    return {"text": text + record["text"][last:], "spans": spans, "lang": record["lang"]}


def replaced(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those of ``records`` that name people, with other people in them."""
    return [replace_people(r) for r in records if any(s["type"] == "PERSON" for s in r["spans"])]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the records of a file."""
    return [json.loads(line) for line in path.open(encoding="utf-8")]


def batches(sources: list[tuple[float, list[Example]]]) -> Iterator[tuple[NDArray[np.int32], ...]]:
    """Yield rows of words, gaps and tags without end, texts of each source as often as its share says."""
    shares = np.array([share for share, _ in sources])
    counts = [0] * len(sources)
    spent = np.zeros(len(sources))
    for _, examples in sources:
        random.shuffle(examples)
    while True:
        words, gaps, tags = (np.zeros((ROWS, ROW), np.int32) for _ in range(3))
        tags[:] = UNSURE
        for row in range(ROWS):
            at = 0
            while True:
                which = int(np.argmin(spent / shares))
                examples = sources[which][1]
                example = examples[counts[which] % len(examples)]
                counts[which] += 1
                length = min(len(example.words), ROW)
                spent[which] += length
                if at + length > ROW:
                    break
                words[row, at : at + length] = example.words[:length]
                gaps[row, at : at + length] = example.gaps[:length]
                tags[row, at : at + length] = example.tags[:length]
                at += length + PADDING
        yield words, gaps, tags


def new_params(rng: np.random.Generator, vectors: NDArray[np.float32]) -> Params:
    """Return weights to start from."""

    def normal(*shape: int, scale: float) -> NDArray[np.float32]:
        return (rng.standard_normal(shape) * scale).astype(np.float32)

    params: Params = {
        "pieces": normal(BUCKETS, EMBEDDED, scale=0.3),
        "shapes": normal(SHAPES, EMBEDDED, scale=0.3),
        "facts": normal(FACTS, max(LEVELS), EMBEDDED, scale=0.3),
        "vector_map": normal(vectors.shape[1], EMBEDDED, scale=0.15),
        "gaps": normal(4, WIDTH, scale=0.1),
        "dense0": normal(EMBEDDED, HIDDEN, scale=EMBEDDED**-0.5),
        "bias0": np.zeros(HIDDEN, np.float32),
        "dense1": normal(HIDDEN, WIDTH, scale=HIDDEN**-0.5),
        "bias1": np.zeros(WIDTH, np.float32),
        "out": normal(WIDTH, len(TAGS), scale=0.02),
        "out_bias": np.zeros(len(TAGS), np.float32),
        "norm0_scale": np.ones(EMBEDDED, np.float32),
        "norm0_shift": np.zeros(EMBEDDED, np.float32),
        "norm_out_scale": np.ones(WIDTH, np.float32),
        "norm_out_shift": np.zeros(WIDTH, np.float32),
    }
    for i in range(len(DILATIONS)):
        params[f"conv{i}"] = normal(3, WIDTH, WIDTH, scale=(3 * WIDTH) ** -0.5)
        params[f"conv_bias{i}"] = np.zeros(WIDTH, np.float32)
        params[f"norm{i + 1}_scale"] = np.ones(WIDTH, np.float32)
        params[f"norm{i + 1}_shift"] = np.zeros(WIDTH, np.float32)
    return params


def _normal(x: jax.Array, scale: jax.Array, shift: jax.Array) -> jax.Array:
    centred = x - x.mean(-1, keepdims=True)
    return centred * (scale / jnp.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)) + shift


def _drop(key: jax.Array, x: jax.Array, rate: float, shape: tuple[int, ...] | None = None) -> jax.Array:
    return x * jax.random.bernoulli(key, 1 - rate, shape or x.shape)


def embed(p: Params, features: dict[str, jax.Array], key: jax.Array) -> jax.Array:
    """Return a vector for each word, as ``Network.embed`` does, with parts of what is known left out."""
    keys = jax.random.split(key, 5)
    count = features["shapes"].shape[0]
    pieces = features["pieces"]
    whole = jax.random.bernoulli(keys[0], 0.75, (count, 1))
    pieces = jnp.concatenate([pieces[:, :1] * whole, pieces[:, 1:]], 1)
    known = (pieces > 0).sum(1, keepdims=True)
    x = (p["pieces"][pieces] * (pieces > 0)[..., None]).sum(1) / jnp.sqrt(jnp.maximum(known, 1))
    x = _drop(keys[1], x, 0.1, (count, 1)) + p["shapes"][features["shapes"]]
    told = jax.random.bernoulli(keys[2], 0.8, (count, 1)).astype(jnp.int32)
    for fact in range(FACTS):
        x = x + p["facts"][fact][features["facts"][:, fact] * told[:, 0]]
    x = x + _drop(keys[3], features["vectors"], 0.2, (count, 1)) @ p["vector_map"]
    hidden = jax.nn.relu(_normal(x, p["norm0_scale"], p["norm0_shift"]) @ p["dense0"] + p["bias0"])
    return _drop(keys[4], hidden, 0.1) / 0.9 @ p["dense1"] + p["bias1"]


def loss_of(p: Params, features: dict[str, jax.Array], batch: dict[str, jax.Array], key: jax.Array) -> jax.Array:
    """Return the mean loss of a batch."""
    keys = jax.random.split(key, len(DILATIONS) + 2)
    real = (batch["words"] > 0)[..., None].astype(jnp.float32)
    x = (embed(p, features, keys[-1])[batch["words"]] + p["gaps"][batch["gaps"]]) * real
    x = _drop(keys[-2], x, 0.08, (*x.shape[:2], 1))
    for i, dilation in enumerate(DILATIONS):
        y = _normal(x, p[f"norm{i + 1}_scale"], p[f"norm{i + 1}_shift"]) * real
        wide = jnp.pad(y, ((0, 0), (dilation, dilation), (0, 0)))
        kernel = p[f"conv{i}"]
        z = wide[:, : -2 * dilation] @ kernel[0] + y @ kernel[1] + wide[:, 2 * dilation :] @ kernel[2]
        x = x + _drop(keys[i], jax.nn.relu(z + p[f"conv_bias{i}"]), 0.1) / 0.9 * real
    scores = _normal(x, p["norm_out_scale"], p["norm_out_shift"]) @ p["out"] + p["out_bias"]
    logs = jax.nn.log_softmax(scores)
    sure = batch["tags"] >= 0
    wanted = jax.nn.one_hot(batch["tags"], len(TAGS)) * 0.98 + 0.02 / len(TAGS)
    return -((logs * wanted).sum(-1) * sure).sum() / sure.sum()


@partial(jax.jit, donate_argnums=(0, 1, 2))
def step(
    p: Params, m: Params, v: Params, data: tuple[Any, Any, Any, Any, Any]
) -> tuple[Params, Params, Params, jax.Array]:
    """Return weights and moments after one step of Adam."""
    features, batch, key, rate, number = data
    loss, grads = jax.value_and_grad(loss_of)(p, features, batch, key)
    norm = jnp.sqrt(sum(jnp.sum(g**2) for g in grads.values()))
    scale = jnp.minimum(1.0, 1.0 / (norm + 1e-6))
    new_p, new_m, new_v = {}, {}, {}
    for name, gradient in grads.items():
        g = gradient * scale
        new_m[name] = 0.9 * m[name] + 0.1 * g
        new_v[name] = 0.99 * v[name] + 0.01 * g**2
        direction = new_m[name] / (1 - 0.9**number) / (jnp.sqrt(new_v[name] / (1 - 0.99**number)) + 1e-8)
        decay = 0.01 if p[name].ndim > 1 and name != "pieces" else 0.0
        new_p[name] = p[name] - rate * (direction + decay * p[name])
    return new_p, new_m, new_v, loss


def pack_batch(rows: tuple[NDArray[np.int32], ...], table: Words, vectors: NDArray[np.float32]) -> tuple[Any, Any]:
    """Return the features of the different words of a batch, and the batch in numbers of these words."""
    words, gaps, tags = rows
    unique, inverse = np.unique(words, return_inverse=True)
    inverse = inverse.reshape(words.shape).astype(np.int32)
    if len(unique) > WORDS:
        inverse[inverse >= WORDS] = 0
        tags = np.where(inverse > 0, tags, UNSURE)
    unique = np.resize(unique[:WORDS], WORDS) if len(unique) >= WORDS else np.pad(unique, (0, WORDS - len(unique)))
    features = {
        "pieces": table.pieces[unique],
        "shapes": table.shapes[unique],
        "facts": table.facts[unique],
        "vectors": vectors[table.vectors[unique]],
    }
    return features, {"words": inverse, "gaps": gaps, "tags": tags}


def quantized(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Return ``table`` as bytes and a scale for each row."""
    scale = np.abs(table).max(1, keepdims=True) / 127 + 1e-9
    return np.round(table / scale).astype(np.int8), scale.astype(np.float16)


def save(params: Params, lexicon: Any, out: Path) -> None:
    """Write the model file."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, values in params.items():
        if name == "pieces":
            table = np.array(values)
            table[0] = 0  # no piece
            arrays["pieces"], arrays["pieces_scale"] = quantized(table)
        else:
            arrays[name] = np.asarray(values).astype(np.float16)
    arrays["vectors"], arrays["vectors_scale"] = quantized(lexicon["vectors"])
    for name in ("hashes", "codes", "vector_hashes", "vector_rows"):
        arrays[name] = lexicon[name]
    np.savez(out, allow_pickle=False, **arrays)  # unpacking took 30 ms of every start


def stored_params(file: Path) -> Params:
    """Return the weights in a model file, to go on from."""
    stored = dict(np.load(file))
    params = {name: stored[name].astype(np.float32) for name in new_params(np.random.default_rng(0), stored["vectors"])}
    params["pieces"] *= stored["pieces_scale"].astype(np.float32)
    return params


def main() -> None:
    """Train and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lexicon", type=Path)
    parser.add_argument("out", type=Path)
    for name in ("generated", "cast", "annotated", "plain"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--start", type=Path, help="weights to go on from, at half the rate")
    args = parser.parse_args()
    random.seed(5)
    rng = np.random.default_rng(5)
    lexicon = dict(np.load(args.lexicon))
    vocabulary = Vocabulary()
    annotated = read(args.annotated)
    sources = []
    english = [r for r in annotated if r["lang"] == "en"]
    chinese = [r for r in annotated if r["lang"] == "zh"]
    for share, records in (
        (0.34, read(args.generated)),
        (0.14, read(args.cast)),
        (0.16, annotated * 2 + replaced(annotated * 2)),
        (0.12, english + replaced(english * 3)),
        (0.05, chinese + replaced(chinese)),
        (0.19, read(args.plain)),
    ):
        sources.append((share, [vocabulary.example(r) for r in records]))
        print(f"{len(records)} texts, {sum(len(e.words) for e in sources[-1][1])} tokens")
    known = Lexicon(lexicon["hashes"], lexicon["codes"], lexicon["vector_hashes"], lexicon["vector_rows"])
    table = features_of(list(vocabulary.numbers), known)
    assert table.pieces.shape[1] == PIECES
    print(f"{len(vocabulary.numbers)} words")
    first = stored_params(args.start) if args.start else new_params(rng, lexicon["vectors"])
    peak = PEAK_RATE / 2 if args.start else PEAK_RATE
    params = jax.tree.map(jnp.asarray, first)
    m, v = (jax.tree.map(jnp.zeros_like, params) for _ in range(2))
    began, total = time.process_time(), 0.0
    for number, rows in enumerate(batches(sources), 1):
        warm = min(number / 100, 1.0)
        rate = peak * warm * (0.5 + 0.5 * np.cos(np.pi * number / args.steps)) + 1e-6
        features, batch = pack_batch(rows, table, lexicon["vectors"])
        data = (features, batch, jax.random.key(number), np.float32(rate), np.float32(number))
        params, m, v, loss = step(params, m, v, data)
        total += float(loss)
        if number % 50 == 0:
            print(f"step {number} loss {total / 50:.4f} cpu {time.process_time() - began:.0f} s", flush=True)
            total = 0.0
        if number % 400 == 0 or number == args.steps:
            save(params, lexicon, args.out)
        if number == args.steps:
            break


if __name__ == "__main__":
    main()
