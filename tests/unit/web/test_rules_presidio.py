"""Recognizers of Presidio's own form become rules that find what they found; what cannot is named with its reason."""

import tempfile
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.detect.fragment import Fragment
from maskwire.detect.rule import load_pack
from maskwire.detect.rules import RuleSet
from maskwire_daemon.web.rules_presidio import MAX_RECOGNIZERS, MAX_YAML, Imported, NotUnderstood, translate

EXAMPLE = r"""
recognizers:
  - name: "Zip code Recognizer"
    supported_languages:
      - language: en
        context: [zip, code]
      - language: es
        context: [código, postal]
    patterns:
      - name: "zip code (weak)"
        regex: "(\\b\\d{5}(?:\\-\\d{4})?\\b)"
        score: 0.01
    supported_entity: "ZIP"
  - name: "Titles recognizer"
    supported_language: "en"
    supported_entity: "TITLE"
    deny_list: [Mr., Mrs., "Dr. h.c."]
    deny_list_score: 0.9
  - name: "Staff"
    supported_entity: "USERNAME"
    patterns: [{name: "plain", regex: "st-[a-f]{4}", score: 0.7}]
  - name: CreditCardRecognizer
    type: predefined
  - name: "Switched off"
    enabled: false
    patterns: [{name: a, regex: b, score: 1}]
"""
"""After the form of https://microsoft.github.io/presidio/tutorial/08_no_code/"""


def found(imported: Imported, text: str, folder: Path) -> list[tuple[str, str]]:
    """Return the entity and text of what the rules find, by their pack as it is read from disk."""
    file = folder / "pack.toml"
    file.write_text(imported.pack(), encoding="utf-8")
    spans = RuleSet(load_pack(file)).find(Fragment(text))
    return [(span.entity, text[span.start : span.end]) for span in spans]


def test_patterns_and_lists_find_what_they_found(tmp_path: Path) -> None:
    imported = translate(EXAMPLE, "p")

    assert found(imported, "Dear Mrs. Lee and dr. h.c. May", tmp_path) == [("CUSTOM", "Mrs."), ("CUSTOM", "dr. h.c.")]
    assert found(imported, "ask ST-beef", tmp_path) == [("USERNAME", "ST-beef")]
    assert found(imported, "zip 90210", tmp_path) == [("CUSTOM", "90210")]


def test_context_of_every_language_counts() -> None:
    zip_code = translate(EXAMPLE, "p").taken[0]

    assert (zip_code.context, zip_code.was) == (("zip", "code", "código", "postal"), "ZIP")


def test_what_is_no_pattern_is_left_out_by_its_name() -> None:
    left = {each.name: each.why for each in translate(EXAMPLE, "p").left}

    assert list(left) == ["CreditCardRecognizer", "Switched off"]
    assert "detection.recognizers" in left["CreditCardRecognizer"]


@pytest.mark.parametrize(
    ("regex", "why"),
    [(r"(?<!\\d)\\d{4}", "look-around"), (r"(a)\\1", "back-references"), ("x*", "empty text"), ("a" * 5000, "longer")],
)
def test_what_re2_cannot_take_is_left_out_with_the_reason(regex: str, why: str) -> None:
    imported = translate(f'recognizers: [{{name: N, patterns: [{{name: p, regex: "{regex}", score: 0.5}}]}}]', "p")

    assert imported.taken == ()
    assert why in imported.left[0].why


@pytest.mark.parametrize(("flags", "finds"), [("26", 1), ("0", 0), ("2", 1), ("8", 0)])
def test_flags_mean_what_python_means(flags: str, finds: int, tmp_path: Path) -> None:
    text = f"recognizers: [{{name: N, global_regex_flags: {flags}, patterns: [{{name: p, regex: 'abc', score: 1}}]}}]"

    assert len(found(translate(text, "p"), "ABC", tmp_path)) == finds


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: [", "line"),
        ("recognizers: 3", "recognizers"),
        ("recognizers: []", "recognizers"),
        ("x" * (MAX_YAML + 1), str(MAX_YAML)),
        ("\x00", "YAML"),
        ("recognizers: [" + "a, " * (MAX_RECOGNIZERS + 1) + "]", str(MAX_RECOGNIZERS)),
        ("!!python/object/apply:os.system [ls]", "YAML"),
    ],
)
def test_what_is_no_such_file_is_refused_and_nothing_of_it_shown(text: str, why: str) -> None:
    with pytest.raises(NotUnderstood, match=why) as caught:
        translate(text, "p")
    assert "os.system" not in str(caught.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 100) | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("name", "patterns", "deny_list", "context", "supported_languages", "global_regex_flags", "deny_list_score")
RECOGNIZERS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(KEYS, VALUES),
        "patterns": st.lists(st.fixed_dictionaries({}, optional={"name": VALUES, "regex": VALUES, "score": VALUES})),
        "deny_list": st.lists(st.text(max_size=8), max_size=4) | VALUES,
    },
)


@given(st.lists(RECOGNIZERS, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_whatever_the_file_holds_it_becomes_rules_that_load_or_reasons(raw: list[dict[str, object]]) -> None:
    imported = translate(yaml.safe_dump({"recognizers": raw}), "p")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pack.toml"
        file.write_text(imported.pack(), encoding="utf-8")

        assert [rule.id for rule in load_pack(file)] == [rule.id for rule in imported.taken]
