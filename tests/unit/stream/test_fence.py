"""JSON in code fences stays JSON when values go into it; code and prose around it are left alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.stream.restorer import TextRestorer, restore_text
from tests.fakes.resolving import TOKENS, VALUES, restoration

PERSON, PHONE, SECRET = TOKENS["PERSON"], TOKENS["PHONE"], TOKENS["SECRET"]
INNER = {"who": PERSON, "list": [SECRET, {"nested": json.dumps({"again": PERSON})}], "n": 1}


def meant(source: str) -> object:
    """Return what the JSON in a text says, with the JSON in its strings."""
    found = json.loads(source[source.index("{") : source.rindex("}") + 1])
    found["list"][1]["nested"] = json.loads(found["list"][1]["nested"])
    return found


WANTED = {"who": VALUES["PERSON"], "list": [VALUES["SECRET"], {"nested": {"again": VALUES["PERSON"]}}], "n": 1}

FENCES = {
    "named": ("```json\n", "\n```"),
    "in capitals, with more": ('```JSON title="a"\n', "\n```"),
    "long": ("`````json\n", "\n```\n`````"),
    "tilde": ("~~~ json\r\n", "\n~~~"),
    "without a name": ("```\n", "\n```"),
    "in a list": ("- first\n\n      ```json\n", "\n      ```"),
    "after another": ("```python\n```json\n```\n```json\n", "\n```"),
}


@st.composite
def cut(draw: st.DrawFn) -> tuple[str, list[str]]:
    opening, closing = FENCES[draw(st.sampled_from(sorted(FENCES)))]
    source = json.dumps(INNER, indent=draw(st.sampled_from([None, 2])))
    text = f'{PERSON} said: "{PERSON}"\n{opening}{source}{closing}\n"{PERSON}"'
    size = draw(st.integers(1, 40))
    return text, [text[i : i + size] for i in range(0, len(text), size)]


@given(cut())
def test_json_in_a_fence_is_still_json_and_prose_is_still_prose(case: tuple[str, list[str]]) -> None:
    text, pieces = case
    restorer = TextRestorer(restoration())
    said = "".join([*map(restorer.feed, pieces), restorer.flush()])

    assert said == restore_text(text, restoration())
    assert meant(said) == WANTED
    assert said.startswith(f'{VALUES["PERSON"]} said: "{VALUES["PERSON"]}"\n')
    assert said.endswith(f'\n"{VALUES["PERSON"]}"')


@pytest.mark.parametrize(
    "opening",
    [
        '```python\nd = {"a": "',
        '```json5\n{"a": "',
        '```\nsay "',
        'see ```json\n{"a": "',
        '```json `x`\n{"a": "',
        '```json\n{}\n```\n"',
        '~~~\n```json\n```\n~~~\n"',
    ],
)
def test_what_is_no_json_gets_values_as_they_are(opening: str) -> None:
    assert restore_text(f'{opening}{PERSON}"', restoration()) == f'{opening}{VALUES["PERSON"]}"'


def test_a_number_in_a_fence_becomes_a_string() -> None:
    digits = "".join(filter(str.isdigit, PHONE))

    said = restore_text(f'```json\n{{"phone": {digits}}}\n```', restoration())

    assert said == f'```json\n{{"phone": "{VALUES["PHONE"]}"}}\n```'


def test_a_value_that_was_taken_from_json_source_is_not_escaped_twice() -> None:
    how = restoration()
    values = {PERSON: 'Zo\\u00eb \\"Q\\"'}

    said = restore_text(f'```json\n{{"a": "{PERSON}"}}\n```', type(how)(values.get, how.tally))

    assert json.loads(said[8:-4]) == {"a": 'Zoë "Q"'}
