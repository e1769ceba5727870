"""Hugging Face tasks in both directions."""

import json

import pytest

from maskwire.errors import BlockedError
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface
from tests.fakes.resolving import TOKENS, VALUES, restoration

TOKEN, PERSON = TOKENS["PERSON"], VALUES["PERSON"]


def surface(path: str = "/hf-inference/models/org/name") -> Surface:
    found = surface_of("POST", "router.huggingface.co", path)
    assert found is not None
    return found


TASKS: dict[str, tuple[object, object]] = {
    "text-generation": ({"inputs": "Jane Doe"}, [{"generated_text": f"Dear {TOKEN}"}]),
    "token-classification": (
        {"inputs": "I am Jane Doe"},
        [{"entity_group": "PER", "score": 0.9, "word": TOKEN, "start": 5, "end": 20}],
    ),
    "summarization": ({"inputs": "Jane Doe", "parameters": {"truncation": "only_first"}}, [{"summary_text": TOKEN}]),
    "translation": ({"inputs": "Jane Doe"}, [{"translation_text": TOKEN}]),
    "question-answering": (
        {"inputs": {"question": "Who?", "context": "Jane Doe"}},
        {"score": 0.9, "start": 0, "end": 15, "answer": TOKEN},
    ),
    "table-question-answering": (
        {"inputs": {"query": "Who?", "table": {"Jane Doe": ["1"]}}},
        {"answer": TOKEN, "cells": [TOKEN], "coordinates": [[0, 0]]},
    ),
    "fill-mask": ({"inputs": "Jane Doe is [MASK]"}, [{"score": 0.1, "token": 5, "token_str": "it", "sequence": TOKEN}]),
    "zero-shot-classification": (
        {"inputs": "Jane Doe", "parameters": {"candidate_labels": ["a person"]}},
        {"sequence": TOKEN, "labels": ["a person"], "scores": [1.0]},
    ),
    "feature-extraction": ({"inputs": ["Jane Doe", "b"]}, [[0.25, -1e-05], [0.5, 2.0]]),
    "sentence-similarity": ({"inputs": {"source_sentence": "Jane Doe", "sentences": ["b"]}}, [0.5]),
}


@pytest.mark.parametrize("task", TASKS)
def test_what_goes_in_is_found(task: str) -> None:
    document = surface().parse(json.dumps(TASKS[task][0]).encode(), "application/json")
    found = [field.text for field in document.fields]

    assert any("Jane Doe" in text for text in found)
    assert "only_first" not in found


@pytest.mark.parametrize("task", TASKS)
def test_what_comes_back_is_restored(task: str) -> None:
    body = json.dumps(TASKS[task][1])
    out = surface().restore(body.encode(), "application/json", restoration())

    assert json.loads(out) == json.loads(body.replace(TOKEN, json.dumps(PERSON)[1:-1]))


def test_vectors_come_back_byte_for_byte() -> None:
    body = b"[[0.250, -1E-5],[1,2.0]]"

    assert surface().restore(body, "application/json", restoration()) is body


@pytest.mark.parametrize("kind", ["image/png", "audio/flac", "", "application/octet-stream"])
def test_a_picture_or_sound_is_refused_unless_it_is_let_through(kind: str) -> None:
    picture = b"\x89PNG\r\n\x1a\n"
    with pytest.raises(BlockedError, match="media = true"):
        surface().parse(picture, kind)
    assert surface().parse(picture, kind, allow_media=True).splice({}) == picture


def test_a_chat_below_a_model_s_path_is_read_as_a_chat() -> None:
    known = surface("/hf-inference/models/org/name/v1/chat/completions")

    assert (known.id, known.path_model) == ("huggingface.chat", "org/name")
