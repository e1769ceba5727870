from h11 import Data, EndOfMessage
from h11._receivebuffer import ReceiveBuffer
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.mitm.engine import http1_layer, http_layer
from maskwire.mitm.patches import Stream, TrailerlessReader, apply


def read(parts: list[bytes]) -> tuple[bytes, list[EndOfMessage]]:
    """Feed a chunked body in parts, as it arrives."""
    reader, buffer = TrailerlessReader(), ReceiveBuffer()
    body, ends = b"", []
    for part in parts:
        buffer += part
        while (event := reader(buffer)) is not None:
            if isinstance(event, Data):
                body += bytes(event.data)
            else:
                ends.append(event)
                return body, ends
    return body, ends


@given(
    chunks=st.lists(st.binary(min_size=1, max_size=20), max_size=5),
    trailers=st.lists(st.sampled_from([b"x-checksum: 1", b"grpc-status: 0"]), max_size=2),
    size=st.integers(1, 40),
)
@settings(deadline=None)
def test_a_body_ends_without_its_trailers_however_it_is_cut(
    chunks: list[bytes], trailers: list[bytes], size: int
) -> None:
    framed = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks)
    whole = framed + b"0\r\n" + b"".join(t + b"\r\n" for t in trailers) + b"\r\n"
    body, ends = read([whole[i : i + size] for i in range(0, len(whole), size)])

    assert body == b"".join(chunks)
    assert [list(end.headers) for end in ends] == [[]]


def test_the_replacements_are_where_mitmproxy_looks_for_them() -> None:
    """If a release moves these names, the patches would silently do nothing."""
    apply()

    assert isinstance(http1_layer.make_body_reader(None), TrailerlessReader)
    assert "HttpStream" in http_layer.HttpLayer.make_stream.__code__.co_names
    assert vars(http_layer)["HttpStream"] is Stream
