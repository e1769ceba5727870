"""Answers that are restored whole, and what in them stays masked."""

import json

import pytest

from maskwire.stream.restorer import Restoration
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json, Vector, fill, vectors

PERSON = TOKENS["PERSON"]


def surface(found: Vector) -> Surface | None:
    return surface_of(found.entry["method"], found.host, found.entry["path"])


def is_restored(found: Vector) -> bool:
    if found.id.startswith("block_") or not found.has("response"):
        return False
    return (known := surface(found)) is not None and known.treatment is Treatment.MASK


ANSWERS = [found for found in vectors() if is_restored(found)]


def restored(body: Json, host: str, path: str, how: Restoration | None = None, method: str = "POST") -> Json:
    known = surface_of(method, host, path)
    assert known is not None
    return json.loads(known.restore(json.dumps(body).encode(), "application/json", how or restoration()))


@pytest.mark.parametrize("found", ANSWERS, ids=lambda found: found.id)
def test_every_answer_comes_back_with_its_values(found: Vector) -> None:
    known = surface(found)
    assert known is not None
    sources = (*found.sources, "$.output[*].arguments")
    body = json.dumps(fill(found.json("response"), TOKENS, sources)).encode()
    how = restoration()

    assert json.loads(known.restore(body, "application/json", how)) == fill(found.json("response"), VALUES, sources)
    assert how.tally.unresolved == 0


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff", b"[" * 5000, b'{"a": "b"} x'])
def test_an_answer_that_is_not_json_comes_back_as_it_is(body: bytes) -> None:
    known = surface_of("POST", "api.openai.com", "/v1/chat/completions")
    assert known is not None

    assert known.restore(body, "application/json", restoration()) == body


def test_an_answer_without_tokens_is_the_same_object() -> None:
    known = surface_of("POST", "api.openai.com", "/v1/chat/completions")
    assert known is not None
    body = b'{ "choices": [ {"message": {"content": "caf\\u00e9 12345678"}} ] }'

    assert known.restore(body, "application/json", restoration()) is body


def test_bound_and_encrypted_content_stays_masked() -> None:
    content = [
        {"type": "thinking", "thinking": PERSON, "signature": PERSON},
        {"type": "redacted_thinking", "data": PERSON},
        {"type": "web_search_tool_result", "content": [{"encrypted_content": PERSON, "title": PERSON}]},
    ]
    found = restored({"content": content}, "api.anthropic.com", "/v1/messages")["content"]

    assert found[:2] == content[:2]
    assert found[2]["content"] == [{"encrypted_content": PERSON, "title": VALUES["PERSON"]}]


def test_the_input_of_a_masked_tool_stays_masked_as_object_and_as_source() -> None:
    how = restoration(masked_tools=frozenset({"web_search"}))
    blocks = [{"type": "tool_use", "name": name, "input": {"q": [PERSON]}} for name in ("web_search", "mail")]
    found = restored({"content": blocks}, "api.anthropic.com", "/v1/messages", how)["content"]
    calls = [{"function": {"name": name, "arguments": json.dumps({"q": PERSON})}} for name in ("web_search", "mail")]
    answer = restored({"choices": [{"message": {"tool_calls": calls}}]}, "api.openai.com", "/v1/chat/completions", how)
    sources = [call["function"]["arguments"] for call in answer["choices"][0]["message"]["tool_calls"]]

    assert [block["input"] for block in found] == [{"q": [PERSON]}, {"q": [VALUES["PERSON"]]}]
    assert [json.loads(source) for source in sources] == [{"q": PERSON}, {"q": VALUES["PERSON"]}]


def test_keys_and_nested_sources_of_tool_arguments_are_restored() -> None:
    inner = json.dumps({"deep": json.dumps([PERSON])})
    block = {"type": "tool_use", "name": "t", "input": {PERSON: inner}}
    [found] = restored({"content": [block]}, "api.anthropic.com", "/v1/messages")["content"]

    [(key, value)] = found["input"].items()
    assert key == VALUES["PERSON"]
    assert json.loads(json.loads(value)["deep"]) == [VALUES["PERSON"]]


def test_stored_items_are_restored_when_they_are_read_back() -> None:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "I am " + PERSON}]}
    path = "/v1/responses/resp_1/input_items"
    found = restored({"data": [item]}, "api.openai.com", path, method="GET")

    assert found["data"][0]["content"][0]["text"] == "I am " + VALUES["PERSON"]


def test_escapes_outside_a_restored_string_stay() -> None:
    known = surface_of("POST", "api.openai.com", "/v1/chat/completions")
    assert known is not None
    body = b'{ "id":"caf\\u00e9", "choices":[{"message":{"content":"%s"}}] }' % PERSON.encode()
    found = known.restore(body, "application/json", restoration())

    assert found.startswith(b'{ "id":"caf\\u00e9", "choices":[{"message":{"content":"Zo')
    assert found.endswith(b'"}}] }')


@pytest.mark.parametrize("host", ["api.anthropic.com", "api.openai.com"])
def test_escapes_that_no_token_stood_in_stay_at_every_level(host: str) -> None:
    script = '{"say": "%s \\u2014 \\"caf\\u00e9\\"", "n": 1.0e0}'
    block = {"type": "tool_use", "name": "t", "input": {"script": script % PERSON}}
    call = {"function": {"name": "t", "arguments": json.dumps({"script": script % PERSON})}}
    value = json.dumps(VALUES["PERSON"], ensure_ascii=False)[1:-1]
    if host == "api.anthropic.com":
        found = restored({"content": [block]}, host, "/v1/messages")["content"][0]["input"]
    else:
        body = {"choices": [{"message": {"tool_calls": [call]}}]}
        answer = restored(body, host, "/v1/chat/completions")
        found = json.loads(answer["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"])

    assert found == {"script": script % value}
