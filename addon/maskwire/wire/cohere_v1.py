"""Cohere's first API, which is still there: chat, generate, summarize, classify; streams are JSON lines. Sans-IO.

Source: https://docs.cohere.com/v1/reference/chat
"""

from dataclasses import dataclass

from maskwire.stream.channels import EventRestorer, StreamRestorer
from maskwire.stream.channels_native import NativeScript
from maskwire.stream.restorer import Restoration
from maskwire.wire.cohere import refuse_stream
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.lines import LineSplitter
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

_LINES = "application/stream+json"


@dataclass(frozen=True, slots=True)
class LinesFormat(JsonFormat):
    """JSON whose streams are lines under a media type of Cohere's own."""

    def stream(self, content_type: str, how: Restoration) -> StreamRestorer:
        """Return a restorer for an answer that arrives in pieces."""
        if content_type.partition(";")[0].strip().lower() == _LINES:
            return EventRestorer(LineSplitter(), NativeScript(), self.response, how)
        return JsonFormat.stream(self, content_type, how)


FORMAT = LinesFormat(
    rules(
        id="""
            model conversation_id prompt_truncation citation_quality search_queries_only **.role connectors[].id
            stop_sequences[] return_likelihoods truncate format length extractiveness tools[].name
            **.tool_calls[].name tool_results[].call.name response_format.type
        """,
        call="**.tool_calls[].parameters tool_results[].call.parameters",
        free="documents[] tool_results[].outputs[]",
        schema="response_format.schema",
    ),
    rules(
        keep="**.generation_id **.response_id **.conversation_id **.id event_type **.finish_reason **.meta **.role",
        call="**.tool_calls[].parameters",
        free="**.documents[]",
    ),
    script=NativeScript,
    refuse_stream=refuse_stream,
)

_DOCUMENTED = "documented bodies; not run against it"

ROWS = tuple(
    Row(
        f"cohere.v1.{name}",
        ("cohere",),
        "POST",
        f"/v1/{name}",
        FORMAT,
        shape=Shape.COHERE,
        validated=_DOCUMENTED,
        streamed=name in ("chat", "generate"),
    )
    for name in ("chat", "generate", "summarize", "classify")
)
