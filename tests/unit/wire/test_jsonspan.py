import json

import pytest
from hypothesis import given

from maskwire.wire.jsonspan import MAX_DEPTH, Kind, Node, NotJson, nodes, parse, parse_container
from tests.strategies.wire import Json, nested_bodies, written


def rebuilt(source: str, node: Node) -> Json:
    """Return the value that a tree stands for, as json.loads would."""
    if node.kind is Kind.OBJECT:
        return {key.text: rebuilt(source, value) for key, value in node.members}
    if node.kind is Kind.ARRAY:
        return [rebuilt(source, value) for value in node.items]
    return node.text if node.kind is Kind.STRING else json.loads(source[node.start : node.end])


@nested_bodies
@given(written())
def test_the_tree_is_the_value(case: tuple[Json, str]) -> None:
    _, source = case

    assert json.loads(source) == rebuilt(source, parse(source))


@nested_bodies
@given(written())
def test_every_span_is_the_source_of_its_node(case: tuple[Json, str]) -> None:
    _, source = case

    for node in nodes(parse(source)):
        assert rebuilt(source, node) == json.loads(source[node.start : node.end])


def test_duplicate_keys_are_kept_and_the_last_one_counts() -> None:
    root = parse('{"a": 1, "a": "two"}')

    assert [key.text for key, _ in root.members] == ["a", "a"]
    assert root.string("a") == "two"


def test_a_lone_surrogate_survives() -> None:
    assert parse('"\\ud83d"').text == "\ud83d"


@pytest.mark.parametrize(
    "source",
    [
        "",
        " ",
        "{",
        "[1",
        "[1,]",
        '{"a":1,}',
        '{"a"}',
        "{1:2}",
        '{"a" 1}',
        "[1 2]",
        '"a',
        '"\n"',
        '"\\x"',
        "01",
        "+1",
        ".5",
        "1.",
        "NaN",
        "nul",
        "1 2",
        "[]]",
        "\ufeff{}",
        "{}x",
        "'a'",
        "[1}",
    ],
)
def test_what_is_not_json_is_refused(source: str) -> None:
    with pytest.raises(NotJson):
        parse(source)


def test_depth_is_limited_without_recursion() -> None:
    deepest = "[" * MAX_DEPTH + "]" * MAX_DEPTH

    assert Kind.ARRAY is parse(deepest).kind
    with pytest.raises(NotJson, match="nested too deeply"):
        parse(f"[{deepest}]")
    with pytest.raises(NotJson, match="nested too deeply"):
        parse("[" * 1_000_000)


def test_an_error_says_where_and_never_what() -> None:
    with pytest.raises(NotJson) as caught:
        parse('{"password": "hunter2')

    assert str(caught.value) == "broken string at character 13"
    assert caught.value.__context__ is None


def test_a_number_keeps_its_spelling() -> None:
    source = "[1.0, 1e0, -0, 12345678901234567890123]"

    assert [source[n.start : n.end] for n in parse(source).items] == ["1.0", "1e0", "-0", "12345678901234567890123"]


def test_an_integer_member_is_read_and_anything_else_gives_the_default() -> None:
    source = '{"n": 7, "s": "7", "f": 7.5}'
    root = parse(source)

    assert [root.integer(source, key, -1) for key in ("n", "s", "f", "none")] == [7, -1, -1, -1]


@pytest.mark.parametrize("source", ["text", "12", '"s"', "{broken", "null", ""])
def test_only_objects_and_arrays_count_as_json_inside_a_string(source: str) -> None:
    assert parse_container(source) is None


def test_json_inside_a_string_may_be_padded() -> None:
    found = parse_container(' \n{"a": 1} ')

    assert found is not None
    assert Kind.OBJECT is found.kind


def test_a_node_shows_nothing_of_its_text() -> None:
    assert "hunter2" not in repr(parse('"hunter2"'))
