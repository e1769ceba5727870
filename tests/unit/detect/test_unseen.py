"""The texts that accuracy is measured on: filled whole, labelled where the values stand, the same for a seed."""

import re
from pathlib import Path

import pytest
from benchmarks.scoring import DEFAULT_TYPES
from benchmarks.unseen.__main__ import BY_HAND
from benchmarks.unseen.marked import marked_records
from benchmarks.unseen.texts import HERE, Writer


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


@pytest.mark.parametrize("chosen", BY_HAND)
def test_marks_become_labels_of_the_values_alone(chosen: str) -> None:
    records = list(marked_records(HERE / chosen, 3, 1))

    assert len(records) > 100
    assert [r["id"] for r in records if "⟦" in r["text"] or "⟧" in r["text"] or "%%%" in r["text"]] == []
    assert len({r["id"] for r in records}) == len(records)
    for record in records:
        places = sorted((s["start"], s["end"]) for key in ("spans", "ignore") for s in record[key])
        ends = [0, *(end for _, end in places)]
        assert all(end <= start < stop for end, (start, stop) in zip(ends, places, strict=False))
        assert ends[-1] <= len(record["text"])
        assert {span["type"] for span in record["spans"]} <= DEFAULT_TYPES


def test_a_mark_holds_a_value_a_shape_or_a_kind(tmp_path: Path) -> None:
    text = "%%% chat en\n⟦PERSON|Ann⟧ has ⟦SECRET|~[a-z]{8}⟧ and ⟦IBAN|=iban.RO⟧, no ⟦-order|77⟧, perhaps ⟦?|x⟧\n"
    text += "%%% not word en\nNo\n"
    (tmp_path / "few.txt").write_text(text, encoding="utf-8")

    first, second = marked_records(tmp_path, 1, 1)

    values = [first["text"][span["start"] : span["end"]] for span in first["spans"]]
    assert values[0] == "Ann"
    assert re.fullmatch("[a-z]{8}", values[1])
    assert values[2].startswith("RO")
    assert [n["kind"] for n in first["negs"]] == ["order"]
    assert first["text"].endswith("no 77, perhaps x")
    assert second["negs"] == [{"start": 0, "end": 2, "kind": "text"}]
