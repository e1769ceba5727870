"""Uploads as their headers tell: whole files pass, pieces do not, sizes stay true."""

import json

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.mitm import uploads
from maskwire.mitm.engine import http
from maskwire.policy import HostPolicy, Mode, Policy
from tests.fakes.hooks import EMAIL, Rig, flow_to

GOOGLE = "generativelanguage.googleapis.com"


def headers(**values: str) -> http.Headers:
    return http.Headers([(name.replace("_", "-").encode(), value.encode()) for name, value in values.items()])


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"x_goog_upload_command": "start"},
        {"x_goog_upload_command": "upload, finalize", "x_goog_upload_offset": "0"},
        {"x_goog_upload_command": "upload,finalize"},
        {"x_goog_upload_command": "query"},
        {"x_goog_upload_command": "finalize"},
        {"content_range": "bytes 0-9/10"},
        {"upload_offset": "0"},
    ],
    ids=str,
)
def test_whole_files_pass(given: dict[str, str]) -> None:
    uploads.check(headers(**given))


@pytest.mark.parametrize(
    "given",
    [
        {"x_goog_upload_command": "upload"},
        {"x_goog_upload_command": "upload", "x_goog_upload_offset": "0"},
        {"x_goog_upload_command": "Upload, Finalize", "x_goog_upload_offset": "8388608"},
        {"content_range": "bytes 0-9/*"},
        {"content_range": "bytes 0-9/20"},
        {"content_range": "bytes 10-19/20"},
        {"content_range": "bytes */20"},
        {"upload_offset": "512"},
    ],
    ids=str,
)
def test_pieces_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(BlockedError, match="in pieces") as caught:
        uploads.check(headers(**given))

    assert caught.value.reason is Reason.CONTENT_UNSUPPORTED


def test_a_range_follows_the_new_size() -> None:
    found = headers(content_range="bytes 0-9/10")
    uploads.correct(found, 25)
    assert found["content-range"] == "bytes 0-24/25"

    plain = headers(host="x")
    uploads.correct(plain, 25)
    assert list(plain) == ["host"]


async def test_a_resumable_upload_announces_no_size_and_is_masked() -> None:
    rig = Rig(GOOGLE)
    start = flow_to(GOOGLE, "/upload/v1beta/files", json.dumps({"file": {"displayName": EMAIL}}).encode())
    start.request.headers["x-goog-upload-command"] = "start"
    start.request.headers["x-goog-upload-header-content-length"] = "17"
    start.request.headers["x-goog-upload-header-content-type"] = "text/plain"
    await rig.ask(start)

    assert start.response is None
    assert "x-goog-upload-header-content-length" not in start.request.headers
    assert start.request.headers["x-goog-upload-header-content-type"] == "text/plain"
    assert EMAIL.encode() not in (start.request.raw_content or b"")

    whole = flow_to(GOOGLE, "/upload/v1beta/files?upload_id=1", f"to {EMAIL}".encode())
    whole.request.headers["content-type"] = ""
    whole.request.headers["x-goog-upload-command"] = "upload, finalize"
    whole.request.headers["content-range"] = "bytes 0-17/18"
    await rig.ask(whole)
    size = len(whole.request.raw_content or b"")

    assert whole.response is None
    assert EMAIL.encode() not in (whole.request.raw_content or b"")
    assert whole.request.headers["content-length"] == str(size)
    assert whole.request.headers["content-range"] == f"bytes 0-{size - 1}/{size}"


@pytest.mark.parametrize(
    "policy",
    [Policy(paused=True), Policy(hosts={GOOGLE: HostPolicy(mode=Mode.OBSERVE)})],
    ids=["paused", "observed"],
)
async def test_where_only_secrets_are_held_back_a_piece_without_one_passes(policy: Policy) -> None:
    rig = Rig(GOOGLE)
    rig.policy = policy
    piece = flow_to(GOOGLE, "/upload/v1beta/files?upload_id=1", b"half of a text")
    piece.request.headers["content-type"] = "text/plain"
    piece.request.headers["x-goog-upload-command"] = "upload"
    await rig.ask(piece)

    assert piece.response is None
    assert piece.request.raw_content == b"half of a text"


async def test_a_piece_is_refused_where_the_host_is_protected() -> None:
    rig = Rig(GOOGLE)
    piece = flow_to(GOOGLE, "/upload/v1beta/files?upload_id=1", b"half of ad")
    piece.request.headers["x-goog-upload-command"] = "upload"
    await rig.ask(piece)

    assert piece.response is not None
    assert piece.response.status_code == 400
    assert "in pieces" in (piece.response.text or "")
