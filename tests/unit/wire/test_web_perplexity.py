"""www.perplexity.ai: what is masked, what is refused, what comes back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.stream.restorer import restore_text
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json, Sse, dump_sse, parse_sse

ASK = "/rest/sse/perplexity_ask"
PERSON = TOKENS["PERSON"]
HALF = PERSON[:9]
REQUEST: Json = {
    "query_str": "Who is Jane Doe?",
    "params": {
        "attachments": [],
        "dsl_query": "Who is Jane Doe?",
        "frontend_uuid": "0198f0c2-1111-7222-8333-444455556666",
        "language": "en-US",
        "mode": "copilot",
        "sources": ["web"],
        "version": "2.18",
    },
}


def surface(path: str = ASK, method: str = "POST") -> Surface:
    found = surface_of(method, "www.perplexity.ai", path)
    assert found is not None
    return found


def parse(body: Json, path: str = ASK) -> list[str]:
    document = surface(path).parse(json.dumps(body).encode(), "application/json")
    return [field.text for field in document.fields]


def test_both_copies_of_the_question_are_masked_and_settings_are_not() -> None:
    assert (surface().treatment, surface().validated) == (Treatment.MASK, "reverse-engineered")
    assert parse(REQUEST) == ["Who is Jane Doe?"] * 2


@pytest.mark.parametrize(
    "change",
    [{"query_str": None}, {"query_str": ["packed"]}, {"params": "packed"}, {"params": {"attachments": "packed"}}],
)
def test_a_question_of_an_unknown_shape_is_refused(change: Json) -> None:
    with pytest.raises(BlockedError, match="not of the shape") as caught:
        parse({**REQUEST, **change})

    assert caught.value.reason is Reason.BODY_NOT_UNDERSTOOD


def test_what_is_typed_ahead_is_masked() -> None:
    assert parse({"query": "Jane Doe"}, "/rest/autosuggest/list-autosuggest") == ["Jane Doe"]


def test_an_upload_is_refused_since_the_file_goes_elsewhere() -> None:
    with pytest.raises(BlockedError, match="storage host"):
        parse({"filename": "Jane.txt"}, "/rest/uploads/create_upload_url")


def diff(*patches: Json, usage: str = "ask_text", **more: Json) -> Json:
    block = {"intended_usage": usage, "diff_block": {"field": "markdown_block", "patches": list(patches)}}
    return {"uuid": "u1", "status": "PENDING", "blocks": [block], **more}


def start(*chunks: str) -> Json:
    return {"op": "replace", "path": "", "value": {"progress": "IN_PROGRESS", "chunks": list(chunks)}}


def chunk(place: int, text: str) -> Json:
    return {"op": "add", "path": f"/chunks/{place}", "value": text}


def sse(*events: Json) -> bytes:
    return dump_sse([Sse("message", json.dumps(event)) for event in events])


def run(raw: bytes, size: int = 100_000, unread: int = 0) -> list[Json]:
    restorer = surface().stream("text/event-stream", restoration())
    out = b"".join([*(restorer.feed(raw[i : i + size]) for i in range(0, len(raw), size)), restorer.flush()])
    assert restorer.unread == unread
    return [json.loads(event.data) for event in parse_sse(out)]


def shown(events: list[Json], usage: str = "ask_text") -> str:
    """Return the text of a block as the page puts it together; every chunk must land at the list's end."""
    chunks: list[str] = []
    for event in events:
        for block in event["blocks"]:
            if block["intended_usage"] != usage:
                continue
            for patch in block["diff_block"]["patches"]:
                if patch["path"] == "":
                    chunks = list(patch["value"]["chunks"])
                elif patch["path"].startswith("/chunks/"):
                    assert int(patch["path"].removeprefix("/chunks/")) == len(chunks)
                    chunks.append(patch["value"])
    return "".join(chunks)


DONE = {"op": "replace", "path": "/progress", "value": "DONE"}


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_chunks_of_patches_are_restored_together(size: int) -> None:
    events = [diff(start("Hi ", PERSON[:6])), diff(chunk(2, PERSON[6:]), chunk(3, "!")), diff(DONE)]

    assert shown(run(sse(*events), size)) == f"Hi {VALUES['PERSON']}!"


def test_a_tail_is_one_more_chunk_before_the_block_is_done() -> None:
    events = run(sse(diff(start("Hi ")), diff(chunk(1, HALF)), diff(DONE)))

    assert shown(events) == "Hi " + HALF
    assert events[2] == diff(chunk(2, HALF))


@pytest.mark.parametrize("end", [{"status": "COMPLETED"}, {"final_sse_message": True}])
def test_a_tail_comes_before_the_end_of_the_answer(end: Json) -> None:
    events = run(sse(diff(start(HALF)), {"uuid": "u1", "status": "PENDING", "blocks": [], **end}))

    assert shown(events) == HALF
    assert events[-1]["blocks"] == []


def test_a_block_that_starts_again_shows_only_its_new_text() -> None:
    events = [
        diff(start("a", HALF)),
        diff(start("b", "c", "d", "e", PERSON[:4])),
        diff(chunk(5, PERSON[4:])),
        diff(DONE),
    ]

    assert shown(run(sse(*events))) == f"bcde{VALUES['PERSON']}"


def test_two_blocks_do_not_mix() -> None:
    usages = ["ask_text", "pro_search"]
    events = [diff(start(PERSON[:6]), usage=u) for u in usages]
    events += [diff(chunk(1, PERSON[6:] + "."), usage=u) for u in usages]

    assert [shown(run(sse(*events)), u) for u in usages] == [VALUES["PERSON"] + "."] * 2


def test_copies_are_restored_whole_within_their_event() -> None:
    copy = {"chunks": [PERSON[:5], PERSON[5:] + " ", HALF], "answer": f"{PERSON} {HALF}", "progress": "DONE"}
    steps = json.dumps([{"content": json.dumps({"answer": PERSON})}])
    event = {"blocks": [{"intended_usage": "ask_text", "markdown_block": copy}], "thread_title": PERSON, "text": steps}
    [found] = run(sse(event))

    block = found["blocks"][0]["markdown_block"]
    assert "".join(block["chunks"]) == block["answer"] == f"{VALUES['PERSON']} {HALF}"
    assert found["thread_title"] == VALUES["PERSON"]
    assert json.loads(json.loads(found["text"])[0]["content"]) == {"answer": VALUES["PERSON"]}


@pytest.mark.parametrize("odd", [{"op": "rot13", "path": "/chunks/0", "value": PERSON}, {"op": "add", "value": PERSON}])
def test_a_patch_of_an_unknown_shape_passes_as_it_came_and_is_counted(odd: Json) -> None:
    assert run(sse(diff(odd)), unread=1) == [diff(odd)]


def test_a_patch_without_a_value_passes() -> None:
    assert run(sse(diff({"op": "remove", "path": "/chunks/0"}))) == [diff({"op": "remove", "path": "/chunks/0"})]


def test_stored_threads_come_back_restored() -> None:
    body = json.dumps({"entries": [{"query_str": PERSON}]}).encode()
    restored = surface("/rest/thread/who-is", "GET").restore(body, "application/json", restoration())

    assert json.loads(restored) == {"entries": [{"query_str": VALUES["PERSON"]}]}


def test_an_unknown_path_is_refused() -> None:
    assert surface("/rest/something").treatment is Treatment.REFUSE


@given(st.lists(st.sampled_from([*PERSON, PERSON, PERSON[:5], PERSON[5:], " ", "Hi", HALF]), max_size=12))
def test_any_chunks_come_to_the_same_text(texts: list[str]) -> None:
    events = [diff(start()), *(diff(chunk(n, text)) for n, text in enumerate(texts)), diff(DONE)]

    assert shown(run(sse(*events))) == restore_text("".join(texts), restoration())
