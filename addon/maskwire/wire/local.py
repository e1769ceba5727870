"""What an OpenAI-shaped request becomes for a server on this machine that speaks the same. Sans-IO.

Source: https://docs.ollama.com/api/openai-compatibility, https://lmstudio.ai/docs/developer/openai-compat
"""

import json
from dataclasses import dataclass, field
from typing import Final

from maskwire.wire.jsonspan import Kind, NotJson, parse

OPERATIONS: Final = ("chat/completions", "responses", "embeddings")
"""What such servers answer; the ends of the paths of every OpenAI-shaped host."""


@dataclass(frozen=True, slots=True)
class LocalServer:
    """An OpenAI-compatible server: ``prefix`` is its base path, as ``/v1``. An empty ``model`` keeps the asked one."""

    host: str
    port: int
    prefix: str = "/v1"
    model: str = ""
    key: str = field(default="", repr=False)


def operation(target: str) -> str | None:
    """Return which of ``OPERATIONS`` the path of ``target`` asks for; its query does not count."""
    path = target.partition("?")[0].rstrip("/")
    return next((name for name in OPERATIONS if path.endswith(f"/{name}")), None)


def with_model(body: bytes, model: str) -> bytes:
    """Return the JSON object ``body`` asking for ``model``; all its other bytes stay.

    Raises:
        ValueError: the body is no JSON object.
    """
    source = body.decode()
    try:
        root = parse(source)
    except NotJson as e:
        raise ValueError("no JSON") from e
    if root.kind is not Kind.OBJECT:
        raise ValueError("no JSON object")
    named = root.get("model")
    if named is not None:
        return (source[: named.start] + json.dumps(model) + source[named.end :]).encode()
    comma = "," if root.members else ""
    return (source[: root.start + 1] + f'"model":{json.dumps(model)}{comma}' + source[root.start + 1 :]).encode()
