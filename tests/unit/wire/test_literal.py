import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.wire.document import Edit
from maskwire.wire.literal import Source, apply, apply_nested, escape, lift, positions
from tests.strategies.wire import text


@settings(max_examples=100)
@given(text)
def test_escaped_text_decodes_to_itself(value: str) -> None:
    literal = f'"{escape(value)}"'

    assert value == json.loads(literal)
    assert literal.encode()  # no half of a pair is left bare


@st.composite
def literals(draw: st.DrawFn) -> tuple[str, str]:
    """A literal with some of its characters escaped that need not be, and what it decodes to."""
    pieces = draw(
        st.lists(
            st.sampled_from(
                [
                    "a",
                    "é",
                    "😀",
                    "\\ud83d\\ude00",
                    "\\ud83d",
                    "\\ude00",
                    "\\n",
                    '\\"',
                    "\\\\",
                    "\\/",
                    "\\u00e9",
                    "\\uD83D",
                ]
            ),
            max_size=12,
        )
    )
    literal = f'"{"".join(pieces)}"'
    return literal, json.loads(literal)


@settings(max_examples=150)
@given(literals(), st.data())
def test_an_edit_changes_only_the_bytes_of_its_characters(case: tuple[str, str], data: st.DataObject) -> None:
    literal, decoded = case
    start = data.draw(st.integers(0, len(decoded)))
    end = data.draw(st.integers(start, len(decoded)))
    [edit] = lift([Edit(start, end, "X")], literal, 0, len(literal))
    edited = apply(literal, [edit])

    assert literal[: edit.start] == edited[: edit.start]
    assert literal[edit.end :] == edited[edit.start + 1 :]
    assert decoded[start:end] == json.loads(f'"{literal[edit.start : edit.end]}"')
    assert decoded[:start] + "X" + decoded[end:] == json.loads(edited)


def test_offsets_past_escapes_are_found_in_one_pass() -> None:
    source = 'x"a\\u00e9b\\ud83d\\ude00c"'

    assert positions(source, 1, len(source), [0, 1, 2, 3, 4, 5]) == [2, 3, 9, 10, 22, 23]


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_text_is_escaped_once_for_each_string_it_stands_in(levels: int) -> None:
    value = json.dumps({"k": 'say "OLD"\n'})
    sources = [Source(value)]
    outer: object = value
    texts = [value]
    for _ in range(levels):
        outer = {"s": texts[0]}
        texts.insert(0, json.dumps(outer))
    sources = [Source(texts[0])]
    for inner in texts[1:]:
        around = sources[-1]
        at = around.text.index(": ") + 2
        sources.append(around.inside(inner, at, len(around.text) - 1))
    innermost = sources[-1]
    at = innermost.text.index("OLD")
    edited = apply_nested(sources[0], {innermost: [Edit(at, at + 3, escape('N"E\\W'))]})

    unwrapped = json.loads(edited)
    for _ in range(levels):
        unwrapped = json.loads(unwrapped["s"])
    assert unwrapped == {"k": 'say "N"E\\W"\n'}
