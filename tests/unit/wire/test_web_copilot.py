"""copilot.microsoft.com beside its WebSocket: what is masked, what is refused, what comes back."""

import json

import pytest

from maskwire.errors import BlockedError
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration


def surface(path: str, method: str = "POST") -> Surface:
    found = surface_of(method, "copilot.microsoft.com", path)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", "/c/api/conversations/c1"), ("POST", "/c/api/start"), ("POST", "/c/api/conversations")],
)
def test_what_a_conversation_is_called_is_masked_and_ids_are_not(method: str, path: str) -> None:
    body = json.dumps({"conversationId": "cv1AbC", "title": "Jane Doe", "timeZone": "Europe/Berlin"}).encode()
    document = surface(path, method).parse(body, "application/json")

    assert surface(path, method).validated == "reverse-engineered"
    assert [field.text for field in document.fields] == ["Jane Doe"]


def test_a_stored_conversation_comes_back_restored() -> None:
    body = json.dumps({"results": [{"content": [{"type": "text", "text": TOKENS["PERSON"]}]}]}).encode()
    found = surface("/c/api/conversations/c1/history", "GET").restore(body, "application/json", restoration())

    assert json.loads(found)["results"][0]["content"][0]["text"] == VALUES["PERSON"]


def test_an_attached_picture_is_refused_with_the_reason_and_a_text_is_masked() -> None:
    with pytest.raises(BlockedError, match="image or sound"):
        surface("/c/api/attachments").parse(b"\x89PNG\r\n\x1a\n", "image/png")
    document = surface("/c/api/attachments").parse(b"I am Jane Doe", "text/plain")

    assert [field.text for field in document.fields] == ["I am Jane Doe"]


def test_an_unknown_path_is_refused() -> None:
    assert surface("/c/api/something/new").treatment is Treatment.REFUSE
