"""What may not leave the machine goes to a model on it, or nowhere."""

import json
from pathlib import Path

import pytest

from maskwire.exchange import Outcome
from maskwire.policy import Action, Policy
from maskwire.wire.local import LocalServer
from tests.fakes.openai import chat
from tests.fakes.proxied import Lab, proxied, tunnelled
from tests.fakes.upstream import Heard, Reply, Upstream

EMAIL = "ada@example.org"
LOCALLY = Policy(actions={"EMAIL_ADDRESS": Action.ROUTE_LOCAL})


def streamed(heard: Heard) -> Reply:
    said = json.loads(heard.body)["messages"][0]["content"]
    chunk = {"id": "c", "choices": [{"index": 0, "delta": {"content": f"local: {said}"}}]}
    return Reply([b"data: " + json.dumps(chunk).encode() + b"\n\n", b"data: [DONE]\n\n"])


def server(address: str, **more: str) -> LocalServer:
    host, _, port = address.rpartition(":")
    return LocalServer(host, int(port), **more)


def said(answer: bytes) -> str:
    chunks = [json.loads(line[6:]) for line in answer.splitlines() if line.startswith(b"data: {")]
    return "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks)


async def asked(lab: Lab, text: str, **more: object) -> tuple[int, bytes]:
    async with tunnelled(lab) as wire:
        headers = ["authorization: Bearer sk-provider", "content-type: application/json"]
        body = chat(text, **more)
        await wire.send(
            "POST", "/v1/chat/completions", ["host: api.openai.com", *headers, f"content-length: {len(body)}"], body
        )
        status, _, answer = await wire.answer()
    return status, answer


async def test_a_request_goes_to_the_local_model_as_it_is_without_the_providers_key(tmp_path: Path) -> None:
    async with (
        proxied(tmp_path, streamed, alpn=("http/1.1",)) as lab,
        Upstream(streamed).serving(tls=False) as model,
    ):
        lab.policy, lab.local = LOCALLY, server(model.address)
        status, answer = await asked(lab, f"write to {EMAIL}", stream=True)
        await lab.journalled()

    [heard] = model.heard
    assert (status, heard.target) == (200, "/v1/chat/completions")
    assert json.loads(heard.body)["messages"][0]["content"] == f"write to {EMAIL}"
    assert "sk-provider" not in str(heard.headers)
    assert said(answer) == f"local: write to {EMAIL}"
    assert lab.upstream.heard == []
    assert lab.last.outcome is Outcome.LOCAL
    assert lab.last.actions == {"route_local": 1}


async def test_another_model_and_key_are_asked_where_the_settings_name_them(tmp_path: Path) -> None:
    async with proxied(tmp_path, streamed) as lab, Upstream(streamed).serving(tls=False) as model:
        lab.policy, lab.local = LOCALLY, server(model.address, prefix="/api/v1", model="llama3.2", key="sk-local")
        await asked(lab, EMAIL)

    [heard] = model.heard
    assert heard.target == "/api/v1/chat/completions"
    assert json.loads(heard.body) == {**json.loads(chat(EMAIL)), "model": "llama3.2"}
    assert ("authorization", "Bearer sk-local") in heard.headers


async def test_what_holds_no_such_value_goes_to_the_provider(tmp_path: Path) -> None:
    async with proxied(tmp_path, streamed) as lab, Upstream(streamed).serving(tls=False) as model:
        lab.policy, lab.local = LOCALLY, server(model.address)
        await asked(lab, "nothing here")
        await asked(lab, EMAIL)
        await asked(lab, "nothing here")

    assert (len(lab.upstream.heard), len(model.heard)) == (2, 1)


async def test_without_a_local_model_the_request_is_refused(tmp_path: Path) -> None:
    async with proxied(tmp_path, streamed) as lab:
        lab.policy = LOCALLY
        status, answer = await asked(lab, EMAIL)

    assert status == 400
    assert "set url in [local]" in json.loads(answer)["error"]["message"]
    assert lab.upstream.heard == []


async def test_a_local_model_that_does_not_run_is_named(tmp_path: Path) -> None:
    async with proxied(tmp_path, streamed) as lab:
        lab.policy, lab.local = LOCALLY, LocalServer("127.0.0.1", 9)
        status, answer = await asked(lab, EMAIL)

    assert status == 502
    assert "the local model" in json.loads(answer)["error"]["message"]
    assert lab.upstream.heard == []


@pytest.mark.parametrize("target", ["/v1/moderations", "/v1/images/generations"])
async def test_what_a_local_model_does_not_answer_is_refused(tmp_path: Path, target: str) -> None:
    body = json.dumps({"input": EMAIL, "prompt": EMAIL, "model": "m"}).encode()
    async with proxied(tmp_path, streamed) as lab, tunnelled(lab) as wire:
        lab.policy, lab.local = LOCALLY, LocalServer("127.0.0.1", 9)
        head = ["host: api.openai.com", "content-type: application/json", f"content-length: {len(body)}"]
        await wire.send("POST", target, head, body)
        status, _, answer = await wire.answer()

    assert status == 400
    assert "does not answer this kind" in json.loads(answer)["error"]["message"]
    assert lab.upstream.heard == []
