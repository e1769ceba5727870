"""What is refused on purpose, with the reason that the person reads. Sans-IO.

Anything else at an unknown path is refused too, with a general sentence; these rows say more.
"""

from collections.abc import Mapping
from functools import partial

from maskwire.wire.opaque import BODYLESS
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.surface import Treatment

_BYPASS = "set the host to bypass if you accept that it is not protected"
_BINARY = f"speaks a private binary format that changes with each release, so its text cannot be masked; {_BYPASS}"
_WEB = f"this web application's own format is not supported yet, so its text cannot be masked; {_BYPASS}"
_WEB_PATH = (
    "this path of the web application is not known to maskwire, so its text cannot be masked; "
    f"update maskwire, or {_BYPASS}"
)
_PIECES = "a file that is sent in pieces cannot be searched, since a value may be cut; upload it as one file"
_SPEECH = f"speech that goes past the proxy cannot be masked; {_BYPASS}"
_SAMPLES = f"training and grading data is not searched yet; {_BYPASS}"
_GRPC = f"this gRPC service is not known to maskwire, so its text cannot be masked; use the REST API, or {_BYPASS}"

_READ_WEB: Mapping[str, Shape] = {
    "microsoft-copilot-web": Shape.OPENAI,
    "perplexity-web": Shape.OPENAI,
    "gemini-web": Shape.GOOGLE,
    "grok-web": Shape.OPENAI,
    "deepseek-web": Shape.OPENAI,
    "claude-web": Shape.ANTHROPIC,
    "chatgpt-web": Shape.OPENAI,
}
"""Web applications that have rows of their own; anything else of theirs is refused."""

_WEB_SHAPES: Mapping[str, Shape] = {
    "mistral-web": Shape.MISTRAL,
    "poe-web": Shape.OPENAI,
    "meta-web": Shape.OPENAI,
}

_row = partial(Row, methods="POST PUT PATCH", format=BODYLESS, treatment=Treatment.REFUSE)

ROWS = (
    _row("cursor", ("cursor",), path="/{rest...}", shape=Shape.CONNECT, why=f"Cursor {_BINARY}"),
    _row("windsurf", ("windsurf",), path="/{rest...}", shape=Shape.CONNECT, why=f"Windsurf {_BINARY}"),
    *(_row(name, (name,), path="/{rest...}", shape=shape, why=_WEB) for name, shape in _WEB_SHAPES.items()),
    *(_row(name, (name,), path="/{rest...}", shape=shape, why=_WEB_PATH) for name, shape in _READ_WEB.items()),
    _row("xai.grpc", ("xai",), path="/xai_api.{service}/{call}", shape=Shape.GRPC, why=_GRPC),
    _row("openai.uploads", ("openai", "azure"), path="/{base...}/uploads/{id}/parts", why=_PIECES),
    _row("openai.uploads", ("openai", "azure"), path="/{base...}/uploads", why=_PIECES),
    _row("openai.realtime", ("openai", "azure"), path="/{base...}/realtime/{rest...}", why=_SPEECH),
    _row("openai.fine_tuning", ("openai", "azure"), path="/{base...}/fine_tuning/{rest...}", why=_SAMPLES),
    _row(
        "bedrock.invoke.twoway",
        ("aws",),
        path="/model/{model...}/invoke-with-bidirectional-stream",
        shape=Shape.BEDROCK,
        why=f"a stream of speech in both directions cannot be masked; {_BYPASS}",
    ),
    _row("openai.evals", ("openai",), path="/v1/evals/{rest...}", why=_SAMPLES),
)
