"""The one table of surfaces: provider, method and path decide how a request is read. Sans-IO.

A provider family is one module with its ``ROWS``; this module joins them and answers for all that no
row names: a body at an unknown path of a known host is refused, a plain read passes.
"""

from collections.abc import Mapping
from functools import cache
from urllib.parse import unquote

from maskwire.wire import (
    anthropic,
    anthropic_agents,
    bedrock,
    cohere,
    cohere_v1,
    compatible,
    gemini,
    gemini_interactions,
    huggingface,
    mistral,
    ollama,
    openai_assistants,
    openai_chat,
    openai_responses,
    openai_stores,
    openai_text,
    raw_uploads,
    refused,
    replicate,
    side,
    socket,
    uploads,
    web_chatgpt,
    web_claude,
    web_copilot,
    web_deepseek,
    web_gemini,
    web_grok,
    web_perplexity,
    web_topics,
    xai,
)
from maskwire.wire.hosts import known_hosts, provider_of
from maskwire.wire.opaque import BODYLESS
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.surface import Surface, Treatment

__all__ = ["TABLE", "known_hosts", "surface_of"]

TABLE: tuple[Row, ...] = (
    *openai_chat.ROWS,
    *openai_responses.ROWS,
    *openai_text.ROWS,
    *openai_assistants.ROWS,
    *openai_stores.ROWS,
    *anthropic.ROWS,
    *anthropic_agents.ROWS,
    *gemini.ROWS,
    *gemini_interactions.ROWS,
    *mistral.ROWS,
    *cohere.ROWS,
    *cohere_v1.ROWS,
    *ollama.ROWS,
    *huggingface.ROWS,
    *bedrock.ROWS,
    *xai.ROWS,
    *compatible.ROWS,
    *replicate.ROWS,
    *uploads.ROWS,
    *web_chatgpt.ROWS,
    *web_claude.ROWS,
    *web_copilot.ROWS,
    *web_deepseek.ROWS,
    *web_gemini.ROWS,
    *web_grok.ROWS,
    *web_perplexity.ROWS,
    *raw_uploads.ROWS,
    *socket.ROWS,
    *web_topics.ROWS,
    *side.ROWS,
    *refused.ROWS,
)
"""Every surface, in the order in which rows are tried."""

_SHAPES: Mapping[str, Shape] = {
    "anthropic": Shape.ANTHROPIC,
    "claude-web": Shape.ANTHROPIC,
    "google": Shape.GOOGLE,
    "vertex": Shape.GOOGLE,
    "code-assist": Shape.GOOGLE,
    "gemini-web": Shape.GOOGLE,
    "mistral": Shape.MISTRAL,
    "cohere": Shape.COHERE,
    "ollama": Shape.OLLAMA,
    "aws": Shape.BEDROCK,
}
"""The error shape of a provider where no row says it; all others take OpenAI's."""

_UNKNOWN = (
    "this path of the provider is not known to maskwire, so its text cannot be masked; "
    "update maskwire, or set the host to bypass if you accept that it is not protected"
)


@cache
def _rows(provider: str) -> tuple[Row, ...]:
    return tuple(row for row in TABLE if provider in row.providers)


def surface_of(method: str, host: str, path: str) -> Surface | None:
    """Return the surface of a request, or ``None`` when ``host`` is not one that is decrypted.

    ``host`` has no port; ``path`` may hold a query, which is not looked at: see ``maskwire.wire.query``.
    """
    provider = provider_of(host)
    if provider is None:
        return None
    method = method.upper()
    bare = unquote(path.partition("?")[0])
    for row in _rows(provider):
        if (surface := row.surface(method, bare, provider)) is not None:
            return surface
    reads = method in {"GET", "HEAD", "OPTIONS", "DELETE"}
    return Surface(
        id=f"{provider}.{'read' if reads else 'unknown'}",
        provider=provider,
        treatment=Treatment.PASS if reads else Treatment.REFUSE,
        format=side.READS if reads else BODYLESS,
        shape=_SHAPES.get(provider, Shape.OPENAI),
        route="*",
        why="a request without a body; what it reads back is restored" if reads else _UNKNOWN,
    )
