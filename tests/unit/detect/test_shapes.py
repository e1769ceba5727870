"""The automata of shapes tell the same as each shape by itself."""

from hypothesis import given
from hypothesis import strategies as st

from maskwire.detect.patterns import Pattern
from maskwire.detect.shapes import Shape, Shapes

SHAPES = [
    Shape(0, "contact.phone", r"[0-9](?:[ .-]?[0-9]){6}"),
    Shape(1, "secrets.key", ""),
    Shape(2, "address.de", r"[a-z.] [0-9]"),
    Shape(3, "identity.us.ssn", r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b"),
    Shape(4, "secrets.pair", r"[0-9A-Za-z][_-][0-9a-f]{8}"),
    Shape(5, "own.address", r"[a-z.] [0-9]"),
    Shape(6, "finance.account", r"[a-z.] [0-9]"),
    Shape(7, "birth.star", r"\* ?[0-9]{1,2}\."),
]

lines = st.lists(st.sampled_from(["a", " ", "1", "123", "-", ".", "*", "_", "beef", "é"]), max_size=20).map("".join)


@given(lines)
def test_a_rule_is_named_when_its_shape_occurs(line: str) -> None:
    data = line.encode()
    expected = sum(1 << s.rule for s in SHAPES if not s.pattern or Pattern(s.pattern).found(data))

    assert Shapes(SHAPES).rules(data) == expected


def test_without_shapes_nothing_is_found() -> None:
    assert Shapes([]).rules(b"123-45-6789") == 0
