"""Uploads through a real proxy: the resumable protocol of Gemini's files, as its SDK speaks it."""

import json
from pathlib import Path

from maskwire.errors import Reason
from tests.fakes.proxied import GOOGLE, proxied, tunnelled
from tests.fakes.upstream import Heard, Reply

EMAIL = "ada@example.org"
JSON = ("content-type", "application/json")
TEXT = f"name,mail\r\nAda,{EMAIL}\r\n".encode()
START = (
    f"host: {GOOGLE}",
    "content-type: application/json",
    "x-goog-upload-protocol: resumable",
    "x-goog-upload-command: start",
    "x-goog-upload-header-content-type: text/csv",
)


class Provider:
    """Keeps what an upload was named and answers with it, as the real one does."""

    def __init__(self) -> None:
        self.name = ""

    def __call__(self, heard: Heard) -> Reply:
        if heard.header("x-goog-upload-command") == "start":
            self.name = json.loads(heard.body)["file"]["displayName"]
            address = f"https://{GOOGLE}/upload/v1beta/files?upload_id=u1&upload_protocol=resumable"
            return Reply([b"{}"], headers=[JSON, ("x-goog-upload-url", address), ("x-goog-upload-status", "active")])
        answer = {"file": {"name": "files/f1", "displayName": self.name, "sizeBytes": str(len(heard.body))}}
        return Reply([json.dumps(answer).encode()], headers=[JSON, ("x-goog-upload-status", "final")])


async def test_a_resumable_upload_is_masked_in_both_of_its_requests(tmp_path: Path) -> None:
    named = json.dumps({"file": {"displayName": f"list of {EMAIL}"}}).encode()

    async with proxied(tmp_path, Provider()) as lab, tunnelled(lab, GOOGLE) as wire:
        sizes = [f"content-length: {len(named)}", f"x-goog-upload-header-content-length: {len(TEXT)}"]
        await wire.send("POST", "/upload/v1beta/files", [*START, *sizes], named)
        _, headers, _ = await wire.answer()
        target = headers["x-goog-upload-url"].removeprefix(f"https://{GOOGLE}")
        whole = ["x-goog-upload-command: upload, finalize", "x-goog-upload-offset: 0", f"content-length: {len(TEXT)}"]
        await wire.send("POST", target, [f"host: {GOOGLE}", *whole], TEXT)
        status, _, body = await wire.answer()

    start, upload = lab.upstream.heard
    assert EMAIL.encode() not in start.body + upload.body
    assert start.header("x-goog-upload-header-content-length") == ""
    assert upload.header("content-length") == str(len(upload.body))
    assert upload.body.startswith(b"name,mail\r\nAda,")
    assert (status, json.loads(body)["file"]["displayName"]) == (200, f"list of {EMAIL}")


async def test_a_piece_of_a_file_is_refused(tmp_path: Path) -> None:
    async with proxied(tmp_path, Provider()) as lab, tunnelled(lab, GOOGLE) as wire:
        head = [f"host: {GOOGLE}", "x-goog-upload-command: upload", "x-goog-upload-offset: 0", "content-length: 9"]
        await wire.send("POST", "/upload/v1beta/files?upload_id=u1", head, b"half of a")
        status, _, body = await wire.answer()

    assert status == 400
    assert f"[{Reason.CONTENT_UNSUPPORTED}]" in json.loads(body)["error"]["message"]
    assert lab.upstream.heard == []
