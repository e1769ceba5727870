import json

from maskwire.wire.formats import surface_of
from maskwire.wire.jsonspan import parse
from maskwire.wire.sealed import sealed_arguments
from tests.vectors.corpus import Json

TOOLS: Json = [
    {
        "type": "function",
        "name": "spawn",
        "parameters": {"properties": {"message": {"encrypted": True}, "to": {"type": "string", "encrypted": False}}},
    },
    {
        "type": "namespace",
        "name": "group",
        "tools": [{"name": "inner", "parameters": {"properties": {"m": {"encrypted": True}}}}],
    },
    {"type": "custom", "name": "plain"},
]


def call(name: str, arguments: Json) -> Json:
    return {"type": "function_call", "name": name, "call_id": "c", "arguments": json.dumps(arguments)}


def texts(body: Json) -> list[str]:
    surface = surface_of("POST", "api.openai.com", "/v1/responses")
    assert surface is not None
    return [field.text for field in surface.parse(json.dumps(body).encode(), "application/json").fields]


def test_tools_say_which_arguments_are_encrypted_wherever_they_stand() -> None:
    items = [{"type": "additional_tools", "tools": TOOLS[1:]}]

    assert sealed_arguments(parse(json.dumps({"tools": TOOLS[:1], "input": items}))) == {
        "spawn": frozenset({"message"}),
        "inner": frozenset({"m"}),
    }


def test_an_encrypted_argument_is_no_field_and_its_neighbours_are() -> None:
    arguments = {"message": "gAAAA", "to": "Jane", "deep": {"message": "Doe"}}

    assert texts({"tools": TOOLS, "input": [call("spawn", arguments)]}) == ["to", "Jane", "deep", "message", "Doe"]


def test_the_same_argument_of_another_tool_is_a_field() -> None:
    assert texts({"tools": TOOLS, "input": [call("plain", {"message": "Jane"})]}) == ["message", "Jane"]


def test_tools_of_another_shape_seal_nothing() -> None:
    shapes: list[Json] = [None, {}, [1, {"parameters": 1}, {"parameters": {"properties": [1]}}]]
    for tools in shapes:
        assert sealed_arguments(parse(json.dumps({"tools": tools, "input": "x"}))) == {}
