import json

from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json


def surface(method: str, path: str) -> Surface:
    found = surface_of(method, "api.anthropic.com", path)
    assert found is not None
    return found


def texts(path: str, body: Json) -> list[tuple[str, bool]]:
    fields = surface("POST", path).parse(json.dumps(body).encode(), "application/json").fields
    return [(field.text, field.fresh) for field in fields]


def test_what_came_after_the_model_s_last_turn_is_fresh() -> None:
    turns = [{"role": role, "content": text} for role, text in (("user", "u1"), ("assistant", "a1"), ("user", "u2"))]

    assert texts("/v1/messages", {"system": "s", "messages": turns}) == [
        ("s", False),
        ("u1", False),
        ("a1", False),
        ("u2", True),
    ]
    assert texts("/v1/messages", {"system": "s", "messages": turns[:1]}) == [("s", True), ("u1", True)]


def test_a_batch_holds_a_messages_body_for_each_request() -> None:
    thinking = {"type": "thinking", "thinking": "keep me", "signature": "s"}
    call = {"type": "tool_use", "id": "t", "name": "n", "input": {"to": "b"}}
    messages = [{"role": "user", "content": "a"}, {"role": "assistant", "content": [thinking, call]}]
    body = {"requests": [{"custom_id": "one", "params": {"model": "m", "messages": messages}}]}

    assert [text for text, _ in texts("/v1/messages/batches", body)] == ["a", "to", "b"]


def test_results_of_a_batch_are_restored_line_by_line() -> None:
    def lines(person: str) -> bytes:
        content = [{"type": "text", "text": person}, {"type": "thinking", "thinking": TOKENS["PERSON"]}]
        line = {"custom_id": "one", "result": {"type": "succeeded", "message": {"content": content}}}
        return json.dumps(line, ensure_ascii=False).encode() + b"\n"

    results = surface("GET", "/v1/messages/batches/b_1/results")
    raw = lines(TOKENS["PERSON"]) * 2

    for kind in ("application/x-jsonl", "application/x-ndjson; charset=utf-8"):
        assert results.restore(raw, kind, restoration()) == lines(VALUES["PERSON"]) * 2


def test_only_the_client_s_own_block_is_left_intact() -> None:
    line = "x-anthropic-billing-header: cc_version=2.1; cc_entrypoint=cli; cch=a1b2c;"
    system = [{"type": "text", "text": text} for text in (line, line + " jane@x.com", "Be brief.")]
    body = {"system": system, "messages": [{"role": "user", "content": line}]}

    assert [text for text, _ in texts("/v1/messages", body)] == [line + " jane@x.com", "Be brief.", line]
