"""What lies with a provider between requests: sessions, stores, predictions. Its texts are masked and come back."""

import json

import pytest

from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json, vector

TOKEN, PERSON = TOKENS["PERSON"], VALUES["PERSON"]


def surface(host: str, path: str, method: str = "POST") -> Surface:
    found = surface_of(method, host, path)
    assert found is not None
    return found


PLACES: dict[tuple[str, str], Json] = {
    ("api.anthropic.com", "/v1/agents"): {"name": "Jane Doe", "system": "for Jane Doe", "model": "claude-opus-4"},
    ("api.anthropic.com", "/v1/memory_stores/m/memories"): {"path": "/notes.md", "content": "Jane Doe"},
    ("api.openai.com", "/v1/vector_stores"): {"name": "Jane Doe", "file_ids": ["file-1"]},
    ("api.openai.com", "/v1/vector_stores/vs_1/search"): {"query": "Jane Doe"},
    ("api.openai.com", "/v1/realtime/client_secrets"): {
        "session": {"type": "realtime", "model": "gpt-realtime", "instructions": "for Jane Doe"}
    },
    ("api.replicate.com", "/v1/models/meta/llama/predictions"): {"input": {"prompt": "Jane Doe", "top_k": 50}},
    ("api.cohere.com", "/v1/rerank"): {"query": "Jane Doe", "documents": ["Jane Doe"], "model": "rerank-v3.5"},
    ("api.jina.ai", "/v1/rerank"): {"query": "Jane Doe", "documents": ["Jane Doe"]},
    ("api.cohere.com", "/v1/chat"): {
        "message": "Jane Doe",
        "chat_history": [{"role": "USER", "message": "Jane Doe"}],
        "documents": [{"title": "Jane Doe"}],
        "model": "command-r",
    },
    ("api.perplexity.ai", "/search"): {"query": ["Jane Doe"], "country": "US"},
    ("x.openai.azure.com", "/openai/threads/t/messages?api-version=2024-05-01-preview"): {"content": "Jane Doe"},
    ("api.together.xyz", "/v1/images/generations"): {"prompt": "Jane Doe", "model": "flux"},
    ("generativelanguage.googleapis.com", "/v1beta/openai/chat/completions"): {
        "messages": [{"role": "user", "content": "Jane Doe"}]
    },
    ("generativelanguage.googleapis.com", "/v1beta/models/veo-3:predictLongRunning"): {
        "instances": [{"prompt": "Jane Doe"}]
    },
    ("generativelanguage.googleapis.com", "/v1beta/models/gemini:batchGenerateContent"): {
        "batch": {
            "inputConfig": {"requests": {"requests": [{"request": {"contents": [{"parts": [{"text": "Jane Doe"}]}]}}]}}
        }
    },
    ("generativelanguage.googleapis.com", "/v1alpha/auth_tokens"): {
        "bidiGenerateContentSetup": {"systemInstruction": {"parts": [{"text": "Jane Doe"}]}}
    },
}


@pytest.mark.parametrize("place", PLACES, ids="".join)
def test_every_text_is_found_and_nothing_else(place: tuple[str, str]) -> None:
    known, body = surface(*place), PLACES[place]
    found = [field.text for field in known.parse(json.dumps(body).encode(), "application/json").fields]

    assert known.treatment is Treatment.MASK
    assert sum(text.count("Jane Doe") for text in found) == json.dumps(body).count("Jane Doe")


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("api.anthropic.com", "/v1/sessions/s/events"),
        ("api.anthropic.com", "/v1/memory_stores/m/memories/x"),
        ("api.openai.com", "/v1/vector_stores/vs_1/files/f/content"),
        ("api.replicate.com", "/v1/predictions/p"),
    ],
)
def test_what_is_read_back_is_restored(host: str, path: str) -> None:
    body = json.dumps({"data": [{"id": "x", "content": [{"type": "text", "text": f"for {TOKEN}"}], "output": TOKEN}]})
    out = surface(host, path, "GET").restore(body.encode(), "application/json", restoration())

    assert json.loads(out) == json.loads(body.replace(TOKEN, json.dumps(PERSON)[1:-1]))


def test_a_tool_s_input_in_an_event_is_an_object_whose_strings_are_masked() -> None:
    event = {"type": "agent.tool_use", "id": "evt_1", "name": "bash", "input": {"command": "echo Jane Doe"}}
    document = surface("api.anthropic.com", "/v1/sessions/s/events").parse(
        json.dumps({"events": [event]}).encode(), "application/json"
    )

    assert "echo Jane Doe" in {field.text for field in document.fields}
    assert "evt_1" not in {field.text for field in document.fields}


def test_the_recorded_events_of_a_session_are_restored_whole() -> None:
    recorded = vector("anthropic_sessions_events").read("stream").decode()
    sent = recorded.replace("{{PERSON}}", TOKEN).replace("{{EMAIL}}", TOKENS["EMAIL"])
    known = surface("api.anthropic.com", "/v1/sessions/s/events/stream", "GET")
    restorer = known.stream("text/event-stream", restoration())
    out = restorer.feed(sent.encode()) + restorer.flush()
    events = [json.loads(line[6:]) for line in out.decode().splitlines() if line.startswith("data: ")]

    assert events[0]["content"][0]["text"].startswith(f"Hi {PERSON}")
    assert events[1]["input"]["command"] == f"echo {VALUES['EMAIL']}"


def test_cohere_s_lines_are_restored_while_they_stream() -> None:
    known = surface("api.cohere.com", "/v1/chat")
    pieces = [f"Dear {TOKEN}"[i : i + 3] for i in range(0, len(f"Dear {TOKEN}"), 3)]
    events = [{"event_type": "text-generation", "text": piece, "is_finished": False} for piece in pieces]
    end = {"event_type": "stream-end", "is_finished": True, "response": {"text": f"Dear {TOKEN}"}}
    restorer = known.stream("application/stream+json", restoration())
    lines = [json.dumps(event).encode() + b"\n" for event in (*events, end)]
    out = [json.loads(line) for line in b"".join([*map(restorer.feed, lines), restorer.flush()]).splitlines()]

    assert "".join(event.get("text", "") for event in out) == f"Dear {PERSON}"
    assert out[-1]["response"]["text"] == f"Dear {PERSON}"
