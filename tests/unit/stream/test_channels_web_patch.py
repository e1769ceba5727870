"""Answers of web applications that patch a document: what the person's page shows is restored."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.stream.channels_web_ops import CHATGPT, DEEPSEEK, Dialect
from maskwire.stream.channels_web_patch import PatchRestorer
from maskwire.stream.restorer import restore_text
from maskwire.wire.rules import rules
from tests.fakes.patching import PatchedPage
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.strategies.wire import cut
from tests.vectors.corpus import Json, Sse, dump_sse, fill_sse, parse_sse, vector

PERSON, EMAIL = TOKENS["PERSON"], TOKENS["EMAIL"]
HALF = PERSON[:9]
PARTS = "/message/content/parts/0"
VECTORS = [("chatgpt_web_conversation", CHATGPT), ("deepseek_web", DEEPSEEK)]
EACH = pytest.mark.parametrize(("name", "dialect"), VECTORS, ids=["chatgpt", "deepseek"])


def run(dialect: Dialect, pieces: list[bytes], unread: int = 0) -> bytes:
    restorer = PatchRestorer(dialect, rules(), restoration())
    out = b"".join([*map(restorer.feed, pieces), restorer.flush()])
    assert restorer.unread == unread
    return out


def sse(*events: Json) -> bytes:
    return dump_sse([Sse("", e) if isinstance(e, str) else Sse("delta", json.dumps(e)) for e in events])


def data(raw: bytes) -> list[Json]:
    return [json.loads(e.data) if e.data.startswith("{") else e.data for e in parse_sse(raw)]


def message(text: str, status: str = "in_progress") -> Json:
    return {"message": {"content": {"content_type": "text", "parts": [text]}, "status": status, "metadata": {}}}


def shown(raw: bytes, document: int = 0) -> str:
    return str(PatchedPage().read(raw).documents[document]["message"]["content"]["parts"][0])


DONE = {"p": "/message/status", "o": "replace", "v": "finished_successfully"}


@EACH
def test_a_recorded_stream_is_restored(name: str, dialect: Dialect) -> None:
    found = vector(name)

    assert data(run(dialect, [fill_sse(found, TOKENS)])) == data(fill_sse(found, VALUES))


@EACH
def test_any_cut_of_the_bytes_restores_the_same(name: str, dialect: Dialect) -> None:
    raw = fill_sse(vector(name), TOKENS)
    whole = run(dialect, [raw])

    assert run(dialect, [raw[i : i + 1] for i in range(len(raw))]) == whole
    for at in range(0, len(raw), 1 if len(raw) < 1500 else 17):
        assert run(dialect, [raw[:at], raw[at:]]) == whole, at


def sticky_cut(raw: bytes, size: int) -> bytes:
    """Return the stream with every appended text cut into events that name neither path nor action again."""
    out: list[Sse] = []
    for event in parse_sse(raw):
        patch = json.loads(event.data) if event.data.startswith("{") else {}
        text = patch.get("v")
        if not isinstance(text, str) or len(text) <= size:
            out.append(event)
            continue
        out.append(Sse(event.name, json.dumps({**patch, "v": text[:size]})))
        rest = [text[i : i + size] for i in range(size, len(text), size)]
        out += [Sse(event.name, json.dumps({"v": piece})) for piece in rest]
    return dump_sse(out)


@EACH
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_texts_cut_into_bare_events_show_the_same_page(name: str, dialect: Dialect, size: int) -> None:
    found = vector(name)
    raw = sticky_cut(fill_sse(found, TOKENS), size)

    assert PatchedPage().read(run(dialect, [raw])).documents == PatchedPage().read(fill_sse(found, VALUES)).documents


def test_a_tail_comes_before_the_patch_that_completes_the_message() -> None:
    events = data(run(CHATGPT, [sse({"v": message(""), "c": 0}, {"p": PARTS, "o": "append", "v": HALF}, DONE)]))

    assert [e["v"] for e in events[1:]] == ["", HALF, "finished_successfully"]
    assert events[2] == {"p": PARTS, "o": "append", "v": HALF}


def test_a_tail_is_added_to_the_list_of_patches_that_completes_the_message() -> None:
    last = {"p": "", "o": "patch", "v": [{"p": PARTS, "o": "append", "v": HALF[5:]}, DONE]}
    events = data(run(CHATGPT, [sse({"v": message(""), "c": 0}, {"p": PARTS, "o": "append", "v": HALF[:5]}, last)]))

    assert [p["v"] for p in events[-1]["v"]] == [HALF, "finished_successfully"]


def test_a_message_that_comes_complete_holds_nothing_back() -> None:
    raw = sse({"v": message("Dear " + HALF, "finished_successfully"), "c": 0})

    assert run(CHATGPT, [raw]) == raw


def test_the_next_patch_says_again_what_a_tail_made_the_page_forget() -> None:
    other = "/message/metadata/note"
    raw = sse(
        {"v": {"message": {**message("")["message"], "metadata": {"note": ""}}}, "c": 0},
        {"p": PARTS, "o": "append", "v": HALF},
        {"p": "/message/status", "o": "replace", "v": "finished_successfully"},
        {"p": other, "v": "a"},
        {"v": "b"},
    )
    events = data(run(CHATGPT, [raw]))

    assert events[2] == {"p": PARTS, "o": "append", "v": HALF}
    assert [e["v"] for e in events[3:]] == ["finished_successfully", "a", "b"]
    assert PatchedPage().read(run(CHATGPT, [raw])).documents == PatchedPage().read(raw).documents


def test_a_bare_patch_after_a_tail_of_another_place_is_made_to_say_where_it_belongs() -> None:
    raw = sse(
        {"v": message(""), "c": 1},
        {"p": PARTS, "o": "append", "v": HALF},
        {"p": "/message/status", "o": "replace", "v": "in_progress"},
        {"v": "finished_successfully"},
        {"v": "finished_partial_completion"},
    )
    events = data(run(CHATGPT, [raw]))

    assert events[3:] == [
        {"p": PARTS, "o": "append", "v": HALF},
        {"p": "/message/status", "o": "replace", "v": "finished_successfully"},
        {"v": "finished_partial_completion"},
    ]


def test_two_places_that_grow_by_turns_do_not_mix() -> None:
    raw = sse(
        {"v": {"message": {"content": {"parts": ["", ""]}, "status": "in_progress"}}, "c": 0},
        *(
            {"p": f"/message/content/parts/{n}", "o": "append", "v": token[a:b]}
            for a, b in ((0, 4), (4, 11), (11, 99))
            for n, token in enumerate((PERSON + ".", EMAIL + "."))
        ),
        "[DONE]",
    )
    parts = PatchedPage().read(run(CHATGPT, [raw])).documents[0]["message"]["content"]["parts"]

    assert parts == [VALUES["PERSON"] + ".", VALUES["EMAIL"] + "."]


def test_a_replaced_text_takes_its_held_tail_with_it() -> None:
    raw = sse(
        {"v": message(""), "c": 0},
        {"p": PARTS, "o": "append", "v": HALF},
        {"p": PARTS, "o": "replace", "v": "new " + PERSON[:4]},
        {"p": PARTS, "o": "append", "v": PERSON[4:] + "."},
    )

    assert shown(run(CHATGPT, [raw])) == f"new {VALUES['PERSON']}."


def test_a_text_cut_short_is_cut_where_the_provider_meant() -> None:
    text = f"😀 {PERSON} and more"
    kept = len(f"😀 {PERSON}".encode("utf-16-le")) // 2
    raw = sse(
        {"v": message(""), "c": 0},
        {"p": PARTS, "o": "append", "v": text},
        {"o": "truncate", "v": kept},
        {"p": PARTS, "o": "append", "v": "!"},
    )

    assert shown(run(CHATGPT, [raw])) == f"😀 {VALUES['PERSON']}!"


@pytest.mark.parametrize("size", [-1, 1.5, None])
def test_a_cut_to_no_length_passes_and_loses_nothing(size: Json) -> None:
    raw = sse(
        {"v": message(""), "c": 0}, {"p": PARTS, "o": "append", "v": HALF}, {"o": "truncate", "v": size}, "[DONE]"
    )
    events = data(run(CHATGPT, [raw]))

    assert [e["v"] for e in events[1:-1]] == ["", size, HALF]


@pytest.mark.parametrize(
    "odd",
    [
        {"p": PARTS, "o": "rot13", "v": PERSON},
        {"p": PARTS, "o": "patch", "v": PERSON},
        {"p": "", "o": "patch", "v": [PERSON]},
        {"p": "", "o": "patch", "v": [{"p": PARTS, "v": PERSON}]},
        {"p": "", "o": "patch", "v": [{"p": PARTS, "o": "append"}]},
        {"p": 3, "o": "append", "v": PERSON},
    ],
)
def test_a_patch_of_an_unknown_shape_passes_as_it_came_and_is_counted(odd: Json) -> None:
    raw = sse(odd)

    assert run(CHATGPT, [raw], unread=1) == raw


def test_an_unknown_encoding_of_deltas_passes_as_it_came_and_is_counted() -> None:
    raw = b'event: delta_encoding\ndata: "v2"\n\n' + sse({"p": PARTS, "o": "append", "v": PERSON})

    assert run(CHATGPT, [raw], unread=1) == raw


def test_what_is_not_json_or_not_text_passes_and_is_counted() -> None:
    raw = b"data: {broken\n\ndata: \xff\xfe\n\n: comment\n\n"

    assert run(CHATGPT, [raw], unread=2) == raw


def test_a_stream_taken_up_in_the_middle_is_restored() -> None:
    events = data(run(CHATGPT, [sse(*({"v": piece} for piece in (PERSON[:5], PERSON[5:], " ", HALF)), "[DONE]")]))

    assert [e["v"] for e in events[:-1]] == ["", VALUES["PERSON"], " ", "", HALF]
    assert events[-1] == "[DONE]"


@pytest.mark.parametrize("kind", ["message_stream_complete", "stream_handoff", "error"])
def test_a_tail_comes_before_the_event_that_ends_the_stream(kind: str) -> None:
    raw = sse({"v": message(""), "c": 0}, {"p": PARTS, "o": "append", "v": HALF}, {"type": kind, "title": PERSON})
    events = data(run(CHATGPT, [raw]))

    assert events[-2:] == [{"p": PARTS, "o": "append", "v": HALF}, {"type": kind, "title": VALUES["PERSON"]}]


def test_a_stream_that_is_cut_off_keeps_its_text() -> None:
    raw = sse({"v": message(""), "c": 0}, {"p": PARTS, "o": "append", "v": "Dear " + HALF})

    assert shown(run(CHATGPT, [raw])) == "Dear " + HALF
    assert shown(run(CHATGPT, [raw.rstrip(b"\n")])) == "Dear " + HALF


def test_snapshots_of_whole_messages_are_restored() -> None:
    [event] = data(run(CHATGPT, [sse(message(f"Dear {PERSON}"))]))

    assert event == message(f"Dear {VALUES['PERSON']}")


def test_a_fragment_that_is_counted_from_the_end_goes_on_where_it_stands() -> None:
    raw = sse(
        {"v": {"response": {"fragments": [{"content": "x"}], "status": "WIP"}}},
        {"p": "response/fragments", "o": "APPEND", "v": [{"content": PERSON[:6]}]},
        {"p": "response/fragments/-1/content", "o": "APPEND", "v": PERSON[6:]},
        {"v": " " + HALF},
        {"p": "response/status", "v": "FINISHED"},
    )
    response = PatchedPage().read(run(DEEPSEEK, [raw])).documents[0]["response"]

    assert [f["content"] for f in response["fragments"]] == ["x", f"{VALUES['PERSON']} {HALF}"]
    assert response["status"] == "FINISHED"


TEXTS = st.lists(st.sampled_from([PERSON, EMAIL, " ", "Hi ", HALF, "😀", '"\\', "é\n", "."]), max_size=8).map("".join)


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, list[bytes], dict[int, list[str]]]:
    """A stream of messages whose parts grow by turns, its bytes cut anywhere, and what they come to."""
    events: list[Json] = []
    texts: dict[int, list[str]] = {}
    path = ""
    for document in range(draw(st.integers(1, 3))):
        texts[document] = draw(st.lists(TEXTS, min_size=1, max_size=2))
        start = {"content": {"parts": [""] * len(texts[document])}, "status": "in_progress"}
        events.append({"p": "", "o": "add", "v": {"message": start}, "c": document})
        path = ""
        left = list(texts[document])
        while any(left):
            part = draw(st.sampled_from([i for i, text in enumerate(left) if text]))
            size = draw(st.integers(1, len(left[part])))
            piece, left[part] = left[part][:size], left[part][size:]
            patch = {"p": f"/message/content/parts/{part}", "o": "append", "v": piece}
            if draw(st.integers(0, 4)) == 0:
                events.append({"p": "", "o": "patch", "v": [patch]})
                path = ""
                continue
            events.append({"v": piece} if patch["p"] == path else patch)
            path = str(patch["p"])
        if draw(st.booleans()):
            events.append(DONE)
    raw = sse(*events)
    return raw, draw(cut(raw)), texts


@given(streams())
def test_a_page_shows_the_same_however_texts_and_bytes_are_cut(
    case: tuple[bytes, list[bytes], dict[int, list[str]]],
) -> None:
    raw, pieces, texts = case
    out = run(CHATGPT, pieces)
    documents = PatchedPage().read(out).documents

    assert out == run(CHATGPT, [raw])
    assert {at: found["message"]["content"]["parts"] for at, found in documents.items()} == {
        at: [restore_text(text, restoration()) for text in expected] for at, expected in texts.items()
    }


@st.composite
def sticky_streams(draw: st.DrawFn) -> bytes:
    """A stream whose texts never come to a token but are often held back, its patches leaving out what they may."""
    events: list[Json] = []
    path, action = "", ""
    for document in range(draw(st.integers(1, 2))):
        content = {"content": {"parts": ["", ""]}, "status": "in_progress", "note": ""}
        events.append({"v": {"message": content}, "c": document})
        for _ in range(draw(st.integers(0, 8))):
            places = {
                "/message/content/parts/0": "append",
                "/message/content/parts/1": "append",
                "/message/note": "append",
                "/message/status": "replace",
            }
            to = draw(st.sampled_from(list(places)))
            status = draw(st.sampled_from(["in_progress", "finished_successfully"]))
            text = status if places[to] == "replace" else draw(st.sampled_from([HALF, HALF[:3], ".", "PER PE"]))
            patch: Json = {"v": text}
            if path != to or draw(st.booleans()):
                patch["p"] = path = to
            if action != places[to] or draw(st.booleans()):
                patch["o"] = action = places[to]
            events.append(patch)
    return sse(*events)


@given(sticky_streams())
def test_tails_never_make_a_patch_land_elsewhere(raw: bytes) -> None:
    assert PatchedPage().read(run(CHATGPT, [raw])).documents == PatchedPage().read(raw).documents
