"""The automata of shapes tell the same as each shape by itself."""

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from maskwire.detect.patterns import Pattern, PatternError
from maskwire.detect.rule import Rule
from maskwire.detect.rules import default_rules
from maskwire.detect.shapes import Block, Shape, Shapes, needs_digit

SHAPES = [
    Shape(0, "contact.phone", r"[0-9](?:[ .-]?[0-9]){6}"),
    Shape(1, "secrets.key", ""),
    Shape(2, "address.de", r"[a-z.] [0-9]"),
    Shape(3, "identity.us.ssn", r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b"),
    Shape(4, "secrets.pair", r"[0-9A-Za-z][_-][0-9a-f]{8}"),
    Shape(5, "own.address", r"[a-z.] [0-9]"),
    Shape(6, "finance.account", r"[a-z.] [0-9]"),
    Shape(7, "birth.star", r"\* ?[0-9]{1,2}\."),
    Shape(8, "secrets.long", r"[._-][0-9a-z]{22}"),
    Shape(9, "finance.card", r"\b[1-9](?:[ +-]?[0-9]){12}"),
    Shape(10, "secrets.url", r"://[^\s/]{1,}@|beef"),
    Shape(11, "own.line", r"^beef"),
    Shape(12, "own.end", r"(?i)BEEF$|_$"),
]

pieces = st.sampled_from(
    ["a", " ", "1", "123", "4111", "-", ".", "*", "_", "beef", "beefbeefbeef", "é", "://", "@", "/"]
)
lines = st.lists(pieces, max_size=20).map("".join)


@given(lines)
def test_a_rule_is_named_when_its_shape_occurs(line: str) -> None:
    data = line.encode()
    expected = sum(1 << s.rule for s in SHAPES if not s.pattern or Pattern(s.pattern).found(data))

    assert Shapes(SHAPES).rules(data) == expected


@given(st.lists(lines, max_size=60))
def test_what_sleeps_in_a_block_of_lines_occurs_in_none_of_them(block: list[str]) -> None:
    shapes, text = Shapes(SHAPES), "\n".join(block)
    asked, at = Block(shapes, text), 0
    for line in block:
        data = line.encode()

        assert shapes.rules(data, asked.awake(at)) == shapes.rules(data)
        at += len(line) + 1


@pytest.mark.parametrize("pattern", [r"\Abeef", r"beef\z", r"(?m)beef(?-m)$"])
def test_where_a_shape_names_the_edge_of_the_text_each_line_is_asked_about(pattern: str) -> None:
    shapes = Shapes([Shape(0, "own.edge", pattern)])
    text = "a\nbeef\na\n\n"

    assert shapes.rules(b"beef", Block(shapes, text).awake(0)) == 1


def test_without_shapes_nothing_is_found() -> None:
    assert Shapes([]).rules(b"123-45-6789") == 0


@pytest.mark.parametrize(
    "pattern",
    [r"[0-9]", r"\b784-?[0-9]{4}", r"a[1-478]b|", r"(?i)\b[XYZ][ -]?[0-9]{7}", r"[0-9](?:[ .]{0,3}[0-9]){4}", r"\+?7x"],
)
def test_a_shape_with_a_digit_of_its_own_needs_one(pattern: str) -> None:
    assert needs_digit(pattern.removesuffix("|"))


@pytest.mark.parametrize(
    "pattern",
    [
        r"[0-9]?",
        r"[0-9]*a",
        r"[0-9]{0,3}a",
        r"a|[0-9]",
        r"[0-9]|s/n",
        r"(?:[0-9]|a)",
        r"(?:[0-9])?a",
        r"[0-9a-f]{40}",
        r"[^0-9]",
        r"[^\s/]{1,}@",
        r"a{5,}",
        r"\x{0031}{0}",
        r"\d",
        r"[.0-9]",
        r"\[0?\]",
        r"[]0]",
        r"[[:^alpha:]0]",
        r"0(?i)?",
        r"\x41",
        r"\101",
        r"\Q)\E(?:[0-9]|a)",
    ],
)
def test_a_shape_that_may_do_without_a_digit_is_asked_everywhere(pattern: str) -> None:
    assert not needs_digit(pattern)


atoms = st.sampled_from([*"07a|()?*+", "[0-9]", "[0-9a]", "[]0]", "(?:", "(?i)", "{0,2}", "{2}", r"\x41", r"\d", r"\("])


@given(st.lists(atoms, max_size=8).map("".join), st.text("aA()]|b", max_size=12))
def test_what_needs_a_digit_matches_no_text_without_one(pattern: str, text: str) -> None:
    try:
        compiled = Pattern(pattern)
    except PatternError:
        reject()

    assert not (needs_digit(pattern) and compiled.found(text.encode()))


@pytest.mark.parametrize(
    "rule", [rule for rule in default_rules().rules if needs_digit(rule.pattern)], ids=lambda r: r.id
)
def test_no_example_without_its_digits_matches_a_pattern_that_needs_one(rule: Rule) -> None:
    pattern = Pattern(rule.pattern)
    for example in (*rule.match, *rule.reject):
        assert not pattern.found("".join("x" if c.isdigit() else c for c in example).encode())
