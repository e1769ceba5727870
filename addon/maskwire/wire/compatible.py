"""Hosts that speak OpenAI's or Anthropic's format under paths of their own: a new one is a row here. Sans-IO."""

from collections.abc import Iterator, Mapping

from maskwire.wire import anthropic, cohere, openai_chat, openai_responses, openai_text
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

OPENAI_BASES: Mapping[str, tuple[str, ...]] = {
    "groq": ("/openai/v1",),
    "openrouter": ("/api/v1",),
    "deepseek": ("", "/v1", "/beta"),
    "xai": ("/v1",),
    "perplexity": ("", "/v1"),
    "together": ("/v1",),
    "fireworks": ("/inference/v1",),
    "cerebras": ("/v1",),
    "huggingface": ("/v1", "/{route}/v1", "/{route}/openai/v1"),
    "nvidia": ("/v1",),
    "moonshot": ("/v1",),
    "vercel": ("/v1",),
    "minimax": ("/v1",),
    "sambanova": ("/v1",),
    "hyperbolic": ("/v1",),
    "deepinfra": ("/v1/openai",),
    "novita": ("/v3/openai", "/openai/v1"),
    "poe": ("/v1",),
    "ai21": ("/studio/v1",),
    "voyage": ("/v1",),
    "jina": ("/v1",),
    "ollama": ("/v1",),
    "copilot": ("", "/v1", "/v1/engines/{model}"),
    "azure": ("/openai/deployments/{model}", "/openai/v1", "/models"),
    "aws": ("/openai/v1",),
    "google": ("/{version}/openai",),
    "vertex": ("/{version}/projects/{project}/locations/{location}/endpoints/{endpoint}",),
    "cohere": ("/compatibility/v1",),
}
"""Where each provider keeps OpenAI's paths (``chat/completions`` …)."""

ANTHROPIC_BASES: Mapping[str, tuple[str, ...]] = {
    "openrouter": ("/api/v1",),
    "deepseek": ("/anthropic/v1",),
    "minimax": ("/anthropic/v1",),
    "moonshot": ("/anthropic/v1",),
    "azure": ("/anthropic/v1",),
    "aws": ("/anthropic/v1",),
    "copilot": ("/v1",),
    "ollama": ("/v1",),
    "vercel": ("/v1",),
}
"""Where each provider keeps Anthropic's paths (``messages`` …)."""

_SDK = "the openai SDK 2.54.0; members that only this host has were not checked"
_CLAUDE = "the same body at api.anthropic.com; this host was not checked"

_DOCUMENTED = "documented bodies; not run against it"

_SEARCH = JsonFormat(
    rules(id="search_domain_filter[] search_mode country search_recency_filter"), rules(keep="id **.date")
)

_VERTEX = "/{version}/projects/{project}/locations/{location}/publishers/anthropic/models"


def _openai(provider: str, base: str) -> Iterator[Row]:
    def row(name: str, path: str, reads: JsonFormat, method: str = "POST", *, streamed: bool = False) -> Row:
        return Row(f"{provider}.{name}", (provider,), method, base + path, reads, validated=_SDK, streamed=streamed)

    yield row("chat", "/chat/completions", openai_chat.FORMAT, streamed=True)
    yield row("completions", "/completions", openai_text.COMPLETIONS, streamed=True)
    yield row("embeddings", "/embeddings", openai_text.EMBEDDINGS)
    yield row("moderations", "/moderations", openai_text.MODERATIONS)
    yield row("images", "/images/generations", openai_text.IMAGES)
    yield row("speech", "/audio/speech", openai_text.SPEECH)
    yield row("rerank", "/rerank", cohere.RERANK)
    yield row("responses", "/responses", openai_responses.FORMAT, streamed=True)
    yield row("responses.compact", "/responses/compact", openai_responses.FORMAT)
    yield row("responses.stored", "/responses/{id}", openai_responses.FORMAT, "GET", streamed=True)
    yield row("responses.items", "/responses/{id}/input_items", openai_responses.FORMAT, "GET")


def _anthropic(provider: str, path: str, *, streamed: bool = False) -> Row:
    kind = "count_tokens" if "count" in path else "messages"
    return Row(
        f"{provider}.{kind}",
        (provider,),
        "POST",
        path,
        anthropic.FORMAT,
        shape=Shape.ANTHROPIC,
        validated=_CLAUDE,
        streamed=streamed,
    )


def _rows() -> Iterator[Row]:
    yield Row("perplexity.search", ("perplexity",), "POST", "/search", _SEARCH, validated=_DOCUMENTED)
    for provider, bases in OPENAI_BASES.items():
        for base in bases:
            yield from _openai(provider, base)
    for provider, bases in ANTHROPIC_BASES.items():
        for base in bases:
            yield _anthropic(provider, f"{base}/messages", streamed=True)
            yield _anthropic(provider, f"{base}/messages/count_tokens")
    yield _anthropic("vertex", f"{_VERTEX}/count-tokens:rawPredict")
    yield _anthropic("vertex", f"{_VERTEX}/{{model}}:rawPredict")
    yield _anthropic("vertex", f"{_VERTEX}/{{model}}:streamRawPredict", streamed=True)
    for path in ("", "/compact"):
        yield Row(
            "codex.responses",
            ("chatgpt-web",),
            "POST",
            f"/backend-api/codex/responses{path}",
            openai_responses.FORMAT,
            validated="Codex CLI 0.169.0, recorded",
            streamed=not path,
        )


ROWS = tuple(_rows())
