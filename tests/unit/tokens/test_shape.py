"""What every shape in the table promises."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.tokens import canonical
from maskwire.tokens.keyed import divide
from maskwire.tokens.shape import Shape
from maskwire.tokens.table import BY_NAME, LIFELIKE, SHAPES, SURROGATE, SURROGATES

VARIANTS = [
    ("opaque", "PERSON"),
    ("opaque", "US_DRIVER_LICENSE"),
    ("invented", "EMPLOYEEID"),
    ("email", ""),
    ("nanp", ""),
    *(("world", str(count)) for count in range(11, 16)),
    *(("card", str(count)) for count in range(12, 20)),
    *(("iban", str(count)) for count in range(15, 35)),
    ("ssn", ""),
    ("routing", ""),
    ("ipv4", ""),
    ("ipv6", ""),
    ("mac", ""),
    ("surrogate", "whole"),
    ("surrogate", "alone"),
]


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_number_is_written_and_read_back(name: str, variant: str, data: st.DataObject) -> None:
    shape = BY_NAME[name]
    size = shape.size(variant)
    number = data.draw(st.one_of(st.integers(0, size - 1), st.sampled_from([0, size - 1])))
    spelling = shape.write(variant, number)
    read = shape.read(spelling)

    if read is None:
        assert name in {"opaque", "invented", "email"}  # a code that could be a word is drawn again
    else:
        assert read == (variant, number)
        assert canonical(spelling) == spelling
        assert canonical(spelling.lower()) == spelling or name == "invented"


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_every_variant_has_room_for_a_million_values(name: str, variant: str) -> None:
    assert divide(BY_NAME[name].size(variant)).ids >= 10_000_000


def test_every_shape_is_tested_here() -> None:
    assert {name for name, _ in VARIANTS} == {shape.name for shape in (*SHAPES, SURROGATE)}


@pytest.mark.parametrize("shape", [*SHAPES, *SURROGATES], ids=lambda shape: shape.name)
def test_a_body_starts_with_the_characters_it_is_filed_under(shape: Shape) -> None:
    for chars, body in shape.bodies.items():
        begun = re.compile(body.open, re.IGNORECASE | re.ASCII)
        starts = {letter.upper() for letter in map(chr, range(128)) if begun.fullmatch(letter)}

        assert starts == set(chars)


@pytest.mark.parametrize("shape", [*SHAPES, *SURROGATES], ids=lambda shape: shape.name)
def test_the_docstring_says_how_many_values_a_shape_holds(shape: Shape) -> None:
    assert re.search(r"\d{2,}|million|power", type(shape).__doc__ or "")


@pytest.mark.parametrize("shape", [shape for shapes in LIFELIKE.values() for shape in shapes], ids=lambda s: s.name)
def test_a_value_that_does_not_fit_is_told(shape: Shape) -> None:
    for value in ("", "x", "hello world", "1", "12:34", "é" * 9, "1" * 40):
        assert shape.variant(value) is None  # type: ignore[attr-defined]  # all of these are lifelike
