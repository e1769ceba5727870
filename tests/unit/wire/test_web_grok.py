"""grok.com: what is masked, what is refused, what comes back."""

import json
from base64 import b64encode

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.document import Edit
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json, fill, vector

NEW = "/rest/app-chat/conversations/new"
PERSON = TOKENS["PERSON"]
HALF = PERSON[:9]


def surface(path: str, method: str = "POST") -> Surface:
    found = surface_of(method, "grok.com", path)
    assert found is not None
    return found


def lines(*events: Json) -> bytes:
    return b"".join(json.dumps(event, ensure_ascii=False).encode() + b"\n" for event in events)


def run(raw: bytes, size: int = 100_000, kind: str = "application/json") -> list[Json]:
    restorer = surface(NEW).stream(kind, restoration())
    out = b"".join([*(restorer.feed(raw[i : i + size]) for i in range(0, len(raw), size)), restorer.flush()])
    assert restorer.unread == 0
    return [json.loads(line) for line in out.splitlines()]


def token(text: str, *, thinking: bool = False, wrapped: bool = True) -> Json:
    said = {"token": text, "isThinking": thinking, "responseId": "r1"}
    return {"result": {"response": said} if wrapped else said}


@pytest.mark.parametrize("path", [NEW, "/rest/app-chat/conversations/c1/responses"])
def test_message_and_instructions_are_masked_and_the_model_is_not(path: str) -> None:
    request = vector("grok_web").json("request")
    document = surface(path).parse(json.dumps(request).encode(), "application/json")

    assert surface(path).validated == "reverse-engineered"
    assert [field.text for field in document.fields] == [
        "mail {{EMAIL}} for {{PERSON}}; {{SECRET}}",
        "call me {{PERSON}}",
    ]


@pytest.mark.parametrize(
    "change", [{"message": None}, {"message": {"packed": 1}}, {"customInstructions": 7}, {"fileAttachments": "packed"}]
)
def test_a_turn_of_an_unknown_shape_is_refused(change: Json) -> None:
    body = {**vector("grok_web").json("request"), **change}
    with pytest.raises(BlockedError, match="not of the shape") as caught:
        surface(NEW).parse(json.dumps(body).encode(), "application/json")

    assert caught.value.reason is Reason.BODY_NOT_UNDERSTOOD


@pytest.mark.parametrize("size", [1, 2, 7, 100_000])
@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson", "text/plain"])
def test_the_recorded_answer_is_restored_for_every_split(size: int, kind: str) -> None:
    events = [json.loads(line) for line in vector("grok_web").read("stream").splitlines()]
    raw = lines(*(fill(event, TOKENS) for event in events))

    assert run(raw, size, kind) == [fill(event, VALUES) for event in events]


@pytest.mark.parametrize("wrapped", [True, False])
def test_tokens_cut_anywhere_are_restored_and_thinking_does_not_mix(wrapped: bool) -> None:
    whole = [PERSON[:7], PERSON[7:] + "."]
    events = [token(piece, thinking=t, wrapped=wrapped) for piece in whole for t in (True, False)]

    def text(found: list[Json], thinking: bool) -> str:
        said = [e["result"].get("response", e["result"]) for e in found]
        return "".join(s["token"] for s in said if s["isThinking"] is thinking)

    found = run(lines(*events))
    assert [text(found, t) for t in (True, False)] == [VALUES["PERSON"] + "."] * 2


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_tail_comes_before_the_whole_message(wrapped: bool) -> None:
    message = {"modelResponse": {"message": f"{PERSON} {HALF}"}}
    end = {"result": {"response": message} if wrapped else message}
    found = run(lines(token(HALF, wrapped=wrapped), end))

    assert found[:2] == [token("", wrapped=wrapped), token(HALF, wrapped=wrapped)]
    assert json.dumps(VALUES["PERSON"])[1:-1] in json.dumps(found[2])


def test_stored_responses_come_back_restored_and_titles_are_masked() -> None:
    stored = json.dumps({"responses": [{"message": PERSON}]}).encode()
    history = surface("/rest/app-chat/conversations/c1/load-responses")
    rename = surface("/rest/app-chat/conversations/c1", "PUT").parse(b'{"title": "Jane Doe"}', "application/json")

    assert json.loads(history.restore(stored, "application/json", restoration())) == {
        "responses": [{"message": VALUES["PERSON"]}]
    }
    assert [field.text for field in rename.fields] == ["Jane Doe"]


def test_an_uploaded_file_is_masked_inside_its_base64() -> None:
    body = json.dumps({"fileName": "Jane.txt", "fileMimeType": "text/plain", "content": "SmFuZSBEb2U="}).encode()
    document = surface("/rest/app-chat/upload-file").parse(body, "application/json")
    [index] = [number for number, field in enumerate(document.fields) if field.text == "Jane Doe"]

    assert document.splice({index: [Edit(0, 8, "PERSON")]}) == body.replace(b"SmFuZSBEb2U=", b64encode(b"PERSON"))


def test_an_unknown_path_is_refused() -> None:
    assert surface("/rest/something/new").treatment is Treatment.REFUSE
