import json

import pytest

from maskwire.errors import BlockedError
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("api.anthropic.com", "/api/event_logging/v2/batch", "claude_code.telemetry"),
        ("api.anthropic.com", "/api/eval/sdk-1", "claude_code.settings"),
        ("chatgpt.com", "/backend-api/codex/analytics-events/events", "codex.telemetry"),
        ("api.githubcopilot.com", "/mcp/readonly", "copilot.tools"),
        ("cloudcode-pa.googleapis.com", "/v1internal:loadCodeAssist", "code_assist.setup"),
    ],
)
def test_every_string_key_and_long_number_of_side_traffic_is_searched(host: str, path: str, expected: str) -> None:
    surface = surface_of("POST", host, path)
    assert surface is not None
    fields = surface.parse(b'{"type": "a", "id": {"k": ["b", 12345678]}, "j": "[\\"c\\"]"}', "application/json").fields

    assert surface.id == expected
    assert [field.text for field in fields] == ["type", "a", "id", "k", "b", "12345678", "j", "c"]


def test_side_traffic_that_is_no_json_is_refused() -> None:
    surface = surface_of("POST", "api.anthropic.com", "/api/event_logging/v2/batch")
    assert surface is not None
    with pytest.raises(BlockedError, match="not JSON"):
        surface.parse(b"\x00\x01", "application/octet-stream")


def test_the_answer_of_a_tool_server_is_restored_as_events_and_whole() -> None:
    surface = surface_of("POST", "api.githubcopilot.com", "/mcp")
    assert surface is not None

    def body(person: str) -> Json:
        return {"jsonrpc": "2.0", "result": {"content": [{"type": "text", "text": f"Hi {person}."}]}}

    raw = json.dumps(body(TOKENS["PERSON"])).encode()
    event = b"event: message\ndata: " + raw + b"\n\n"
    streamed = surface.stream("text/event-stream", restoration()).feed(event)

    assert json.loads(surface.restore(raw, "application/json", restoration())) == body(VALUES["PERSON"])
    assert json.loads(streamed.partition(b"data: ")[2]) == body(VALUES["PERSON"])


def test_lists_of_models_pass() -> None:
    for host, path in (("api.openai.com", "/v1/models"), ("generativelanguage.googleapis.com", "/v1beta/models")):
        surface = surface_of("GET", host, path)
        assert surface is not None
        assert (surface.id, surface.treatment) == ("models", Treatment.PASS)
