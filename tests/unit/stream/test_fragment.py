import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.stream.fragment import Nesting, Source, Unit, escape, is_escaped, is_json, literal, units


@settings(deadline=None)
@given(st.text())
def test_units_read_what_json_reads(text: str) -> None:
    for source in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        found, end, closed = units(source, 1)

        assert closed
        assert end == len(source)
        assert "".join(unit.source for unit in found) == source[1:-1]
        assert json.loads(source) == text == _joined("".join(unit.text for unit in found))


def _joined(text: str) -> str:
    """Join surrogate pairs, which JSON writes as two escapes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


@pytest.mark.parametrize("end", ["\\", "\\u", "\\u0", "\\u00", "\\u00e"])
def test_units_stop_before_an_escape_that_is_cut(end: str) -> None:
    assert units(f"ab{end}", 0) == ([Unit("ab", "ab")], 2, False)


@pytest.mark.parametrize(("source", "text"), [("\\q", "q"), ("\\u00g", "0"), ("\\\n", "\n")])
def test_a_broken_escape_is_kept(source: str, text: str) -> None:
    found, end, _ = units(f"{source}x", 0)

    assert "".join(unit.source for unit in found) == f"{source}x"
    assert found[0].text == text
    assert end == len(source) + 1


@settings(deadline=None)
@given(st.text(), st.integers(0, 4))
def test_escaping_is_undone_by_as_many_readings(value: str, levels: int) -> None:
    source = escape(value, levels)
    for _ in range(levels):
        source = json.loads(f'"{source}"')

    assert source == value


def test_a_lone_surrogate_is_escaped() -> None:
    assert escape("\ud83d", 1) == "\\ud83d"
    assert escape("\U0001f600é", 1) == "\U0001f600é"


@pytest.mark.parametrize("source", ['{"', "{}", ' { "a"', "[[", "[{", ' [\n"', "[1", "[]", "[tr", "[-"])
def test_what_begins_like_json(source: str) -> None:
    assert is_json(source) is True


@pytest.mark.parametrize("source", ["{a", "[link](", "x", "{ {", '"a"', "[x]", "1"])
def test_what_does_not_begin_like_json(source: str) -> None:
    assert is_json(source) is False


@pytest.mark.parametrize("source", ["[1]", "[]", "[tr", '["a', "[["])
def test_a_note_in_prose_is_no_json(source: str) -> None:
    assert is_json(source, prose=True) is False


@pytest.mark.parametrize("source", ['{"a', "{}", '[{"', '[ { "'])
def test_a_structured_answer_is_an_object_or_a_list_of_them(source: str) -> None:
    assert is_json(source, prose=True) is True


@pytest.mark.parametrize("source", ["", " ", "{", "[ ", "\n"])
def test_what_is_too_short_to_tell(source: str) -> None:
    assert is_json(source) is None


def test_source_is_returned_as_it_was_written() -> None:
    source = Source()
    source.add([Unit("abc", "abc"), Unit("\\n", "\n"), Unit("\\u00e9", "é"), Unit("de", "de")])

    assert [source.take(2), source.take(2), source.take(0), source.take(3)] == ["ab", "c\\n", "", "\\u00e9de"]


def depths(text: str) -> str:
    nesting = Nesting()
    said = []
    for letter in text:
        said.append(str(nesting.depth))
        nesting.feed(letter)
    return "".join(said)


def test_depth_counts_the_strings_a_place_is_in() -> None:
    inner = json.dumps({"k": 1, "deep": json.dumps(["x"])})

    assert inner == '{"k": 1, "deep": "[\\"x\\"]"}'
    assert depths(inner) == "001100000011111000111222110"


def test_text_that_is_not_json_has_no_depth() -> None:
    assert set(depths('say "hello" to {"a": "b"}')) == {"0"}


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ('{"n":', True),
        ('{"n": [', True),
        ("[1, ", True),
        ('{"n": "', False),
        ('{"n"', False),
        ("[1] ", False),
        ("n: ", False),
        ('{"a": "{\\"n\\":', True),
        ('{"a": "x', False),
    ],
)
def test_where_a_bare_number_would_be_a_value(text: str, bare: bool) -> None:
    nesting = Nesting()
    nesting.feed(text)

    assert nesting.bare is bare


@pytest.mark.parametrize("value", ["", "Ann", "a\\n", '\\u00e9 \\"x\\"', "é/"])
def test_what_could_stand_in_a_json_string(value: str) -> None:
    assert is_escaped(value)


@pytest.mark.parametrize("value", ['"', "\\", "a\n", "\\x", "\\u00g0", "C:\\Users"])
def test_what_could_not_stand_in_a_json_string(value: str) -> None:
    assert not is_escaped(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [("12", "12"), ("-1.5e3", "-1.5e3"), ("012", '"012"'), ("1 2", '"1 2"'), ('a"b', '"a\\"b"')],
)
def test_a_value_outside_of_strings_is_a_number_or_a_string(value: str, written: str) -> None:
    assert literal(value) == written
