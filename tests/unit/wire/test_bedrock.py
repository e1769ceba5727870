"""Models that Bedrock invokes with their own bodies: masked whole, their wrapped streams restored."""

import base64
import json

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.eventstream import EventStreamSplitter, encode, header
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration

FRAMES = "application/vnd.amazon.eventstream"
PERSON, TOKEN = VALUES["PERSON"], TOKENS["PERSON"]


def surface(model: str, call: str = "invoke-with-response-stream") -> Surface:
    found = surface_of("POST", "bedrock-runtime.us-east-1.amazonaws.com", f"/model/{model}/{call}")
    assert found is not None
    return found


def texts(body: object, model: str = "amazon.titan-text-express-v1") -> list[str]:
    return [
        field.text for field in surface(model, "invoke").parse(json.dumps(body).encode(), "application/json").fields
    ]


REQUESTS = {
    "amazon.nova-pro-v1%3A0": {
        "schemaVersion": "messages-v1",
        "system": [{"text": "for Jane Doe"}],
        "messages": [
            {"role": "user", "content": [{"text": "call Jane Doe"}]},
            {
                "role": "assistant",
                "content": [{"toolUse": {"toolUseId": "t1", "name": "x", "input": {"to": "Jane Doe"}}}],
            },
        ],
        "toolConfig": {"tools": [{"toolSpec": {"name": "x", "description": "Jane Doe", "inputSchema": {"json": {}}}}]},
    },
    "amazon.titan-text-express-v1": {
        "inputText": "call Jane Doe",
        "textGenerationConfig": {"stopSequences": ["User:"]},
    },
    "us.meta.llama3-3-70b-instruct-v1%3A0": {"prompt": "<|begin_of_text|>call Jane Doe", "max_gen_len": 512},
    "mistral.mistral-large-2402-v1%3A0": {"prompt": "<s>[INST] call Jane Doe [/INST]", "stop": ["</s>"]},
    "cohere.command-r-v1%3A0": {
        "message": "call Jane Doe",
        "chat_history": [{"role": "USER", "message": "Jane Doe"}],
        "documents": [{"title": "t", "snippet": "Jane Doe"}],
        "preamble": "Jane Doe",
    },
    "ai21.jamba-1-5-large-v1%3A0": {"messages": [{"role": "user", "content": "call Jane Doe"}], "n": 1},
    "deepseek.r1-v1%3A0": {"prompt": "call Jane Doe"},
    "cohere.embed-english-v3": {"texts": ["Jane Doe"], "input_type": "search_document"},
    "amazon.titan-image-generator-v2%3A0": {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "Jane Doe"}},
}


@pytest.mark.parametrize("model", REQUESTS)
def test_every_text_of_a_model_s_own_body_is_found_and_its_words_are_not(model: str) -> None:
    body = REQUESTS[model]
    found = texts(body, model)

    assert surface(model).treatment is Treatment.MASK
    assert sum(text.count("Jane Doe") for text in found) == json.dumps(body).count("Jane Doe")
    assert not {"messages-v1", "search_document", "TEXT_IMAGE", "t1", "USER"} & set(found)


def test_an_image_for_a_model_is_refused_without_leave() -> None:
    image = base64.b64encode(bytes(600)).decode()
    body = {"messages": [{"role": "user", "content": [{"image": {"format": "png", "source": {"bytes": image}}}]}]}

    with pytest.raises(BlockedError) as caught:
        texts(body)

    assert caught.value.reason is Reason.CONTENT_UNSUPPORTED


def test_encoded_content_under_a_name_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BlockedError, match="encoded content"):
        texts({"newPicture": base64.b64encode(bytes(600)).decode()})


def test_a_count_of_an_invocation_is_searched_inside_its_base64() -> None:
    inner = base64.b64encode(b'{"prompt": "call Jane Doe"}').decode()
    document = surface("x.y", "count-tokens").parse(
        json.dumps({"input": {"invokeModel": {"body": inner}}}).encode(), ""
    )

    assert any("Jane Doe" in field.text for field in document.fields)


STREAMS: dict[str, tuple[list[object], object]] = {
    "titan": (
        [{"outputText": "{}", "index": 0, "completionReason": None}],
        {"outputText": "", "index": 0, "completionReason": "FINISH"},
    ),
    "llama": ([{"generation": "{}", "stop_reason": None}], {"generation": "", "stop_reason": "stop"}),
    "mistral": (
        [{"outputs": [{"text": "{}", "stop_reason": None}]}],
        {"outputs": [{"text": "", "stop_reason": "stop"}]},
    ),
    "mistral chat": (
        [{"choices": [{"index": 0, "message": {"role": "assistant", "content": "{}"}, "stop_reason": None}]}],
        {"choices": [{"index": 0, "message": {"role": "assistant", "content": ""}, "stop_reason": "stop"}]},
    ),
    "cohere": ([{"text": "{}", "is_finished": False}], {"text": "", "is_finished": True, "finish_reason": "COMPLETE"}),
    "command r": (
        [{"event_type": "text-generation", "text": "{}", "is_finished": False}],
        {"event_type": "stream-end", "is_finished": True, "response": {"text": TOKEN}},
    ),
    "deepseek": (
        [{"choices": [{"text": "{}", "index": 0, "stop_reason": None}]}],
        {"choices": [{"text": "", "index": 0, "stop_reason": "stop"}]},
    ),
    "jamba": (
        [{"id": "c", "choices": [{"index": 0, "delta": {"content": "{}"}}]}],
        {"id": "c", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    ),
    "nova": (
        [{"contentBlockDelta": {"delta": {"text": "{}"}, "contentBlockIndex": 0}}],
        {"contentBlockStop": {"contentBlockIndex": 0}},
    ),
}


def frame(event: object) -> bytes:
    payload = json.dumps({"bytes": base64.b64encode(json.dumps(event).encode()).decode(), "p": "abcd"})
    return encode(header(":event-type", "chunk") + header(":message-type", "event"), payload.encode())


def spelt(event: object, text: str) -> object:
    """Return ``event`` with ``text`` where its braces are."""
    return json.loads(json.dumps(event).replace('"{}"', json.dumps(text)))


def said(events: list[object]) -> str:
    """Return the texts of the events of a stream, but for copies at its end."""

    def strings(node: object, key: str = "") -> str:
        if isinstance(node, dict):
            return "".join(strings(value, name) for name, value in node.items() if name != "response")
        if isinstance(node, list):
            return "".join(map(strings, node))
        return node if isinstance(node, str) and key in ("outputText", "generation", "text", "content") else ""

    return "".join(map(strings, events))


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_model_s_stream_is_restored_however_its_text_is_cut(name: str, size: int) -> None:
    [pattern], end = STREAMS[name]
    text = f"Dear {TOKEN}"
    events = [spelt(pattern, text[i : i + size]) for i in range(0, len(text), size)]
    restorer = surface("meta.x").stream(FRAMES, restoration())
    out = b"".join([*(restorer.feed(frame(event)) for event in (*events, end)), restorer.flush()])
    read = [json.loads(each.data) for each in EventStreamSplitter().feed(out) if each.data is not None]

    assert said(read) == f"Dear {PERSON}"
    assert read[-1] == json.loads(json.dumps(end).replace(json.dumps(TOKEN), json.dumps(PERSON)))
    assert restorer.unread == 0


def test_a_stream_that_breaks_off_gives_what_it_held_back() -> None:
    restorer = surface("meta.x").stream(FRAMES, restoration())
    out = restorer.feed(frame({"generation": TOKEN[:-2], "stop_reason": None})) + restorer.flush()
    read = [json.loads(each.data) for each in EventStreamSplitter().feed(out) if each.data is not None]

    assert said(read) == TOKEN[:-2]


def test_a_whole_answer_is_restored() -> None:
    body = json.dumps({"results": [{"outputText": f"Dear {TOKEN}"}]}).encode()

    assert json.loads(surface("amazon.titan", "invoke").restore(body, "application/json", restoration())) == {
        "results": [{"outputText": f"Dear {PERSON}"}]
    }


def test_a_guardrail_s_text_is_masked() -> None:
    found = surface_of("POST", "bedrock-runtime.us-east-1.amazonaws.com", "/guardrail/gr1/version/DRAFT/apply")
    assert found is not None
    body = {"source": "INPUT", "content": [{"text": {"text": "Jane Doe", "qualifiers": ["query"]}}]}

    assert [field.text for field in found.parse(json.dumps(body).encode(), "application/json").fields] == ["Jane Doe"]
