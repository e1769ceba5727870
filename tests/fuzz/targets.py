"""What must hold for any bytes: one check for each reader, and the inputs from which a fuzzer starts.

The checks know nothing of the fuzzer, so that the ordinary tests run them too.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from maskwire.errors import BlockedError
from maskwire.stream.channels import EventRestorer
from maskwire.wire.attachments.multipart import parameters, read_parts
from maskwire.wire.document import Edit, Place
from maskwire.wire.documents import JsonDocument
from maskwire.wire.eventstream import EventStreamSplitter, encode, header
from maskwire.wire.formats import surface_of
from maskwire.wire.frame import Frame, Splitter
from maskwire.wire.jsonspan import Kind, Node, NotJson, parse
from maskwire.wire.literal import Source
from maskwire.wire.rules import rules
from maskwire.wire.sse import SseSplitter
from maskwire.wire.surface import Surface
from maskwire.wire.walk import Walk
from tests.fakes.resolving import TOKENS, restoration
from tests.fakes.unsteady import Unsteady
from tests.strategies.wire import Json

RULES = rules(free="free", call="call", result="result", schema="schema", keep="keep")
MARK = '<"\\\n\U0001f600>'
BOUNDARY = "multipart/form-data; boundary=x"


@dataclass(frozen=True, slots=True)
class Target:
    """A check that raises when something does not hold, and bytes to start from."""

    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def surface(host: str, path: str) -> Surface:
    """Return a surface that the table has."""
    found = surface_of("POST", host, path)
    assert found is not None
    return found


CHAT = surface("api.openai.com", "/v1/chat/completions")
UPLOAD = surface("api.openai.com", "/v1/files")


def rebuilt(source: str, node: Node) -> Json:
    """Return the value that a tree stands for, its numbers as they are written."""
    if node.kind is Kind.OBJECT:
        return {key.text: rebuilt(source, value) for key, value in node.members}
    if node.kind is Kind.ARRAY:
        return [rebuilt(source, value) for value in node.items]
    words = {"true": True, "false": False, "null": None}
    if node.kind is Kind.LITERAL:
        return words[node.text]
    return node.text if node.kind is Kind.STRING else source[node.start : node.end]


def check_json(data: bytes) -> None:
    """A text that is read is JSON and means the same; each text of it can be edited, and nothing else changes."""
    text = data.decode("utf-8", "ignore")
    try:
        root = parse(text)
    except NotJson:
        return
    assert rebuilt(text, root) == json.loads(text, parse_int=str, parse_float=str)
    body = text.encode()
    before = document(body)
    assert before.splice({}) is body
    texts = [field.text for field in before.fields]
    for index in [i for i, field in enumerate(before.fields) if field.place is not Place.NUMBER][:8]:
        at = len(texts[index]) // 2
        after = document(before.splice({index: [Edit(at, at, MARK)]}))
        assert [field.text for field in after.fields][: index + 1] == [
            *texts[:index],
            texts[index][:at] + MARK + texts[index][at:],
        ]


def document(body: bytes) -> JsonDocument:
    """Return the texts of a body of which all kinds of places are known."""
    source = Source(body.decode())
    root = parse(source.text)
    leaves = list(Walk(RULES).leaves(source, root))
    return JsonDocument(body, root, leaves, [True] * len(leaves))


def pieces(data: bytes) -> tuple[bytes, list[bytes]]:
    """Return the bytes behind the first, whole and cut as the first byte says."""
    if not data:
        return b"", [b""]
    size, whole = data[0] % 31 + 1, data[1:]
    return whole, [whole[i : i + size] for i in range(0, len(whole), size)]


def split(splitter: Splitter, cut: Iterable[bytes]) -> list[Frame]:
    """Return all frames."""
    return [*(frame for piece in cut for frame in splitter.feed(piece)), *splitter.flush()]


def check_cuts(whole: bytes, cut: list[bytes], make: Callable[[], Splitter]) -> list[Frame]:
    """Frames are the same however the bytes arrive, and are all of them."""
    found = split(make(), [whole])
    others = split(make(), cut)
    assert b"".join(frame.raw for frame in found) == whole
    assert b"".join(frame.raw for frame in others) == whole
    assert [f.data for f in found if f.data is not None] == [f.data for f in others if f.data is not None]
    return found


def check_sse(data: bytes) -> None:
    """Server-sent events are the same under any cut, and keep their bytes when they are written again."""
    whole, cut = pieces(data)
    for frame in check_cuts(whole, cut, SseSplitter):
        if frame.data is not None:
            assert frame.with_data(frame.data) == frame.raw


def check_stream(data: bytes) -> None:
    """A chat's stream gives the same bytes under any cut, and the same when every event is parsed."""
    whole, cut = pieces(data)
    found = restored([whole])
    assert found == restored(cut) == restored([bytes([byte]) for byte in whole])
    assert found == restored(cut, steady=False)


def restored(cut: list[bytes], *, steady: bool = True) -> bytes:
    """Return a chat's stream as the client gets it."""
    restorer = CHAT.stream("text/event-stream", restoration())
    assert isinstance(restorer, EventRestorer)
    if not steady:
        restorer.script = Unsteady(restorer.script)
    return b"".join([*map(restorer.feed, cut), restorer.flush()])


def check_eventstream(data: bytes) -> None:
    """Binary frames are the same under any cut; a frame that is written again is read as it was.

    Bytes that start with an odd one are headers and payload, to which lengths and checksums are added here.
    """
    if data[:1] and data[0] % 2:
        size = data[1] if len(data) > 1 else 0
        data = data[:1] + encode(data[2 : 2 + size], data[2 + size :]) * 2
    whole, cut = pieces(data)
    for frame in check_cuts(whole, cut, EventStreamSplitter):
        if frame.data is not None:
            [again] = split(EventStreamSplitter(), [frame.with_data(frame.data)])
            assert again.data == frame.data


def check_multipart(data: bytes) -> None:
    """Parts lie one behind the other inside the body; a form that is read can be edited and read again."""
    try:
        parts = read_parts(data, BOUNDARY)
        values = [(p.start, p.end) for part in parts for each in part.headers for p in parameters(data, each)]
    except BlockedError:
        return
    places = [place for part in parts for place in (*((h.start, h.end) for h in part.headers), part.content)]
    assert places == sorted(places)
    assert all(0 <= start <= end <= len(data) for start, end in (*places, *values))
    try:
        form = UPLOAD.parse(data, BOUNDARY, allow_media=True)
    except BlockedError:
        return
    assert form.splice({}) == data
    for index, field in list(enumerate(form.fields))[:4]:
        if field.place is Place.TEXT and field.text:
            try:
                edited = form.splice({index: [Edit(0, 1, "Q @")]})
            except BlockedError:
                continue  # what cannot be written is refused
            after = UPLOAD.parse(edited, BOUNDARY, allow_media=True)
            if ".csv" in field.path or not data.isascii():  # another delimiter or charset may be likelier now
                assert any("Q @" in each.text for each in after.fields)
            else:
                assert after.fields[index].text == "Q @" + field.text[1:]


_CHUNK = {"id": "c", "choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": None}]}
_EVENT = b"data: %s\n\n" % json.dumps(_CHUNK).encode()
_HEADERS = header(":event-type", "chunk") + header(":content-type", "application/json")
_PART = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'

TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "json": Target(
            check_json,
            (
                b'{"free": {"Jane": "{\\"a\\": [\\"b\\", 12345678]}"}, "text": "caf\\u00e9 \\ud83d"}',
                b'{"call": "{\\"x\\": \\"{\\\\\\"y\\\\\\": 1}\\"}", "result": [true, null, -1.5e3], '
                b'"schema": {"type": "a b"}}',
                '["\U0001f600\\ud83d\\ude00", {}, [], ""]'.encode(),
            ),
        ),
        "sse": Target(
            check_sse,
            (
                b"\x07: hi\r\nevent: e\r\ndata: 1\r\ndata:2\r\n\r\ndata: {}\n\n\r\rid: 3\rdata\r\r",
                b"\x00\xef\xbb\xbfdata: x\n\ndata: \xff\n\ndata: cut",
            ),
        ),
        "stream": Target(
            check_stream,
            (
                b"\x05"
                + _EVENT * 2
                + _EVENT.replace(b'"x"', b'" %s!"' % TOKENS["PERSON"].encode())
                + b"data: [DONE]\n\n",
                b"\x10"
                + b"".join(
                    _EVENT.replace(b'"x"', b'"%s"' % text)
                    for text in (b"mail.", TOKENS["EMAIL"][5:].encode(), b"\\n", b"](")
                ),
            ),
        ),
        "eventstream": Target(
            check_eventstream,
            (
                b"\x01" + bytes([len(_HEADERS)]) + _HEADERS + b'{"delta": {"text": "x"}}',
                b"\x03" + bytes([len(_HEADERS)]) + _HEADERS + b'{"bytes": "eyJhIjogMX0=", "p": "abc"}',
                b"\x02" + encode(_HEADERS, b'{"contentBlockIndex": 0}') * 2,
            ),
        ),
        "multipart": Target(
            check_multipart,
            (
                _PART % (b"purpose", b"", b"user_data")
                + _PART % (b"file", b'; filename="a.txt"\r\nContent-Type: text/plain', b"Jane\r\nDoe")
                + b"--x--\r\n",
                b"\r\n" + _PART % (b"file", b'; filename="a.csv"', b'a,"b"\r\n') + b"--x--",
                _PART % (b"file", b'; filename="a.json"', b'{"a": "b"}') + b"--x--\r\n",
            ),
        ),
    }
)
