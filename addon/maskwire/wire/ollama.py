"""Ollama's own API: JSON lines, tool arguments as objects. Sans-IO.

Source: https://github.com/ollama/ollama/blob/main/docs/api.md
"""

from maskwire.errors import BlockedError
from maskwire.stream.channels_flat import FlatScript
from maskwire.wire.json_format import JsonFormat, Turns
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

_WORDS = "model keep_alive options.stop[] think"


def refuse_stream(error: BlockedError) -> bytes:
    """Return the line that Ollama's client raises from."""
    return f"{Shape.OLLAMA.event(error)}\n".encode()


def _chat_script() -> FlatScript:
    texts = {"content": ("message", "content"), "thinking": ("message", "thinking")}
    return FlatScript(texts, done=frozenset({"done"}))


def _generate_script() -> FlatScript:
    return FlatScript({"response": ("response",), "thinking": ("thinking",)}, done=frozenset({"done"}))


CHAT = JsonFormat(
    rules(
        id=f"{_WORDS} messages[].role messages[].tool_name messages[].tool_calls[].function.name tools[].type "
        "tools[].function.name messages[].tool_calls[].id messages[].tool_call_id",
        image="messages[].images[]",
        call="messages[].tool_calls[].function.arguments",
        result="messages[]<role=tool>.content",
        schema="tools[].function.parameters format",
    ),
    rules(keep="model created_at message.role", call="message.tool_calls[].function.arguments"),
    turns=Turns("messages", frozenset({"assistant"})),
    script=_chat_script,
    refuse_stream=refuse_stream,
)
GENERATE = JsonFormat(
    rules(id=_WORDS, keep="context", image="images[]", schema="format"),
    rules(keep="model created_at context"),
    script=_generate_script,
    refuse_stream=refuse_stream,
)
EMBED = JsonFormat(rules(id=_WORDS), rules(), answers=False)

_SDK = "ollama 0.6.3 models and client"


def _row(name: str, path: str, reads: JsonFormat, *, streamed: bool = False) -> Row:
    return Row(
        f"ollama.{name}", ("ollama",), "POST", path, reads, shape=Shape.OLLAMA, validated=_SDK, streamed=streamed
    )


ROWS = (
    _row("chat", "/api/chat", CHAT, streamed=True),
    _row("generate", "/api/generate", GENERATE, streamed=True),
    _row("embed", "/api/embed", EMBED),
    _row("embed", "/api/embeddings", EMBED),
)
