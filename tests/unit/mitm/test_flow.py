import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mitmproxy.test import tflow, tutils

from maskwire.errors import BlockedError, Reason
from maskwire.mitm import flow as flows
from maskwire.mitm.engine import http
from maskwire.wire.surface import Refusal

MIB = 1024 * 1024


def request(path: str = "/v1/x", body: bytes = b"", **headers: str) -> http.HTTPFlow:
    fields = [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
    return tflow.tflow(
        req=tutils.treq(host="api.openai.com", path=path.encode(), headers=http.Headers(fields), content=body)
    )


def response(status: int = 200, **headers: str) -> http.HTTPFlow:
    found = request()
    fields = [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
    found.response = tutils.tresp(status_code=status, headers=http.Headers(fields))
    return found


@pytest.mark.parametrize(
    ("headers", "path", "signed"),
    [
        ({"authorization": "AWS4-HMAC-SHA256 Credential=a"}, "/", True),
        ({"authorization": "aws4-ecdsa-p256-sha256 Credential=a"}, "/", True),
        ({"authorization": "Bearer AWS4-HMAC-SHA256"}, "/", False),
        ({}, "/?X-Amz-Signature=1", True),
        ({}, "/?x-amz-signature=", True),
        ({}, "/x-amz-signature", False),
    ],
)
def test_signatures_over_the_body_are_seen(headers: dict[str, str], path: str, signed: bool) -> None:
    flow = request(path)
    flow.request.headers.update(headers)

    assert flows.is_signed(flow.request) is signed


@pytest.mark.parametrize(("value", "wanted"), [("websocket", True), ("WebSocket", True), ("foo", True), ("h2c", False)])
def test_any_upgrade_but_h2c_leaves_http(value: str, wanted: bool) -> None:
    assert flows.is_upgrade(request(upgrade=value).request) is wanted
    assert not flows.is_upgrade(request().request)


@given(body=st.binary(max_size=200), coding=st.sampled_from(["", "gzip", "deflate", "br", "zstd", "identity"]))
@settings(deadline=None)
def test_a_body_that_is_put_back_is_read_again(body: bytes, coding: str) -> None:
    flow = request(content_encoding=coding, digest="x", content_md5="y")
    flows.set_body(flow, body)

    assert flows.body_of(flow, MIB) == body
    assert flow.request.headers["content-length"] == str(len(flow.request.raw_content or b""))
    assert "digest" not in flow.request.headers
    assert "content-md5" not in flow.request.headers


def test_a_chunked_body_gets_no_length() -> None:
    flow = request(transfer_encoding="chunked")
    flows.set_body(flow, b"x")

    assert "content-length" not in flow.request.headers


def test_a_body_that_was_streamed_or_is_missing_is_refused() -> None:
    streamed, missing = request(body=b"x"), request()
    streamed.request.stream = True
    missing.request.raw_content = None

    for flow in (streamed, missing):
        with pytest.raises(BlockedError) as caught:
            flows.body_of(flow, MIB)
        assert caught.value.reason is Reason.BODY_TOO_LARGE


def test_a_body_is_measured_after_its_encoding_is_undone() -> None:
    flow = request(body=gzip.compress(bytes(MIB + 1)), content_encoding="gzip")

    with pytest.raises(BlockedError):
        flows.body_of(flow, MIB)


@given(st.lists(st.sampled_from(["authorization", "Cookie", "x-a", "X-B", "x-api-key"]), max_size=6))
@settings(deadline=None)
def test_credentials_are_never_touchable_and_numbers_name_the_right_header(names: list[str]) -> None:
    flow = request()
    flow.request.headers = http.Headers([(n.encode(), str(i).encode()) for i, n in enumerate(names)])
    for number, name, value in flows.touchable(flow.request):
        assert name in {"x-a", "x-b"}
        assert value == str(number)
        flows.set_header(flow.request, number, f"new{number}")

    expected = [f"new{i}" if n.lower() in {"x-a", "x-b"} else str(i) for i, n in enumerate(names)]
    assert [v.decode() for _, v in flow.request.headers.fields] == expected
    assert [n.decode() for n, _ in flow.request.headers.fields] == names


@pytest.mark.parametrize(
    ("status", "length", "wanted"),
    [(200, "5", True), (204, "", False), (304, "9", False), (101, "", False), (200, "0", False)],
)
def test_answers_without_a_body_are_left_alone(status: int, length: str, wanted: bool) -> None:
    flow = response(status, **({"content_length": length} if length else {}))

    assert flows.has_body(flow) is wanted


def test_an_answer_to_head_has_no_body() -> None:
    flow = response(content_length="5")
    flow.request.method = "HEAD"

    assert not flows.has_body(flow)


@pytest.mark.parametrize(("version", "framing"), [("HTTP/1.1", "chunked"), ("HTTP/1.0", None), ("HTTP/2.0", None)])
def test_the_length_is_free_in_every_version(version: str, framing: str | None) -> None:
    flow = response(content_length="5", transfer_encoding="chunked", etag="a")
    flow.request.http_version = version
    flows.frame_anew(flow)

    assert flow.response is not None
    assert flow.response.headers.get("transfer-encoding") == framing
    assert "content-length" not in flow.response.headers
    assert flow.response.headers["etag"] == "a"


def test_a_refusal_becomes_a_whole_answer() -> None:
    made = flows.answer(Refusal(400, (("content-type", "application/json"), ("x-should-retry", "false")), b"{}"))

    assert (made.status_code, made.content, made.headers["content-length"]) == (400, b"{}", "2")
    assert made.headers["x-should-retry"] == "false"


def test_every_authority_of_a_request_counts() -> None:
    flow = request()
    flow.request.headers = http.Headers([(b"Host", b"a.test:443"), (b"host", b"b.test")])
    flow.request.authority = "c.test"
    flow.client_conn.sni = "d.test"

    assert flows.named_hosts(flow) == ["api.openai.com", "d.test", "a.test", "b.test", "c.test"]
    with pytest.raises(BlockedError):
        flows.host_of(flow)
