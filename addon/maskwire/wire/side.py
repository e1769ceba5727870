"""Traffic of clients beside the conversation: lists, settings, telemetry, tool servers. Sans-IO.

None of it carried a prompt when it was recorded; it is masked like free text all the same, since account data
and file names may stand in it. An id that ends in ``.telemetry`` marks what a person may want to switch off.
"""

from dataclasses import dataclass
from functools import partial

from maskwire.stream.channels_flat import FlatScript
from maskwire.wire.document import Document
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.opaque import BODYLESS
from maskwire.wire.openai_chat import refuse_stream
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules
from maskwire.wire.surface import Treatment

ANYTHING = JsonFormat(
    rules(free="**"),
    rules(free="**"),
    script=partial(FlatScript, {}, done=frozenset()),
    refuse_stream=refuse_stream,
)
"""Any JSON: every string, key and long number is searched and restored."""


@dataclass(frozen=True, slots=True)
class Reads(JsonFormat):
    """Requests without a body, whose answers may hold what an earlier request left with the provider."""

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return a document without fields.

        Raises:
            BlockedError: there is a body after all.
        """
        return BODYLESS.parse(body, content_type, allow_media=allow_media)


READS = Reads(ANYTHING.request, ANYTHING.response, script=ANYTHING.script)

_RECORDED = "recorded in one session of the client; every string is masked, whatever its meaning"

ROWS = (
    Row(
        "models",
        (
            *("openai", "anthropic", "google", "groq", "openrouter", "deepseek", "xai", "together", "fireworks"),
            *("cerebras", "nvidia", "moonshot", "mistral", "cohere", "copilot", "azure", "ollama", "huggingface"),
        ),
        "GET",
        "/{base...}/models",
        treatment=Treatment.PASS,
        why="a list of models; nothing of the person is in it",
    ),
    Row(
        "claude_code.telemetry",
        ("anthropic",),
        "POST",
        "/api/event_logging/{rest...}",
        ANYTHING,
        shape=Shape.ANTHROPIC,
        validated=_RECORDED,
    ),
    Row(
        "claude_code.settings",
        ("anthropic",),
        "POST",
        "/api/eval/{rest...}",
        ANYTHING,
        shape=Shape.ANTHROPIC,
        validated=_RECORDED,
    ),
    Row(
        "codex.telemetry",
        ("chatgpt-web",),
        "POST",
        "/backend-api/codex/analytics-events/{rest...}",
        ANYTHING,
        validated=_RECORDED,
    ),
    Row(
        "codex.tools", ("chatgpt-web",), "POST GET", "/backend-api/ps/mcp", ANYTHING, validated=_RECORDED, streamed=True
    ),
    Row("copilot.tools", ("copilot",), "POST GET", "/mcp", ANYTHING, validated=_RECORDED, streamed=True),
    Row("copilot.tools", ("copilot",), "POST GET", "/mcp/{rest...}", ANYTHING, validated=_RECORDED, streamed=True),
    Row(
        "code_assist.setup",
        ("code-assist",),
        "POST",
        "/v1internal:{call}",
        ANYTHING,
        shape=Shape.GOOGLE,
        validated="read in Gemini CLI 0.61.0; every string is masked, whatever its meaning",
    ),
)
