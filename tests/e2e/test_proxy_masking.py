import json
from pathlib import Path

from maskwire.exchange import Outcome
from tests.fakes.proxied import proxied, tunnelled
from tests.fakes.upstream import Heard, Reply

EMAIL = "ada@example.org"


def chat(text: str, **more: object) -> bytes:
    return json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": text}], **more}).encode()


def event(text: str) -> bytes:
    chunk = {"id": "c", "choices": [{"index": 0, "delta": {"content": text}}]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def spoken(stream: bytes) -> str:
    lines = [line[6:] for line in stream.split(b"\n") if line.startswith(b"data: {")]
    return "".join(json.loads(line)["choices"][0]["delta"].get("content", "") for line in lines)


def echo(heard: Heard) -> Reply:
    text = json.loads(heard.body)["messages"][0]["content"]
    words = [event(w + " ") for w in text.split(" ")]
    return Reply([*words, b"data: [DONE]\n\n"])


async def test_a_value_never_reaches_the_provider_and_comes_back(tmp_path: Path) -> None:
    async with proxied(tmp_path, echo) as lab, tunnelled(lab) as wire:
        await wire.post(chat(f"write to {EMAIL} please"))
        status, _, body = await wire.answer()
        await lab.journalled()

    sent = lab.upstream.heard[0]
    assert status == 200
    assert EMAIL.encode() not in sent.raw + sent.body
    assert spoken(body).strip() == f"write to {EMAIL} please"
    assert lab.last.outcome is Outcome.MASKED
    assert lab.last.entities == {"EMAIL_ADDRESS": 1}
