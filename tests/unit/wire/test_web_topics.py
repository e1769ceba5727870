"""ChatGPT's topic socket: commands go out, answers come back restored however they are cut."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from maskwire.errors import BlockedError
from maskwire.stream.socket import SocketRestorer
from maskwire.wire.formats import surface_of
from maskwire.wire.socket import METHOD, SocketFormat
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.sockets import TOPICS, place, recorded

Frame = dict[str, Any]


def reads() -> SocketFormat:
    found = surface_of(METHOD, *place(TOPICS))
    assert found is not None
    assert isinstance(found.format, SocketFormat)
    return found.format


def restorer() -> SocketRestorer:
    return reads().messages(restoration())


def frame(item: str, topic: str = "t") -> Frame:
    payload = {"type": "conversation-turn-stream", "payload": {"type": "stream-item", "encoded_item": item}}
    return {"type": "message", "topic_id": topic, "payload": payload}


def patch(**members: object) -> str:
    return f"event: delta\ndata: {json.dumps(members)}\n\n"


def said(messages: list[bytes]) -> dict[str, str]:
    """Return the text that each topic's patches append."""
    found: dict[str, str] = {}
    for message in messages:
        for each in json.loads(message):
            stream = each["payload"]["payload"]["encoded_item"]
            for line in stream.split("\n"):
                if line.startswith("data: {"):
                    topic = each["topic_id"]
                    found[topic] = found.get(topic, "") + json.loads(line[6:])["v"]
    return found


def filled(values: Mapping[str, str]) -> list[bytes]:
    """Return the recorded answer with values in place of placeholders, escaped for each level of JSON."""

    def escaped(text: str) -> str:
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", json.dumps(json.dumps(value)[1:-1])[1:-1])
        return text

    return [escaped(message).encode() for message in recorded(TOPICS, "s2c")]


def test_the_recorded_answer_is_restored() -> None:
    restores = restorer()
    out = [message for each in filled(TOKENS) for message in restores.feed(each)]

    assert said(out) == said(filled(VALUES))
    assert restores.flush() == []
    assert restores.unread == 0


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_token_cut_into_messages_comes_back_whole_in_each_topic(size: int) -> None:
    text = f"Dear {TOKENS['PERSON']} at {TOKENS['EMAIL']}"
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    streams = [patch(p="/message/content/parts/0", o="append", v=pieces[0]), *(patch(v=piece) for piece in pieces[1:])]
    restores = restorer()
    sent = [[frame(item, "a"), frame(item, "b")] for item in (*streams, "data: [DONE]\n\n")]
    out = [message for each in sent for message in restores.feed(json.dumps(each).encode())]
    whole = f"Dear {VALUES['PERSON']} at {VALUES['EMAIL']}"

    assert said(out) == {"a": whole, "b": whole}
    assert restores.unread == 0


def test_an_item_that_is_cut_anywhere_restores_the_same() -> None:
    stream = patch(p="/message/content/parts/0", o="append", v=TOKENS["PERSON"]) + "data: [DONE]\n\n"
    for at in range(1, len(stream)):
        restores = restorer()
        parts = (stream[:at], stream[at:])
        out = [m for item in parts for m in restores.feed(json.dumps([frame(item)]).encode())]
        joined = "".join(json.loads(m)[0]["payload"]["payload"]["encoded_item"] for m in out)

        assert said([json.dumps([frame(joined)]).encode()]) == {"t": VALUES["PERSON"]}


def test_what_a_topic_held_back_is_a_message_of_its_own_at_the_end() -> None:
    restores = restorer()
    item = patch(p="/message/content/parts/0", o="append", v=TOKENS["PERSON"][:-1])
    out = restores.feed(json.dumps([frame(item)]).encode())

    assert said([*out, *restores.flush()]) == {"t": TOKENS["PERSON"][:-1]}


def test_other_frames_pass_restored_and_odd_ones_are_counted() -> None:
    restores = restorer()
    other = json.dumps([{"type": "reply", "id": 1, "topics": [{"topic_id": "t", "title": TOKENS["PERSON"]}]}])

    assert json.loads(restores.feed(other.encode())[0])[0]["topics"][0]["title"] == VALUES["PERSON"]
    assert restores.feed(b"no JSON") == [b"no JSON"]
    assert restores.unread == 1


def test_commands_name_topics_and_nothing_of_them_is_masked() -> None:
    for message in recorded(TOPICS, "c2s"):
        document = reads().parse(message.encode(), "application/json", allow_media=False)

        assert document.fields == []
        assert reads().is_request(message.encode())


def test_words_in_a_command_are_seen() -> None:
    message = b'[{"id": 2, "command": {"type": "presence", "draft": "I am Jane Doe"}}]'
    document = reads().parse(message, "application/json", allow_media=False)

    assert [field.text for field in document.fields] == ["I am Jane Doe"]
    assert not reads().is_request(message)


@pytest.mark.parametrize("message", [b"{}", b"[1]", b'[{"id": 1}]', b'[{"command": {"type": 1}}]', b"no JSON"])
def test_another_shape_is_refused(message: bytes) -> None:
    with pytest.raises(BlockedError):
        reads().parse(message, "application/json", allow_media=False)
    assert not reads().is_request(message)
