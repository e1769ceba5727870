"""What a program and OpenAI's chat say to each other, as short as it may be."""

import json


def chat(text: str, **more: object) -> bytes:
    """Return a request of one turn, with ``more`` members after it."""
    return json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": text}], **more}).encode()


def event(text: str) -> bytes:
    """Return an event of a streamed answer."""
    chunk = {"id": "c", "choices": [{"index": 0, "delta": {"content": text}}]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"
