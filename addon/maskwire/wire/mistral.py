"""Mistral: chat, agents and fill-in-the-middle as OpenAI's, with parts of its own. Sans-IO.

Source: https://docs.mistral.ai/api
"""

from dataclasses import replace

from maskwire.errors import BlockedError
from maskwire.stream.channels_steps import ConversationsScript
from maskwire.wire import openai_chat, openai_text
from maskwire.wire.json_format import JsonFormat, Turns
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules


def refuse_stream(error: BlockedError) -> bytes:
    """Return a chunk that Mistral's SDK cannot take for an answer, and the end of the stream."""
    return f"data: {Shape.MISTRAL.event(error)}\n\n".encode()


CHAT = replace(openai_chat.FORMAT, refuse_stream=refuse_stream)
COMPLETIONS = replace(openai_text.COMPLETIONS, refuse_stream=refuse_stream)
CONVERSATIONS = JsonFormat(
    rules(
        sealed="**.signature",
        id="""
            model agent_id conversation_id from_entry_id handoff_execution **.type **.role **.object **.id
            **.tool_call_id **.created_at **.completed_at inputs[].name tools[].function.name **.file_id
            completion_args.stop completion_args.stop[] completion_args.tool_choice tools[].library_ids[]
        """,
        image="**<image_url>.image_url **<image_url>.image_url.url",
        file="**<document_url>.document_url",
        call="inputs[]<function.call>.arguments",
        result="inputs[]<function.result>.result",
        free="metadata",
        schema="tools[].function.parameters completion_args.response_format.json_schema.schema",
    ),
    rules(
        keep="**.signature **.id **.usage **.model **.conversation_id **.tool_call_id",
        call="outputs[].arguments",
    ),
    turns=Turns("inputs", frozenset({"assistant", "message.output", "function.call"})),
    script=ConversationsScript,
    refuse_stream=refuse_stream,
)

_SDK = "mistralai 3.7.0 models and client"


def _row(name: str, path: str, reads: JsonFormat, *, streamed: bool = False) -> Row:
    return Row(
        f"mistral.{name}",
        ("mistral",),
        "POST",
        path,
        reads,
        shape=Shape.MISTRAL,
        validated=_SDK,
        streamed=streamed,
    )


ROWS = (
    _row("chat", "/v1/chat/completions", CHAT, streamed=True),
    _row("agents", "/v1/agents/completions", CHAT, streamed=True),
    _row("fim", "/v1/fim/completions", COMPLETIONS, streamed=True),
    _row("embeddings", "/v1/embeddings", openai_text.EMBEDDINGS),
    _row("moderations", "/v1/moderations", openai_text.MODERATIONS),
    _row("moderations.chat", "/v1/chat/moderations", CHAT),
    _row("conversations", "/v1/conversations", CONVERSATIONS, streamed=True),
    _row("conversations", "/v1/conversations/{id}", CONVERSATIONS, streamed=True),
)
