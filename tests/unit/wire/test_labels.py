"""What a key says of the value beside it: names of fields do, the protocols' word for prose does not."""

import json

import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.rules import default_rules
from maskwire.wire.document import Field
from maskwire.wire.formats import surface_of

NUMBER = "Look at 536904399 in the old table"
PHONE = "5551234567"

TURNS: dict[str, tuple[str, str, dict[str, object]]] = {
    "chat": ("api.openai.com", "/v1/chat/completions", {"messages": [{"role": "user", "content": NUMBER}]}),
    "chat with parts": (
        "api.openai.com",
        "/v1/chat/completions",
        {"messages": [{"role": "user", "content": [{"type": "text", "text": NUMBER}]}]},
    ),
    "responses": (
        "api.openai.com",
        "/v1/responses",
        {"input": [{"role": "user", "content": [{"type": "input_text", "text": NUMBER}]}]},
    ),
    "anthropic": (
        "api.anthropic.com",
        "/v1/messages",
        {"messages": [{"role": "user", "content": [{"type": "text", "text": NUMBER}]}]},
    ),
    "gemini": (
        "generativelanguage.googleapis.com",
        "/v1beta/models/m:generateContent",
        {"contents": [{"role": "user", "parts": [{"text": NUMBER}]}]},
    ),
    "converse": (
        "bedrock-runtime.eu-central-1.amazonaws.com",
        "/model/m/converse",
        {"messages": [{"role": "user", "content": [{"text": NUMBER}]}]},
    ),
}


def fields(host: str, path: str, body: dict[str, object]) -> list[Field]:
    surface = surface_of("POST", host, path)
    assert surface is not None
    return list(surface.parse(json.dumps(body).encode(), "application/json").fields)


@pytest.mark.parametrize("name", TURNS)
def test_a_bare_number_in_prose_is_read_the_same_in_every_format(name: str) -> None:
    rules = default_rules()
    found = [span for field in fields(*TURNS[name]) for span in rules.find(Fragment(field.text, field.label))]

    assert found == []


def test_a_field_of_a_tools_arguments_names_its_value() -> None:
    use = {"type": "tool_use", "id": "t", "name": "call", "input": {"phone": PHONE}}
    body: dict[str, object] = {"messages": [{"role": "assistant", "content": [use]}]}
    labels = {field.text: field.label for field in fields("api.anthropic.com", "/v1/messages", body)}

    assert labels[PHONE] == "phone"
