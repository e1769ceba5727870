"""The line of any key that TOML can write is found."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire_daemon.config.toml_lines import error_line, line_of

TEXT = """\
# settings
top = 1
"quoted key" = 2

[plain] # with a comment
port = 1
dotted.inner = 3

[hosts."api.openai.com"]
mode = "protect"
actions = {PERSON = "allow"}

[[many]]
name = "a"

[[many]]
name = "b"
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (["top"], 2),
        (["quoted key"], 3),
        (["plain"], 5),
        (["plain", "port"], 6),
        (["plain", "dotted", "inner"], 7),
        (["plain", "dotted"], 5),
        (["hosts", "api.openai.com"], 9),
        (["hosts", "api.openai.com", "mode"], 10),
        (["hosts", "api.openai.com", "actions", "PERSON"], 11),
        (["many", "0", "name"], 14),
        (["many", "1", "name"], 17),
        (["many", "1", "other"], 16),
        (["nowhere"], None),
    ],
)
def test_a_key_or_its_nearest_parent_is_found(key: list[str], line: int | None) -> None:
    assert line == line_of(TEXT, key)


KEYS = st.text(st.sampled_from("ab.-_ é\"'"), min_size=1, max_size=5)


def _quoted(key: str) -> str:
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, st.integers(0, 9), min_size=1, max_size=3), min_size=1, max_size=3))
def test_every_quoted_key_is_found_where_it_was_written(tree: dict[str, dict[str, int]]) -> None:
    lines: list[str] = []
    expected: list[tuple[list[str], int]] = []
    for table, settings in tree.items():
        lines.append(f"[{_quoted(table)}]")
        for key, value in settings.items():
            lines.append(f"{_quoted(key)} = {value}")
            expected.append(([table, key], len(lines)))
    text = "\n".join(lines)

    assert tree == tomllib.loads(text)
    assert expected == [(key, line_of(text, key)) for key, _ in expected]


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb = \n", 2), ("a = 1\n[b", 2), ("a = 1\nc = {", 2)])
def test_a_syntax_error_has_a_line(text: str, line: int) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)

    assert line == error_line(caught.value, text)
