"""The texts that accuracy is measured on: filled whole, labelled where the values stand, the same for a seed."""

import pytest
from benchmarks.scoring import DEFAULT_TYPES
from benchmarks.unseen.texts import Writer


@pytest.mark.parametrize("chosen", ["first", "second"])
def test_texts_are_filled_and_labelled(chosen: str) -> None:
    records = list(Writer(3, chosen).records(1))

    assert len(records) > 400
    assert [r["id"] for r in records if "{{person" in r["text"] or "{{!" in r["text"]] == []
    for record in records:
        ends = [0, *(span["end"] for span in record["spans"])]
        assert all(a <= span["start"] < span["end"] for a, span in zip(ends, record["spans"], strict=False))
        assert ends[-1] <= len(record["text"])
        assert {span["type"] for span in record["spans"]} <= DEFAULT_TYPES
        assert bool(record["spans"]) != bool(record["negs"])


def test_a_seed_writes_the_same_texts() -> None:
    assert list(Writer(5, "second").records(1)) == list(Writer(5, "second").records(1))
    assert list(Writer(5, "second").records(1)) != list(Writer(6, "second").records(1))
