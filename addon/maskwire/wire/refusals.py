"""How each provider says no: bodies that make its own SDK raise a typed error, once. Sans-IO.

Status 400 with ``x-should-retry: false`` was measured to be final for every client tried; 403, 422, 451
and 5xx make some of them send the same request again.
"""

import json
from collections.abc import Callable, Mapping
from enum import Enum
from urllib.parse import quote

from maskwire.errors import BlockedError

Headers = tuple[tuple[str, str], ...]

_JSON: Headers = (("content-type", "application/json"), ("x-should-retry", "false"))
_GRPC: Headers = (("content-type", "application/grpc"), ("grpc-status", "3"))
"""An answer of headers alone: INVALID_ARGUMENT, which no gRPC client tries again."""

_BEDROCK: Headers = (*_JSON, ("x-amzn-errortype", "ValidationException"))


def _openai(message: str) -> object:
    return {
        "error": {"message": message, "type": "invalid_request_error", "param": None, "code": "maskwire_blocked"},
    }


def _anthropic(message: str) -> object:
    return {
        "type": "error",
        "error": {"type": "invalid_request_error", "message": message},
        "request_id": "req_maskwire",
    }


def _google(message: str) -> object:
    return {"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}


def _mistral(message: str) -> object:
    return {
        "object": "error",
        "message": message,
        "type": "invalid_request_error",
        "param": None,
        "code": "maskwire_blocked",
    }


def _cohere(message: str) -> object:
    return {"id": "maskwire", "message": message}


def _ollama(message: str) -> object:
    return {"error": message}


def _bedrock(message: str) -> object:
    return {"message": message}


def _connect(message: str) -> object:
    return {"code": "invalid_argument", "message": message}


class Shape(Enum):
    """A family of error bodies. The value is the name that the table of surfaces prints."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    GOOGLE = "google"
    MISTRAL = "mistral"
    COHERE = "cohere"
    OLLAMA = "ollama"
    BEDROCK = "bedrock"
    CONNECT = "connect"
    GRPC = "grpc"

    @property
    def status(self) -> int:
        """The HTTP status: 400, but gRPC says everything in its own headers."""
        return 200 if self is Shape.GRPC else 400

    def render(self, error: BlockedError) -> tuple[Headers, bytes]:
        """Return headers and body of the answer that refuses because of ``error``."""
        if self is Shape.GRPC:
            return (*_GRPC, ("grpc-message", quote(sentence(error), safe=" "))), b""
        body = json.dumps(_BODIES[self](sentence(error)), ensure_ascii=False).encode()
        return (_BEDROCK if self is Shape.BEDROCK else _JSON), body

    def event(self, error: BlockedError) -> str:
        """Return the JSON text of the error as it stands inside an open stream."""
        return json.dumps(_BODIES[self](sentence(error)), ensure_ascii=False)


_BODIES: Mapping[Shape, Callable[[str], object]] = {
    Shape.OPENAI: _openai,
    Shape.ANTHROPIC: _anthropic,
    Shape.GOOGLE: _google,
    Shape.MISTRAL: _mistral,
    Shape.COHERE: _cohere,
    Shape.OLLAMA: _ollama,
    Shape.BEDROCK: _bedrock,
    Shape.CONNECT: _connect,
    Shape.GRPC: _connect,
}


def sentence(error: BlockedError) -> str:
    """Return what the person reads: who refused, why, and the stable word for it."""
    return f"maskwire blocked this request: {error} [{error.reason}]"
