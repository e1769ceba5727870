"""What a client is told instead of the provider's answer, and what a log may know of an error. Sans-IO."""

import json
from dataclasses import replace
from traceback import extract_tb

from maskwire.errors import BlockedError, Reason
from maskwire.mitm.corporate import refusal_sentence, refused_status
from maskwire.wire.refusals import Shape
from maskwire.wire.surface import Refusal, Surface

_UPGRADE_REQUIRED = 426
"""Codex and Copilot answer this, alone of all statuses, with the same request over HTTPS at once."""

_VERIFY_FAILED = "Certificate verify failed: "
"""How mitmproxy begins the one message of its connection errors that quotes nobody's bytes."""


def refusal_of(surface: Surface | None, error: BlockedError) -> Refusal:
    """Return the answer that refuses, in the shape of the provider or, where none is known, of most of them."""
    if surface is None:
        headers, body = Shape.OPENAI.render(error)
        refusal = Refusal(400, headers, body)
    else:
        refusal = surface.refusal(error)
    return replace(refusal, status=_UPGRADE_REQUIRED) if error.reason is Reason.UPGRADE_UNSUPPORTED else refusal


def unreachable(host: str, message: str) -> Refusal:
    """Return the answer for a provider that could not be reached; SDKs may try again.

    ``message`` is mitmproxy's and may quote what was sent, so only what it says about certificates, and the number
    that a company's proxy answered, are shown.
    """
    if (refused := refused_status(message)) is not None:
        why = refusal_sentence(refused)
    else:
        why = message if message.startswith(_VERIFY_FAILED) else "the connection failed"
    error = {"message": f"maskwire could not reach {host}: {why}", "type": "api_connection_error"}
    return Refusal(502, (("content-type", "application/json"),), json.dumps({"error": error}).encode())


def readable(refusal: Refusal, origin: str) -> Refusal:
    """Return ``refusal`` so that the script of a page at ``origin`` may read why; as it is when no page asked.

    Without it a page that talks to a provider of another origin learns of no more than a failed connection.
    Source: https://fetch.spec.whatwg.org/#http-cors-protocol
    """
    if not origin:
        return refusal
    return replace(refusal, headers=(*refusal.headers, ("access-control-allow-origin", origin), ("vary", "origin")))


def place_of(error: BaseException) -> str:
    """Return type and line of an error: its message may quote somebody's text."""
    frames = extract_tb(error.__traceback__)
    where = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where
