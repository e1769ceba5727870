"""chat.deepseek.com: what is masked, what passes, what is refused, what comes back."""

import json

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json, fill_sse, parse_sse, vector


def surface(path: str, method: str = "POST") -> Surface:
    found = surface_of(method, "chat.deepseek.com", path)
    assert found is not None
    return found


def texts(path: str, body: Json) -> list[str]:
    document = surface(path).parse(json.dumps(body).encode(), "application/json")
    return [field.text for field in document.fields]


def test_the_prompt_is_masked_and_ids_are_not() -> None:
    found = surface("/api/v0/chat/completion")

    assert (found.treatment, found.validated) == (Treatment.MASK, "reverse-engineered")
    assert texts("/api/v0/chat/completion", vector("deepseek_web").json("request")) == [
        "mail {{EMAIL}} for {{PERSON}}; {{SECRET}}"
    ]


@pytest.mark.parametrize("change", [{"prompt": None}, {"prompt": ["packed"]}, {"ref_file_ids": "packed"}])
def test_a_turn_of_an_unknown_shape_is_refused(change: Json) -> None:
    with pytest.raises(BlockedError, match="not of the shape") as caught:
        texts("/api/v0/chat/completion", {**vector("deepseek_web").json("request"), **change})

    assert caught.value.reason is Reason.BODY_NOT_UNDERSTOOD


def test_a_title_that_the_person_writes_is_masked() -> None:
    body = {"chat_session_id": "a1", "title": "Jane Doe"}

    assert texts("/api/v0/chat_session/update_title", body) == ["Jane Doe"]


def test_the_request_for_a_proof_of_work_passes() -> None:
    assert surface("/api/v0/chat/create_pow_challenge").treatment is Treatment.PASS


def test_the_answer_and_its_title_are_restored() -> None:
    raw = fill_sse(vector("deepseek_web"), TOKENS)
    restorer = surface("/api/v0/chat/completion").stream("text/event-stream", restoration())
    out = restorer.feed(raw) + restorer.flush()

    [title] = [json.loads(event.data) for event in parse_sse(out) if event.name == "title"]

    assert title == {"content": f"Mail {VALUES['PERSON']}"}
    assert [json.loads(e.data) for e in parse_sse(out) if e.data.startswith("{")] == [
        json.loads(e.data) for e in parse_sse(fill_sse(vector("deepseek_web"), VALUES)) if e.data.startswith("{")
    ]


def test_stored_messages_come_back_restored() -> None:
    body = json.dumps({"data": {"biz_data": {"chat_messages": [{"content": TOKENS["PERSON"]}]}}}).encode()
    found = surface("/api/v0/chat/history_messages?chat_session_id=a1", "GET")
    restored = json.loads(found.restore(body, "application/json", restoration()))

    assert restored["data"]["biz_data"]["chat_messages"][0]["content"] == VALUES["PERSON"]


def test_an_unknown_path_is_refused() -> None:
    assert surface("/api/v1/something").treatment is Treatment.REFUSE
