import json
import re

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.formats import TABLE, surface_of
from maskwire.wire.hosts import PROVIDERS
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration


def surface(method: str, host: str, path: str) -> Surface:
    found = surface_of(method, host, path)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("method", "host", "path", "expected"),
    [
        ("POST", "api.openai.com", "/v1/chat/completions", "openai.chat"),
        ("POST", "eu.api.openai.com", "/v1/responses?x=1", "openai.responses"),
        ("POST", "api.openai.com", "/v1/responses/compact", "openai.responses.compact"),
        ("POST", "api.openai.com", "/v1/responses/input_tokens", "openai.responses.tokens"),
        ("GET", "api.openai.com", "/v1/responses/resp_1?stream=true", "openai.responses.stored"),
        ("GET", "api.openai.com", "/v1/responses/resp_1/input_items", "openai.responses.items"),
        ("POST", "api.anthropic.com", "/v1/messages?beta=true", "anthropic.messages"),
        ("post", "API.ANTHROPIC.COM", "/v1/messages/count_tokens", "anthropic.count_tokens"),
        ("POST", "generativelanguage.googleapis.com", "/v1beta/models/g:generateContent", "google.generate"),
        (
            "POST",
            "generativelanguage.googleapis.com",
            "/v1alpha/models/g:streamGenerateContent?alt=sse",
            "google.stream",
        ),
        ("POST", "generativelanguage.googleapis.com", "/v1/models/g%3AcountTokens", "google.count_tokens"),
    ],
)
def test_a_request_finds_its_surface(method: str, host: str, path: str, expected: str) -> None:
    found = surface(method, host, path)

    assert (found.id, found.treatment) == (expected, Treatment.MASK)


def test_a_host_that_is_not_known_has_no_surface() -> None:
    assert surface_of("POST", "example.com", "/v1/chat/completions") is None


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("api.openai.com", "/v1/something/new"),
        ("api.openai.com", "/v1/chat/completions/"),
        ("api.openai.com", "//v1/chat/completions"),
        ("api.anthropic.com", "/v2/messages"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "QUERY"])
def test_an_unknown_path_is_refused_with_a_reason(method: str, host: str, path: str) -> None:
    found = surface(method, host, path)

    assert found.treatment is Treatment.REFUSE
    with pytest.raises(BlockedError, match="not known to maskwire") as caught:
        found.parse(b"{}", "application/json")
    assert caught.value.reason is Reason.UNKNOWN_SURFACE


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "DELETE"])
def test_a_read_passes_unless_it_brings_a_body(method: str) -> None:
    found = surface(method, "api.openai.com", "/v1/something/new")

    assert found.treatment is Treatment.PASS
    assert found.parse(b"", "").fields == ()
    with pytest.raises(BlockedError, match="carries a body"):
        found.parse(b"{}", "application/json")


def test_the_error_shape_of_an_unknown_path_is_the_provider_s() -> None:
    assert surface("POST", "api.anthropic.com", "/x").shape is Shape.ANTHROPIC
    assert surface("POST", "generativelanguage.googleapis.com", "/x").shape is Shape.GOOGLE
    assert surface("POST", "api.groq.com", "/x").shape is Shape.OPENAI


def test_the_model_is_read_from_the_body_or_the_path() -> None:
    chat = surface("POST", "api.openai.com", "/v1/chat/completions")
    gemini = surface("POST", "generativelanguage.googleapis.com", "/v1/models/gemini-3.8-flash:generateContent")

    assert chat.model(chat.parse(b'{"model": "gpt-5.5"}', "application/json")) == "gpt-5.5"
    assert gemini.model(gemini.parse(b"{}", "application/json")) == "gemini-3.8-flash"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.id} {row.path}")
def test_every_row_names_known_providers_and_says_what_it_rests_on(row: Row) -> None:
    assert set(row.providers) <= set(PROVIDERS)
    assert row.validated if row.treatment is Treatment.MASK else row.why


def test_what_an_unknown_read_brings_back_is_restored() -> None:
    found = surface("GET", "api.openai.com", "/v1/something/stored")
    body = json.dumps({"data": [{"text": f"Dear {TOKENS['PERSON']}"}]}).encode()

    assert json.loads(found.restore(body, "application/json", restoration())) == {
        "data": [{"text": f"Dear {VALUES['PERSON']}"}]
    }
    assert found.restore(b"<html>", "text/html", restoration()) == b"<html>"


def concrete(path: str) -> str:
    """Return a path that a row's pattern stands for."""
    return re.sub(r"\{\w+\}", "zz9", re.sub(r"\{\w+\.\.\.\}", "a/b", path.replace("{version}", "v1")))


def test_no_row_is_hidden_by_an_earlier_one() -> None:
    hidden = [
        (row.id, row.path, first.id)
        for row in TABLE
        for provider in row.providers
        for method in row.methods.split()
        if (
            first := next(
                r for r in TABLE if provider in r.providers and r.surface(method, concrete(row.path), provider)
            )
        )
        is not row
    ]

    assert hidden == []


@pytest.mark.parametrize(
    ("host", "path", "why"),
    [
        ("chatgpt.com", "/backend-api/something/new", "path of the web application is not known"),
        ("chat.mistral.ai", "/api/chat", "own format is not supported"),
        ("server.codeium.com", "/exa.language_server_pb.Service/Call", "Windsurf speaks a private binary format"),
        (
            "api2.cursor.sh",
            "/aiserver.v1.ChatService/StreamUnifiedChatWithTools",
            "Cursor speaks a private binary format",
        ),
        ("api.x.ai", "/xai_api.Files/UploadFile", "this gRPC service is not known"),
        ("api.openai.com", "/v1/uploads/u/parts", "sent in pieces"),
        ("api.openai.com", "/v1/realtime/calls", "past the proxy"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "/model/n/invoke-with-bidirectional-stream", "both directions"),
    ],
)
def test_what_is_refused_on_purpose_says_why(host: str, path: str, why: str) -> None:
    found = surface("POST", host, path)

    assert found.treatment is Treatment.REFUSE
    with pytest.raises(BlockedError, match=why):
        found.parse(b"", "")


def test_a_request_without_a_body_to_a_known_path_has_no_fields() -> None:
    document = surface("POST", "api.openai.com", "/v1/responses/resp_1/cancel").parse(b"", "")

    assert (list(document.fields), document.splice({})) == ([], b"")
