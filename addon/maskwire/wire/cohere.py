"""Cohere's chat, embeddings and rerank, version 2. Sans-IO. Source: https://docs.cohere.com/v2/reference/chat"""

from maskwire.errors import BlockedError
from maskwire.stream.channels_cohere import CohereScript
from maskwire.wire.json_format import JsonFormat, Turns
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

_WORDS = "model input_type embedding_types[] truncate safety_mode citation_options.mode tool_choice stop_sequences[]"

CHAT_REQUEST = rules(
    id=f"""
        {_WORDS} messages[].role messages[].tool_call_id messages[].content[].type documents[].id
        messages[].content[].document.id messages[].tool_calls[].id messages[].tool_calls[].type
        messages[].tool_calls[].function.name tools[].type tools[].function.name response_format.type
        messages[].content[].image_url.detail thinking.type
    """,
    image="messages[].content[].image_url.url",
    call="messages[].tool_calls[].function.arguments",
    result="messages[]<role=tool>.content messages[]<role=tool>.content[].text",
    free="documents[].data messages[].content[].document.data",
    schema="tools[].function.parameters response_format.json_schema response_format.schema",
)

CHAT_RESPONSE = rules(
    keep="id usage **.logprobs message.tool_calls[].id|type message.tool_calls[].function.name",
    call="message.tool_calls[].function.arguments",
    free="**.citations[].sources[].document **.citations.sources[].document",
)


def refuse_stream(error: BlockedError) -> bytes:
    """Return an event whose type no Cohere SDK takes for a piece of an answer."""
    return f"event: error\ndata: {Shape.COHERE.event(error)}\n\n".encode()


CHAT = JsonFormat(
    CHAT_REQUEST,
    CHAT_RESPONSE,
    turns=Turns("messages", frozenset({"assistant"})),
    script=CohereScript,
    refuse_stream=refuse_stream,
)
EMBED = JsonFormat(
    rules(id=f"{_WORDS} inputs[].content[].type", image="images[] inputs[].content[].image_url.url"),
    rules(keep="id embeddings meta"),
)
RERANK = JsonFormat(rules(id=_WORDS, free="documents[]"), rules(keep="id", free="results[].document"))

_SDK = "cohere 7.3.1 models and client"


def _row(name: str, path: str, reads: JsonFormat, *, streamed: bool = False) -> Row:
    return Row(
        f"cohere.{name}", ("cohere",), "POST", path, reads, shape=Shape.COHERE, validated=_SDK, streamed=streamed
    )


ROWS = (
    _row("chat", "/v2/chat", CHAT, streamed=True),
    _row("embed", "/v2/embed", EMBED),
    _row("rerank", "/v2/rerank", RERANK),
    _row("embed", "/v1/embed", EMBED),
    _row("rerank", "/v1/rerank", RERANK),
)
