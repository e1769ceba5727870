"""gemini.google.com: what is masked inside a form, what is refused, what comes back in frames."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.wire.document import Document, Edit
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from maskwire.wire.web_frames import LengthSplitter, units
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json, fill, vector

CHAT = str(vector("gemini_web_streamgenerate").entry["path"])
CALLS = "/_/BardChatUi/data/batchexecute?rpcids=MaZiqc&rt=c"
FORM = "application/x-www-form-urlencoded;charset=utf-8"
RECORDED = vector("gemini_web_streamgenerate").read("request")
INNER = json.loads(json.loads(parse_qs(RECORDED.decode())["f.req"][0])[1])
AT = "ABkeepTOKEN%3A1795300000000"


def surface(path: str = CHAT) -> Surface:
    found = surface_of("POST", "gemini.google.com", path)
    assert found is not None
    return found


def packed(inner: Json, **how: bool) -> str:
    return json.dumps([None, json.dumps(inner, **how)], **how)  # type: ignore[arg-type]


def form(source: str, *, plus: bool = True) -> bytes:
    value = quote_plus(source) if plus else quote(source, safe="")
    return f"at={AT}&f.req={value}&".encode()


def parse(body: bytes, path: str = CHAT, kind: str = FORM) -> Document:
    return surface(path).parse(body, kind)


def mask(document: Document, values: Mapping[str, str] = VALUES) -> bytes:
    edits = {
        index: sorted(
            (
                Edit(at, at + len(value), TOKENS[name])
                for name, value in values.items()
                for at in range(len(field.text))
                if field.text.startswith(value, at)
            ),
            key=lambda edit: edit.start,
        )
        for index, field in enumerate(document.fields)
    }
    return document.splice(edits)


@pytest.mark.parametrize("path", [CHAT, "/u/1" + CHAT, CALLS, "/u/0" + CALLS])
def test_chat_and_calls_are_masked_and_marked_as_reverse_engineered(path: str) -> None:
    assert (surface(path).treatment, surface(path).validated) == (Treatment.MASK, "reverse-engineered")


@pytest.mark.parametrize("plus", [True, False], ids=["plus", "percent"])
@pytest.mark.parametrize("ascii_only", [True, False], ids=["escaped", "plain"])
def test_the_prompt_is_masked_three_layers_deep(ascii_only: bool, plus: bool) -> None:
    def body(values: Mapping[str, str]) -> bytes:
        return form(packed(fill(INNER, values), ensure_ascii=ascii_only), plus=plus)

    assert mask(parse(body(VALUES))) == body(TOKENS)


def test_ids_and_seals_are_no_fields_and_a_recorded_form_leaves_as_it_came() -> None:
    document = parse(RECORDED)

    assert [field.text for field in document.fields] == ["I am {{PERSON}}, mail {{EMAIL}}; {{SECRET}}"]
    assert document.splice({}) is RECORDED


def test_a_seal_is_kept_and_words_beside_the_prompt_are_masked() -> None:
    found = [["Hi", 0, None, [["Jane.txt"]]], ["en"], "!Abc-def_123456789012345678901234567890", "Jane Doe"]

    assert [field.text for field in parse(form(packed(found))).fields] == ["Hi", "Jane.txt", "Jane Doe"]


def test_a_prompt_that_is_json_is_read_and_its_numbers_are() -> None:
    found = parse(form(packed([['{"phone": 4930123456}', 1795300000], [1795300000]])))

    assert [field.text for field in found.fields] == ["phone", "4930123456"]


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.booleans())
def test_any_prompt_comes_through(prompt: str, plus: bool) -> None:
    document = parse(form(packed([["x" + prompt, 0], ["en"]]), plus=plus))
    new = document.splice({0: [Edit(0, len(prompt) + 1, 'Zoë "Q" \\')]})

    [outer] = parse_qs(new.decode())["f.req"]
    assert document.fields[0].text == "x" + prompt
    assert json.loads(json.loads(outer)[1]) == [['Zoë "Q" \\', 0], ["en"]]


@pytest.mark.parametrize(
    "body",
    [
        form("not json"),
        form("[null]"),
        form('[null, {"packed": 1}]'),
        form('[null, "text"]'),
        form('[null, "[]"]'),
        form('[null, "[\\"text\\"]"]'),
        form('[null, "[[7]]"]'),
        b"at=x",
        b"at=x&f.req=" + quote(packed(INNER)).encode() + b"&note=Jane+Doe",
        b"f.req=" + quote(packed(INNER)).encode() + b"&f.req=%5B%5D",
        "f.req=Zoë".encode(),
    ],
)
def test_a_form_of_an_unknown_shape_is_refused(body: bytes) -> None:
    with pytest.raises(BlockedError) as caught:
        parse(body)

    assert caught.value.reason is Reason.BODY_NOT_UNDERSTOOD


def test_what_is_no_form_is_refused() -> None:
    with pytest.raises(BlockedError, match="is no form"):
        parse(b"{}", kind="application/json")


def test_titles_and_saved_words_of_calls_are_masked() -> None:
    call = ["hNvQHb", json.dumps(["c_1a2b", [["Jane"]], 1795300000000]), None, "generic"]
    document = parse(form(json.dumps([[call, ["MaZiqc", "[13]", None, "generic"]]])), CALLS)

    assert [field.text for field in document.fields] == ["Jane"]


@pytest.mark.parametrize("source", ["[]", '[["x"]]', '[[["x", 1]]]', '[[["x", "packed"]]]', '[[["x", "[1]", "a b"]]]'])
def test_calls_of_an_unknown_shape_are_refused(source: str) -> None:
    with pytest.raises(BlockedError, match="not of the shape"):
        parse(form(source), CALLS)


def answer(values: Mapping[str, str]) -> bytes:
    """Return the recorded frames with their placeholders replaced, texts escaped twice, lengths made anew."""
    out: list[bytes] = []
    for frame in LengthSplitter().feed(vector("gemini_web_streamgenerate").read("stream")):
        if frame.data is None:
            out.append(frame.raw)
            continue
        tree = json.loads(frame.data)
        for part in tree:
            if part[0] == "wrb.fr":
                part[2] = json.dumps(fill(json.loads(part[2]), values))
        out.append(frame.with_data(json.dumps(tree, separators=(",", ":"))))
    return b"".join(out)


def shown(raw: bytes) -> list[Json]:
    frames = LengthSplitter().feed(raw)
    trees = [json.loads(frame.data) for frame in frames if frame.data is not None]
    return [json.loads(part[2]) if part[0] == "wrb.fr" else part for tree in trees for part in tree]


def run(pieces: list[bytes], unread: int = 0) -> bytes:
    restorer = surface().stream("application/json; charset=utf-8", restoration())
    out = b"".join([*map(restorer.feed, pieces), restorer.flush()])
    assert restorer.unread == unread
    return out


def test_every_snapshot_is_restored_and_every_length_is_right() -> None:
    out = run([answer(TOKENS)])

    assert shown(out) == shown(answer(VALUES))
    for frame in LengthSplitter().feed(out):
        if frame.data is not None:
            digits = frame.raw[: len(frame.raw) - len(frame.raw.lstrip(b"0123456789"))]
            assert int(digits) == units(frame.raw[len(digits) :])
    assert surface().restore(answer(TOKENS), "application/json", restoration()) == out


def test_a_cut_at_any_byte_restores_the_same() -> None:
    raw = answer(TOKENS)
    whole = run([raw])

    assert run([raw[i : i + 1] for i in range(len(raw))]) == whole
    for at in range(len(raw)):
        assert run([raw[:at], raw[at:]]) == whole, at


def test_an_answer_without_a_token_passes_byte_for_byte() -> None:
    raw = vector("gemini_web_streamgenerate").read("stream")

    assert run([raw]) == raw


def test_an_answer_that_is_not_framed_passes_and_is_counted() -> None:
    raw = f"<html>{TOKENS['PERSON']}</html>".encode()

    assert run([raw], unread=1) == raw


def test_an_unknown_path_is_refused() -> None:
    assert surface("/_/BardChatUi/jserror").treatment is Treatment.REFUSE
